"""Other numbers of nodes that somebody asked for: every such change is sent abroad exactly once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from pools.models.errands import Errand, Trouble
from pools.models.pools import Pool
from pools.models.teams import User
from pools.states import ErrandState
from pools.wire import resizing

UNDER_WAY = (ErrandState.RECORDED, ErrandState.SENDING, ErrandState.IN_DOUBT)
# So long whoever asked is told that nothing came of it.
NEWS: Final = timedelta(days=3)
AWAITED = Q(state=ErrandState.RECORDED, approved_at__isnull=True)


class ResizeQuerySet(models.QuerySet["Resize"]):
    def under_way(self) -> ResizeQuerySet:
        """Those that are not over: of these there is at most one per pool."""
        return self.filter(state__in=UNDER_WAY)

    def awaited(self) -> ResizeQuerySet:
        """Those that nobody has approved yet: no worker touches them."""
        return self.filter(AWAITED)

    def carried_out(self) -> ResizeQuerySet:
        return self.filter(state=ErrandState.DONE)

    def in_vain_lately(self) -> ResizeQuerySet:
        """Those that failed or were rejected within `NEWS`, and after which nobody asked for another."""
        in_vain = Q(state=ErrandState.FAILED) | Q(state=ErrandState.WITHDRAWN) & ~Q(reason="")
        later = Resize.objects.filter(pool=OuterRef("pool"), at__gt=OuterRef("at"))
        return self.filter(in_vain, ~Exists(later), changed_at__gte=timezone.now() - NEWS)

    def due(self) -> ResizeQuerySet:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")

    def lapse(self, pools: Collection[int]) -> None:
        """Let what nobody approved come to nothing, as these pools are gone: no worker would notice. As `call_off`."""
        # One that somebody decides just now is theirs; waiting for them, each of the two could wait for the other.
        for resize in self.awaited().filter(pool_id__in=pools).select_for_update(skip_locked=True):
            resize.move(ErrandState.FAILED, failure_code=Trouble.OVERTAKEN, failure_message="")

    def call_off(self, pool: Pool) -> None:
        """Let what was asked for come to nothing, as `pool` becomes another's. As `Deletion.objects.call_off`."""
        for resize in self.filter(pool=pool, state=ErrandState.RECORDED).select_for_update(skip_locked=True):
            resize.move(ErrandState.FAILED, failure_code=Trouble.CHANGED_HANDS, failure_message="")


class Resize(Errand):
    """A pool that is to have other numbers of nodes. `body` is the exact patch that is sent, `was` the one that would
    bring back what stood when it was asked for.

    One that adds nodes waits for an approval, without a moment at which it is due. It is sent some seconds after it was
    approved, or asked for where that needs nobody, and can be taken back until a worker takes it.
    """

    STATES: ClassVar[type[ErrandState]] = ErrandState

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="resizes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="resizes")
    at = models.DateTimeField(default=timezone.now)
    body = models.TextField()
    was = models.TextField()
    grows = models.BooleanField(default=False)
    approved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True)

    objects = ResizeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pool"], condition=Q(state__in=UNDER_WAY), name="one_resize_at_a_time")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="resize_due"),
            models.Index(fields=["pool"], condition=AWAITED, name="resize_awaited"),
        ]

    def __str__(self) -> str:
        return f"resize of {self.pool_id}"

    @property
    def stood(self) -> tuple[resizing.Entry, ...]:
        return resizing.asked(self.was)

    @property
    def wanted(self) -> tuple[resizing.Entry, ...]:
        return resizing.asked(self.body)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_awaited(self) -> bool:
        """It waits for somebody to approve it."""
        return self.state == ErrandState.RECORDED and self.approved_at is None

    @property
    def can_be_taken_back(self) -> bool:
        """Nothing of it was sent, and no worker has it."""
        return self.state == ErrandState.RECORDED and not self.sends

    def _swap(self, fields: dict[str, Any]) -> bool:
        """Pages show a resize with its pool: when one changes, both have."""
        with transaction.atomic():
            won = super()._swap(fields)
            if won:
                Pool.objects.filter(pk=self.pool_id, changed_at__lt=self.changed_at).update(changed_at=self.changed_at)
        return won
