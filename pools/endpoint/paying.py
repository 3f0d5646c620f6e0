"""What is done with a billing order that awaits payment: it is paid, or cancelled. Each is one transaction.

That it expires by itself writes nothing.
"""

from datetime import datetime

from django.db import transaction

from pools.endpoint import clock, converting, ledger, passing, resizing
from pools.endpoint.models import BillingOrder, HostedPool, PoolChange
from pools.endpoint.scenario import Fate
from pools.wire.enums import BillingMode, BillingStatus, OrderType, StockState


class NotPayable(Exception):
    """The order is paid or cancelled already (`CBC.99003106`)."""


class TooLate(Exception):
    """The order's deadline has passed (`CBC.99003110`)."""


class BalanceInsufficient(Exception):
    """The account cannot pay (`CBC.99005003`)."""


class NotCancellable(Exception):
    """Only an order that awaits payment can be cancelled (`CBC.99005010`)."""


class CapacityInsufficient(Exception):
    """What was ordered is sold out by now (`CBC.99003141`)."""


def pay(order: BillingOrder) -> None:
    """Pay an order (of pay-per-use: approve it); what waits for it begins: its pool, or a change of it.

    Raises `TooLate`, `BalanceInsufficient`, `CapacityInsufficient` and `NotPayable`.
    """
    now = clock.now(order.project)
    if order.status == BillingStatus.PENDING_PAYMENT:
        if now >= order.deadline:
            raise TooLate
        if order.pool.fate == Fate.UNPAYABLE:
            raise BalanceInsufficient
        if _is_sold_out(order):
            raise CapacityInsufficient
    with transaction.atomic():
        # The pool first, as whoever deletes it does: else the two might wait for one another.
        row = passing.hold(order.pool)
        pending = BillingOrder.objects.filter(pk=order.pk, status=BillingStatus.PENDING_PAYMENT)
        if not pending.update(status=BillingStatus.COMPLETED, paid_at=now):
            raise NotPayable
        if not _begin(row, order, now):
            # It expired in this very moment, and was noticed, or its name has been given to another pool.
            raise TooLate


def _is_sold_out(order: BillingOrder) -> bool:
    """Whether a flavor of the order is in stock nowhere any more. One that was never on sale here is not judged."""
    names = {line["product"] for line in order.lines}
    stocks = [flavor.document["status"]["phase"].values() for flavor in order.project.flavors.filter(name__in=names)]
    return any(StockState.NORMAL not in stock for stock in stocks)


def _begin(pool: HostedPool, order: BillingOrder, now: datetime) -> bool:
    if order.change is None:
        pools = HostedPool.objects.filter(pk=pool.pk, started_at__isnull=True, buried=False)
        return bool(pools.update(started_at=now, **_opening(order, now)))
    waiting = PoolChange.objects.filter(pk=order.change.pk, begun_at__isnull=True, withdrawn_at__isnull=True)
    begun = bool(waiting.update(begun_at=now))
    if order.order_type == OrderType.TO_PERIODIC:
        converting.carry_out(pool, order)
        pool.save(update_fields=["document"])
    if "moves" in order.change.detail:
        resizing.carry_out(pool, order.change)
        pool.save(update_fields=["document"])
    ledger.remember(pool)
    return begun


def _opening(order: BillingOrder, now: datetime) -> dict[str, datetime | None]:
    if order.billing_mode != BillingMode.PREPAID:
        return {}
    return ledger.opening(
        order.pool.fate,
        now,
        period_type=order.period_type,
        period_num=order.period_num,
        renews=order.auto_renew,
    )


def cancel(order: BillingOrder) -> None:
    """Cancel an unpaid order: its pool becomes CreationFailed, its change is given up. Raises `NotCancellable`."""
    now = clock.now(order.project)
    with transaction.atomic():
        row = passing.hold(order.pool)
        pending = BillingOrder.objects.filter(pk=order.pk, status=BillingStatus.PENDING_PAYMENT, deadline__gt=now)
        if not pending.update(status=BillingStatus.CANCELLED, cancelled_at=now):
            raise NotCancellable
        if order.change is None:
            HostedPool.objects.filter(pk=row.pk, started_at__isnull=True).update(withdrawn_at=now)
        else:
            passing.withdraw(row, order.change)
            row.save(update_fields=["document"])
            PoolChange.objects.filter(pk=order.change.pk).update(withdrawn_at=now)
