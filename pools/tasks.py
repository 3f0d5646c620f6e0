"""Celery tasks: they wake acts and decide nothing.

The rows are the queue. `wake` finds those that are due, one indexed read per kind, and hands each to a task of its own,
so that one slow cloud keeps nobody else waiting. A message is only a courtesy: lost, late or doubled, it changes
nothing, because each task asks again whether its row is due, and each act claims its row before it speaks.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, TypeVar

from celery import Task, shared_task
from django.db import OperationalError
from django.db.models import Model, QuerySet

from pools import counting, returning, submitting, tracing, tracking
from pools.models import Decision, Deletion, Order, Pool, Probe, Project, Reading
from pools.returning import held

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)

# How long a row that was handed out and not taken is left to whoever has it; its message is worthless after that.
HANDED_FOR: Final = 30.0
# At most so many rows of a kind at one waking; the next one is never far.
AT_ONCE: Final = 200

_waking = threading.Lock()
_handed: dict[tuple[str, int, datetime | None], float] = {}


@shared_task(name="pools.wake")
def wake() -> int:
    """Hand out all that is due. Returns how many rows were handed out."""
    if returning.is_stopping() or not _waking.acquire(blocking=False):
        return 0  # if the last waking is not over, the database is slow, and asking it twice will not help
    try:
        handed = [task.apply_async((pk,), expires=HANDED_FOR) for task, pk in _to_hand_out()]
    except OperationalError as trouble:
        logger.warning("The database does not answer: %s", trouble)
        return 0
    finally:
        _waking.release()
    return len(handed)


def _to_hand_out() -> Iterator[tuple[Task[Any, Any], int]]:
    now = time.monotonic()
    for key in [key for key, at in _handed.items() if at < now - HANDED_FOR]:
        del _handed[key]
    for task, rows in _due():
        for pk, moment in rows[:AT_ONCE]:
            # Its moment is part of the key: a row that is due anew is handed out anew.
            if _handed.setdefault((task.name, pk, moment), now) == now:
                yield task, pk


def _due() -> Iterator[tuple[Task[Any, Any], QuerySet[Any, tuple[int, datetime | None]]]]:
    """What people wait for comes first."""
    yield attend_order, Order.objects.due().values_list("pk", "due_at")
    yield attend_decision, Decision.objects.due().values_list("pk", "due_at")
    yield attend_deletion, Deletion.objects.due().values_list("pk", "due_at")
    yield answer, Reading.objects.due().values_list("pk", "asked_at")
    yield probe, Probe.objects.due().values_list("pk", "asked_at")
    yield look, Pool.objects.due().values_list("pk", "look_after")
    yield sweep, Project.objects.due().values_list("pk", "look_after")
    yield mirror, Project.objects.due_for_mirroring().values_list("pk", "mirror_after")


def _still(rows: QuerySet[Row], pk: int) -> Iterable[Row]:
    """The row, if it is still due, and we were not told to stop since it was handed out."""
    return () if returning.is_stopping() else rows.filter(pk=pk)


@shared_task(name="pools.attend_order")
def attend_order(pk: int) -> None:
    for order in _still(Order.objects.due(), pk):
        with tracing.following(order.trace or tracing.current()), held(returning.errand(order)):
            submitting.attend(order)


@shared_task(name="pools.attend_decision")
def attend_decision(pk: int) -> None:
    for decision in _still(Decision.objects.due(), pk):
        with tracing.following(decision.trace or tracing.current()), held(returning.errand(decision)):
            submitting.attend(decision)


@shared_task(name="pools.attend_deletion")
def attend_deletion(pk: int) -> None:
    for deletion in _still(Deletion.objects.due(), pk):
        with tracing.following(deletion.trace or tracing.current()), held(returning.errand(deletion)):
            submitting.attend(deletion)


@shared_task(name="pools.answer")
def answer(pk: int) -> None:
    for reading in _still(Reading.objects.due(), pk):
        with held(returning.asked(reading)):
            tracking.answer(reading)


@shared_task(name="pools.probe")
def probe(pk: int) -> None:
    for row in _still(Probe.objects.due().select_related("project"), pk):
        with held(returning.asked(row)):
            tracking.probe(row)


@shared_task(name="pools.look")
def look(pk: int) -> None:
    for pool in _still(Pool.objects.due().select_related("project"), pk):
        with held(returning.look(pool)):
            tracking.look(pool)


@shared_task(name="pools.sweep")
def sweep(pk: int) -> None:
    for project in _still(Project.objects.due(), pk):
        with counting.timed("sweep_seconds"), held(returning.sweep(project)):
            tracking.sweep(project)


@shared_task(name="pools.mirror")
def mirror(pk: int) -> None:
    for project in _still(Project.objects.due_for_mirroring(), pk):
        with held(returning.mirror(project)):
            tracking.mirror(project)
