"""Looking at one pool by itself: one just ordered, one missing from the list, one that a person asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pools.models import Deletion, PhaseChange, Pool, Project
from pools.phases import look_again_after
from pools.states import ErrandState
from pools.tracking.failing import is_away, jittered, note_refusal, pause_after
from pools.tracking.observing import is_of_the_past, lock, observe, retire, see
from pools.tracking.sight import Sight
from pools.upstream import Client, NotFound, Unauthorised, UpstreamError
from pools.wire.enums import Phase

MISSES_TO_BE_GONE = 3
BETWEEN_MISSES = timedelta(seconds=20)
BETWEEN_MISSES_EMBEDDED = timedelta(seconds=1)
# A pool just accepted may not be found for a while.
TOO_YOUNG_TO_MISS = timedelta(minutes=1)
# Looks of one round; the next one is never far.
MOST_LOOKS = 50
# So many failed creations are looked at one by one; of more, the list of the failed is asked for.
FEW = 3


def look_around(project: Project) -> int:
    """Look at the pools of `project` that are due by themselves, one after another. Returns how many were looked at.

    One worker does so at a time. Several creations that failed are looked up in one list of them. Once the cloud is
    out of reach the rest waits, longer each time that the project fails; and the list is asked for, which tells.
    """
    if not _begin_looking(project):
        return 0
    looked, rest_until = 0, None
    client = Client(project.connection(), patient=True)
    try:
        for pool in _look_up_failed(project, client, list(Pool.objects.due().filter(project=project)[:MOST_LOOKS])):
            if not _go_on_looking(project):
                break
            pool.project = project
            _look(pool, client)
            looked += 1
    except UpstreamError as error:
        rest_until = timezone.now() + pause_after(error, failures=project.failures + 1, embedded=project.embedded)
        look_soon(project)
    mine = Project.objects.filter(pk=project.pk, looking_until=project.looking_until)
    mine.update(looking_until=rest_until)
    return looked


def _begin_looking(project: Project) -> bool:
    rows = Project.objects.filter(pk=project.pk)
    free = rows.filter(looking_until__isnull=True) | rows.filter(looking_until__lte=timezone.now())
    return _lease_looking(project, free)


def _go_on_looking(project: Project) -> bool:
    return _lease_looking(project, Project.objects.filter(pk=project.pk, looking_until=project.looking_until))


def _lease_looking(project: Project, rows: QuerySet[Project]) -> bool:
    """Take or keep the right to look for as long as one look may last; returns whether we have it."""
    until = timezone.now() + timedelta(seconds=5 * project.connection().read_timeout)
    won = rows.update(looking_until=until) == 1
    if won:
        project.looking_until = until
    return won


def _look_up_failed(project: Project, client: Client, pools: list[Pool]) -> list[Pool]:
    """Where several of `pools` are creations that failed, hear of them in one list; returns those still to look at."""
    failed = [pool for pool in pools if pool.phase == Phase.CREATION_FAILED]
    if len(failed) <= FEW:
        return pools
    at = timezone.now()
    listing = client.skim_pools(status="failed")
    told: list[Pool] = []
    for pool in failed:
        sight = Sight.of(listing.document(pool.pool_id)) if pool.pool_id in listing.prints else None
        if sight and not is_of_the_past(pool, sight):
            see(pool, sight, at=at)
            again = look_again_after(pool.phase, at - (pool.phase_since or at), pace=project.pace)
            Pool.objects.living().filter(pk=pool.pk, look_after=pool.look_after).update(look_after=at + jittered(again))
            told.append(pool)
    return [pool for pool in pools if pool not in told]


def _look(pool: Pool, client: Client) -> None:
    """As `look`, but raises what tells that the cloud as a whole is out of reach."""
    try:
        ask(pool, client)
    except UpstreamError as error:
        if is_away(error):
            raise


def look(pool: Pool) -> PhaseChange | None:
    """Ask the cloud for this one pool and record the answer. Returns the phase change that was heard, or None.

    A failure to hear is not raised; it only moves the next look. See `ask` for one that raises.
    """
    try:
        return ask(pool)
    except UpstreamError:
        return None


def ask(pool: Pool, client: Client | None = None) -> PhaseChange | None:
    """As `look`, but raises the UpstreamError (other than `NotFound`) that kept us from hearing."""
    at = timezone.now()
    client = client or Client(pool.project.connection())
    held = at + timedelta(seconds=5 * client.connection.read_timeout)
    Pool.objects.living().filter(pk=pool.pk).update(look_after=held)
    pool.look_after = held
    try:
        heard = client.get_pool(pool.pool_id)
    except NotFound:
        _look_next(pool, _missed(pool, at=at), held=held)
        _bring_back(pool.project)
        return None
    except UpstreamError as error:
        if isinstance(error, Unauthorised):
            note_refusal(pool.project, at=at)
        pause = pause_after(error, failures=max(pool.project.failures, 2) + 1, embedded=pool.project.embedded)
        _look_next(pool, timezone.now() + pause, held=held)
        raise
    change = observe(pool, heard, at=at)
    again = look_again_after(pool.phase, at - (pool.phase_since or at), moving=pool.moving, pace=pool.project.pace)
    # The default list never holds a failed creation, so it keeps a cadence of its own.
    _look_next(pool, at + again if pool.phase == Phase.CREATION_FAILED else None, held=held)
    look_soon(pool.project, within=again)
    _bring_back(pool.project)
    return change


def _bring_back(project: Project) -> None:
    """The cloud answered: a project that rests because it did not is listed now, and by that is well again."""
    if project.failing_since:
        look_soon(project)


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
