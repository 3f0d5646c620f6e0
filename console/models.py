"""What the face remembers: unfinished wizards, templates, saved views, tries to sign in. Orders live in the heart."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pools.models import Membership, Order, Project, Team, User, Watch
from pools.states import OrderState

# An order that ended like this was never a pool: its draft may be mended and placed again.
MENDABLE = frozenset({OrderState.REFUSED, OrderState.WITHDRAWN})


class TemplateQuerySet(models.QuerySet["Template"]):
    def visible_to(self, user: User) -> TemplateQuerySet:
        """Templates of the teams that `user` belongs to; nothing for anybody else, staff included."""
        return self.filter(team__memberships__user_id=user.pk)


class Template(models.Model):
    """An order that a team keeps to begin others with. `body` is the text of its document, as it was kept."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="templates", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=60)
    body = models.TextField()
    made_from = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="+")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["team__name", "name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="one_template_per_team_and_name")]

    def __str__(self) -> str:
        return self.name

    def may_be_changed_by(self, user: User) -> bool:
        """Who made it renames and deletes it, and so do admins of its team. Asked of who may see it."""
        return self.made_by_id == user.pk or user.has_perm("pools.manage_team", self.team)


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> DraftQuerySet:
        """Drafts of the teams that `user` belongs to; nothing for anybody else, staff included."""
        return self.filter(team__memberships__user_id=user.pk)

    def unfinished(self) -> DraftQuerySet:
        """Drafts that are not an order, or whose order was refused or withdrawn."""
        return self.filter(~self._placed())

    def placed(self) -> DraftQuerySet:
        """Drafts that became an order, which was neither refused nor withdrawn: nobody can change them any more."""
        return self.filter(self._placed())

    def with_last_watch(self) -> DraftQuerySet:
        """Each with the number of its last watch, None where it never was watched: `watch` reads that, if any."""
        watches = Watch.objects.filter(draft=models.OuterRef("pk")).order_by("-pk")
        return self.annotate(last_watch=models.Subquery(watches.values("pk")[:1]))

    def _placed(self) -> models.Exists:
        orders = Order.objects.filter(draft=models.OuterRef("pk"), revision=models.OuterRef("revision"))
        return models.Exists(orders.exclude(state__in=MENDABLE))


class Draft(models.Model):
    """One order being written, step by step. It belongs to the team, not to a browser.

    `data` is what was typed, as typed, valid or not; `version` counts saves, so that two windows notice each other;
    `revision` counts orders: with the draft's id it makes a double click one order.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("team"))
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("project"))
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    name = models.CharField(max_length=64, blank=True, help_text=_("The pool name as typed, for lists."))
    revision = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=0)
    data: models.JSONField[Any, Any] = models.JSONField(default=dict)
    origin: models.JSONField[Any, Any] = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("What it was started from: its kind, its name, and its document as it was."),
    )
    template = models.ForeignKey(
        Template, null=True, on_delete=models.SET_NULL, related_name="drafts", help_text=_("What it was begun with.")
    )
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    # Whether saving this very object ended its watch.
    was_let_go = False

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        indexes = [models.Index(fields=["team", "-saved_at"], name="draft_team_newest")]

    def __str__(self) -> str:
        return self.name or str(_("Unnamed draft"))

    @property
    def id_text(self) -> str:
        """The id as templates put it into other names."""
        return str(self.pk)

    def order(self) -> Order | None:
        """The order placed from the current revision, if any."""
        return Order.objects.filter(draft=self.pk, revision=self.revision).first()

    @cached_property
    def watch(self) -> Watch | None:
        """Its last watch, whatever became of it, of a draft that was read `with_last_watch`."""
        number: int | None = getattr(self, "last_watch", None)
        watches = Watch.objects.select_related("by", "ended_by", "team", "order").defer("body")
        return watches.filter(pk=number).first() if number else None

    @property
    def is_watched(self) -> bool:
        return self.watch is not None and self.watch.is_standing

    def save_typed(self, data: dict[str, Any], *, over: int, by: User, **also: Any) -> bool:
        """Write `data` if `over` is still the version; returns whether we won. The version is raised by one."""
        fields = {"data": data, "version": over + 1, "saved_at": timezone.now(), "saved_by_id": by.pk, **also}
        won = Draft.objects.filter(pk=self.pk, version=over).update(**fields) == 1
        if won:
            for name, value in fields.items():
                setattr(self, name, value)
        return won


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """The user's own and the shared ones, of teams that the user belongs to; nothing for anybody else."""
        mine_or_shared = models.Q(owner_id=user.pk) | models.Q(shared=True)
        return self.filter(mine_or_shared, team__memberships__user_id=user.pk)

    def removable_by(self, user: User) -> SavedViewQuerySet:
        """Of those, the user's own, and shared ones of teams that the user administers."""
        administered = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
        shared = models.Q(shared=True, team_id__in=administered)
        return self.visible_to(user).filter(models.Q(owner_id=user.pk) | shared)


class SavedView(models.Model):
    """A dashboard as somebody likes it: its filters, order and columns under a name; `query` is its address.

    It is read as any address is: a word in it that means nothing any more finds nothing, and harms nobody.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(
        max_length=2000, blank=True, help_text=_("After the question mark, without team and page.")
    )
    shared = models.BooleanField(_("for the whole team"), default=False)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "owner", "name"], name="one_saved_view_per_team_owner_and_name")
        ]

    def __str__(self) -> str:
        return self.name


class Tries(models.Model):
    """How often a name was tried in vain at one address, or with an empty name: anything was tried there.

    `name` is a keyed digest of what was typed (`console.guarding`), so that neither names nor passwords stand here.
    """

    name = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=64, blank=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now, help_text=_("When this count began."))
    last_at = models.DateTimeField(default=timezone.now, db_index=True)
    shut_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "address"], name="one_count_per_name_and_address")]

    def __str__(self) -> str:
        return f"{self.failures} at {self.address}"

    def is_shut(self, *, at: datetime) -> bool:
        return self.shut_until is not None and self.shut_until > at
