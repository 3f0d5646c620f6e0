"""Reminding of what waits: an order, or more nodes of a pool, that nobody decides is told of anew after one, three and
six days, an order on the day before it is needed, too. Each once, whoever else does the same at the same moment, and
whoever dies in between. And more nodes that nobody approved in time lapse; nothing is ever approved by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pools.models import Order, Pool, Resize, Trouble
from pools.states import ErrandState

# The longest last: after a pause only the last of those that are due is told.
WAITED: Final[Mapping[str, timedelta]] = {
    "day_1": timedelta(days=1),
    "day_3": timedelta(days=3),
    "day_6": timedelta(days=6),
}
NEEDED: Final = "needed"
BEFORE: Final = timedelta(days=1)
MOST: Final = len(WAITED) + 1


def remind(*, go_on: Callable[[], bool] = lambda: True) -> int:
    """Tell of all that is due to be told of. Returns of how many."""
    now, told = timezone.now(), 0
    for thing in _waiting(now):
        if not go_on():
            break
        due = list(_due(thing, now))
        told += bool(due) and _tell(thing, due, at=now)
    return told


def lapse(*, go_on: Callable[[], bool] = lambda: True) -> int:
    """Let more nodes that nobody approved in time come to nothing; whoever asked is told. Returns how many did."""
    lapsed = 0
    for resize in Resize.objects.overdue():
        if not go_on():
            break
        lapsed += resize.move(ErrandState.FAILED, failure_code=Trouble.LAPSED, failure_message="")
    return lapsed


def _waiting(now: datetime) -> Iterator[Order | Resize]:
    long_enough = Q(pool__phase_since__lte=now - WAITED["day_1"]) | Q(needed_by__lte=_today(now) + BEFORE)
    orders = Order.objects.waiting().filter(long_enough, reminders_told__lt=MOST)
    yield from orders.select_related("pool").defer("pool__document", "body")
    awaited = Resize.objects.awaited().filter(pool__gone_at__isnull=True, reminders_told__lt=len(WAITED))
    yield from awaited.filter(at__lte=now - WAITED["day_1"])


def _due(thing: Order | Resize, now: datetime) -> Iterator[str]:
    known = {one["kind"] for one in thing.reminders}
    reached = [kind for kind, span in WAITED.items() if now - thing.waits_since >= span]
    kinds = list(WAITED)
    if reached and not known & {*kinds[kinds.index(reached[-1]) :]}:
        yield reached[-1]
    needed_by = thing.needed_by if isinstance(thing, Order) else None
    if needed_by and NEEDED not in known and needed_by - _today(now) <= BEFORE:
        yield NEEDED


def _tell(thing: Order | Resize, kinds: list[str], *, at: datetime) -> bool:
    """A compare-and-swap over how often it was told of: of two that do it at once one wins, the other tells nobody."""
    reminders = [*thing.reminders, *({"kind": kind, "at": at.isoformat()} for kind in kinds)]
    told = {"reminders": reminders, "reminders_told": len(reminders), "changed_at": at}
    if isinstance(thing, Order):
        same = Order.objects.waiting().filter(pk=thing.pk).values("pk")
        return Order.objects.filter(pk__in=same, reminders_told=thing.reminders_told).update(**told) == 1
    with transaction.atomic():
        rows = Resize.objects.awaited().filter(pk=thing.pk, reminders_told=thing.reminders_told)
        won = rows.update(**told) == 1
        if won:
            Pool.objects.filter(pk=thing.pool_id).update(changed_at=at)
    return won


def _today(now: datetime) -> date:
    return timezone.localdate(now)
