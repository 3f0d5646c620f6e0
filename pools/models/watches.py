"""Finished drafts that wait for what is sold out, and are then placed as they are: each at most once."""

from __future__ import annotations

import logging
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools import tracing
from pools.dockets import Docket
from pools.models.orders import Order
from pools.models.projects import Project
from pools.models.teams import Team, User
from pools.states import ForbiddenMove, WatchState, allows

logger = logging.getLogger(__name__)


class WatchQuerySet(models.QuerySet["Watch"]):
    def visible_to(self, user: User) -> WatchQuerySet:
        """Watches of the teams that `user` belongs to; nothing for anybody else, staff included."""
        return self.filter(team__memberships__user_id=user.pk)

    def standing(self) -> WatchQuerySet:
        """Those that may still become an order: of one draft there is at most one."""
        return self.filter(state=WatchState.WATCHING)

    def due(self) -> WatchQuerySet:
        """Those to be looked at: what they wait for was read anew, or their time is over."""
        return self.standing().filter(due_at__lte=timezone.now()).order_by("due_at")

    def untold(self) -> WatchQuerySet:
        """Those that are over, and whose watcher has not seen that."""
        return self.filter(seen_at__isnull=True).exclude(state=WatchState.WATCHING)

    def end(self, ending: Watch.Ending, *, by: User | None = None) -> int:
        """End those that stand; returns how many. Whoever ends their own need not be told of it."""
        now = timezone.now()
        seen = Case(When(by=by, then=Value(now)), default=F("seen_at")) if by else F("seen_at")
        return self.move(WatchState.ENDED, ending=ending, ended_by=by, ended_at=now, seen_at=seen)

    def move(self, to: WatchState, **also: Any) -> int:
        """Move those that stand; returns how many. One statement: of two who move one row, the first does."""
        if not allows(WatchState.WATCHING, to):
            raise ForbiddenMove(f"Watch: {WatchState.WATCHING} to {to}")
        return self.standing().update(state=to, due_at=None, changed_at=timezone.now(), **also)

    def see(self) -> None:
        """Note that the watcher knows what became of these."""
        now = timezone.now()
        self.untold().update(seen_at=now, changed_at=now)


class Watch(models.Model):
    """A draft that somebody would have placed, had all of it been on sale. `body` is the exact text that is sent then.

    Nothing but stock was in its way when it began. It is its own queue entry: the worker finds it by `due_at`.
    """

    class Ending(models.TextChoices):
        CANCELLED = "cancelled", _("It was cancelled.")
        EDITED = "edited", _("The draft was changed.")
        BY_HAND = "by_hand", _("The draft was placed by hand.")
        DELETED = "deleted", _("The draft was deleted.")
        EXPIRED = "expired", _("It was not on sale again in time.")
        BLOCKED = "blocked", _("It is on sale again, but something else is in the way now.")
        NAME_TAKEN = "name_taken", _("It is on sale again, but the name is taken now.")
        NEWS = "news", _("It is on sale again, but there is something new to read before it is placed.")
        NOT_ALLOWED = "not_allowed", _("It is on sale again, but whoever watched may not order here any more.")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="watches")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="watches")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="watches")
    draft = models.UUIDField()
    revision = models.PositiveIntegerField(help_text=_("Of the draft: with it, what makes it one order at most."))
    pool_name = models.CharField(max_length=64)
    body = models.TextField(help_text=_("The JSON document as it will be sent, byte for byte."))
    digest = models.CharField(max_length=64)
    understood: models.JSONField[Any, Any] = models.JSONField(
        default=list, help_text=_("The warnings that were ticked: rule and path of each.")
    )
    written: models.JSONField[Any, Any] = models.JSONField(
        default=list, help_text=_("Paths of what was written by hand though the cloud may not list it.")
    )
    docket: models.JSONField[Any, Any] = models.JSONField(default=dict, help_text=_("What is ours alone of the order."))
    wants: models.JSONField[Any, Any] = models.JSONField(
        default=list, help_text=_("What was sold out: each flavor, with a zone where one was chosen.")
    )
    since = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("When the worker looks next; empty: never."))
    state = models.CharField(max_length=10)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    trouble = models.TextField(blank=True, help_text=_("What was in the way, in the words of our log."))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField(Order, null=True, blank=True, on_delete=models.PROTECT, related_name="watch")
    seen_at = models.DateTimeField(null=True, blank=True, help_text=_("When its watcher was told what became of it."))
    changed_at = models.DateTimeField(default=timezone.now)
    trace = models.CharField(max_length=64, blank=True, default=tracing.current)

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(
                fields=["draft"], condition=Q(state=WatchState.WATCHING), name="one_standing_watch_per_draft"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="watch_due"),
            models.Index(fields=["draft", "-id"], name="watch_of_draft"),
            models.Index(fields=["team", "changed_at"], name="watch_team_changed"),
        ]

    def __str__(self) -> str:
        return f"watch {self.pk} of {self.pool_name}"

    @property
    def is_standing(self) -> bool:
        return self.state == WatchState.WATCHING

    @property
    def asked(self) -> Docket:
        """Its docket."""
        return Docket.of(self.docket)

    def take(self) -> bool:
        """Have it placed, if it still stands and its time is not over. Returns whether we won."""
        now = timezone.now()
        mine = Watch.objects.filter(pk=self.pk, expires_at__gt=now)
        return mine.move(WatchState.PLACED, ended_at=now) == 1

    def rest(self) -> None:
        """Look again when it was read anew, or when its time is over; not where that was a moment ago."""
        Watch.objects.standing().filter(pk=self.pk, due_at=self.due_at).update(due_at=self.expires_at)

    def end(self, ending: Watch.Ending, *, trouble: str = "") -> None:
        """End it, if it still stands, by itself: its watcher is told."""
        mine = Watch.objects.filter(pk=self.pk)
        if mine.move(WatchState.ENDED, ending=ending, ended_at=timezone.now(), trouble=trouble):
            logger.info("%s is over: %s %s", self, ending, trouble)
