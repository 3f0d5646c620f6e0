"""How long what was paid for lasts: terms, renewals, and what is left when nobody renews. Pure, as the scenario is.

Auto-renewal is charged a week before the end of a term; who switches it on later in that week is charged then. What
nobody renews expires, is frozen a week later, and after fifteen days more it is gone (`docs/endpoint.md`).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pools.wire.enums import PeriodType, ResourceStatus

AHEAD = timedelta(days=7)
GRACE = timedelta(days=7)
RETENTION = timedelta(days=15)
KEPT = GRACE + RETENTION
ENDLESS = datetime.max.replace(tzinfo=UTC)
LAST_YEAR = 9000


def months(period_type: str, period_num: int) -> int:
    """The length of so many months or years, in months."""
    return period_num * (12 if period_type == PeriodType.YEAR else 1)


def later(moment: datetime, number: int) -> datetime:
    """The same day, so many months later, or the last one that the month has."""
    years, month = divmod(moment.month - 1 + number, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Turn:
    """Auto-renewal was switched on or off; or off, and what was renewed ahead given back (`refunds`)."""

    at: datetime
    on: bool
    refunds: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """What one payment lasts for. The first has number 0; `charged_at` is when it was paid."""

    number: int
    begins_at: datetime
    ends_at: datetime
    charged_at: datetime
    given_back: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """What was paid at `begun_at` for so many months. `left_at` is when it was given back, or ended with its pool."""

    begun_at: datetime
    months: int
    renews: bool = False
    turns: tuple[Turn, ...] = ()
    left_at: datetime | None = None

    def terms(self, now: datetime) -> tuple[Term, ...]:
        """What was paid for by `now` and not given back, oldest first."""
        return tuple(term for term in _charged(self, now) if not term.given_back)

    def charged(self, now: datetime) -> tuple[Term, ...]:
        """What was paid for by `now`, renewals that were given back included, oldest first."""
        return _charged(self, now)

    def ends_at(self, now: datetime) -> datetime:
        """Until when it is paid for, as known at `now`."""
        return self.terms(now)[-1].ends_at

    def renews_at(self, now: datetime) -> bool:
        """Whether auto-renewal is on."""
        on = self.renews
        for turn in self.turns:
            if turn.at <= now:
                on = turn.on
        return on

    @property
    def last_end(self) -> datetime | None:
        """When it ends if nothing more is said; None for one that renews for ever."""
        return None if self.renews_at(ENDLESS) else self.ends_at(ENDLESS)

    @property
    def renews_from(self) -> datetime | None:
        """From when on a renewal may have been charged; None for one that never renewed and does not."""
        if not (self.renews or any(turn.on for turn in self.turns)):
            return None
        return later(self.begun_at, self.months) - AHEAD

    def status(self, now: datetime) -> ResourceStatus:
        """What billing says about it."""
        if self.left_at is not None and now >= self.left_at:
            return ResourceStatus.CLOSED
        over = now - self.ends_at(now)
        if over < timedelta(0):
            return ResourceStatus.IN_USE
        if over < GRACE:
            return ResourceStatus.EXPIRED
        return ResourceStatus.FROZEN if over < KEPT else ResourceStatus.CLOSED


# Nodes bought together have one subscription, and are asked for one after the other.
@lru_cache(maxsize=1024)
def _charged(one: Subscription, now: datetime) -> tuple[Term, ...]:
    first = last = Term(0, one.begun_at, later(one.begun_at, one.months), one.begun_at)
    found, latest = [first], min(now, one.left_at or now)
    while last.ends_at.year < LAST_YEAR:
        number, begins_at = last.number + 1, last.ends_at
        ends_at = later(one.begun_at, one.months * (number + 1))
        charges = [
            Term(number, begins_at, ends_at, at, given_back=back)
            for at, back in _charges(one, begins_at)
            if at <= latest
        ]
        found += charges
        if not charges or charges[-1].given_back:
            break
        last = charges[-1]
    return tuple(found)


def _charges(one: Subscription, end: datetime) -> list[tuple[datetime, bool]]:
    """When the term that follows `end` was, or will be, paid, and whether that was given back."""
    opens = end - AHEAD
    charges = [(opens, False)] if one.renews_at(opens) else []
    for turn in one.turns:
        if not opens < turn.at < end:
            continue
        stands = bool(charges) and not charges[-1][1]
        if turn.refunds and stands:
            charges[-1] = (charges[-1][0], True)
        elif turn.on and not stands:
            charges.append((turn.at, False))
    return charges
