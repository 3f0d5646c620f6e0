"""Having a pool that is paid by use paid by the month: its order, and what becomes of it once that is paid."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from datetime import datetime

from django.db import transaction

from pools.endpoint import amending, clock, errors, passing, purchasing, scenario
from pools.endpoint.errors import Refused
from pools.endpoint.models import BillingOrder, HostedPool, PoolChange
from pools.endpoint.purchasing import MODE, Purchase
from pools.endpoint.roster import Node
from pools.wire.enums import BillingMode, ControlMode, OrderType, PeriodType, Phase
from pools.wire.errors import Code
from pools.wire.extras import Annotation

# The call says nothing about a period, and whoever pays cannot either.
ONE_MONTH = Purchase(BillingMode.PREPAID.value, PeriodType.MONTH.value, 1)


def convert(pool: HostedPool) -> BillingOrder:
    """Open the order that makes the pool yearly/monthly once it is paid; until then nothing changes.

    Raises `Refused`: 400 in a phase or with a flavor that does not allow it, 409 where it is so already or waits.
    """
    with transaction.atomic():
        row, now = passing.hold(pool), clock.now(pool.project)
        nodes = _nodes(row, now)
        counts = Counter(node.resource["flavor"] for node in nodes)
        _insist_on_sale(row, counts)
        listed = [{"flavor": flavor, "count": count} for flavor, count in counts.items()]
        bill = purchasing.draw_up(row, ONE_MONTH, listed, now=now, order_type=OrderType.TO_PERIODIC)
        change = PoolChange(
            pool=row,
            kind=PoolChange.Kind.BILLING,
            pay_until=bill.deadline,
            detail={"nodes": [node.name for node in nodes], "order_id": bill.order_id},
        )
        document = deepcopy(row.document)
        document["metadata"]["annotations"][Annotation.ORDER_ID.value] = bill.order_id
        amending.begin(row, document, [change], now=now, orders=True, bill=bill)
    return bill


def _nodes(row: HostedPool, now: datetime) -> list[Node]:
    """The nodes that are paid by use."""
    phase = scenario.phase(row.life, now)
    if phase is not Phase.RUNNING:
        raise errors.bad_request(f"The pool is {phase.value if phase else 'gone'}, not Running.")
    if waiting := row.waiting(now):
        raise _conflict(f"Order {waiting.detail['order_id']} awaits payment; pay or cancel it first.")
    nodes = [node for node in row.roster() if node.gone_at is None and node.billing_mode != BillingMode.PREPAID]
    if row.document["metadata"]["annotations"][MODE] == BillingMode.PREPAID or not nodes:
        raise _conflict("The pool is yearly/monthly already.")
    return nodes


def _insist_on_sale(row: HostedPool, flavors: Counter[str]) -> None:
    mode = row.document["spec"].get("controlMode")
    if isinstance(mode, int) and mode & ControlMode.NO_TO_PERIODIC:
        raise errors.bad_request("The pool cannot be made yearly/monthly (controlMode).")
    sold = row.project.flavors.filter(name__in=flavors)
    by_month = {flavor.name for flavor in sold if int(BillingMode.PREPAID) in flavor.document["spec"]["billingModes"]}
    for flavor in flavors:
        if flavor not in by_month:
            raise errors.bad_request(f"The flavor {flavor} is not sold by the month.")


def _conflict(detail: str) -> Refused:
    return Refused(409, Code.POOL_EXISTS, detail)


def carry_out(pool: HostedPool, order: BillingOrder) -> None:
    """Have the pool say how it is paid for from now on. The caller holds its row, and writes."""
    pool.document["metadata"]["annotations"] |= {
        MODE: BillingMode.PREPAID.value,
        Annotation.PERIOD_TYPE.value: order.period_type,
        Annotation.PERIOD_NUM.value: str(order.period_num),
        Annotation.AUTO_RENEW.value: "0",
    }
