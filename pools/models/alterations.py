"""What is to be other of a pool that stands. A resize is one; of each kind a pool has one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from pools.models.pool_errands import PoolErrand, PoolErrandQuerySet
from pools.models.teams import User
from pools.states import ErrandState
from pools.wire.enums import Phase

UNDER_WAY = (ErrandState.RECORDED, ErrandState.SENDING, ErrandState.IN_DOUBT)
# So long whoever asked is told that nothing came of it.
NEWS: Final = timedelta(days=3)

A = TypeVar("A", bound="Alteration")


class AlterationQuerySet(PoolErrandQuerySet[A]):
    IN_VAIN: ClassVar[Q] = Q(state=ErrandState.FAILED)

    def under_way(self) -> Self:
        """Those that are not over: of these there is at most one per pool."""
        return self.filter(state__in=UNDER_WAY)

    def carried_out(self) -> Self:
        return self.filter(state=ErrandState.DONE)

    def in_vain_lately(self) -> Self:
        """Those that failed or were rejected within `NEWS`, and after which nobody asked for another."""
        rows = self.model._default_manager  # noqa: SLF001 - of whichever kind it is
        later = rows.filter(pool=OuterRef("pool"), at__gt=OuterRef("at"))
        return self.filter(self.IN_VAIN, ~Exists(later), changed_at__gte=timezone.now() - NEWS)


class Alteration(PoolErrand):
    """A pool that is to be other than it is.

    `body` is the exact document that is sent, `was` says as much of what stood when it was asked for: it is only sent
    to a pool that is as it was then, and in doubt the pool is asked which of the two it is.

    It can be taken back until a worker takes it.
    """

    body = models.TextField()
    was = models.TextField()
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta(PoolErrand.Meta):
        abstract = True

    @property
    def carried_out_in(self) -> frozenset[Phase]:
        """In these phases of its pool it may be sent."""
        raise NotImplementedError

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def can_be_taken_back(self) -> bool:
        """Nothing of it was sent, and no worker has it."""
        return self.state == ErrandState.RECORDED and not self.sends

    def is_fulfilled_by(self, heard: Mapping[str, Any]) -> bool:
        """Whether the pool, by the cloud's own document of it, is as it is wanted."""
        raise NotImplementedError

    def is_still_before(self, heard: Mapping[str, Any]) -> bool:
        """Whether the pool, by that document, is as it was when this was asked for."""
        raise NotImplementedError
