"""The acts of the embedded endpoint on pools: create and delete. Each is one transaction.

Whatever follows by itself (nodes arriving, an order expiring) is `pools.endpoint.scenario`'s and writes nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from pools.endpoint import chance, clock, ledger, naming, pricing, scenario
from pools.endpoint.insertion import Insertion
from pools.endpoint.judging import Judged
from pools.endpoint.models import (
    BillingOrder,
    EndpointProject,
    HostedFlavor,
    HostedPool,
    Tenancy,
    WorkOrder,
)
from pools.endpoint.planning import PoolPlan
from pools.endpoint.prepared import Question, Statement, in_a_row, together
from pools.endpoint.scenario import Fate
from pools.wire.enums import BillingMode, BillingStatus, Phase, WorkOrderOperation
from pools.wire.extras import Annotation, is_yes


class AlreadyExists(Exception):
    """A pool of this ID is there already (409)."""


class QuotaExceeded(Exception):
    """The project has as many pools as it may have."""

    def __init__(self, quota: int, used: int) -> None:
        super().__init__(f"{used} of {quota} pools used")
        self.quota, self.used = quota, used


class _NumberTaken(Exception):
    """The billing order's number, five letters for each minute, is another's: drawn again, it will be a free one."""


class _IdTaken(Exception):
    """The pool's ID is another's, which is gone perhaps, or failed."""


DRAWS = 5


class Prepaid(Exception):
    """A prepaid pool is unsubscribed in billing, not deleted."""


def create(project: EndpointProject, judged: Judged, *, console: bool) -> HostedPool:
    """Open a pool as `judged` asks, with its work order and, where there is something to pay or approve, its order.

    With `console` (header `request-type: console`) or prepaid billing the pool waits until its order is paid, unless
    the document says `auto.pay`. Raises `AlreadyExists` and `QuotaExceeded`; then nothing was written.
    """
    for _ in range(DRAWS - 1):
        with suppress(_NumberTaken):
            return _create(project, judged, console=console)
    return _create(project, judged, console=console)


def _create(project: EndpointProject, judged: Judged, *, console: bool) -> HostedPool:
    now = clock.now(project)
    plan, flavors = PoolPlan.read(project, judged.document), judged.flavors
    chances = chance.draw(project)
    dice = chances.luck.randrange(2**31)
    fate, pace = Fate.chosen_by(plan.node_prefix), clock.pace(project)
    opens_order = console or plan.billing_mode == BillingMode.PREPAID
    pays = is_yes(plan.annotations.get(Annotation.AUTO_PAY)) and fate is not Fate.UNPAYABLE
    order_id = naming.billing_order(chances.luck, chances.moment) if opens_order else ""
    order_name = naming.work_order(chances.luck, plan.name)
    pool = _insert_pool.row(
        project_id=project.pk,
        ident=plan.ident,
        name=plan.name,
        workspace_id=plan.workspace_id,
        document=plan.answer(chances.luck, order_name=order_name, order_id=order_id),
        zones=plan.zones(flavors, dice=dice),
        drivers=plan.drivers(flavors, judged.templates),
        created_at=timezone.now(),
        fate=fate,
        pace=pace,
        dice=dice,
        accepted_at=now,
        started_at=now if pays or not opens_order else None,
        pay_until=scenario.pay_until(fate, pace, now) if opens_order else None,
        **(_opening(plan, fate, now) if pays and plan.billing_mode == BillingMode.PREPAID else {}),
    )
    pool.project = project
    orders = [
        _insert_work_order.of(
            project_id=project.pk, name=order_name, operation=WorkOrderOperation.APPLY.value, created_at=now
        )
    ]
    if opens_order:
        orders.append(_order(pool, plan, order_id, lines=_lines(plan, flavors), paid=pays))
    _write(pool, orders)
    return pool


# The quota's row is held, so that two creations count one another. How many pools there are at most, an index tells.
_hold_quota = Question(
    lambda project: Tenancy.objects.select_for_update().filter(project=project).values_list("pool_quota")
)
_pools_at_most = Question(
    lambda project: (
        HostedPool.objects.filter(project=project, buried=False)
        .order_by()
        .values("project")
        .annotate(number=Count("pk"))
        .values_list("number")
    )
)
# The constraint decides whether a pool's ID is free, on every database, however many try at once.
_insert_pool = Insertion(HostedPool, yields=True)
# Orders are written right after what they are about.
_insert_work_order = Insertion(WorkOrder, after=["pool"])
_insert_billing_order = Insertion(BillingOrder, yields=True, after=["pool", "work_order"])


def _write(pool: HostedPool, orders: Sequence[Statement]) -> None:
    """Write the pool and its orders, in one go as nearly always.

    Raises `AlreadyExists` where a pool has its ID, `QuotaExceeded` where there are too many then, and `_NumberTaken`.
    """
    project = pool.project_id
    with suppress(_IdTaken), transaction.atomic(), in_a_row():
        quota, key, at_most, *numbers = together(
            _hold_quota.asked(project), _insert_pool.putting(pool), _pools_at_most.asked(project), *orders
        )
        if key is None:
            raise _IdTaken  # and the orders, which are about nothing, are taken back
        _insist(pool, quota, at_most, numbers)
        return
    with transaction.atomic(), in_a_row():
        quota = _hold_quota(project)
        _replace(pool)
        at_most, *numbers = together(_pools_at_most.asked(project), *orders)
        _insist(pool, quota, at_most, numbers)


def _insist(pool: HostedPool, quota: Any, at_most: Any, numbers: list[int | None]) -> None:
    """Raise `QuotaExceeded` or `_NumberTaken` where what was written may not stay."""
    if quota is not None and at_most is not None and at_most[0] > quota[0]:
        used = HostedPool.objects.filter(project=pool.project).standing(pool.accepted_at).count()
        if used > quota[0]:
            raise QuotaExceeded(quota[0], used - 1)
    if None in numbers:
        raise _NumberTaken


def _replace(pool: HostedPool) -> None:
    """Write the pool, whose ID another has: one that is gone or failed. A failure stays on record without its ID.

    One that stands is `AlreadyExists`.
    """
    earlier = HostedPool.objects.filter(project=pool.project, ident=pool.ident, buried=False).first()
    if earlier is None or scenario.phase(earlier.life, pool.accepted_at) not in {None, Phase.CREATION_FAILED}:
        raise AlreadyExists
    # Only as it was judged: what has been paid in this very moment lives.
    same = HostedPool.objects.filter(pk=earlier.pk, buried=False, started_at=earlier.started_at)
    if not same.update(buried=True):
        raise AlreadyExists
    # Two pools of one ID are told apart by their creation times, which have whole seconds.
    pool.created_at = max(pool.created_at, earlier.created_at + timedelta(seconds=1))
    if not _insert_pool(pool):
        raise AlreadyExists


def _order(pool: HostedPool, plan: PoolPlan, order_id: str, *, lines: list[pricing.Line], paid: bool) -> Statement:
    """The billing order, to be written after pool and work order. Its answer is None where its number is taken."""
    prepaid = plan.billing_mode == BillingMode.PREPAID
    return _insert_billing_order.of(
        project_id=pool.project_id,
        order_id=order_id,
        status=(BillingStatus.COMPLETED if paid else BillingStatus.PENDING_PAYMENT).value,
        amount=pricing.total(lines),
        lines=lines,
        billing_mode=plan.billing_mode,
        period_type=plan.period_type if prepaid else "",
        period_num=plan.period_num if prepaid else 0,
        auto_renew=prepaid and is_yes(plan.annotations.get(Annotation.AUTO_RENEW)),
        created_at=pool.accepted_at,
        deadline=pool.pay_until or pool.accepted_at,
        paid_at=pool.accepted_at if paid else None,
    )


def _opening(plan: PoolPlan, fate: Fate, now: datetime) -> dict[str, datetime | None]:
    return ledger.opening(
        fate,
        now,
        period_type=plan.period_type,
        period_num=plan.period_num,
        renews=is_yes(plan.annotations.get(Annotation.AUTO_RENEW)),
    )


def _lines(plan: PoolPlan, flavors: list[HostedFlavor]) -> list[pricing.Line]:
    return pricing.lines(
        plan.resources,
        flavors,
        billing_mode=plan.billing_mode,
        period_type=plan.period_type,
        period_num=plan.period_num,
    )


def delete(pool: HostedPool, *, console: bool) -> HostedPool:
    """Begin the end of a pool; asking again changes nothing. An order still unpaid is cancelled with it.

    Raises `Prepaid` for a paid prepaid pool without `console`, where `ENDPOINT_DELETES_PREPAID` is off.
    """
    now = clock.now(pool.project)
    prepaid = pool.document["metadata"]["annotations"]["os.modelarts/billing.mode"] == BillingMode.PREPAID
    if prepaid and pool.started_at is not None and not (console or settings.ENDPOINT_DELETES_PREPAID):
        raise Prepaid
    with transaction.atomic():
        end(pool, now)
    pool.refresh_from_db(fields=["deleted_at", "started_at", "withdrawn_at"])
    return pool


def end(pool: HostedPool, now: datetime, bill: BillingOrder | None = None) -> None:
    """Have the pool end with all that is in it, within this transaction; what ends already goes on ending."""
    living = HostedPool.objects.filter(pk=pool.pk, deleted_at__isnull=True)
    if (pool.lapses_at is not None and now >= pool.lapses_at) or not living.update(deleted_at=now):
        return
    unpaid = BillingOrder.objects.filter(pool=pool, status=BillingStatus.PENDING_PAYMENT)
    unpaid.update(status=BillingStatus.CANCELLED, cancelled_at=now)
    work_order = WorkOrder.objects.create(
        project=pool.project,
        pool=pool,
        name=naming.work_order(chance.draw(pool.project).luck, pool.name),
        operation=WorkOrderOperation.DELETE,
        created_at=now,
    )
    if bill is not None:
        bill.work_order = work_order
        bill.save(force_insert=True)
