"""Giving back what is paid for: nodes go with their order, the last one takes its pool with it, a pool everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from pools.endpoint import clock, hosting, ledger, nodekeeping, passing, refunding, scenario
from pools.endpoint.ledger import Resource
from pools.endpoint.models import Account, BillingOrder, HostedPool, RenewalTurn
from pools.wire.enums import OrderType, Phase, ResourceStatus
from pools.wire.errors import Code


@dataclass(frozen=True, slots=True)
class Failure:
    """A resource that cannot be given back, and why."""

    resource: str
    code: Code
    message: str


@dataclass(slots=True)
class Outcome:
    """What became of a call: the orders of what was given back, and what could not be."""

    order_ids: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def unsubscribe(account: Account, idents: Sequence[str], *, only_ahead: bool) -> Outcome:
    """Give these resources back, or, of `only_ahead`, what was renewed of them and has not begun.

    Each has its own order. Asked again about what is leaving, the order is the same.
    """
    outcome, asked = Outcome(), list(dict.fromkeys(idents))
    pools = ledger.locate(account, asked)
    outcome.failures += [_gone(ident) for ident in asked if ident not in pools]
    # Always in the same order, so that two calls never wait for one another.
    for pool in sorted({pool.pk: pool for pool in pools.values()}.values(), key=lambda one: one.pk):
        some = [ident for ident in asked if ident in pools and pools[ident].pk == pool.pk]
        with transaction.atomic():
            row = passing.hold(pool)
            (_give_back_renewals if only_ahead else _give_back)(row, some, clock.now(pool.project), outcome)
            ledger.remember(row)
    return outcome


def _give_back(pool: HostedPool, idents: list[str], now: datetime, outcome: Outcome) -> None:
    taken = _takeable(pool, idents, now, outcome)
    # A pool takes its nodes with it.
    taken = [one for one in taken if one.node is None] or taken
    bills = [refunding.draw_up(pool, one.ident, refunding.lines(pool, one.paid, now), now) for one in taken]
    if not bills:
        return
    chosen = {one.node.name: one.node for one in taken if one.node is not None}
    if any(one.node is None for one in taken) or len(chosen) == len(nodekeeping.standing(pool)):
        hosting.end(pool, now, bill=bills[0])
    else:
        nodekeeping.remove(pool, chosen.values(), bill=bills[0])
    BillingOrder.objects.bulk_create(bills[1:])
    outcome.order_ids += [bill.order_id for bill in bills]


def _takeable(pool: HostedPool, idents: list[str], now: datetime, outcome: Outcome) -> list[Resource]:
    known = {one.ident: one for one in ledger.resources(ledger.at_hand(pool), now)}
    locked = set(nodekeeping.locked_of(pool, [one.node.name for one in known.values() if one.node is not None]))
    taken = []
    for ident in idents:
        one = known.get(ident)
        if one is None:
            outcome.failures.append(_gone(ident))
        elif one.status(now) == ResourceStatus.CLOSED:
            _again(one, now, outcome)
        elif failure := _kept(one, locked, now):
            outcome.failures.append(failure)
        else:
            taken.append(one)
    return taken


def _kept(one: Resource, locked: Iterable[str], now: datetime) -> Failure | None:
    """Why a resource that is there cannot be given back."""
    if one.status(now) == ResourceStatus.FROZEN:
        return Failure(one.ident, Code.BILLING_FROZEN, "The resource is frozen and cannot be unsubscribed from.")
    if one.node is not None and one.node.name in locked:
        return Failure(one.ident, Code.BILLING_LOCKED, "The resource has been locked.")
    return None


def _again(one: Resource, now: datetime, outcome: Outcome) -> None:
    """What is on its way out was given back already, by an order that is told again; what is gone is gone."""
    orders = one.pool.billing_orders.filter(order_type=OrderType.UNSUBSCRIPTION).order_by("pk")
    if one.node is not None:
        orders = orders.filter(resource__in=[one.ident, ledger.resource_of(one.pool)])
    order, gone_at = orders.first(), one.node.gone_at if one.node else None
    ends = scenario.phase(one.pool.life, now) is Phase.DELETING
    if order is not None and (ends or (gone_at is not None and now < gone_at)):
        outcome.order_ids.append(order.order_id)
    else:
        outcome.failures.append(_gone(one.ident))


def _give_back_renewals(pool: HostedPool, idents: list[str], now: datetime, outcome: Outcome) -> None:
    known = {one.ident: one for one in ledger.resources(ledger.at_hand(pool), now)}
    for ident in idents:
        one = known.get(ident)
        if one is None or one.status(now) == ResourceStatus.CLOSED:
            outcome.failures.append(_gone(ident))
            continue
        back = refunding.lines(pool, one.paid, now, only_ahead=True)
        if not back:
            words = "The resource has no renewed period, or it has begun; it cannot be unsubscribed from."
            outcome.failures.append(Failure(ident, Code.BILLING_NOT_RENEWED, words))
            continue
        bill = refunding.draw_up(pool, ident, back, now)
        bill.save(force_insert=True)
        RenewalTurn.objects.create(pool=pool, node=one.node.name if one.node else "", on=False, refunds=True, at=now)
        outcome.order_ids.append(bill.order_id)


def _gone(ident: str) -> Failure:
    words = "This resource has been deleted or the subscription to this resource has not been synchronized to CBC."
    return Failure(ident, Code.BILLING_RESOURCE_GONE, f"Unsubscription not supported. {words}")
