"""What a network may be called and which addresses it may have: `docs/facts.md`, "Networks"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from typing import Final

# An address and a length: what Python reads besides, a mask in place of the length, is none of the service's words.
RANGE: Final = re.compile(r"[0-9.]{7,15}/[0-9]{1,2}")
NAME: Final = re.compile(r"[a-z][a-z0-9-]{2,30}[a-z0-9]")
PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
# The longest prefix that leaves a network room.
SMALLEST: Final = 24
# What clusters take for themselves where an order names nothing else (R16).
TAKEN_BY_CLUSTERS: Final = tuple(map(IPv4Network, ("172.16.0.0/16", "10.247.0.0/16")))
# What is proposed: halves of the range that people know from home, then sixteenths of a larger one.
_PROPOSED: Final = (("192.168.0.0/16", 17), ("10.0.0.0/8", 16))


def is_name(text: str) -> bool:
    """4 to 32 lowercase letters, digits and hyphens, a letter first and no hyphen last."""
    return NAME.fullmatch(text) is not None


def is_range(text: str) -> bool:
    """A private IPv4 range that says its length, is not smaller than /24 and has no host bits."""
    found = _read(text) if RANGE.fullmatch(text) else None
    return found is not None and found.prefixlen <= SMALLEST and any(map(found.subnet_of, PRIVATE))


def free_range(taken: Iterable[str]) -> str:
    """A range that overlaps none of those, as far as they can be read; the first there is, where all are taken."""
    known = [*filter(None, map(_read, taken)), *TAKEN_BY_CLUSTERS]
    proposed = list(_proposed())
    return str(next((one for one in proposed if not any(map(one.overlaps, known))), proposed[0]))


def overlaps(one: str, other: str) -> bool:
    """Whether two ranges share an address; no, where one of them cannot be read."""
    mine, theirs = _read(one), _read(other)
    return mine is not None and theirs is not None and mine.overlaps(theirs)


def _proposed() -> Iterator[IPv4Network]:
    for whole, length in _PROPOSED:
        yield from IPv4Network(whole).subnets(new_prefix=length)


def _read(text: str) -> IPv4Network | None:
    try:
        return IPv4Network(text)
    except ValueError:
        return None
