"""The law of theirs: the cloud's phases. Observed, never enforced: any phase may follow any phase.

Here they are only classified, and told how soon to look again. The other law, `pools.states`, is ours.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from pools.wire.enums import Phase

MOVING: Final = frozenset({Phase.WAITING, Phase.CREATING, Phase.DELETING})
"""Something else will follow by itself, or because somebody pays."""

ALARMING: Final = frozenset({Phase.ABNORMAL, Phase.ERROR, Phase.CREATION_FAILED, Phase.SCALING_FAILED})
"""A person should know."""

SETTLED: Final = frozenset({Phase.RUNNING}) | ALARMING
"""Stays until something happens."""


RESIZABLE: Final = frozenset({Phase.RUNNING, Phase.SCALING_FAILED})
"""May be given other numbers of nodes; after a growth that failed, fewer of them again (`docs/facts.md`)."""

TENDED: Final = frozenset({Phase.RUNNING, Phase.ABNORMAL, Phase.SCALING_FAILED})
"""Has nodes that may be locked, restarted and deleted one by one."""
FITTABLE: Final = frozenset({Phase.RUNNING})
"""May be given other job types and drivers (`docs/facts.md`)."""

RETRYABLE: Final = frozenset({Phase.RUNNING, Phase.ABNORMAL})
"""A job type that could not be switched on may be tried again: the pool works, all of it or but for some."""

PAYABLE_FOR: Final = timedelta(days=7)
"""So long an order can be paid; what waits longer is cancelled by the cloud (`docs/facts.md`)."""

ENDS_SOON: Final = timedelta(days=1)
"""Of that, what is left when somebody should hurry."""


class Group(StrEnum):
    """Phases as people tell them apart at a glance. A word of the cloud's that we do not know is UNKNOWN."""

    BUSY = "busy"
    GOOD = "good"
    TROUBLED = "troubled"
    BAD = "bad"
    UNKNOWN = "unknown"


_GROUPS: Final[dict[str, Group]] = {
    "": Group.BUSY,  # just accepted: no phase was heard yet
    Phase.WAITING: Group.BUSY,
    Phase.CREATING: Group.BUSY,
    Phase.DELETING: Group.BUSY,
    Phase.RUNNING: Group.GOOD,
    Phase.ABNORMAL: Group.TROUBLED,
    Phase.SCALING_FAILED: Group.TROUBLED,
    Phase.ERROR: Group.BAD,
    Phase.CREATION_FAILED: Group.BAD,
}

# How many times faster than the real cloud the embedded endpoint lives, by its pace.
_FASTER: Final = {"real": 1, "demo": 20, "quick": 80, "instant": 1200}
_AT_LEAST: Final = timedelta(seconds=1)


def group_of(phase: str) -> Group:
    return _GROUPS.get(phase, Group.UNKNOWN)


def times_faster(pace: str | None) -> int:
    """How many times faster things go at this pace of the embedded endpoint than on the real cloud, which has none."""
    return 1 if pace is None else _FASTER.get(pace, 1)


def look_again_after(
    phase: str, age: timedelta = timedelta(), *, moving: bool = False, pace: str | None = None
) -> timedelta:
    """How long to wait before a pool in `phase` is worth another look.

    `age` is how long it has been in that phase; `moving` says that its nodes, job types or drivers are still on their
    way; `pace` is the embedded endpoint's pace, None for a real cloud. The answer has no jitter: that is the caller's.
    """
    whole = timedelta(seconds=_seconds(phase, age, moving=moving))
    return whole if pace is None else max(whole / times_faster(pace), _AT_LEAST)


def _seconds(phase: str, age: timedelta, *, moving: bool) -> int:
    match phase:
        case "" | Phase.CREATING:
            return 20 if age < timedelta(minutes=5) else 30
        case Phase.WAITING:
            return 20
        case Phase.RUNNING:
            return 15 if moving else 60
        case Phase.ABNORMAL | Phase.DELETING:
            return 30
        case Phase.ERROR | Phase.CREATION_FAILED | Phase.SCALING_FAILED:
            return 60 if age < timedelta(days=1) else 300
        case _:
            return 60
