"""What is known of a pool beyond its own document: nodes, events, work orders, jobs and measurements, as last heard."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.models import mishaps
from pools.models.pools import Pool


class Detail(models.Model):
    """One part of it, as `pools.gleaning` keeps it. Events and work orders stay when the cloud has forgotten them."""

    class Kind(models.TextChoices):
        NODES = "nodes", _("nodes")
        EVENTS = "events", _("events")
        ORDERS = "orders", _("orders of the cloud")
        METRICS = "metrics", _("measurements")
        JOBS = "jobs", _("jobs")

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="details")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    document: models.JSONField[Any, Any] = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=16, blank=True, help_text=_("Digest of the document, to tell a change."))
    kept_since = models.DateTimeField(default=timezone.now, help_text=_("When it was heard for the first time."))
    asked_at = models.DateTimeField(null=True, blank=True, help_text=_("When what stands here was asked for."))
    failed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When reading it last failed, if after asked_at.")
    )
    failure_message = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "kind"], name="one_detail_per_pool_and_kind")]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.kind}"

    @property
    def trouble(self) -> str:
        """Why it is older than it should be, in the reader's language; empty where it is not."""
        return mishaps.said(self.failure_message) if self.failed_at else ""


class AttentionQuerySet(models.QuerySet["Attention"]):
    def due(self) -> AttentionQuerySet:
        """Pools whose details are to be read, and that no worker is reading now."""
        now = timezone.now()
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
        living = Q(pool__gone_at__isnull=True, pool__project__disconnected_at__isnull=True)
        return self.filter(free, living, due_at__lte=now).order_by("due_at")


class Attention(models.Model):
    """When the details of a pool are read next: now that it changed, or because somebody looks at its page."""

    pool = models.OneToOneField(Pool, primary_key=True, on_delete=models.CASCADE, related_name="attention")
    looked_at = models.DateTimeField(null=True, blank=True, help_text=_("When somebody last had its page before them."))
    due_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("Readings in a row that could not be done."))

    objects = AttentionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="attention_due")]

    def __str__(self) -> str:
        return str(self.pool_id)
