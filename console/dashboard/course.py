"""The way of a pool in stages: what each was, who it waited for, how long it took, and how long such usually takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from console import timing
from pools.models import Pool, Stretch
from pools.stages import OF_A_CREATION, Stage

# Of what a pool did long after it was made, so many of the last stages are shown.
MOST_LATER = 6
# Drawings are this wide, in units of their own; no stage is drawn thinner than a sliver.
WIDTH, SLIVER = 1000, 12
# What takes less than so many seconds is told to the second.
NEAR = 600


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How a stage is drawn: how long it took against its band, in units of `WIDTH`."""

    lasted: int
    usually: int = 0
    spread: int = 0


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One line of the way. `ended` is None while it is under way; `width` is its share of the whole creation."""

    stage: str
    what: str
    waited_for: str
    began: datetime
    ended: datetime | None
    took: str
    usually: str
    is_overdue: bool
    bar: Bar
    at: int = 0
    width: int = 0

    @property
    def is_under_way(self) -> bool:
        return self.ended is None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Between which moments something ends; `is_near` where minutes say little."""

    first: datetime
    last: datetime
    is_typical: bool
    is_near: bool


@dataclass(frozen=True, kw_only=True)
class Course:
    """`legs` in order of time; `whole` says how long all of it took until now, `creation` how long the cloud took of
    that, and `typically` what whole creations take; `expected` when the stage ends.
    """

    legs: list[Leg]
    whole: str
    is_over: bool
    expected: Expected | None
    creation: str = ""
    typically: str = ""

    @property
    def drawn(self) -> list[Leg]:
        return [leg for leg in self.legs if leg.width]


def of(pool: Pool, *, now: datetime) -> Course:
    stretches = list(pool.stretches.all())
    made = [one for one in stretches if one.stage in OF_A_CREATION]
    later = [one for one in stretches if one.stage not in OF_A_CREATION]
    legs = [*_ours(pool, now=now), *(_leg(pool, one, now=now) for one in made)]
    drawn = list(_laid_out(legs, now=now))
    shown = drawn + [_leg(pool, one, now=now) for one in later[-MOST_LATER:]]
    under_way = next((one for one in stretches if one.ended_at is None), None)
    whole = (drawn[-1].ended or now) - drawn[0].began if drawn else timedelta()
    return Course(
        legs=shown,
        whole=timing.length(whole) if drawn else "",
        is_over=not any(leg.is_under_way for leg in drawn),
        expected=_expected(under_way, now=now) if under_way else None,
        **_creation(made, now=now),
    )


def _creation(made: list[Stretch], *, now: datetime) -> dict[str, str]:
    """What the cloud took, from the first node to being ready: the same that is told to whoever orders."""
    by_the_cloud = [one for one in made if one.stage != Stage.WAITING]
    if not by_the_cloud:
        return {}
    took = timing.length((by_the_cloud[-1].ended_at or now) - by_the_cloud[0].began_at)
    typical = next((band for one in by_the_cloud if (band := one.band) and band.typical), None)
    return {"creation": took, "typically": timing.span(typical) if typical else ""}


def _expected(stretch: Stretch, *, now: datetime) -> Expected | None:
    """Between which moments the stage usually ends; None once it is later than that, or where nobody knows."""
    band = stretch.band
    if band is None or stretch.stage == Stage.WAITING:
        return None
    first, last = (stretch.began_at + timedelta(seconds=seconds) for seconds in (band.usually, band.at_most))
    if last <= now:
        return None
    return Expected(first=max(first, now), last=last, is_typical=band.typical, is_near=band.at_most < NEAR)


def _ours(pool: Pool, *, now: datetime) -> Iterator[Leg]:
    """From the click to the cloud's yes."""
    if pool.order is None or pool.order.first_sent_at is None:
        return
    began, ended = pool.order.placed_at, max(pool.order.last_sent_at or now, pool.order.placed_at)
    yield Leg(
        stage="sending",
        what=_("Sending"),
        waited_for=_("this console and the cloud"),
        began=began,
        ended=ended,
        took=timing.length(ended - began),
        usually="",
        is_overdue=False,
        bar=Bar(lasted=WIDTH),
    )


def _leg(pool: Pool, stretch: Stretch, *, now: datetime) -> Leg:
    band, lasted = stretch.band, stretch.lasted(now)
    return Leg(
        stage=stretch.stage,
        what=_what(stretch),
        waited_for=_waited_for(pool, stretch),
        began=stretch.began_at,
        ended=stretch.ended_at,
        took=timing.length(lasted),
        # What is typical is so of a whole creation, and said of that.
        usually=timing.span(band) if band and not band.typical else "",
        is_overdue=stretch.is_overdue,
        bar=_bar(stretch, lasted.total_seconds()),
    )


def _what(stretch: Stretch) -> str:
    words = {
        Stage.WAITING: _("Payment or approval"),
        Stage.CREATING: _("Nodes"),
        Stage.SETTLING: _("Drivers and job types"),
        Stage.CHANGING: _("A change"),
        Stage.DELETING: _("Deletion"),
    }
    return words.get(Stage(stretch.stage), stretch.stage)


def _waited_for(pool: Pool, stretch: Stretch) -> str:
    if stretch.stage != Stage.WAITING:
        return _("the cloud")
    return _("an admin of %(team)s") % {"team": pool.team} if pool.team else _("whoever pays it")


def _bar(stretch: Stretch, lasted: float) -> Bar:
    """Against its own band: stages are of too different lengths to share one measure."""
    band = stretch.band
    if band is None:
        return Bar(lasted=WIDTH)
    scale = WIDTH / max(lasted, band.at_most * 1.15, 1.0)
    spread = max(round((band.at_most - band.usually) * scale), SLIVER)
    return Bar(lasted=max(round(lasted * scale), 1), usually=round(band.usually * scale), spread=spread)


def _laid_out(legs: list[Leg], *, now: datetime) -> Iterator[Leg]:
    """The legs with their places in one bar, as wide as they were long, and wide enough to be seen."""
    lengths = [max(((leg.ended or now) - leg.began).total_seconds(), 0.0) for leg in legs]
    room, whole = WIDTH - SLIVER * len(legs), sum(lengths) or 1.0
    at = 0
    for leg, length in zip(legs, lengths, strict=True):
        width = SLIVER + round(room * length / whole)
        yield Leg(**{**vars(leg), "at": at, "width": width})
        at += width
