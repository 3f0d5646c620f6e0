"""How long pools were at each stage: what their pages show, and what the next ones are told by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.estimates import LONGEST_FAMILY, MOST, Band
from pools.models.pools import Pool
from pools.models.projects import Project
from pools.stages import Stage

OPEN = Q(ended_at__isnull=True)


class StretchQuerySet(models.QuerySet["Stretch"]):
    def under_way(self) -> StretchQuerySet:
        return self.filter(OPEN)

    def overdue(self) -> StretchQuerySet:
        """Those that take longer than nine in ten did."""
        return self.filter(OPEN, late_after__lte=timezone.now())

    def like(self, other: Stretch) -> StretchQuerySet:
        """The latest that say how long such a one takes, at most as many as count."""
        kind = {name: getattr(other, name) for name in ("project_id", "stage", "family", "size")}
        told = self.filter(**kind, teaches=True, ended_at__isnull=False)
        return told.order_by("-ended_at")[:MOST]

    def seconds_like(self, other: Stretch) -> list[float]:
        """How many seconds each of those took: what `pools.estimates.band` is told by."""
        ends = self.like(other).values_list("began_at", "ended_at")
        return [(ended - began).total_seconds() for began, ended in ends if ended]

    def creations_like(self, other: Stretch) -> list[float]:
        """How many seconds pools took that were created as `other` will be, from the first node to being ready."""
        return [seconds for _pool, seconds in self.like(other).creations()]

    def creations(self, of: str = "pool") -> list[tuple[Any, float]]:
        """How many seconds the creations took that these rows begin, each under a field of its row."""
        ready = Stretch.objects.filter(pool=models.OuterRef("pool"), stage=Stage.SETTLING, ended_at__isnull=False)
        rows = self.annotate(ready_at=models.Subquery(ready.order_by("began_at").values("ended_at")[:1]))
        lengths = rows.values_list(of, "began_at", Coalesce("ready_at", "ended_at"))
        return [(key, (ended - began).total_seconds()) for key, began, ended in lengths if ended]


class Stretch(models.Model):
    """One stage of one pool, from when it was heard to begin until it was heard to be over.

    What it usually takes is told as it begins, and stands. Of a kind are those of a project, a family of flavors and a
    size (`pools.estimates`); how long people take to decide goes by the project alone.
    """

    KEPT: ClassVar[int] = 20  # so many of each stage are kept of a pool however old they are

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stretches", db_index=False)
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="stretches")
    stage = models.CharField(max_length=12, choices=[(stage.value, stage.value) for stage in Stage])
    family = models.CharField(max_length=LONGEST_FAMILY, blank=True)
    size = models.CharField(max_length=8, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    teaches = models.BooleanField(
        default=False, help_text=_("Both ends were heard as they came, and it led to its goal.")
    )
    usually = models.FloatField(null=True, blank=True, help_text=_("p50 of its kind, in seconds."))
    at_most = models.FloatField(null=True, blank=True, help_text=_("p90 of its kind, in seconds."))
    typical = models.BooleanField(
        default=False, help_text=_("Told by typical values, before there was history enough.")
    )
    late_after = models.DateTimeField(null=True, blank=True, help_text=_("From when on it is overdue."))

    objects = StretchQuerySet.as_manager()

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["pool"], condition=OPEN, name="one_stretch_under_way_per_pool")]
        indexes = [
            models.Index(
                fields=["project", "stage", "family", "size", "-ended_at"],
                condition=Q(teaches=True, ended_at__isnull=False),
                name="stretch_of_a_kind",
            ),
            models.Index(fields=["late_after", "pool"], condition=OPEN, name="stretch_overdue"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.stage}"

    @property
    def band(self) -> Band | None:
        if self.usually is None or self.at_most is None:
            return None
        return Band(usually=self.usually, at_most=self.at_most, typical=self.typical)

    @property
    def is_overdue(self) -> bool:
        return self.ended_at is None and self.late_after is not None and self.late_after <= timezone.now()

    def lasted(self, now: datetime) -> timedelta:
        """How long it took, or has taken until `now`; never less than nothing, whatever the clocks did."""
        return max((self.ended_at or now) - self.began_at, timedelta())
