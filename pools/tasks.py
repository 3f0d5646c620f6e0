"""Celery tasks: they wake acts and decide nothing.

The rows are the queue. `wake` finds those that are due, one indexed read per kind, and hands each to a task of its own,
so that one slow cloud keeps nobody else waiting. A message is only a courtesy: lost, late or doubled, it changes
nothing, because each task asks again whether its row is due, and each act claims its row before it speaks.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from celery import Task, shared_task
from django.db import OperationalError
from django.db.models import QuerySet

from pools import counting, submitting, tracing, tracking
from pools.models import Decision, Deletion, Order, Pool, Probe, Project, Reading

logger = logging.getLogger(__name__)

# How long a row that was handed out and not taken is left to whoever has it; its message is worthless after that.
HANDED_FOR: Final = 30.0
# At most so many rows of a kind at one waking; the next one is never far.
AT_ONCE: Final = 200

_waking = threading.Lock()
_handed: dict[tuple[str, int, datetime | None], float] = {}


@shared_task(name="pools.wake")
def wake() -> int:
    """Hand out all that is due. Returns how many rows were handed out."""
    if not _waking.acquire(blocking=False):
        return 0  # the last waking is not over: the database is slow, and asking it twice will not help
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


@shared_task(name="pools.attend_order")
def attend_order(pk: int) -> None:
    for order in Order.objects.due().filter(pk=pk):
        with tracing.following(order.trace or tracing.current()):
            submitting.attend(order)


@shared_task(name="pools.attend_decision")
def attend_decision(pk: int) -> None:
    for decision in Decision.objects.due().filter(pk=pk):
        with tracing.following(decision.trace or tracing.current()):
            submitting.attend(decision)


@shared_task(name="pools.attend_deletion")
def attend_deletion(pk: int) -> None:
    for deletion in Deletion.objects.due().filter(pk=pk):
        with tracing.following(deletion.trace or tracing.current()):
            submitting.attend(deletion)


@shared_task(name="pools.answer")
def answer(pk: int) -> None:
    for reading in Reading.objects.due().filter(pk=pk):
        tracking.answer(reading)


@shared_task(name="pools.probe")
def probe(pk: int) -> None:
    for row in Probe.objects.due().filter(pk=pk).select_related("project"):
        tracking.probe(row)


@shared_task(name="pools.look")
def look(pk: int) -> None:
    for pool in Pool.objects.due().filter(pk=pk).select_related("project"):
        tracking.look(pool)


@shared_task(name="pools.sweep")
def sweep(pk: int) -> None:
    for project in Project.objects.due().filter(pk=pk):
        with counting.timed("sweep_seconds"):
            tracking.sweep(project)


@shared_task(name="pools.mirror")
def mirror(pk: int) -> None:
    for project in Project.objects.due_for_mirroring().filter(pk=pk):
        tracking.mirror(project)
