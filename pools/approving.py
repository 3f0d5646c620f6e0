"""Gate 2: an admin's word on a Waiting order. The worker carries it to the cloud, once it can be undone no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from pools import checking
from pools.checking import Check
from pools.models import Decision, Order, Pool, User
from pools.rules import NotAllowed, require
from pools.states import ErrandState
from pools.wire import digest, reading

__all__ = [
    "AlreadyDecided",
    "Changed",
    "NeedsALook",
    "NoReason",
    "NotAllowed",
    "NothingToDecide",
    "Together",
    "Worse",
    "approve",
    "approve_together",
    "digest_of",
    "reject",
    "request_changes",
    "undo",
]

LONGEST_REASON = 2000


class NothingToDecide(Exception):
    """The order's pool does not wait, or waits no longer."""


class NoReason(ValueError):
    """A rejection without a reason, an approval in spite of a bad check without one, or a reason longer than
    `LONGEST_REASON`."""


class Changed(Exception):
    """What the order sends is not what was read before deciding: nothing was decided."""


class Worse(Exception):
    """A check is bad that was not when the person read the page: nothing was decided. `checks` are as of now."""

    def __init__(self, checks: list[Check]) -> None:
        super().__init__("; ".join(check.key for check in checks if check.result == "bad"))
        self.checks = checks


class NeedsALook(Exception):
    """Not to be approved together with others: a check of it is not good, or it competes with another order."""


class AlreadyDecided(Exception):
    """Somebody was first: `decision` says who, what and when."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(f"{decision.verdict} by {decision.by} at {decision.at}")
        self.decision = decision


def digest_of(order: Order) -> str:
    """The short name of exactly what the order sends; of a body that is no JSON, that of its text."""
    try:
        return digest.digest(reading.parse_json(order.body))
    except reading.NotJson:
        return digest.digest(order.body)


def approve(
    order: Order, *, by: User, seen: str | None = None, despite: Collection[str] | None = None, reason: str = ""
) -> Decision:
    """Record that `order` is to be paid.

    `seen` is the digest of what the person read before; None for whoever reads the order itself, just now. `despite`
    are the keys of the bad checks they read (`checking.Check.key`): every check is made again on the act, one that is
    bad and was not read is `Worse`, and one that was read wants a `reason`. None asks for neither. Raises `NotAllowed`,
    `AlreadyDecided`, `NothingToDecide`, `NoReason`, and `Changed` if the order sends something else than was seen.
    """
    require("pools.decide_order", order, of=by)
    reason = _fitting(reason, needed=False)
    return _decide(order, by=by, verdict=Decision.Verdict.APPROVED, reason=reason, seen=seen, despite=despite)


def reject(order: Order, *, by: User, reason: str, seen: str | None = None) -> Decision:
    """Record that `order` is to be cancelled, and why. Raises `NoReason` besides what `approve` raises."""
    require("pools.decide_order", order, of=by)
    reason = _fitting(reason, needed=True)
    return _decide(order, by=by, verdict=Decision.Verdict.REJECTED, reason=reason, seen=seen)


def request_changes(
    order: Order, *, by: User, reason: str, asked: Collection[Decision.Part], seen: str | None = None
) -> Decision:
    """Record that `order` is wanted, but for the parts `asked`: the cloud changes no order, so it is cancelled, and
    whoever placed it sends it anew. Raises as `reject` does, `NoReason` also where no part is named.
    """
    require("pools.decide_order", order, of=by)
    reason = _fitting(reason, needed=True)
    if not asked:
        raise NoReason
    return _decide(order, by=by, verdict=Decision.Verdict.REJECTED, reason=reason, seen=seen, asked=asked)


def _fitting(reason: str, *, needed: bool) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON or (needed and not reason):
        raise NoReason
    return reason


@dataclass(frozen=True)
class Together:
    """What became of orders that were approved at once: the decisions, and those left undecided with what kept them."""

    approved: list[Decision]
    left: list[tuple[Order, Exception]]


def approve_together(read: Sequence[tuple[Order, str]], *, by: User, reason: str = "") -> Together:
    """Approve orders that need no look of their own, each with the digest of what was read of it.

    Each is a decision by itself, undone by itself; one that is kept from it keeps no other. One of which every check is
    not good, or that competes with another order, is left. Raises `NotAllowed` if a single one is not the person's to
    decide, before any is.
    """
    orders = [order for order, _seen in read]
    for order in orders:
        require("pools.decide_order", order, of=by)
    found = checking.checks_of(orders)
    rivals = checking.rivals_of(orders, found)
    approved: list[Decision] = []
    left: list[tuple[Order, Exception]] = []
    for order, seen in read:
        if checking.light(found[order.pk]) != "good" or rivals[order.pk]:
            left.append((order, NeedsALook()))
            continue
        try:
            approved.append(approve(order, by=by, seen=seen, despite=(), reason=reason))
        except (Changed, Worse, AlreadyDecided, NothingToDecide) as trouble:
            left.append((order, trouble))
    return Together(approved, left)


def undo(decision: Decision, *, by: User) -> bool:
    """Take a decision back; its order waits again. Returns whether it was in time. Raises `NotAllowed`.

    The same compare-and-swap as a worker's claim: one of the two wins, and a worker that died has claimed it or not.
    """
    require("pools.undo_decision", decision, of=by)
    return decision.can_be_undone and decision.move(ErrandState.WITHDRAWN)


def _decide(
    order: Order, *, by: User, verdict: Decision.Verdict, seen: str | None, reason: str,
    despite: Collection[str] | None = None, asked: Collection[Decision.Part] = (),
) -> Decision:  # fmt: skip
    require("pools.decide_order", order, of=by)
    now = timezone.now()
    # Before the transaction: catalogs are long, and on SQLite nobody else writes meanwhile.
    found = checking.checks(order) if verdict == Decision.Verdict.APPROVED else []
    try:
        with transaction.atomic():
            waiting = Order.objects.waiting().only("body").filter(pk=order.pk).first()
            if waiting is None:
                raise _too_late(order)
            sent = digest_of(waiting)
            if seen is not None and seen != sent:
                raise Changed
            if despite is not None:
                _weigh(found, despite, reason)
            decision = Decision.objects.create(
                order=order, by=by, verdict=verdict, reason=reason, at=now, state=ErrandState.RECORDED, changed_at=now,
                due_at=now + timedelta(seconds=settings.DECISION_UNDO_SECONDS), digest=sent,
                checks=[check.kept() for check in found], asked=[str(part) for part in Decision.Part if part in asked],
            )  # fmt: skip
            Order.objects.filter(pk=order.pk).update(changed_at=now)
            Pool.objects.filter(order=order).update(changed_at=now)
    except IntegrityError:
        # The constraint on standing decisions: another admin's commit came between our look and our row.
        raise _too_late(order) from None
    return decision


def _weigh(found: list[Check], despite: Collection[str], reason: str) -> None:
    bad = [check for check in found if check.result == "bad"]
    if any(check.key not in despite for check in bad):
        raise Worse(found)
    if bad and not reason:
        raise NoReason


def _too_late(order: Order) -> AlreadyDecided | NothingToDecide:
    standing = Decision.objects.standing().select_related("by").filter(order=order).first()
    return AlreadyDecided(standing) if standing else NothingToDecide()
