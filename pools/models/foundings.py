"""Networks that somebody asked for: every one of them is sent abroad exactly once."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools.models.errands import Errand
from pools.models.projects import Project
from pools.models.teams import Team, User
from pools.states import ErrandState

UNDER_WAY = (ErrandState.RECORDED, ErrandState.SENDING, ErrandState.IN_DOUBT)
# A network that is not ready after so long is no news any more: it is looked at as all others are.
EXPECTED_WITHIN: Final = timedelta(minutes=15)


class FoundingQuerySet(models.QuerySet["Founding"]):
    def due(self) -> FoundingQuerySet:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")

    def under_way(self) -> FoundingQuerySet:
        """Those that the cloud has not answered: of these there is at most one of a name in a project."""
        return self.filter(state__in=UNDER_WAY)

    def made_lately(self) -> FoundingQuerySet:
        """Those whose network the cloud accepted a while ago at most: it may still be made ready."""
        return self.filter(state=ErrandState.DONE, changed_at__gte=timezone.now() - EXPECTED_WITHIN)


class Founding(Errand):
    """A network that somebody asked for, with the exact bytes that are sent. `network_id` is the cloud's answer."""

    STATES: ClassVar[type[ErrandState]] = ErrandState

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="foundings")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="foundings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="foundings")
    at = models.DateTimeField(default=timezone.now)
    draft = models.UUIDField(help_text=_("The draft that it was asked for from."))
    name = models.CharField(max_length=32)
    workspace_id = models.CharField(max_length=64, default="0")
    cidr = models.CharField(max_length=18)
    body = models.TextField()
    network_id = models.CharField(max_length=128, blank=True, help_text=_("metadata.name, the service's ID."))

    objects = FoundingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], condition=Q(state__in=UNDER_WAY), name="one_founding_under_way_per_name"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="founding_due"),
            models.Index(fields=["draft", "-at"], name="founding_of_draft"),
        ]

    def __str__(self) -> str:
        return f"network {self.name}"

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_fresh(self) -> bool:
        """Whether the cloud accepted it a while ago at most."""
        return self.state == ErrandState.DONE and timezone.now() - self.changed_at < EXPECTED_WITHIN
