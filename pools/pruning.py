"""Letting go of what no page shows any more, little by little; `docs/operations.md` states the policy.

Nothing that people did is ever let go: orders, decisions and deletions stay, and so does the row of every pool of a
team, with its last document and the phases that its page tells.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from pools.models import Chore, Detail, PhaseChange, Pool, Probe, Project, Reading, Stretch
from pools.stages import Stage

logger = logging.getLogger(__name__)

# Rows of one transaction: it is over before anybody notices that it held something.
BATCH: Final = 500
# Seconds that one kind may take in a round; the next round is never far.
EACH: Final = 3.0
# Longer than any round: only a worker that died at it holds the chore so long.
LEASE: Final = timedelta(minutes=5)

# However young they are, no pool keeps more phases than so many, nor more of one stage.
MOST: Final = 1000
LAST_PROBES: Final = 5

Step = Callable[[dict[str, Any]], Iterator[int]]
_others: dict[str, Step] = {}


def also(name: str, step: Step) -> None:
    """Have another room's leftovers pruned in the same rounds: see `prune` for what a step is."""
    _others[name] = step


def before(days: int) -> datetime | None:
    """What is older may go; None where it is to be kept for ever."""
    return timezone.now() - timedelta(days=days) if days else None


def let_go(rows: QuerySet[Any], *, hold: Callable[[], object] = lambda: None) -> Iterator[int]:
    """Delete these rows batch by batch, the oldest keys first; gives how many went with each.

    `hold` locks, at the beginning of each transaction, what must not change under it.
    """
    while True:
        with transaction.atomic():
            hold()
            keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
            rows.order_by().filter(pk__in=keys).delete()
        yield len(keys)
        if len(keys) < BATCH:
            return


def prune(*, go_on: Callable[[], bool] = lambda: True) -> dict[str, int]:
    """One round: a few seconds for each kind of leftovers. Returns how many rows of each were let go.

    One worker at a time; for any other it is over at once. A step is given the state that it may keep between rounds,
    and yields after each batch. Cut off anywhere, what was let go is gone and the rest is found by the next round.
    """
    chore = Chore.take("prune", lasting=LEASE)
    if chore is None:
        return {}
    outcome = {name: _do(name, step, chore.state, go_on) for name, step in {**STEPS, **_others}.items()}
    chore.give_back(state=chore.state, outcome=outcome, done_at=timezone.now())
    return outcome


def _do(name: str, step: Step, state: dict[str, Any], go_on: Callable[[], bool]) -> int:
    until, gone = time.monotonic() + EACH, 0
    try:
        for number in step(state) if go_on() else ():
            gone += number
            if time.monotonic() > until or not go_on():
                break
    except DatabaseError as trouble:
        # What cannot be let go must not keep everything after it for ever.
        logger.warning("%s could not be pruned: %s", name.capitalize(), trouble)
    return gone


def _phases(state: dict[str, Any]) -> Iterator[int]:
    """Phases of long ago that their pool's page does not tell, and too many."""
    nth = _nth_of_its(F("pool"), by="heard_at")
    rows = PhaseChange.objects.annotate(nth=nth)
    yield from _of_each_pool(rows, state, "phases", kept=PhaseChange.SHOWN, dated="heard_at")


def _stages(state: dict[str, Any]) -> Iterator[int]:
    """Stages of long ago that their pool went through again and again since, and too many."""
    nth = _nth_of_its(F("pool"), F("stage"), by="began_at")
    rows = Stretch.objects.filter(ended_at__isnull=False).annotate(nth=nth)
    yield from _of_each_pool(rows, state, "stages", kept=Stretch.KEPT, dated="ended_at")


def _nth_of_its(*kind: F, by: str) -> Window:
    """The how-maniest a row is of its kind, from the latest on."""
    return Window(RowNumber(), partition_by=list(kind), order_by=[F(by).desc(), F("pk").desc()])


def _of_each_pool(rows: QuerySet[Any], state: dict[str, Any], name: str, *, kept: int, dated: str) -> Iterator[int]:
    """Pool after pool, from where the last round ended: of these numbered rows those of long ago, but for so many that
    are `kept`, and too many. Rows are only ever added at the young end, so nothing needs to be held.
    """
    cutoff = before(settings.RETAIN_HISTORY_DAYS)
    if cutoff is None:
        return
    old = Q(nth__gt=kept, **{f"{dated}__lt": cutoff}) | Q(nth__gt=MOST)
    while True:
        pools = list(Pool.objects.filter(pk__gt=state.get(name, 0)).order_by("pk").values_list("pk", flat=True)[:BATCH])
        found = rows.filter(pool__in=pools).filter(old)
        keys = list(found.order_by().values_list("pk", flat=True)[:BATCH])
        rows.model._default_manager.filter(pk__in=keys).delete()  # noqa: SLF001 - of whichever rows they are
        if len(keys) < BATCH:
            # Through with these; after the last pool the next round begins with the first again.
            state[name] = pools[-1] if len(pools) == BATCH else 0
        yield len(keys)
        if len(keys) < BATCH and not state[name]:
            return


def _strangers(_state: dict[str, Any]) -> Iterator[int]:
    """Pools that nobody here ordered or claimed and that are gone for long, with their phases.

    One that the cloud lists again after that is met as any other that nobody knew.
    """
    if cutoff := before(settings.RETAIN_HISTORY_DAYS):
        rows = Pool.objects.gone().filter(gone_at__lt=cutoff, team=None, order=None, deletions=None)
        for project in list(rows.order_by().values_list("project_id", flat=True).distinct()):
            # Meanwhile no list brings one of them back.
            yield from let_go(rows.filter(project=project), hold=Project.objects.locked(project).get)


def _readings(_state: dict[str, Any]) -> Iterator[int]:
    """Answered ones, but for the last of each pool and of each catalog, of which a page tells."""
    if cutoff := before(settings.RETAIN_REQUESTS_DAYS):
        later = Reading.objects.filter(asked_at__gt=OuterRef("asked_at"))
        of_the_pool = Q(Exists(later.filter(pool=OuterRef("pool"))))
        of_the_catalog = Q(Exists(later.filter(project=OuterRef("project"), pool=None)), pool=None)
        answered = Reading.objects.exclude(state=Reading.State.ASKED)
        yield from let_go(answered.filter(of_the_pool | of_the_catalog, asked_at__lt=cutoff))


def _probes(_state: dict[str, Any]) -> Iterator[int]:
    if cutoff := before(settings.RETAIN_REQUESTS_DAYS):
        nth = Window(RowNumber(), partition_by=F("project"), order_by=[F("asked_at").desc(), F("pk").desc()])
        old = Probe.objects.exclude(state=Probe.State.ASKED).annotate(nth=nth)
        keys = old.filter(asked_at__lt=cutoff, nth__gt=LAST_PROBES).order_by().values("pk")
        yield from let_go(Probe.objects.filter(pk__in=keys))


def _details(_state: dict[str, Any]) -> Iterator[int]:
    """Nodes, jobs and measurements of pools that are gone for long. Their events and the cloud's orders are history."""
    if cutoff := before(settings.RETAIN_HISTORY_DAYS):
        of_the_moment = [Detail.Kind.NODES, Detail.Kind.JOBS, Detail.Kind.METRICS]
        yield from let_go(Detail.objects.filter(kind__in=of_the_moment, pool__gone_at__lt=cutoff))


def _changes(_state: dict[str, Any]) -> Iterator[int]:
    """How long changes of long ago took; what a pool's creation and deletion took stays."""
    if cutoff := before(settings.RETAIN_HISTORY_DAYS):
        yield from let_go(Stretch.objects.filter(stage=Stage.CHANGING, ended_at__lt=cutoff))


STEPS: Final[dict[str, Step]] = {
    "phases": _phases,
    "stages": _stages,
    "strangers": _strangers,
    "readings": _readings,
    "probes": _probes,
    "details": _details,
    "changes": _changes,
}
