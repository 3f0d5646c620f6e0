"""Names the service makes up, in the forms it uses: `docs/endpoint.md` shows one of each."""

import string
from datetime import datetime
from random import Random
from uuid import UUID

from pools.wire.naming import node_name

SMALL = string.ascii_lowercase + string.digits
LARGE = string.ascii_uppercase + string.digits


def _some(luck: Random, letters: str, count: int) -> str:
    return "".join(luck.choices(letters, k=count))


def resource(luck: Random, name: str) -> str:
    """The billing resource of a pool, `maos-pool-ae01-d7mjs`."""
    return f"maos-{name}-{_some(luck, SMALL, 5)}"


def node_resource(pool_resource: str, node: str) -> str:
    """The billing resource of a node, `maos-pool-ae01-d7mjs-zlncn`: it begins as its pool's does."""
    return f"{pool_resource}-{node.rsplit('-', 1)[-1]}"


def pools_named_by(resource: str) -> set[str]:
    """The names of pools that a billing resource may be about, as the pool itself or as one of its nodes."""
    named = resource.removeprefix("maos-")
    return {named.rsplit("-", parts)[0] for parts in (1, 2) if named != resource and named.count("-") >= parts}


def flavor_resource(luck: Random, flavor: str) -> str:
    """The billing resource of a flavor in a pool, `maos.vm.cpu.8ud.1976103046`."""
    return f"maos.{flavor.removeprefix('modelarts.')}.{luck.randrange(10**9, 10**10)}"


def work_order(luck: Random, name: str) -> str:
    """A work order, `order.pool-ae01-w4l2n`."""
    return f"order.{name}-{_some(luck, SMALL, 5)}"


def billing_order(luck: Random, at: datetime) -> str:
    """A billing order, `CS2603010800ABCDE`."""
    # Several times faster than strftime, which every order would pay for.
    minute = f"{at.year % 100:02}{at.month:02}{at.day:02}{at.hour:02}{at.minute:02}"
    return f"CS{minute}{_some(luck, LARGE, 5)}"


def serial(luck: Random) -> UUID:
    """An identifier without any form of its own."""
    return UUID(int=luck.getrandbits(128), version=4)


def nodes(prefix: str, count: int, *, dice: int, taken: set[str]) -> list[str]:
    """The names of nodes, always the same for the same dice: `os-node-created-zlncn`; they are added to `taken`."""
    luck = Random(dice)  # noqa: S311 - names, not secrets
    names: list[str] = []
    while len(names) < count:
        name = node_name(prefix, "".join(luck.choices(SMALL, k=5)))
        if name not in taken:
            taken.add(name)
            names.append(name)
    return names
