"""Other numbers of nodes that somebody asked for: every such change is sent abroad exactly once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.models.alterations import UNDER_WAY, Alteration, AlterationQuerySet
from pools.models.errands import Trouble
from pools.models.reminders import Reminded
from pools.models.teams import User
from pools.phases import RESIZABLE
from pools.states import ErrandState
from pools.wire import resizing
from pools.wire.enums import Phase

AWAITED = Q(state=ErrandState.RECORDED, approved_at__isnull=True)
# One that was rejected has a reason.
REJECTED = Q(state=ErrandState.WITHDRAWN) & ~Q(reason="")


class ResizeQuerySet(AlterationQuerySet["Resize"]):
    IN_VAIN: ClassVar[Q] = Q(state=ErrandState.FAILED) | REJECTED

    def awaited(self) -> ResizeQuerySet:
        """Those that nobody has approved yet: no worker touches them."""
        return self.filter(AWAITED)

    def overdue(self) -> ResizeQuerySet:
        """Of those, the ones that have waited for as long as they may."""
        if not settings.APPROVAL_DAYS:
            return self.none()
        return self.awaited().filter(at__lte=timezone.now() - timedelta(days=settings.APPROVAL_DAYS))

    def decided(self) -> ResizeQuerySet:
        """Those that add nodes and that somebody approved or rejected."""
        return self.filter(Q(approved_at__isnull=False) | REJECTED, grows=True)

    def lapse(self, pools: Collection[int]) -> None:
        """Let what nobody approved come to nothing, as these pools are gone: no worker would notice. As `call_off`."""
        # One that somebody decides just now is theirs; waiting for them, each of the two could wait for the other.
        for resize in self.awaited().filter(pool_id__in=pools).select_for_update(skip_locked=True):
            resize.move(ErrandState.FAILED, failure_code=Trouble.OVERTAKEN, failure_message="")


class Resize(Alteration, Reminded):
    """A pool that is to have other numbers of nodes. `body` is the exact patch that is sent, `was` the one that would
    bring back what stood when it was asked for.

    One that adds nodes waits for an approval, without a moment at which it is due. It is sent some seconds after it was
    approved, or asked for where that needs nobody, and can be taken back until a worker takes it. One that nobody has
    approved in time lapses.
    """

    grows = models.BooleanField(default=False)
    why = models.TextField(blank=True, help_text=_("What whoever asked for it says it is for."))
    approved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    comment = models.TextField(blank=True, help_text=_("What whoever approved it said along with that."))
    digest = models.CharField(max_length=64, blank=True, help_text=_("Of the patch that was read and decided on."))
    checks: models.JSONField[Any, Any] = models.JSONField(
        default=list, blank=True, help_text=_("What it rests on, as it was when it was approved.")
    )
    undone: models.JSONField[Any, Any] = models.JSONField(
        default=list, blank=True, help_text=_("Approvals that were undone before anything was sent: by, at, until.")
    )

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
    def carried_out_in(self) -> frozenset[Phase]:
        return RESIZABLE

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

    @property
    def is_rejected(self) -> bool:
        return self.state == ErrandState.WITHDRAWN and bool(self.reason)

    @property
    def has_lapsed(self) -> bool:
        """Nobody approved it in time, whether that was noticed or not."""
        if self.is_awaited:
            return self.ends_at is not None and self.ends_at <= timezone.now()
        return self.state == ErrandState.FAILED and self.failure_code == Trouble.LAPSED

    @property
    def waits_since(self) -> datetime:
        return self.at

    @property
    def ends_at(self) -> datetime | None:
        """Until when it may be approved; None where there is no such limit."""
        return self.at + timedelta(days=settings.APPROVAL_DAYS) if settings.APPROVAL_DAYS else None

    @property
    def decided_by(self) -> User | None:
        return self.ended_by if self.is_rejected else self.approved_by

    @property
    def decided_at(self) -> datetime | None:
        return self.changed_at if self.is_rejected else self.approved_at

    @property
    def can_be_undone(self) -> bool:
        """It was approved, nothing of it was sent, and no worker has it."""
        return self.can_be_taken_back and self.approved_at is not None

    def is_fulfilled_by(self, heard: Mapping[str, Any]) -> bool:
        return resizing.is_as(self.wanted, resizing.entries(heard))

    def is_still_before(self, heard: Mapping[str, Any]) -> bool:
        return resizing.is_as(self.stood, resizing.entries(heard))
