"""What orders, decisions, deletions, alterations and foundings share: each must be told abroad exactly once."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools import tracing
from pools.models import mishaps
from pools.states import ErrandState, ForbiddenMove, OrderState, allows, is_final

logger = logging.getLogger(__name__)


class Trouble(models.TextChoices):
    """What can go wrong in our words, kept in `failure_code`; the cloud's codes and words are kept as it said them."""

    NAME_TAKEN = "name_taken", _("This name is taken in this project.")
    UNPROVEN = "unproven", _("A pool of this name exists, and nothing proves whether this order made it.")
    LOST = "lost", _("It was sent several times, and nothing came of it.")
    IN_WORK = "in_work", _("The cloud has an order of this name, but shows no pool.")
    NOTHING_FOUND = "nothing_found", _("No pool of this name that could be this order's was found.")
    GIVEN_UP = "given_up", _("An admin gave this order up.")
    DIED = "died", _("The worker that sent it ended before the answer was recorded.")
    NO_BILLING_ORDER = "no_billing_order", _("The cloud names no billing order for this pool.")
    PAID = "paid", _("The order was paid before it could be rejected.")
    CANCELLED = "cancelled", _("The order was cancelled before it could be approved.")
    NO_EFFECT = "no_effect", _("It was sent several times without effect.")
    CHANGED_HANDS = "changed_hands", _("The pool changed hands before this was sent.")
    NOT_ALLOWED = "not_allowed", _("Whoever asked for it may not delete this pool any more.")
    NOT_YOURS = "not_yours", _("Whoever asked for it, or approved it, may not change this pool any more.")
    OVERTAKEN = "overtaken", _("The pool is gone, or was changed otherwise, since this was asked for.")
    DELETED = "deleted", _("Its deletion was asked for already.")
    OTHER_NODES = "other_nodes", _("A node is gone, was replaced or was locked since this was asked for.")
    NOT_TOLD = (
        "not_told",
        _("The answer was lost, and the cloud does not tell whether it was done. It is not sent again."),
    )
    LAPSED = "lapsed", _("Nobody approved it in time. It may be asked for again.")
    NOT_RUNNING = "not_running", _("The pool was not in a phase any more in which this can be done.")


class Errand(models.Model):
    """A row that is also its own queue entry: the worker finds it by `due_at`, claims it, speaks, and records.

    `lease_token` names the last claim, also after it was given back: a worker that comes back after its lease was taken
    away loses its move, and so does one that read the row before somebody else's whole attempt.
    """

    STATES: ClassVar[type[OrderState] | type[ErrandState]]

    state = models.CharField(max_length=16)
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("When the worker looks next; empty: never."))
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    sends = models.PositiveSmallIntegerField(default=0, help_text=_("How often it was sent abroad."))
    first_sent_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    setbacks = models.PositiveSmallIntegerField(
        default=0, help_text=_("Attempts in a row that told us nothing new; they pace the next one.")
    )
    needs_person = models.BooleanField(default=False, help_text=_("Neither proved nor disproved: a person decides."))
    failure_code = models.CharField(max_length=64, blank=True)
    failure_message = models.TextField(blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    trace = models.CharField(
        max_length=64,
        blank=True,
        default=tracing.current,
        help_text=_("Names the click that made it, in every log line."),
    )
    answer_id = models.CharField(
        max_length=128, blank=True, help_text=_("What the cloud called its answer to the last sending (X-Request-Id).")
    )

    class Meta:
        abstract = True

    @property
    def trouble(self) -> str:
        """What went wrong last, for people: our own words translated, the cloud's verbatim; empty if nothing did."""
        ours = self.failure_code in Trouble.values
        return str(Trouble(self.failure_code).label) if ours else mishaps.said(self.failure_message)

    @property
    def sent_so_far(self) -> dict[str, Any]:
        """What `claim` counts. Put back with a move, it unsays a sending that never left or was turned away."""
        return {"sends": self.sends, "first_sent_at": self.first_sent_at, "last_sent_at": self.last_sent_at}

    def move(self, to: OrderState | ErrandState, **also: Any) -> bool:
        """Move to state `to`, setting the fields in `also` with it, if nobody moved or re-leased the row meanwhile.

        A compare-and-swap over state and lease: returns whether we won, and only then changes this object.
        Raises `ForbiddenMove` for a move outside the table.
        """
        was = self.STATES(self.state)
        if not allows(was, to):
            raise ForbiddenMove(f"{type(self).__name__} {self.pk}: {was} to {to}")
        also.setdefault("lease_until", None)
        if is_final(to):
            also |= {"due_at": None, "needs_person": False, "setbacks": 0}
        won = self._swap({"state": str(to), **also})
        if won:
            code = f" ({self.failure_code})" if self.failure_code else ""
            logger.info("%s %s is %s, was %s%s", type(self).__name__, self.pk, to, was, code)
        return won

    def note(self, **fields: Any) -> bool:
        """Change `fields` without changing the state, under the same compare-and-swap as `move`; ends the lease."""
        return self._swap({"lease_until": None, **fields})

    def _swap(self, fields: dict[str, Any]) -> bool:
        fields.setdefault("changed_at", timezone.now())
        if answer := tracing.last_answer():
            fields.setdefault("answer_id", answer)
        manager: models.Manager[Self] = type(self)._default_manager  # type: ignore[assignment]  # noqa: SLF001
        won = manager.filter(pk=self.pk, state=self.state, lease_token=self.lease_token).update(**fields) == 1
        if won:
            for name, value in fields.items():
                setattr(self, name, value)
        return won

    def claim(self, sending: OrderState | ErrandState, *, until: datetime) -> bool:
        """Take the row for one sending that must be over by `until`; counts the sending. Returns whether we won."""
        now = timezone.now()
        return self.move(
            sending,
            lease_token=uuid4(),
            lease_until=until,
            due_at=until,
            sends=self.sends + 1,
            first_sent_at=self.first_sent_at or now,
            last_sent_at=now,
        )

    def take(self, *, until: datetime) -> bool:
        """Take the row for a look that changes no state (an errand in doubt). Returns whether we won.

        Nothing that a page shows has changed, so `changed_at` stays.
        """
        token: UUID = uuid4()
        return self.note(lease_token=token, lease_until=until, due_at=until, changed_at=self.changed_at)
