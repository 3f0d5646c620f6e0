"""Trying a connection: asked for by staff, answered by the worker, watched by the page."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.models.projects import Project
from pools.models.teams import User


class ProbeQuerySet(models.QuerySet["Probe"]):
    def due(self) -> ProbeQuerySet:
        """Asked for, and no worker is at it now."""
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lte=timezone.now())
        return self.filter(free, state=Probe.State.ASKED).order_by("asked_at")


class Probe(models.Model):
    """ "Test connection": what of the API can be reached with a project's credentials.

    `findings` is a list, one per part in the order they were tried: `{"part", "outcome", "code", "message", "count",
    "clock_skew"}`; the message is the cloud's own, the count is of what was listed, or null; the skew is in seconds,
    positive where the cloud's clock is ahead, and null but where credentials were refused.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        DONE = "done", _("done")

    class Part(models.TextChoices):
        POOLS = "pools", _("List pools")
        FLAVORS = "flavors", _("List flavors")
        NETWORKS = "networks", _("List networks")
        WORK_ORDERS = "work_orders", _("Work orders")
        BILLING = "billing", _("Billing")

    class Outcome(models.TextChoices):
        WORKS = "works", _("Works")
        REFUSED = "refused", _("Credentials refused")
        DENIED = "denied", _("Not allowed")
        MISSING = "missing", _("Not there")
        THROTTLED = "throttled", _("Too many requests")
        UNREACHED = "unreached", _("Not reached")
        UNCLEAR = "unclear", _("No clear answer")
        UNSET = "unset", _("Not set")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="probes")
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="probes")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    lease_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    findings: models.JSONField[Any, Any] = models.JSONField(default=list)

    objects = ProbeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=models.Q(state="asked"), name="one_open_probe_per_project"
            )
        ]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(state="asked"), name="probe_asked")]

    def __str__(self) -> str:
        return f"probe {self.pk} of {self.project}"
