"""Renewals: orders that nobody places. They follow from what was paid for, and are computed when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from pools.endpoint import clock, ledger, naming, pricing
from pools.endpoint.ledger import Paid, Resource
from pools.endpoint.models import BillingOrder, HostedPool, HostedPoolQuerySet, WorkOrder
from pools.endpoint.terms import Term
from pools.wire.enums import BillingMode, BillingStatus, OrderType, WorkOrderOperation


@dataclass(frozen=True, slots=True)
class Renewal:
    """Nodes that were bought together, paid for another term together."""

    pool: HostedPool
    term: Term
    paid: tuple[Paid, ...]

    @property
    def purchase(self) -> BillingOrder:
        return self.paid[0].order

    @property
    def order_id(self) -> str:
        return order_id(self.purchase, self.term)

    @property
    def work_order(self) -> WorkOrder:
        """Its work order with its billing order, neither of which is written anywhere."""
        at, pool = self.term.charged_at, self.pool
        work_order = WorkOrder(
            project=pool.project,
            pool=pool,
            name=naming.work_order(_luck(self.purchase, self.term), pool.name),
            operation=WorkOrderOperation.MODIFY,
            created_at=at,
        )
        work_order.renews = tuple(one.node.name for one in self.paid)
        lines = self._lines()
        bill = BillingOrder(
            project=pool.project,
            pool=pool,
            work_order=work_order,
            order_id=self.order_id,
            order_type=OrderType.RENEWAL,
            status=BillingStatus.COMPLETED,
            amount=pricing.total(lines),
            lines=lines,
            billing_mode=BillingMode.PREPAID,
            period_type=self.purchase.period_type,
            period_num=self.purchase.period_num,
            auto_renew=True,
            created_at=at,
            deadline=at,
            paid_at=at,
        )
        bill.term_begins_at = self.term.begins_at
        work_order.billing_order = bill
        return work_order

    @property
    def bill(self) -> BillingOrder:
        bill: BillingOrder = self.work_order.billing_order
        return bill

    def _lines(self) -> list[pricing.Line]:
        flavors: dict[str, list[Paid]] = {}
        for one in self.paid:
            flavors.setdefault(one.node.resource["flavor"], []).append(one)
        return [
            {"product": flavor, "count": len(some), "amount": f"{some[0].price * len(some):.2f}"}
            for flavor, some in flavors.items()
        ]


def order_id(purchase: BillingOrder, term: Term) -> str:
    """The billing order that a term of what was purchased was paid with."""
    if term.number == 0:
        return purchase.order_id
    return naming.billing_order(_luck(purchase, term), term.charged_at)


def orders_of(resource: Resource, now: datetime) -> set[str]:
    """The billing orders that the resource was paid with."""
    own = [one for one in resource.paid if one.order == resource.order]
    return {order_id(one.order, term) for one in own for term in one.subscription.charged(now)}


def _luck(purchase: BillingOrder, term: Term) -> Random:
    """The same whenever it is asked for."""
    return Random(f"{purchase.order_id}/{term.number}/{term.charged_at.timestamp()}")  # noqa: S311 - names, not secrets


def of(pool: HostedPool, now: datetime) -> list[Renewal]:
    """What was renewed of the pool by `now`, oldest first. Its ledger is at hand (`ledger.with_ledgers`)."""
    found: dict[tuple[str, Term], list[Paid]] = {}
    for one in ledger.paid(pool, now):
        for term in one.subscription.charged(now)[1:]:
            found.setdefault((one.order.order_id, term), []).append(one)
    renewals = [Renewal(pool, term, tuple(some)) for (_, term), some in found.items()]
    return sorted(renewals, key=lambda one: (one.term.charged_at, one.order_id))


def among(pools: HostedPoolQuerySet) -> Iterator[Renewal]:
    """What was renewed of these pools; one query where nothing ever was."""
    renewing = pools.filter(renews_from__isnull=False).select_related("project__account")
    yield from _among(ledger.with_ledgers(pool for pool in renewing if _has_renewed(pool)))


def _has_renewed(pool: HostedPool) -> bool:
    return pool.renews_from is not None and clock.now(pool.project) >= pool.renews_from


def _among(pools: Iterable[HostedPool]) -> Iterator[Renewal]:
    for pool in pools:
        yield from of(pool, clock.now(pool.project))


def work_orders(pools: HostedPoolQuerySet) -> Iterator[WorkOrder]:
    """The work orders of what was renewed of these pools."""
    yield from (one.work_order for one in among(pools))
