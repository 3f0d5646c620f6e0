"""Orders and the decisions taken on them: every one of them is sent abroad exactly once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools import dockets
from pools.models.errands import Errand
from pools.models.projects import Project
from pools.models.reminders import Reminded
from pools.models.teams import Membership, Team, User
from pools.phases import ENDS_SOON, PAYABLE_FOR
from pools.states import IN_VAIN, ON_THE_WAY, ErrandState, OrderState
from pools.wire.enums import Phase


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> OrderQuerySet:
        """Orders of the teams that `user` belongs to; nothing for anybody else, staff included."""
        return self.filter(team__memberships__user_id=user.pk)

    def decidable_by(self, user: User) -> OrderQuerySet:
        """Orders of the teams that `user` is an admin of, but for their own where the team wants four eyes."""
        admin_of = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
        return self.filter(team_id__in=admin_of).exclude(team__four_eyes=True, placed_by_id=user.pk)

    def waiting(self) -> OrderQuerySet:
        """Gate 2: accepted, its pool Waiting abroad, and not decided yet."""
        return self.filter(pool__phase=Phase.WAITING, pool__gone_at__isnull=True).undecided()

    def undecided(self) -> OrderQuerySet:
        standing = [state for state in ErrandState if state not in IN_VAIN]
        return self.filter(state=OrderState.ACCEPTED).exclude(decisions__state__in=standing)

    def naming(self, value: str) -> OrderQuerySet:
        """Orders in whose document this text stands as a whole word: a flavor, a zone, a job type."""
        return self.filter(body__contains=json.dumps(value, ensure_ascii=False))

    def due(self) -> OrderQuerySet:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")


class Order(Errand, Reminded):
    """One pool asked for. `body` is the exact text that is sent; nothing rewrites it after it was placed."""

    STATES: ClassVar[type[OrderState]] = OrderState

    class Resolution(models.TextChoices):
        OURS = "ours", _("the pool found is the one ordered")
        NOT_OURS = "not_ours", _("the order made no pool")
        SEND_AGAIN = "send_again", _("send it once more")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="orders")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="orders")
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="orders", db_index=False)
    placed_at = models.DateTimeField(default=timezone.now)
    draft = models.UUIDField(
        help_text=_("The draft it was placed from; with the revision, what makes a double click one order.")
    )
    revision = models.PositiveIntegerField()
    pool_name = models.CharField(_("pool name"), max_length=64)
    workspace_id = models.CharField(max_length=64, default="0")
    body = models.TextField(help_text=_("The JSON document as it is sent, byte for byte."))
    on_the_way_or_living = models.BooleanField(
        default=True, help_text=_("Holds the pool name: true until refused, withdrawn, or its pool is gone or failed.")
    )
    failure_field = models.CharField(max_length=255, blank=True, help_text=_("The JSON path the cloud named, if any."))
    work_order = models.CharField(max_length=128, blank=True, help_text=_("Label os.modelarts/order.name."))
    billing_order = models.CharField(max_length=64, blank=True, help_text=_("Annotation os.modelarts/order.id."))
    absences = models.PositiveSmallIntegerField(
        default=0, help_text=_("Shows by id that answered 404 since the last send.")
    )
    absent_since = models.DateTimeField(null=True, blank=True)

    resolved_as = models.CharField(
        max_length=10, choices=Resolution.choices, blank=True, help_text=_("The last word of a person about a doubt.")
    )
    resolved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="resolutions")
    resolved_at = models.DateTimeField(null=True, blank=True)

    understood: models.JSONField[Any, Any] = models.JSONField(
        default=list,
        blank=True,
        help_text=_("The warnings that whoever ordered read and accepted: rule, case, values."),
    )

    pays_itself = models.BooleanField(
        default=False, help_text=_("Its document has it paid at once: it waits for nobody.")
    )

    needed_by = models.DateField(
        null=True, blank=True, help_text=_("The last day on which it is of use. Never sent, as the next three.")
    )
    contact = models.CharField(
        max_length=dockets.LONGEST["contact"], blank=True, help_text=_("Whom to ask about the pool.")
    )
    cost_centre = models.CharField(
        max_length=dockets.LONGEST["cost_centre"], blank=True, help_text=_("Who bears its cost.")
    )
    ticket = models.CharField(
        max_length=dockets.LONGEST["ticket"],
        blank=True,
        help_text=_("Where it was asked for: an address, or a number."),
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "revision"], name="one_order_per_draft_and_revision"),
            models.UniqueConstraint(
                fields=["project", "pool_name"],
                condition=Q(on_the_way_or_living=True),
                name="one_live_order_per_project_and_name",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="order_due"),
            models.Index(fields=["team", "state", "-placed_at", "-id"], name="order_team_state"),
            models.Index(fields=["team", "changed_at"], name="order_team_changed"),
            models.Index(fields=["placed_by", "state"], name="order_placer_state"),
            models.Index(fields=["team", "-placed_at"], condition=Q(pays_itself=True), name="order_pays_itself"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.pool_name}"

    @property
    def docket(self) -> dockets.Docket:
        """What is ours alone of it."""
        return dockets.Docket(
            needed_by=self.needed_by, contact=self.contact, cost_centre=self.cost_centre, ticket=self.ticket
        )

    @property
    def is_on_the_way(self) -> bool:
        """Not yet answered by the cloud for good."""
        return OrderState(self.state) in ON_THE_WAY

    @property
    def waits_until(self) -> datetime | None:
        """When the cloud cancels what it waits for by itself, by our clock; None where it waits for nobody."""
        pool = getattr(self, "pool", None)
        if pool is None or pool.phase != Phase.WAITING or pool.gone_at:
            return None
        ends: datetime = pool.created_abroad + PAYABLE_FOR - timedelta(seconds=self.project.clock_skew)
        return ends

    @property
    def is_waiting_out(self) -> bool:
        """Whether that is so soon that somebody should know."""
        return self.waits_until is not None and self.waits_until - timezone.now() < ENDS_SOON

    @property
    def waits_since(self) -> datetime:
        """Since when the cloud wants it paid; before it was heard to, since it was placed."""
        return self.pool.phase_since or self.placed_at

    def move(self, to: OrderState | ErrandState, **also: Any) -> bool:
        """As `Errand.move`; an order that will never have a pool gives its name free."""
        if to in {OrderState.REFUSED, OrderState.WITHDRAWN}:
            also["on_the_way_or_living"] = False
        return super().move(to, **also)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> DecisionQuerySet:
        """Neither failed nor undone: of these there is at most one per order."""
        return self.exclude(state__in=IN_VAIN)

    def due(self) -> DecisionQuerySet:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")


class Decision(Errand):
    """An admin's word on a Waiting order: approving pays the cloud's order, rejecting cancels it.

    It is sent when it is due, which is some seconds after it was taken, and can be undone until a worker takes it.
    """

    STATES: ClassVar[type[ErrandState]] = ErrandState

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    class Part(models.TextChoices):
        """What of an order somebody may want otherwise."""

        LABELS = "labels", _("Labels and owner")
        WORKLOAD = "workload", _("Workload and network")
        FLAVORS = "flavors", _("Flavors")
        ZONES = "zones", _("Zones")
        DISKS = "disks", _("Disks")
        DRIVERS = "drivers", _("Drivers and tags")
        BILLING = "billing", _("Billing")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)
    asked: models.JSONField[Any, Any] = models.JSONField(
        default=list, blank=True, help_text=_("The parts that are wanted otherwise: it is rejected to be sent anew.")
    )
    digest = models.CharField(
        max_length=64, blank=True, help_text=_("Of the order's document, as it was when this was decided.")
    )
    checks: models.JSONField[Any, Any] = models.JSONField(
        default=list, blank=True, help_text=_("What the order rests on, as it was when this was decided.")
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state__in=IN_VAIN), name="one_standing_decision_per_order"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="decision_due")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.verdict}"

    @property
    def asked_parts(self) -> list[Part]:
        """What is wanted otherwise, in the order in which it is asked for; nothing where it is not wanted at all."""
        return [part for part in self.Part if part in self.asked]

    @property
    def can_be_undone(self) -> bool:
        """Nothing of it was sent, and no worker has it."""
        return self.state == ErrandState.RECORDED and not self.sends

    def _swap(self, fields: dict[str, Any]) -> bool:
        """Pages show a decision with its order: when one changes, both have."""
        with transaction.atomic():
            won = super()._swap(fields)
            if won:
                Order.objects.filter(pk=self.order_id, changed_at__lt=self.changed_at).update(
                    changed_at=self.changed_at
                )
        return won
