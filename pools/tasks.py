"""Celery tasks: they wake acts and decide nothing.

The rows are the queue. `wake` finds those that are due, one indexed read per kind, and hands each to a task of its own;
`pools.turns` sees to it that one slow cloud keeps nobody else waiting. A message is only a courtesy: lost, late or
doubled, it changes nothing, because each task asks again whether its row is due, and each act claims its row before it
speaks.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from celery import Task, shared_task
from django.db import OperationalError, connection
from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from pools import counting, pruning, reminding, returning, rewinding, submitting, tracing, tracking, watching
from pools.models import (
    Attention,
    Decision,
    Deletion,
    Founding,
    Intervention,
    Order,
    Pool,
    Probe,
    Project,
    Reading,
    Refit,
    Resize,
    Watch,
)
from pools.models.errands import Errand
from pools.models.projects import sealed_of
from pools.returning import held
from pools.turns import Lane, turns

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)
Rows = Sequence[tuple[int, datetime | None]] | QuerySet[Any, tuple[int, datetime | None]]

# How long a row that was handed out and not taken is left to whoever has it; its message is worthless after that.
HANDED_FOR: Final = 30.0
# At most so many rows of a kind at one waking, and of one project; the next one is never far.
AT_ONCE: Final = 200
OF_EACH: Final = 20
# What of their project's people wait for most.
FIRST, SECOND, THIRD = 0, 1, 2

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


def _due() -> Iterator[tuple[Task[Any, Any], Rows]]:
    """What people wait for comes first."""
    yield attend_order, _fairly(Order.objects.due(), "due_at", of="project")
    yield attend_decision, _fairly(Decision.objects.due(), "due_at", of="order__project")
    yield attend_deletion, _fairly(Deletion.objects.due(), "due_at", of="pool__project")
    yield attend_resize, _fairly(Resize.objects.due(), "due_at", of="pool__project")
    yield attend_intervention, _fairly(Intervention.objects.due(), "due_at", of="pool__project")
    yield attend_refit, _fairly(Refit.objects.due(), "due_at", of="pool__project")
    yield attend_founding, _fairly(Founding.objects.due(), "due_at", of="project")
    yield attend_watch, _fairly(Watch.objects.due(), "due_at", of="project")
    yield answer, _fairly(Reading.objects.due(), "asked_at", of="project")
    yield probe, _fairly(Probe.objects.due(), "asked_at", of="project")
    yield look_around, _projects_to_look_around_in()
    yield sweep, Project.objects.due().values_list("pk", "look_after")
    yield detail, _fairly(Attention.objects.due(), "due_at", of="pool__project")
    yield mirror, Project.objects.due_for_mirroring().values_list("pk", "mirror_after")


def _projects_to_look_around_in() -> Rows:
    """Projects with pools that are due by themselves, where nobody is looking now, and since when the longest is."""
    now = timezone.now()
    free = Q(looking_until__isnull=True) | Q(looking_until__lte=now)
    first = Pool.objects.due().filter(project=OuterRef("pk")).values("look_after")[:1]
    projects = Project.objects.filter(free).annotate(since=Subquery(first)).filter(since__isnull=False)
    return projects.order_by("since").values_list("pk", "since")


def _fairly(rows: QuerySet[Any], moment: str, *, of: str) -> Rows:
    """Due rows, a few of each project: the first of every one, then the second, so that no heap hides the others.

    No heap is made of the few that one project may have. Most of the time there are none at all, twice a second.
    """
    few = list(rows.values_list("pk", moment)[: OF_EACH + 1])
    if len(few) <= OF_EACH:
        return few
    nth = Window(RowNumber(), partition_by=F(of), order_by=F(moment).asc())
    fair: Rows = rows.annotate(nth=nth).filter(nth__lte=OF_EACH).order_by("nth", moment).values_list("pk", moment)
    return fair


def _in_turn(
    task: Task[Any, Any],
    pk: int,
    rows: Callable[[], QuerySet[Row]],
    act: Callable[[Row], object],
    *,
    of: str = "project__",
    lane: Lane = Lane.PEOPLE,
    rank: int = SECOND,
) -> None:
    """Have `act` done to the row when it is its project's turn, if it is among `rows` still, and we were not told to
    stop since. `of` leads to the project, of which only the address is read: whoever waits opens no credentials.
    """

    def work() -> None:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the wait may outlast what a connection does
        with tracing.following(tracing.new()):
            for row in () if returning.is_stopping() else rows().filter(pk=pk):
                act(row)

    for project, url in rows().filter(pk=pk).order_by().values_list(f"{of}pk", f"{of}modelarts_url"):
        turns.take(lane, work, name=(task.name, pk), project=project, host=urlsplit(url).netloc, rank=rank)


def _attend(errand: Errand) -> None:
    with tracing.following(errand.trace or tracing.current()), held(returning.errand(errand)):
        submitting.attend(errand)


@shared_task(name="pools.attend_order")
def attend_order(pk: int) -> None:
    _in_turn(attend_order, pk, Order.objects.due, _attend)


@shared_task(name="pools.attend_decision")
def attend_decision(pk: int) -> None:
    _in_turn(attend_decision, pk, Decision.objects.due, _attend, of="order__project__", rank=FIRST)


@shared_task(name="pools.attend_deletion")
def attend_deletion(pk: int) -> None:
    _in_turn(attend_deletion, pk, Deletion.objects.due, _attend, of="pool__project__")


@shared_task(name="pools.attend_resize")
def attend_resize(pk: int) -> None:
    _in_turn(attend_resize, pk, Resize.objects.due, _attend, of="pool__project__")


@shared_task(name="pools.attend_intervention")
def attend_intervention(pk: int) -> None:
    _in_turn(attend_intervention, pk, Intervention.objects.due, _attend, of="pool__project__")


@shared_task(name="pools.attend_refit")
def attend_refit(pk: int) -> None:
    _in_turn(attend_refit, pk, Refit.objects.due, _attend, of="pool__project__")


@shared_task(name="pools.attend_founding")
def attend_founding(pk: int) -> None:
    _in_turn(attend_founding, pk, Founding.objects.due, _attend)


@shared_task(name="pools.attend_watch")
def attend_watch(pk: int) -> None:
    def act(watch: Watch) -> None:
        with tracing.following(watch.trace or tracing.current()):
            watching.attend(watch)

    watches = Watch.objects.select_related("project", "team", "by").defer(*sealed_of("project__"))
    _in_turn(attend_watch, pk, watches.due, act)


@shared_task(name="pools.answer")
def answer(pk: int) -> None:
    def act(reading: Reading) -> None:
        with held(returning.asked(reading)):
            tracking.answer(reading)

    _in_turn(answer, pk, Reading.objects.due, act, rank=FIRST)


@shared_task(name="pools.probe")
def probe(pk: int) -> None:
    def act(row: Probe) -> None:
        with held(returning.asked(row)):
            tracking.probe(row)

    _in_turn(probe, pk, Probe.objects.due, act)


@shared_task(name="pools.look_around")
def look_around(pk: int) -> None:
    def act(project: Project) -> None:
        with held(returning.looking(project)):
            tracking.look_around(project)

    _in_turn(look_around, pk, Project.objects.connected, act, of="", lane=Lane.WATCHING)


@shared_task(name="pools.detail")
def detail(pk: int) -> None:
    def act(attention: Attention) -> None:
        with held(returning.detailing(attention)):
            tracking.detail(attention)

    _in_turn(detail, pk, Attention.objects.due, act, of="pool__project__", lane=Lane.WATCHING, rank=THIRD)


@shared_task(name="pools.sweep")
def sweep(pk: int) -> None:
    def act(project: Project) -> None:
        with counting.timed("sweep_seconds"), held(returning.sweep(project)):
            tracking.sweep(project)

    _in_turn(sweep, pk, Project.objects.due, act, of="", lane=Lane.WATCHING)


@shared_task(name="pools.mirror")
def mirror(pk: int) -> None:
    def act(project: Project) -> None:
        with held(returning.mirror(project)):
            tracking.mirror_when_due(project)

    _in_turn(mirror, pk, Project.objects.due_for_mirroring, act, of="", lane=Lane.WATCHING)


@shared_task(name="pools.rewind")
def rewind() -> None:
    try:
        rewinding.rewind()
    except OperationalError as trouble:
        logger.warning("What time it is could not be noted: %s", trouble)


@shared_task(name="pools.remind")
def remind() -> None:
    try:
        reminding.remind(go_on=lambda: not returning.is_stopping())
        reminding.lapse(go_on=lambda: not returning.is_stopping())
    except OperationalError as trouble:
        logger.warning("Nobody could be reminded: %s", trouble)


@shared_task(name="pools.prune")
def prune() -> None:
    for kind, number in pruning.prune(go_on=lambda: not returning.is_stopping()).items():
        counting.count("pruned_rows", number, kind=kind)
