"""How much of the project's quota of pools is taken, is on its way, would be taken by this order, and is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from console.wizard.situation import Situation
from pools import queries

WIDE: Final = 240  # units of the bar


@dataclass(frozen=True)
class PoolQuota:
    """Numbers of pools. `pending` are orders that the cloud has not answered yet; `held_by` those of them that the
    person may know of, by their numbers."""

    used: int
    pending: int
    most: int
    held_by: list[int]

    @property
    def left(self) -> int:
        """How many more there may be before this order; never less than none."""
        return max(self.most - self.used - self.pending, 0)

    @property
    def of_others(self) -> int:
        """How many of the pending ones are nobody's that the person may know of."""
        return self.pending - len(self.held_by)

    @property
    def is_exceeded(self) -> bool:
        return self.used + self.pending + 1 > self.most

    @property
    def segments(self) -> list[tuple[str, int, int]]:
        """Name, start and length of each part of the bar."""
        found, start, whole = [], 0, max(self.most, self.used + self.pending + 1)
        for name, number in (("used", self.used), ("pending", self.pending), ("this", 1)):
            end = start + number
            if number:
                found.append((name, WIDE * start // whole, WIDE * end // whole - WIDE * start // whole))
            start = end
        return found


def quota_of(situation: Situation) -> PoolQuota | None:
    """None where the cloud has not told."""
    known = situation.offers.quota
    if known is None:
        return None
    used, most = known
    pending, held_by = queries.unanswered_orders(situation.draft.project, seen_by=situation.user)
    return PoolQuota(used, pending, most, held_by)
