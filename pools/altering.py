"""What asking for an alteration has in common with asking for any other: when it cannot be, and when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from pools.models import Pool
from pools.models.alterations import Alteration
from pools.states import IN_VAIN
from pools.wire.enums import Phase


class Why(StrEnum):
    """Why a pool cannot be altered now, whoever asks."""

    GONE = "gone"
    PHASE = "phase"
    DELETED = "deleted"
    UNDER_WAY = "under_way"
    RESIZED = "resized"
    NODES_LEAVE = "nodes_leave"
    PREPAID = "prepaid"
    UNTOLD = "untold"
    LAPSED = "lapsed"
    NOT_FAILED = "not_failed"
    NO_RETRY = "no_retry"
    LATELY = "lately"


class NotNow(Exception):
    """The pool cannot be altered as it is."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Overtaken(Exception):
    """The pool is other than whoever asked, or approves, has read; nothing was done."""


def why_not(pool: Pool, same: Iterable[Alteration], *, phases: frozenset[Phase]) -> Why | None:
    """Why nothing of `pool` can be altered now, outside of these phases, or while one of the `same` kind is under way.

    The pool is read with its deletions: they are taken out of what was prefetched, where it was.
    """
    if pool.gone_at:
        return Why.GONE
    if pool.phase not in phases:
        return Why.PHASE
    if any(one.state not in IN_VAIN for one in pool.deletions.all()):
        return Why.DELETED
    return Why.UNDER_WAY if any(one.is_under_way for one in same) else None


def soon() -> datetime:
    """When it is sent: as long as that is ahead it can be taken back."""
    return timezone.now() + timedelta(seconds=settings.DECISION_UNDO_SECONDS)
