"""Deletions that somebody asked for: every one of them is sent abroad exactly once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from pools.models.pool_errands import PoolErrand, PoolErrandQuerySet
from pools.states import IN_VAIN


class DeletionQuerySet(PoolErrandQuerySet["Deletion"]):
    def standing(self) -> DeletionQuerySet:
        """Those that did not come to nothing: of these there is at most one per pool."""
        return self.exclude(state__in=IN_VAIN)


class Deletion(PoolErrand):
    """A pool that somebody asked to be deleted."""

    objects = DeletionQuerySet.as_manager()

    class Meta(PoolErrand.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["pool"], condition=~Q(state__in=IN_VAIN), name="one_standing_deletion_per_pool"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="deletion_due")]
