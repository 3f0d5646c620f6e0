"""How an order of more nodes than are advised at once is divided: so many stay, and the rest is an order of its own.

The two are alike in all else: every node is in one of them, placed where it was, with the disks and the tags it had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from console.wizard.assembly import PER_ZONE, Kept, Steps, Typed, one
from pools.wire.limits import MOST_NODES_AT_ONCE
from pools.wire.numbers import whole

_OF_A_PANEL = re.compile(r"root|[dgt][0-9]+")
SHARED = ("disks", "drivers")  # the steps at which one panel may stand for all flavors


@dataclass(frozen=True)
class Split:
    """How many nodes of each flavor, by the id of its row, stay and go."""

    stay: Mapping[str, int]
    go: Mapping[str, int]

    @property
    def here(self) -> int:
        return sum(self.stay.values())

    @property
    def there(self) -> int:
        return sum(self.go.values())


def split_of(typed: Steps) -> Split | None:
    """How an order would be split; None while it need not be, or cannot be told."""
    flavors = typed.get("flavors", {})
    wanted = {row: whole(one(flavors, f"{row}-count")) for row in flavors.get("row", [])}
    counts = {row: count for row, count in wanted.items() if count}
    if len(counts) != len(wanted) or sum(counts.values()) <= MOST_NODES_AT_ONCE:
        return None
    left, stay = MOST_NODES_AT_ONCE, {}
    for row, count in counts.items():
        batch = max(whole(one(flavors, f"{row}-batch").partition(":")[0]) or 1, 1)
        # Whole racks: half of one cannot be ordered.
        stay[row] = count if count <= left else left - left % batch
        left -= stay[row]
    go = {row: count - stay[row] for row, count in counts.items()}
    return Split(stay, go) if sum(stay.values()) else None


def divided(typed: Steps, kept: Kept, split: Split) -> tuple[tuple[Steps, Kept], tuple[Steps, Kept]]:
    """What is typed and kept of the draft that stays, and of the other one. What is not about nodes is in both."""
    here, there = (deepcopy(typed), deepcopy(kept)), (deepcopy(typed), deepcopy(kept))
    for row in split.stay:
        placed = split.stay[row]
        for cell, count in list(_cells(typed, row)):
            first = min(count, placed)
            placed -= first
            for (of, _kept), number in ((here, first), (there, count - first)):
                of["zones"][f"{row}-{cell}-count"] = [str(number) if number else ""]
    for (of, beside), counts in ((here, split.stay), (there, split.go)):
        _set(of, beside, counts)
    return here, there


def _cells(typed: Steps, row: str) -> Iterator[tuple[str, int]]:
    """Where the nodes of a flavor were placed by hand, as far as the numbers can be read."""
    zones = typed.get("zones", {})
    if one(zones, f"{row}-mode") != PER_ZONE:
        return
    for cell in zones.get(f"{row}-cell", []):
        if count := whole(one(zones, f"{row}-{cell}-count")):
            yield cell, count


def _set(typed: Steps, kept: Kept, counts: Mapping[str, int]) -> None:
    flavors = typed["flavors"]
    first = flavors["row"][0]
    flavors["row"] = [row for row in flavors["row"] if counts[row]]
    for row in flavors["row"]:
        flavors[f"{row}-count"] = [str(counts[row])]
        if one(flavors, f"{row}-max"):
            flavors[f"{row}-max"] = [str(counts[row])]
    if (new := flavors["row"][0]) != first:
        for step in SHARED:
            _hand_on(typed.get(step, {}), kept, first, new)


def _hand_on(typed: Typed, kept: Kept, first: str, new: str) -> None:
    """Where one panel stands for all flavors it is that of the first: another first one has what it held."""
    if not one(typed, "same"):
        return
    for name in [name for name in typed if name.startswith(f"{new}-")]:
        del typed[name]
    for name, values in list(typed.items()):
        if name.startswith(f"{first}-"):
            typed[f"{new}-{name.partition('-')[2]}"] = values
    for name, value in list(kept.items()):
        row, _dot, part = name.partition(".")
        if row == first and _OF_A_PANEL.fullmatch(part):
            kept[f"{new}.{part}"] = deepcopy(value)
