"""Names the service makes up, in the forms it uses: `docs/endpoint.md` shows one of each."""

import secrets
import string
from datetime import datetime
from random import Random

SMALL = string.ascii_lowercase + string.digits
LARGE = string.ascii_uppercase + string.digits

_LUCK = secrets.SystemRandom()


def _some(letters: str, count: int) -> str:
    return "".join(_LUCK.choices(letters, k=count))


def resource(name: str) -> str:
    """The billing resource of a pool, `maos-pool-ae01-d7mjs`."""
    return f"maos-{name}-{_some(SMALL, 5)}"


def flavor_resource(flavor: str) -> str:
    """The billing resource of a flavor in a pool, `maos.vm.cpu.8ud.1976103046`."""
    return f"maos.{flavor.removeprefix('modelarts.')}.{secrets.choice('123456789')}{_some(string.digits, 9)}"


def work_order(name: str) -> str:
    """A work order, `order.pool-ae01-w4l2n`."""
    return f"order.{name}-{_some(SMALL, 5)}"


def billing_order(at: datetime) -> str:
    """A billing order, `CS2603010800ABCDE`."""
    return f"CS{at:%y%m%d%H%M}{_some(LARGE, 5)}"


def nodes(prefix: str, count: int, *, dice: int, taken: set[str]) -> list[str]:
    """The names of nodes, always the same for the same dice: `os-node-created-zlncn`; they are added to `taken`."""
    luck = Random(dice)  # noqa: S311 - names, not secrets
    stem = prefix.rstrip("-") or "os-node-created"
    names: list[str] = []
    while len(names) < count:
        name = f"{stem}-{''.join(luck.choices(SMALL, k=5))}"
        if name not in taken:
            taken.add(name)
            names.append(name)
    return names
