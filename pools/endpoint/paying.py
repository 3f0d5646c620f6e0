"""What is done with a billing order that awaits payment: it is paid, or cancelled. Each is one transaction.

That it expires by itself writes nothing.
"""

from django.db import transaction

from pools.endpoint import clock
from pools.endpoint.models import BillingOrder, HostedPool
from pools.endpoint.scenario import Fate
from pools.wire.enums import BillingStatus


class NotPayable(Exception):
    """The order is paid or cancelled already (`CBC.99003106`)."""


class TooLate(Exception):
    """The order's deadline has passed (`CBC.99003110`)."""


class BalanceInsufficient(Exception):
    """The account cannot pay (`CBC.99005003`)."""


class NotCancellable(Exception):
    """Only an order that awaits payment can be cancelled (`CBC.99005010`)."""


def pay(order: BillingOrder) -> None:
    """Pay an order (of pay-per-use: approve it); its pool starts.

    Raises `TooLate`, `BalanceInsufficient` and `NotPayable`.
    """
    now = clock.now(order.project)
    if order.status == BillingStatus.PENDING_PAYMENT:
        if now >= order.deadline:
            raise TooLate
        if order.pool.fate == Fate.UNPAYABLE:
            raise BalanceInsufficient
    with transaction.atomic():
        pending = BillingOrder.objects.filter(pk=order.pk, status=BillingStatus.PENDING_PAYMENT)
        if not pending.update(status=BillingStatus.COMPLETED, paid_at=now):
            raise NotPayable
        pools = HostedPool.objects.filter(pk=order.pool_id, started_at__isnull=True, buried=False)
        if not pools.update(started_at=now):
            # It expired, and its name has been given to another pool in this very moment.
            raise TooLate


def cancel(order: BillingOrder) -> None:
    """Cancel an unpaid order; its pool becomes CreationFailed. Raises `NotCancellable`."""
    now = clock.now(order.project)
    with transaction.atomic():
        pending = BillingOrder.objects.filter(pk=order.pk, status=BillingStatus.PENDING_PAYMENT, deadline__gt=now)
        if not pending.update(status=BillingStatus.CANCELLED, cancelled_at=now):
            raise NotCancellable
        HostedPool.objects.filter(pk=order.pool_id, started_at__isnull=True).update(withdrawn_at=now)
