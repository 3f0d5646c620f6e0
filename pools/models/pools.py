"""Pools as they were last heard of, and the history of their phases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pools.models.orders import Order
from pools.models.projects import Project
from pools.models.teams import Membership, Team, User
from pools.wire.enums import Phase


class PoolQuerySet(models.QuerySet["Pool"]):
    def visible_to(self, user: User) -> PoolQuerySet:
        """Pools of the user's teams, and unclaimed ones of projects that serve a team they are an admin of."""
        memberships = Membership.objects.filter(user_id=user.pk)
        administered = memberships.filter(role=Membership.Role.ADMIN).values("team_id")
        unclaimed = Q(team__isnull=True, project__in=Project.objects.filter(teams__in=administered))
        return self.filter(Q(team_id__in=memberships.values("team_id")) | unclaimed)

    def living(self) -> PoolQuerySet:
        return self.filter(gone_at__isnull=True)

    def not_heard_since(self, at: datetime) -> PoolQuerySet:
        """Pools of which nothing is on record that was asked for after `at`, by themselves or with their list.

        Certain only under the lock that `Project.objects.locked` takes.
        """
        return self.filter(~Q(listed=True, project__heard_at__gt=at), observed_at__lte=at)

    def due(self) -> PoolQuerySet:
        """Pools that are to be looked at by themselves."""
        return self.living().filter(look_after__lte=timezone.now()).order_by("look_after")

    def due_projects(self) -> models.QuerySet[Pool, tuple[int, datetime | None]]:
        """The projects of due pools that nobody is looking at now, and since when the longest is due."""
        now = timezone.now()
        free = Q(project__looking_until__isnull=True) | Q(project__looking_until__lte=now)
        since = models.Min("look_after")
        return self.due().filter(free).values_list("project_id").annotate(since=since).order_by("since")

    def holding_names(self) -> PoolQuerySet:
        """Pools whose name cannot be ordered again in their project: living ones, but for failed creations."""
        return self.living().exclude(phase=Phase.CREATION_FAILED)


class Pool(models.Model):
    """One pool abroad. A name that is deleted and ordered again is another pool: the creation time tells them apart."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="pools")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="pools")
    order = models.OneToOneField(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="pool")
    pool_id = models.CharField(max_length=128, help_text="metadata.name, the service's ID.")
    name = models.CharField(max_length=64, help_text="Label os.modelarts/name.")
    workspace_id = models.CharField(max_length=64, default="0")
    created_abroad = models.DateTimeField(help_text="metadata.creationTimestamp.")
    phase = models.CharField(max_length=64, blank=True, help_text="status.phase verbatim; empty until one was heard.")
    phase_since = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)
    document: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text="The whole document as last heard.")
    fingerprint = models.CharField(max_length=16, blank=True, help_text="Digest of the document, to tell a change.")
    moving = models.BooleanField(default=False, help_text="Its nodes, job types or drivers are still on their way.")
    observed_at = models.DateTimeField(
        help_text="When it was heard of by itself, or changed in a list; `read_at` is what pages show."
    )
    listed = models.BooleanField(
        default=False, help_text="The last list of its project that was heard holds it as it stands here."
    )
    list_print = models.CharField(
        max_length=16, blank=True, help_text="Print of its text in that list: the same text need not be read again."
    )
    misses = models.PositiveSmallIntegerField(default=0, help_text="Its own 404s in a row.")
    gone_at = models.DateTimeField(null=True, blank=True)
    look_after = models.DateTimeField(null=True, blank=True, help_text="When a look at it by itself is due.")
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        ordering = ["-created_abroad", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "pool_id"], condition=Q(gone_at__isnull=True), name="one_living_pool_per_id"
            )
        ]
        indexes = [
            models.Index(fields=["team", "phase"], name="pool_team_phase"),
            models.Index(fields=["project", "phase"], name="pool_project_phase"),
            models.Index(fields=["team", "-created_abroad", "-id"], name="pool_team_newest"),
            models.Index(
                fields=["look_after"],
                condition=Q(look_after__isnull=False, gone_at__isnull=True),
                name="pool_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def read_at(self) -> datetime:
        """When what stands here was heard last: what a list holds unchanged is as fresh as its project, unwritten."""
        return self.as_heard_with(self.project.heard_at)

    def as_heard_with(self, list_heard_at: datetime | None) -> datetime:
        """As `read_at`, given when the last list was heard."""
        return max(self.observed_at, list_heard_at) if self.listed and list_heard_at else self.observed_at


class PhaseChange(models.Model):
    """One phase following another, as we heard it. Rows are only ever added."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="phase_changes")
    was = models.CharField(max_length=64, blank=True)
    became = models.CharField(max_length=64)
    message = models.TextField(blank=True)
    heard_at = models.DateTimeField()

    class Meta:
        ordering = ["heard_at", "pk"]

    def __str__(self) -> str:
        return f"{self.was} to {self.became}"
