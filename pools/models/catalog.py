"""What the wizard offers: the cloud's catalog, mirrored in parts, each with its age; and readings people asked for."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.models.pools import Pool
from pools.models.projects import Project
from pools.models.teams import User


class CatalogPart(models.Model):
    """One answer of the cloud that the wizard reads instead of the cloud."""

    class Kind(models.TextChoices):
        FLAVORS = "flavors", _("flavors and stock")
        NETWORKS = "networks", _("networks")
        DRIVERS = "drivers", _("drivers")
        QUOTAS = "quotas", _("quotas")
        CONFIG = "config", _("tenant configuration")
        WORKSPACES = "workspaces", _("workspaces")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="catalog_parts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    document: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text="The answer as heard.")
    read_at = models.DateTimeField(null=True, blank=True, help_text="When it was last heard whole.")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="When reading it last failed, if after read_at.")
    failure_message = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="one_part_per_project_and_kind")]

    def __str__(self) -> str:
        return f"{self.project}: {self.kind}"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def due(self) -> ReadingQuerySet:
        """Asked for, and no worker is at it now."""
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lte=timezone.now())
        return self.filter(free, state=Reading.State.ASKED).order_by("asked_at")


class Reading(models.Model):
    """ "Read the cloud now", asked for by a person: a request row that the worker answers and the page watches."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="readings")
    pool = models.ForeignKey(
        Pool, null=True, blank=True, on_delete=models.CASCADE, related_name="readings", help_text="Empty: the catalog."
    )
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="readings")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    lease_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(state="asked"), name="reading_asked")]

    def __str__(self) -> str:
        return f"reading {self.pk} of {self.pool or self.project}"
