"""After a clock was set back: what waits for a date is not left waiting until the clock has caught up with it.

The latest time that any worker knew is kept. Where it is later now than the clock, every date that the clock of then
made is brought back by as much: what is due stays due when it was to be, leases last as long as they had left, and what
was heard is as old as it is. What the cloud dates, and what only a calendar reads, is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from pools.models import (
    Attention,
    CatalogPart,
    Chore,
    Decision,
    Deletion,
    Detail,
    Founding,
    Intervention,
    Order,
    PhaseChange,
    Pool,
    Presence,
    Probe,
    Project,
    Reading,
    Refit,
    Resize,
    Stretch,
    Watch,
)

logger = logging.getLogger(__name__)

CLOCK: Final = "clock"
# Clocks of several machines may differ by less than that, and nobody notices if something waits so long.
LEAST: Final = timedelta(seconds=30)
# Nothing of ours is due, or leased, further ahead: it was the other clock that said so. (But for a pause that the cloud
# asked for, which is kept in the memory of each worker, too.)
FARTHEST: Final = timedelta(minutes=15)

_ERRAND = ("first_sent_at", "last_sent_at", "changed_at")
# Dates of what is to come.
AWAITED: Final[Mapping[type[Model], tuple[str, ...]]] = {
    Project: ("look_after", "lease_until", "looking_until", "mirror_after"),
    Order: ("due_at", "lease_until"),
    Decision: ("due_at", "lease_until"),
    Deletion: ("due_at", "lease_until"),
    Resize: ("due_at", "lease_until"),
    Intervention: ("due_at", "lease_until"),
    Refit: ("due_at", "lease_until"),
    Founding: ("due_at", "lease_until"),
    Pool: ("look_after",),
    Attention: ("due_at", "lease_until"),
    Reading: ("lease_until",),
    Probe: ("lease_until",),
    Chore: ("lease_until",),
    Watch: ("due_at",),
}
# Dates of what has been.
PAST: Final[Mapping[type[Model], tuple[str, ...]]] = {
    Project: ("heard_at", "failing_since", "credentials_refused_at", "changed_at"),
    Order: (*_ERRAND, "placed_at", "absent_since"),
    Decision: (*_ERRAND, "at"),
    Deletion: (*_ERRAND, "at"),
    Resize: (*_ERRAND, "at", "approved_at"),
    Intervention: (*_ERRAND, "at"),
    Refit: (*_ERRAND, "at"),
    Founding: (*_ERRAND, "at"),
    Pool: ("observed_at", "phase_since", "gone_at", "drift_since", "drift_meant_at", "changed_at"),
    PhaseChange: ("heard_at",),
    Stretch: ("began_at", "ended_at"),
    Attention: ("looked_at",),
    Detail: ("asked_at", "failed_at"),
    CatalogPart: ("read_at", "failed_at"),
    Reading: ("asked_at", "answered_at"),
    Probe: ("asked_at", "answered_at"),
    Presence: ("seen_at", "worked_at"),
    Watch: ("since", "ended_at", "changed_at"),
}


def rewind() -> timedelta:
    """Note what time it is and, if the clock was set back since the last look, bring dates back by as much.

    Returns by how much, or nothing. All or nothing is done, by whoever notices first.
    """
    now = timezone.now()
    Chore.objects.bulk_create([Chore(name=CLOCK, done_at=now)], ignore_conflicts=True)
    with transaction.atomic():
        clock = Chore.objects.select_for_update().get(name=CLOCK)
        back = (clock.done_at or now) - now
        if timedelta() < back <= LEAST:
            return timedelta()
        Chore.objects.filter(pk=clock.pk).update(done_at=now)
        if back <= LEAST:
            return timedelta()
        # Watched for so many days: those begun by the other clock end when they were to, and not as much later.
        Watch.objects.standing().filter(since__gt=now + LEAST).update(expires_at=F("expires_at") - back)
        _bring_back(AWAITED, by=back, beyond=FARTHEST)
        _bring_back(PAST, by=back, beyond=LEAST)
    logger.warning("The clock was set back by %.0f s; dates were brought back by as much.", back.total_seconds())
    return back


def _bring_back(dates: Mapping[type[Model], tuple[str, ...]], *, by: timedelta, beyond: timedelta) -> None:
    ahead = timezone.now() + beyond
    for model, fields in dates.items():
        for field in fields:
            rows = model._default_manager.filter(**{f"{field}__gt": ahead})  # noqa: SLF001 - of whichever model it is
            rows.update(**{field: F(field) - by})
