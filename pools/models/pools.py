"""Pools as they were last heard of, and the history of their phases."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.models.orders import Order
from pools.models.projects import Project
from pools.models.teams import Membership, Team, User
from pools.wire.enums import Phase
from pools.wire.gist import TraitKind, trait

LIVING, GONE = Q(gone_at__isnull=True), Q(gone_at__isnull=False)
UNCLAIMED = Q(team__isnull=True)
NODES = ("nodes_wanted", "nodes_available", "nodes_creating", "nodes_abnormal", "nodes_deleting")


class PoolQuerySet(models.QuerySet["Pool"]):
    def visible_to(self, user: User) -> PoolQuerySet:
        """Pools of the user's teams, and unclaimed ones of projects that serve a team they are an admin of."""
        memberships = Membership.objects.filter(user_id=user.pk)
        administered = memberships.filter(role=Membership.Role.ADMIN).values("team_id")
        unclaimed = Q(team__isnull=True, project__in=Project.objects.filter(teams__in=administered))
        return self.filter(Q(team_id__in=memberships.values("team_id")) | unclaimed)

    def visible_parts(self, user: User) -> list[PoolQuerySet]:
        """The same as `visible_to`, in two parts that an index serves each: of the user's teams, and unclaimed."""
        teams = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
        served = Project.teams.through.objects.filter(team_id__in=teams).values("project_id")
        return [
            self.filter(team__memberships__user_id=user.pk),
            self.filter(UNCLAIMED, project_id__in=served),
        ]

    def of_team(self, team: Team, *, seen_by: User) -> PoolQuerySet:
        """Pools of a team that the user belongs to; none of any other."""
        return self.filter(Exists(Membership.objects.filter(team=team, user_id=seen_by.pk)), team=team)

    def unclaimed_beside(self, team: Team, *, seen_by: User) -> PoolQuerySet:
        """Pools that nobody claimed of projects that serve a team which the user is an admin of; none of any other."""
        seat = Membership.objects.filter(team=team, user_id=seen_by.pk, role=Membership.Role.ADMIN)
        return self.filter(
            UNCLAIMED, Exists(seat), project__in=Project.teams.through.objects.filter(team=team).values("project_id")
        )

    def living(self) -> PoolQuerySet:
        return self.filter(LIVING)

    def gone(self) -> PoolQuerySet:
        return self.filter(GONE)

    def not_heard_since(self, at: datetime) -> PoolQuerySet:
        """Pools of which nothing is on record that was asked for after `at`, by themselves or with their list.

        Certain only under the lock that `Project.objects.locked` takes.
        """
        return self.filter(~Q(listed=True, project__heard_at__gt=at), observed_at__lte=at)

    def due(self) -> PoolQuerySet:
        """Pools that are to be looked at by themselves."""
        return self.living().filter(look_after__lte=timezone.now()).order_by("look_after")

    def with_trait(self, kind: TraitKind, value: str) -> PoolQuerySet:
        """Pools with this flavor, zone or job type."""
        return self.filter(traits__contains=trait(kind, value))

    def standing(self) -> PoolQuerySet:
        """Living ones that are on their way to nowhere: what they are is what they are to be."""
        return self.living().filter(phase__in=(Phase.RUNNING, Phase.ABNORMAL), moving=False)

    def holding_names(self) -> PoolQuerySet:
        """Pools whose name cannot be ordered again in their project: living ones, but for failed creations."""
        return self.living().exclude(phase=Phase.CREATION_FAILED)


class Pool(models.Model):
    """One pool abroad. A name that is deleted and ordered again is another pool: the creation time tells them apart."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="pools")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="pools", db_index=False
    )
    order = models.OneToOneField(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="pool")
    pool_id = models.CharField(max_length=128, help_text=_("metadata.name, the service's ID."))
    name = models.CharField(max_length=64, help_text=_("Label os.modelarts/name."))
    workspace_id = models.CharField(max_length=64, default="0")
    created_abroad = models.DateTimeField(help_text=_("metadata.creationTimestamp."))
    phase = models.CharField(
        max_length=64, blank=True, help_text=_("status.phase verbatim; empty until one was heard.")
    )
    phase_since = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)
    document: models.JSONField[Any, Any] = models.JSONField(
        default=dict, help_text=_("The whole document as last heard.")
    )
    fingerprint = models.CharField(max_length=16, blank=True, help_text=_("Digest of the document, to tell a change."))
    traits = models.TextField(blank=True, help_text=_("Its flavors, zones and job types, a line each, to be searched."))
    nodes_wanted = models.PositiveIntegerField(default=0)
    nodes_available = models.PositiveIntegerField(default=0)
    nodes_creating = models.PositiveIntegerField(default=0)
    nodes_abnormal = models.PositiveIntegerField(default=0)
    nodes_deleting = models.PositiveIntegerField(default=0)
    census = models.TextField(blank=True, help_text=_("Its nodes by flavor and state, a line each, to be added up."))
    moving = models.BooleanField(default=False, help_text=_("Its nodes, job types or drivers are still on their way."))
    observed_at = models.DateTimeField(
        help_text=_("When it was heard of by itself, or changed in a list; `read_at` is what pages show.")
    )
    listed = models.BooleanField(
        default=False, help_text=_("The last list of its project that was heard holds it as it stands here.")
    )
    list_print = models.CharField(
        max_length=16, blank=True, help_text=_("Print of its text in that list: the same text need not be read again.")
    )
    misses = models.PositiveSmallIntegerField(default=0, help_text=_("Its own 404s in a row."))
    gone_at = models.DateTimeField(null=True, blank=True)
    look_after = models.DateTimeField(null=True, blank=True, help_text=_("When a look at it by itself is due."))
    drift = models.CharField(
        max_length=16, blank=True, help_text=_("Print of what of it is not as it was ordered; empty where all is.")
    )
    drift_since = models.DateTimeField(
        null=True, blank=True, help_text=_("When that was found, unless somebody said since that it is meant.")
    )
    drift_meant = models.CharField(max_length=16, blank=True, help_text=_("Print of the drift that is meant."))
    drift_meant_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    drift_meant_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = PoolQuerySet.as_manager()

    class Meta:
        ordering = ["-created_abroad", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "pool_id"], condition=Q(gone_at__isnull=True), name="one_living_pool_per_id"
            )
        ]
        indexes = [
            # A team's dashboard: its rows in each order.
            models.Index(
                fields=["team", "phase", "-created_abroad", "-id", "gone_at"], condition=LIVING, name="pool_team_phase"
            ),
            models.Index(fields=["team", "-created_abroad", "-id"], condition=LIVING, name="pool_team_newest"),
            models.Index(fields=["team", "name", "id"], condition=LIVING, name="pool_team_name"),
            models.Index(fields=["team", "-created_abroad", "-id"], condition=GONE, name="pool_team_gone"),
            models.Index(fields=["team", "gone_at"], condition=GONE, name="pool_team_gone_since"),
            # Its change feed; the unclaimed stand together there, under no team.
            models.Index(fields=["team", "-changed_at", "-id"], name="pool_team_changed"),
            # Its counters and its nodes by state. (SQLite counts by an index alone only if it holds what the condition
            # is about.)
            models.Index(
                fields=["team", "phase", "gone_at", *NODES],
                condition=LIVING,
                name="pool_team_nodes",
            ),
            # Its accelerators, added up by an index alone: most pools of a flavor and size have the same census.
            models.Index(fields=["team", "census", "gone_at"], condition=LIVING, name="pool_team_census"),
            # What nobody claimed: newest first, and counted by project.
            models.Index(fields=["-created_abroad", "-id"], condition=LIVING & UNCLAIMED, name="pool_unclaimed_newest"),
            models.Index(
                fields=["project", "phase", "gone_at", "team"],
                condition=LIVING & UNCLAIMED,
                name="pool_unclaimed_phase",
            ),
            # What was made since the quotas of its project were read.
            models.Index(fields=["project", "-created_abroad"], condition=LIVING, name="pool_project_newest"),
            # The worker: whom to look at, and how soon to list a project again.
            models.Index(
                fields=["project", "look_after"],
                condition=Q(look_after__isnull=False, gone_at__isnull=True),
                name="pool_due",
            ),
            models.Index(
                fields=["project", "phase", "moving", "phase_since"],
                condition=Q(look_after__isnull=True) & LIVING,
                name="pool_pace",
            ),
            # Not as they were ordered, and nobody has said that it is meant.
            models.Index(fields=["team"], condition=Q(drift_since__isnull=False), name="pool_drifted"),
            # Gone so long that it may be let go.
            models.Index(fields=["gone_at"], condition=GONE, name="pool_gone"),
            # What went since the quotas of its project were read.
            models.Index(fields=["project", "gone_at"], condition=GONE, name="pool_project_gone_since"),
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
    """One phase following another, as we heard it. Rows are only ever added, until `pools.pruning` lets them go."""

    SHOWN: ClassVar[int] = 100  # so many of its last are told on a pool's page, and kept however old they are

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="phase_changes", db_index=False)
    was = models.CharField(max_length=64, blank=True)
    became = models.CharField(max_length=64)
    message = models.TextField(blank=True)
    heard_at = models.DateTimeField()

    class Meta:
        ordering = ["heard_at", "pk"]
        indexes = [
            models.Index(fields=["pool", "-heard_at", "-id"], name="phasechange_of_pool"),
            # What moved since yesterday, over all the pools of a team.
            models.Index(fields=["heard_at"], name="phase_change_heard"),
        ]

    def __str__(self) -> str:
        return f"{self.was} to {self.became}"
