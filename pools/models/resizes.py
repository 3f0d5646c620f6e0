"""Other numbers of nodes that somebody asked for: every such change is sent abroad exactly once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from pools.models.alterations import UNDER_WAY, Alteration, AlterationQuerySet
from pools.models.errands import Trouble
from pools.models.teams import User
from pools.phases import RESIZABLE
from pools.states import ErrandState
from pools.wire import resizing
from pools.wire.enums import Phase

AWAITED = Q(state=ErrandState.RECORDED, approved_at__isnull=True)


class ResizeQuerySet(AlterationQuerySet["Resize"]):
    # One that was rejected has a reason.
    IN_VAIN: ClassVar[Q] = Q(state=ErrandState.FAILED) | Q(state=ErrandState.WITHDRAWN) & ~Q(reason="")

    def awaited(self) -> ResizeQuerySet:
        """Those that nobody has approved yet: no worker touches them."""
        return self.filter(AWAITED)

    def lapse(self, pools: Collection[int]) -> None:
        """Let what nobody approved come to nothing, as these pools are gone: no worker would notice. As `call_off`."""
        # One that somebody decides just now is theirs; waiting for them, each of the two could wait for the other.
        for resize in self.awaited().filter(pool_id__in=pools).select_for_update(skip_locked=True):
            resize.move(ErrandState.FAILED, failure_code=Trouble.OVERTAKEN, failure_message="")


class Resize(Alteration):
    """A pool that is to have other numbers of nodes. `body` is the exact patch that is sent, `was` the one that would
    bring back what stood when it was asked for.

    One that adds nodes waits for an approval, without a moment at which it is due. It is sent some seconds after it was
    approved, or asked for where that needs nobody, and can be taken back until a worker takes it.
    """

    CARRIED_OUT_IN: ClassVar[frozenset[Phase]] = RESIZABLE

    grows = models.BooleanField(default=False)
    approved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = ResizeQuerySet.as_manager()

    class Meta(Alteration.Meta):
        constraints = [
            models.UniqueConstraint(fields=["pool"], condition=Q(state__in=UNDER_WAY), name="one_resize_at_a_time")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="resize_due"),
            models.Index(fields=["pool"], condition=AWAITED, name="resize_awaited"),
        ]

    @property
    def stood(self) -> tuple[resizing.Entry, ...]:
        return resizing.asked(self.was)

    @property
    def wanted(self) -> tuple[resizing.Entry, ...]:
        return resizing.asked(self.body)

    @property
    def is_awaited(self) -> bool:
        """It waits for somebody to approve it."""
        return self.state == ErrandState.RECORDED and self.approved_at is None

    def is_fulfilled_by(self, heard: Mapping[str, Any]) -> bool:
        return resizing.is_as(self.wanted, resizing.entries(heard))

    def is_still_before(self, heard: Mapping[str, Any]) -> bool:
        return resizing.is_as(self.stood, resizing.entries(heard))
