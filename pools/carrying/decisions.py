"""Decisions: the cloud's order is paid or cancelled, and its status tells which."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from pools.carrying.kinds import Standing, Unready, objection, pool_of, standing, tell, what_thwarted
from pools.models import Decision, Pool, Trouble
from pools.tracking.sight import Sight
from pools.upstream import Client, Refused
from pools.wire.enums import BillingStatus

PAID = frozenset({BillingStatus.PROCESSING, BillingStatus.COMPLETED})
NAMED_WITHIN = timedelta(minutes=15)


@pool_of.register
def _(decision: Decision) -> Pool:
    return decision.order.pool


@objection.register
def _(_decision: Decision) -> None:
    """It is about an order, which stays its team's, and was allowed when it was taken."""


@standing.register
def _(decision: Decision, client: Client) -> Standing:
    """By the status of the cloud's order: paid, cancelled, or neither yet."""
    _learn_billing_order(decision, client)
    info = client.show_billing_order(decision.order.billing_order).typed.order_info
    status = info.status if info else None
    approving = decision.verdict == Decision.Verdict.APPROVED
    if status in PAID:
        return Standing.DONE if approving else Standing.THWARTED
    if status == BillingStatus.CANCELLED:
        return Standing.THWARTED if approving else Standing.DONE
    return Standing.UNDONE if status == BillingStatus.PENDING_PAYMENT else Standing.UNKNOWN


@tell.register
def _(decision: Decision, client: Client) -> None:
    if decision.verdict == Decision.Verdict.APPROVED:
        client.pay_order(decision.order.billing_order)
    else:
        client.cancel_order(decision.order.billing_order)


@what_thwarted.register
def _(decision: Decision) -> Trouble:
    return Trouble.CANCELLED if decision.verdict == Decision.Verdict.APPROVED else Trouble.PAID


def _learn_billing_order(decision: Decision, client: Client) -> None:
    """See that the order knows what it is called in billing; the cloud may name it some time after the creation."""
    order = decision.order
    if order.billing_order:
        return
    heard = client.get_pool(order.pool.pool_id)
    name = Sight.of(heard.document).billing_order
    if name:
        order.billing_order = name
        type(order).objects.filter(pk=order.pk, billing_order="").update(billing_order=name)
    elif timezone.now() - decision.at < NAMED_WITHIN:
        raise Unready
    else:
        raise Refused(str(Trouble.NO_BILLING_ORDER.label), code=Trouble.NO_BILLING_ORDER)
