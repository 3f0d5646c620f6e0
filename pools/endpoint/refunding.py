"""What is given back for nodes that are no longer wanted: the unused part of what was paid, term by term."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from pools.endpoint import ledger, pricing, purchasing, renewals
from pools.endpoint.ledger import Paid
from pools.endpoint.models import BillingOrder, HostedPool
from pools.endpoint.terms import Term
from pools.wire.enums import BillingMode, BillingStatus, OrderType

CENT = Decimal("0.01")


def lines(pool: HostedPool, paid: Iterable[Paid], now: datetime, *, only_ahead: bool = False) -> list[pricing.Line]:
    """One line for each term of each node that is not used up; of `only_ahead`, that has not begun.

    The amount is negative; `used` is what had been used of the term, `base` the order that it was paid with.
    """
    return [
        _line(pool, one, term, now)
        for one in paid
        for term in one.subscription.terms(now)
        if (term.begins_at if only_ahead else term.ends_at) > now
    ]


def _line(pool: HostedPool, one: Paid, term: Term, now: datetime) -> pricing.Line:
    whole, left = term.ends_at - term.begins_at, term.ends_at - max(now, term.begins_at)
    back = (one.price * Decimal(left / whole)).quantize(CENT)
    return {
        "product": one.node.resource["flavor"],
        "count": 1,
        "amount": f"{-back:.2f}",
        "used": f"{one.price - back:.2f}",
        "resource": ledger.resource_of(pool, one.node),
        "base": renewals.order_id(one.order, term),
    }


def of_node(pool: HostedPool, one: Paid, now: datetime) -> BillingOrder:
    """The billing order by which one node is given back, not written yet."""
    return draw_up(pool, ledger.resource_of(pool, one.node), lines(pool, [one], now), now)


def draw_up(pool: HostedPool, resource: str, back: list[pricing.Line], now: datetime) -> BillingOrder:
    """The billing order by which this resource is given back, not written yet."""
    return BillingOrder(
        project=pool.project,
        pool=pool,
        order_id=purchasing.free_number(pool.project),
        order_type=OrderType.UNSUBSCRIPTION,
        status=BillingStatus.COMPLETED,
        amount=pricing.total(back),
        lines=back,
        resource=resource,
        billing_mode=BillingMode.PREPAID,
        created_at=now,
        deadline=now,
        paid_at=now,
    )
