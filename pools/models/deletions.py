"""Deletions that somebody asked for: every one of them is sent abroad exactly once."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from pools.models.errands import Errand, Trouble
from pools.models.pools import Pool
from pools.models.teams import User
from pools.states import IN_VAIN, ErrandState


class DeletionQuerySet(models.QuerySet["Deletion"]):
    def standing(self) -> DeletionQuerySet:
        """Those that did not come to nothing: of these there is at most one per pool."""
        return self.exclude(state__in=IN_VAIN)

    def due(self) -> DeletionQuerySet:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")

    def call_off(self, pool: Pool) -> None:
        """Let what was asked for come to nothing, as `pool` becomes another's. To be called in that transaction.

        One that a worker takes just now is left to the worker, which looks before it sends; waiting for it, each of the
        two could wait for the other.
        """
        for deletion in self.filter(pool=pool, state=ErrandState.RECORDED).select_for_update(skip_locked=True):
            deletion.move(ErrandState.FAILED, failure_code=Trouble.CHANGED_HANDS, failure_message="")


class Deletion(Errand):
    """A pool that somebody asked to be deleted."""

    STATES: ClassVar[type[ErrandState]] = ErrandState

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="deletions")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deletions")
    at = models.DateTimeField(default=timezone.now)

    objects = DeletionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool"], condition=~Q(state__in=IN_VAIN), name="one_standing_deletion_per_pool"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="deletion_due")]

    def __str__(self) -> str:
        return f"deletion of {self.pool_id}"

    def _swap(self, fields: dict[str, Any]) -> bool:
        """Pages show a deletion with its pool: when one changes, both have."""
        with transaction.atomic():
            won = super()._swap(fields)
            if won:
                Pool.objects.filter(pk=self.pool_id, changed_at__lt=self.changed_at).update(changed_at=self.changed_at)
        return won
