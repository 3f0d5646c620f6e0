"""The law of stages: what a pool is at while something of it is on its way. Read off what is heard, never enforced.

A pool is at one stage at most; one that simply runs, that has failed or of which no phase was heard yet, is at none.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pools.wire.enums import Phase


class Stage(StrEnum):
    """WAITING is for a person; all others are the cloud's work. SETTLING is what is left of a creation once the pool
    runs: drivers and job types. CHANGING is the same of a pool that had been ready before.
    """

    WAITING = "waiting"
    CREATING = "creating"
    SETTLING = "settling"
    CHANGING = "changing"
    DELETING = "deleting"


OF_A_CREATION: Final = frozenset({Stage.WAITING, Stage.CREATING, Stage.SETTLING})

# What a pool is heard as when a stage has led where it should. Of a deletion nothing is heard any more.
_GOALS: Final[Mapping[str, frozenset[str]]] = {
    Stage.WAITING: frozenset({Phase.CREATING, Phase.RUNNING}),
    Stage.CREATING: frozenset({Phase.RUNNING}),
    Stage.SETTLING: frozenset({Phase.RUNNING}),
    Stage.CHANGING: frozenset({Phase.RUNNING}),
}


def stage_of(phase: str, *, moving: bool, before: str | None) -> Stage | None:
    """What a pool is at that is heard in `phase`; `moving` says that its nodes, job types or drivers are on their way.

    `before` is the stage it was at until now, if any: it tells a creation that is not over from a later change.
    """
    match phase:
        case Phase.WAITING:
            return Stage.WAITING
        case Phase.CREATING:
            return Stage.CREATING
        case Phase.DELETING:
            return Stage.DELETING
        case Phase.RUNNING if moving:
            return Stage.SETTLING if before in OF_A_CREATION else Stage.CHANGING
        case _:
            return None


def is_reached(stage: str, phase: str) -> bool:
    """Whether the stage, which is over now that the pool is heard in `phase`, has led where it should."""
    return phase in _GOALS.get(stage, frozenset())
