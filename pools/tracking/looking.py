"""Looking at one pool by itself: one just ordered, one missing from the list, one that a person asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from pools.models import Deletion, PhaseChange, Pool, Project
from pools.phases import look_again_after
from pools.states import ErrandState
from pools.tracking.failing import jittered, note_refusal, pause_after
from pools.tracking.observing import lock, observe, retire
from pools.upstream import Client, NotFound, Unauthorised, UpstreamError
from pools.wire.enums import Phase

MISSES_TO_BE_GONE = 3
BETWEEN_MISSES = timedelta(seconds=20)
BETWEEN_MISSES_EMBEDDED = timedelta(seconds=1)
# A pool just accepted may not be found for a while.
TOO_YOUNG_TO_MISS = timedelta(minutes=1)


def look(pool: Pool) -> PhaseChange | None:
    """Ask the cloud for this one pool and record the answer. Returns the phase change that was heard, or None.

    A failure to hear is not raised; it only moves the next look. See `ask` for one that raises.
    """
    try:
        return ask(pool)
    except UpstreamError:
        return None


def ask(pool: Pool) -> PhaseChange | None:
    """As `look`, but raises the UpstreamError (other than `NotFound`) that kept us from hearing."""
    at = timezone.now()
    connection = pool.project.connection()
    held = at + timedelta(seconds=5 * connection.read_timeout)
    Pool.objects.living().filter(pk=pool.pk).update(look_after=held)
    pool.look_after = held
    try:
        heard = Client(connection).get_pool(pool.pool_id)
    except NotFound:
        _look_next(pool, _missed(pool, at=at), held=held)
        return None
    except UpstreamError as error:
        if isinstance(error, Unauthorised):
            note_refusal(pool.project, at=at)
        pause = pause_after(error, failures=3, embedded=pool.project.embedded)
        _look_next(pool, timezone.now() + pause, held=held)
        raise
    change = observe(pool, heard, at=at)
    again = look_again_after(pool.phase, at - (pool.phase_since or at), moving=pool.moving, pace=pool.project.pace)
    # The default list never holds a failed creation, so it keeps a cadence of its own.
    _look_next(pool, at + again if pool.phase == Phase.CREATION_FAILED else None, held=held)
    look_soon(pool.project, within=again)
    return change


def look_soon(project: Project, *, within: timedelta = timedelta()) -> None:
    """Have the pools of `project` listed within this time, if they would have been later."""
    latest = timezone.now() + within
    Project.objects.filter(pk=project.pk, look_after__gt=latest).update(look_after=latest)


def _look_next(pool: Pool, moment: datetime | None, *, held: datetime) -> None:
    """Set the next look by itself, unless somebody wanted one while we were asking."""
    if Pool.objects.filter(pk=pool.pk, look_after=held).update(look_after=moment):
        pool.look_after = moment


def _missed(pool: Pool, *, at: datetime) -> datetime | None:
    """Count a 404 of the pool's own; returns when to ask again, None where it is over.

    Three in a row, and one where we expect its end, mean that it is gone.
    """
    if pool.phase == Phase.DELETING or _is_being_deleted(pool):
        retire(pool, at=at)
        return None
    age = at - pool.created_abroad + timedelta(seconds=pool.project.clock_skew)
    misses = pool.misses if age < TOO_YOUNG_TO_MISS else pool.misses + 1
    if misses >= MISSES_TO_BE_GONE:
        retire(pool, at=at)
        return None
    with transaction.atomic():
        lock(pool.project_id)
        if Pool.objects.living().not_heard_since(at).filter(pk=pool.pk).update(misses=misses):
            pool.misses = misses
    return at + (BETWEEN_MISSES_EMBEDDED if pool.project.embedded else jittered(BETWEEN_MISSES))


def _is_being_deleted(pool: Pool) -> bool:
    told = [ErrandState.SENDING, ErrandState.IN_DOUBT, ErrandState.DONE]
    return Deletion.objects.filter(pool=pool, state__in=told).exists()
