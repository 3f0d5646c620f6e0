"""Pools made elsewhere that a team took for its own: who did it, and when. Rows are added and never changed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from pools import tracing
from pools.models.pools import Pool
from pools.models.teams import Team, User


class Adoption(models.Model):
    """A pool that nobody here was known to have ordered, and the team it became.

    It belongs to that team since, unless an order of another team was proved to have made it: ask `pool.team`.
    """

    pool = models.OneToOneField(Pool, on_delete=models.PROTECT, related_name="adoption")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="adoptions")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="adoptions")
    at = models.DateTimeField(default=timezone.now)
    trace = models.CharField(max_length=64, blank=True, default=tracing.current)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"adoption of {self.pool_id}"
