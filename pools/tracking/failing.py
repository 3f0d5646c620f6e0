"""When the cloud cannot be heard: how that is told, and when it is tried again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Coalesce

from pools.models import Project
from pools.upstream import NotSent, Spent, Stopping, Throttled, Unauthorised, Unreachable, UpstreamError

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
# The embedded endpoint is only away while somebody restarts it.
FIRST_PAUSE_EMBEDDED, LONGEST_PAUSE_EMBEDDED = timedelta(seconds=1), timedelta(seconds=5)


def is_away(error: UpstreamError) -> bool:
    """Whether the cloud as a whole is out of our reach, so that asking it for anything else is in vain too."""
    silent = isinstance(error, Unreachable) and error.timed_out
    return silent or isinstance(error, NotSent | Unauthorised | Throttled)


def jittered(pause: timedelta) -> timedelta:
    """`pause` give or take a fifth, so that many projects do not ask in step."""
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 - spreading load is no secret


def pause_after(error: UpstreamError, *, failures: int, embedded: bool) -> timedelta:
    """How long to wait after `failures` failures in a row, the last of them `error`."""
    if isinstance(error, Stopping):
        return timedelta()  # another worker may go on at once
    first, longest = (FIRST_PAUSE, LONGEST_PAUSE) if not embedded else (FIRST_PAUSE_EMBEDDED, LONGEST_PAUSE_EMBEDDED)
    pause = jittered(min(first * 2 ** min(failures - 1, 10), longest))
    if isinstance(error, Throttled) and error.retry_after is not None:
        pause = max(pause, timedelta(seconds=error.retry_after))
    return pause


def note_failure(project: Project, error: UpstreamError, *, at: datetime) -> None:
    """Record that the list of `project` could not be heard. No pool is touched: old news is still the news we have."""
    if isinstance(error, Stopping | Spent):
        _let_go(project)
        return
    pause = pause_after(error, failures=project.failures + 1, embedded=project.embedded)
    Project.objects.filter(pk=project.pk, lease_token=project.lease_token).update(
        failing_since=Coalesce(F("failing_since"), at),
        failures=F("failures") + 1,
        failure_message=str(error),
        credentials_refused_at=at if isinstance(error, Unauthorised) else F("credentials_refused_at"),
        look_after=at + pause,
        lease_until=None,
        lease_token=None,
        changed_at=at,
    )


def _let_go(project: Project) -> None:
    """It says nothing of the cloud that we stop, or have asked enough: only the lease is given back."""
    mine = Project.objects.filter(pk=project.pk, lease_token=project.lease_token)
    mine.update(lease_until=None, lease_token=None)


def note_refusal(project: Project, *, at: datetime) -> None:
    """Record that the credentials were refused, on whatever errand."""
    Project.objects.filter(pk=project.pk, credentials_refused_at__isnull=True).update(
        credentials_refused_at=at, changed_at=at
    )
