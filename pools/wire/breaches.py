"""What is wrong, and where: the form in which reading and the rules report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pools.wire.errors import Code

SHAPE: Final = "shape"


@dataclass(frozen=True)
class Breach:
    """One rule broken at one place.

    `rule` is R1 to R23 of `docs/facts.md`, a name of our own, or "shape" for a structure error. `path` is a JSON path
    such as $.spec.resources[0].count or $.metadata.labels["os.modelarts/name"]. `values` always has "problem", a word
    that tells the cases of one rule apart, besides what a sentence about it needs. `code` and `status` are the answer
    of the endpoint. `enforced_by_endpoint` is False where only the console is that strict.
    """

    rule: str
    path: str
    values: Mapping[str, Any] = field(default_factory=dict)
    code: Code = Code.BAD_REQUEST
    status: int = 400
    enforced_by_endpoint: bool = True

    @property
    def problem(self) -> str:
        return str(self.values.get("problem", ""))


class Malformed(ValueError):
    """A document has not the shape it should have."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__("; ".join(f"{breach.path}: {breach.problem}" for breach in breaches))
        self.breaches = tuple(breaches)


_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PART: Final = re.compile(r'\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')


def path_of(parts: Sequence[str | int]) -> str:
    """The JSON path of keys and indexes: ("spec", "resources", 0, "count") is $.spec.resources[0].count."""
    written = ["$"]
    for part in parts:
        if isinstance(part, int):
            written.append(f"[{part}]")
        elif _WORD.fullmatch(part):
            written.append(f".{part}")
        else:
            escaped = part.replace("\\", "\\\\").replace('"', '\\"')
            written.append(f'["{escaped}"]')
    return "".join(written)


def parts_of(path: str) -> tuple[str | int, ...]:
    """The keys and indexes of a JSON path made by `path_of`."""
    return tuple(
        int(index) if index else word or re.sub(r"\\(.)", r"\1", quoted) for word, index, quoted in _PART.findall(path)
    )
