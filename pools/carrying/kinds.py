"""What the journey asks of an errand and every kind answers for itself: may it go, how is it told, how far is it."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from functools import singledispatch

from pools.models import Pool, Trouble
from pools.models.errands import Errand
from pools.upstream import Client

# A pool just accepted may not be found, nor its order be named, for a while.
TOO_YOUNG = timedelta(minutes=1)


class Standing(Enum):
    """How far what was asked for has come, by the cloud's own account."""

    DONE = auto()
    UNDONE = auto()
    UNKNOWN = auto()
    THWARTED = auto()


class Unready(Exception):
    """Too early to tell."""


@singledispatch
def pool_of(errand: Errand) -> Pool:
    """The pool that it is about."""
    raise TypeError(errand)


@singledispatch
def reads(_errand: Errand) -> int:
    """How many calls it takes at most to ask how far it is."""
    return 2


@singledispatch
def objection(errand: Errand) -> Trouble | None:
    """Why it may not go out any more, by what is on record here; None if it may."""
    raise TypeError(errand)


@singledispatch
def standing(errand: Errand, _client: Client) -> Standing:
    """How far it is: asked before it is sent, and when it is in doubt. Raises `Unready` and what a client raises."""
    raise TypeError(errand)


@singledispatch
def tell(errand: Errand, _client: Client) -> None:
    """Send it. Raises what a client raises."""
    raise TypeError(errand)


@singledispatch
def what_thwarted(_errand: Errand) -> Trouble:
    """What came between, where it is THWARTED."""
    return Trouble.OVERTAKEN
