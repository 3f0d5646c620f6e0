"""Gate 2: an admin's word on a Waiting order. The worker carries it to the cloud."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from pools.models import Decision, Order, Pool, User
from pools.rules import NotAllowed, require
from pools.states import ErrandState

__all__ = ["AlreadyDecided", "NoReason", "NotAllowed", "NothingToDecide", "approve", "reject"]

LONGEST_REASON = 2000


class NothingToDecide(Exception):
    """The order's pool does not wait, or waits no longer."""


class NoReason(ValueError):
    """A rejection without a reason, or with one longer than `LONGEST_REASON`."""


class AlreadyDecided(Exception):
    """Somebody was first: `decision` says who, what and when."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"{decision.verdict} by {decision.by} at {decision.at}")
        self.decision = decision


def approve(order: Order, *, by: User) -> Decision:
    """Record that `order` is to be paid. Raises `NotAllowed`, `AlreadyDecided`, `NothingToDecide`."""
    return _decide(order, by=by, verdict=Decision.Verdict.APPROVED)


def reject(order: Order, *, by: User, reason: str) -> Decision:
    """Record that `order` is to be cancelled, and why. Raises `NoReason` besides what `approve` raises."""
    require("pools.decide_order", order, of=by)
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise NoReason
    return _decide(order, by=by, verdict=Decision.Verdict.REJECTED, reason=reason)


def _decide(order: Order, *, by: User, verdict: Decision.Verdict, reason: str = "") -> Decision:
    require("pools.decide_order", order, of=by)
    now = timezone.now()
    try:
        with transaction.atomic():
            if not Order.objects.waiting().filter(pk=order.pk).exists():
                raise _too_late(order)
            decision = Decision.objects.create(
                order=order, by=by, verdict=verdict, reason=reason, at=now, state=ErrandState.RECORDED, due_at=now,
                changed_at=now,
            )  # fmt: skip
            Order.objects.filter(pk=order.pk).update(changed_at=now)
            Pool.objects.filter(order=order).update(changed_at=now)
    except IntegrityError:
        # The constraint on standing decisions: another admin's commit came between our look and our row.
        raise _too_late(order) from None
    return decision


def _too_late(order: Order) -> AlreadyDecided | NothingToDecide:
    standing = Decision.objects.standing().select_related("by").filter(order=order).first()
    return AlreadyDecided(standing) if standing else NothingToDecide()
