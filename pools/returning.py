"""Giving back what this process holds when it is told to stop, so that nobody has to wait for its leases to end.

An errand that was being sent is in doubt from then on: its answer is heard by nobody, and the next worker asks what
became of it. Everything else is free again at once. Each is given back by the same compare-and-swap that took it, so
whoever finished in time, or lost it to somebody else, loses nothing by this.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from pools.models import Attention, Errand, Order, Pool, Probe, Project, Reading, Trouble
from pools.upstream import Stopping
from pools.upstream.silence import fall_silent, is_silent

logger = logging.getLogger(__name__)

A_MOMENT = timedelta(seconds=5)

_held: dict[object, Callable[[], int]] = {}
_lock = threading.Lock()


@contextmanager
def held(give_back: Callable[[], int]) -> Iterator[None]:
    """While this runs, `give_back` is what a stop does; it returns how many rows it freed.

    Ends quietly where the act broke off because we are stopping: its row says what is left to do.
    """
    key = object()
    with _lock:
        _held[key] = give_back
    try:
        yield
    except Stopping:
        give_back()
    finally:
        with _lock:
            _held.pop(key, None)


def begin_to_stop() -> None:
    """Take no more work, and say nothing new abroad. Safe in a signal handler."""
    fall_silent()


def is_stopping() -> bool:
    return is_silent()


def give_all_back() -> int:
    """Give back all that is still held; returns how many rows that freed. One that cannot be is left to its lease."""
    with _lock:
        left = list(_held.values())
    freed = 0
    for give_back in left:
        try:
            freed += give_back()
        except DatabaseError as trouble:
            logger.warning("Something held could not be given back: %s", trouble)
    connection.close()
    return freed


def errand(row: Errand) -> Callable[[], int]:
    return partial(_errand, row)


def _errand(taken: Errand) -> int:
    rows = type(taken)._default_manager  # noqa: SLF001 - the manager of whichever errand this is
    now = timezone.now()
    for row in rows.filter(pk=taken.pk, lease_token=taken.lease_token, lease_until__gt=now):
        if row.state != row.STATES("sending"):
            return int(row.note(due_at=now, changed_at=row.changed_at))
        # Its last byte may have left just now, and asking counts from when it did.
        doubt: dict[str, Any] = {
            "due_at": now,
            "last_sent_at": now,
            "failure_code": Trouble.DIED,
            "failure_message": "",
        }
        if isinstance(row, Order):
            doubt |= {"absences": 0, "absent_since": None}
        return int(row.move(row.STATES("in_doubt"), **doubt))
    return 0


def sweep(project: Project) -> Callable[[], int]:
    """For the lease under which `project` is listed."""

    def give_back() -> int:
        mine = Project.objects.filter(pk=project.pk, lease_token=project.lease_token, lease_token__isnull=False)
        return mine.update(lease_until=None, lease_token=None)

    return give_back


def mirror(project: Project) -> Callable[[], int]:
    """For the time until which nobody else reads the catalog of `project`."""
    due = project.mirror_after

    def give_back() -> int:
        if project.mirror_after == due:
            return 0
        return Project.objects.filter(pk=project.pk, mirror_after=project.mirror_after).update(mirror_after=due)

    return give_back


def looking(project: Project) -> Callable[[], int]:
    """For the right to look at the pools of `project` by themselves, and for the one that is being looked at."""
    before = project.looking_until

    def give_back() -> int:
        until = project.looking_until
        if until is None or until == before:
            return 0
        freed = Project.objects.filter(pk=project.pk, looking_until=until).update(looking_until=None)
        # It was put off as long as the right to look at it holds, which had been taken a moment before.
        held = Pool.objects.living().filter(project=project, look_after__gte=until, look_after__lt=until + A_MOMENT)
        held.update(look_after=timezone.now())
        return freed

    return give_back


def asked(row: Reading | Probe) -> Callable[[], int]:
    """For what a person asked for and waits to see."""

    def give_back() -> int:
        if row.lease_until is None:
            return 0
        rows = type(row)._default_manager.filter(state="asked")  # noqa: SLF001 - of whichever it is
        return rows.filter(pk=row.pk, lease_until=row.lease_until).update(lease_until=None)

    return give_back


def detailing(attention: Attention) -> Callable[[], int]:
    """For the lease under which the details of a pool are read."""

    def give_back() -> int:
        if attention.lease_until is None:
            return 0
        rows = Attention.objects.filter(pk=attention.pk, lease_until=attention.lease_until)
        return rows.update(lease_until=None)

    return give_back
