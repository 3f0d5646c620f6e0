"""One list call covers every pool of a project, and writes nothing of those it holds unchanged."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from pools.models import PhaseChange, Pool, Project
from pools.models.projects import LATE
from pools.phases import look_again_after
from pools.tracking.comparing import Comparison, compare
from pools.tracking.failing import jittered, note_failure
from pools.tracking.meeting import meet
from pools.tracking.observing import SEEN, bury, tell_orders
from pools.tracking.staging import follow
from pools.tracking.writing import write
from pools.upstream import Client, Skimmed, UpstreamError
from pools.wire.enums import Phase

logger = logging.getLogger(__name__)

# Of lists that were late one after the other no more are counted.
MOST_COUNTED = 9
# How a pool stands to the lists, whatever it is itself.
STANDING = ["observed_at", "misses", "listed", "list_print", "look_after"]


def sweep(project: Project) -> list[PhaseChange]:
    """List the pools of `project` abroad and record them all. Returns the phase changes that were heard.

    Takes the project's lease, works outside of transactions, and applies the result only if the lease is still its own;
    without the lease, and where the cloud could not be heard, nothing is recorded of any pool.
    """
    if not _take_lease(project):
        return []
    at = timezone.now()
    client = Client(project.connection(), patient=True)
    try:
        usual = client.skim_pools()
        changes = _record(project, usual, at=at)
        if changes is None and _keep_lease(project):
            # The default list leaves failed pools out.
            changes = _record(project, usual, at=at, failed=client.skim_pools(status="failed"))
    except UpstreamError as error:
        note_failure(project, error, at=timezone.now())
        return []
    return changes or []


def _take_lease(project: Project) -> bool:
    """Take the lease for one call; returns whether it was free."""
    rows, now = Project.objects.filter(pk=project.pk), timezone.now()
    free = rows.filter(lease_until__isnull=True) | rows.filter(lease_until__lte=now)
    return _lease(project, free, uuid4())


def _keep_lease(project: Project) -> bool:
    """Keep our own lease for one more call; returns whether it was still ours."""
    mine = Project.objects.filter(pk=project.pk, lease_token=project.lease_token)
    return _lease(project, mine, project.lease_token)


def _lease(project: Project, rows: QuerySet[Project], token: UUID | None) -> bool:
    # A call lasts twice the read time-out at most, and is made twice if its connection breaks. Recording needs no time
    # of its own here: whoever would take the lease meanwhile waits for the lock on the row.
    until = timezone.now() + timedelta(seconds=4 * project.connection().read_timeout + 5)
    won = rows.update(lease_until=until, lease_token=token) == 1
    if won:
        project.lease_until, project.lease_token = until, token
    return won


def _record(
    project: Project, usual: Skimmed, *, at: datetime, failed: Skimmed | None = None
) -> list[PhaseChange] | None:
    """Record a whole list in a number of statements that does not grow with the number of pools.

    None, and nothing recorded, if a pool is missing for which the list of failed ones should be asked, too.
    """
    listing = usual.over(failed) if failed else usual
    with transaction.atomic():
        ours = Project.objects.locked(project.pk).filter(lease_token=project.lease_token).first()
        if ours is None:
            return []
        found = compare(ours, listing, usual=usual.prints.keys(), at=at)
        if failed is None and found.is_short:
            return None
        _write(ours, found, usual=usual, at=at)
        changes = found.changes + meet(ours, found.strangers, listing, at=at)
        Project.objects.filter(pk=ours.pk).update(**_heard_well(ours, usual, due=project.look_after, at=at))
    if at - project.look_after > LATE:
        logger.warning("%s was read %.0f s late.", project, (at - project.look_after).total_seconds())
    return changes


def _write(project: Project, found: Comparison, *, usual: Skimmed, at: datetime) -> None:
    _look_for(project, [*found.changed, *found.touched, *found.missing], usual=usual, at=at)
    write(found.changed, [*SEEN, "listed", "look_after"])
    write([*found.touched, *found.missing], STANDING)
    PhaseChange.objects.bulk_create(found.changes, batch_size=500)
    follow(found.changed, project, at=at, heard_before=project.heard_at)
    tell_orders(found.sights)
    bury(found.replaced, project, at=at)


def _look_for(project: Project, pools: list[Pool], *, usual: Skimmed, at: datetime) -> None:
    """Have those that the list lacks looked at by themselves, as soon as their phase deserves it."""
    for pool in pools:
        if pool.look_after is None and pool.pool_id not in usual.prints:
            pause = look_again_after(pool.phase, at - (pool.phase_since or at), moving=pool.moving, pace=project.pace)
            pool.look_after = max(at, pool.observed_at + pause)


def _heard_well(project: Project, usual: Skimmed, *, due: datetime, at: datetime) -> dict[str, Any]:
    """What a list that was heard whole changes of its project."""
    pause = jittered(_pause(project, at=at))
    was_failing = project.failing_since or project.credentials_refused_at
    return {
        "heard_at": at,
        "failing_since": None,
        "failures": 0,
        "failure_message": "",
        "credentials_refused_at": None,
        "sweep_seconds": (timezone.now() - at).total_seconds(),
        "sweep_late": max((at - due).total_seconds(), 0.0),
        "late_in_a_row": min(project.late_in_a_row + 1, MOST_COUNTED) if at - due > LATE else 0,
        "pools_listed": len(usual.prints),
        "clock_skew": project.clock_skew if usual.clock_skew is None else usual.clock_skew,
        "look_after": at + (max(pause, timedelta(seconds=1)) if project.pace else pause),
        "lease_until": None,
        "lease_token": None,
        # Whoever rested because the cloud did not answer need not rest any longer.
        **({"changed_at": at, "looking_until": None} if was_failing else {}),
    }


def _pause(project: Project, *, at: datetime) -> timedelta:
    """How soon the most urgent of the pools that only the list is asked for deserves another look.

    The longer a pool is in its phase the more patient we are, so the youngest of each phase speaks for all.
    """
    listed = Pool.objects.living().filter(project=project, look_after__isnull=True).order_by()
    phases = listed.values_list("phase", "moving").annotate(youngest=Max("phase_since"))
    paces = [
        look_again_after(phase, at - (youngest or at), moving=moving, pace=project.pace)
        for phase, moving, youngest in phases
    ]
    return min(paces, default=look_again_after(Phase.RUNNING, pace=project.pace))
