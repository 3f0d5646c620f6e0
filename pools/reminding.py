"""Reminding of what waits: an order that nobody decides is told of anew after one, three and six days, and on the day
before it is needed. Each once, whoever else does the same at the same moment, and whoever dies in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from pools.models import Order

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
    """Tell of every order that is due to be told of. Returns of how many."""
    now, told = timezone.now(), 0
    long_enough = Q(pool__phase_since__lte=now - WAITED["day_1"]) | Q(needed_by__lte=_today(now) + BEFORE)
    waiting = Order.objects.waiting().filter(long_enough, reminders_told__lt=MOST)
    for order in waiting.select_related("pool").defer("pool__document", "body"):
        if not go_on():
            break
        due = list(_due(order, now))
        told += bool(due) and _tell(order, due, at=now)
    return told


def _due(order: Order, now: datetime) -> Iterator[str]:
    known = {one["kind"] for one in order.reminders}
    waited = now - (order.pool.phase_since or order.placed_at)
    reached = [kind for kind, span in WAITED.items() if waited >= span]
    kinds = list(WAITED)
    if reached and not known & {*kinds[kinds.index(reached[-1]) :]}:
        yield reached[-1]
    if order.needed_by and NEEDED not in known and order.needed_by - _today(now) <= BEFORE:
        yield NEEDED


def _tell(order: Order, kinds: list[str], *, at: datetime) -> bool:
    """A compare-and-swap over how often it was told of: of two that do it at once one wins, the other tells nobody."""
    reminders = [*order.reminders, *({"kind": kind, "at": at.isoformat()} for kind in kinds)]
    same = Order.objects.waiting().filter(pk=order.pk).values("pk")
    rows = Order.objects.filter(pk__in=same, reminders_told=order.reminders_told)
    return rows.update(reminders=reminders, reminders_told=len(reminders), changed_at=at) == 1


def _today(now: datetime) -> date:
    return timezone.localdate(now)
