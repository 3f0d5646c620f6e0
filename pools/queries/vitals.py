"""How the console itself is doing, for whoever runs it: figures over all teams, so never for a page of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from pools.models import (
    Decision,
    Deletion,
    Founding,
    Intervention,
    Order,
    Pool,
    Presence,
    Probe,
    Project,
    Reading,
    Refit,
    Resize,
    Tally,
    Watch,
)


@dataclass(frozen=True)
class Attendance:
    """Processes of one role: how many spoke since a time, and when any of them last worked."""

    present: int
    worked_at: datetime | None


@dataclass(frozen=True)
class Due:
    """Rows of one kind that are due and not taken: how many, and since when the oldest is."""

    kind: str
    rows: int
    since: datetime | None


def attendance(*, since: datetime) -> dict[Presence.Role, Attendance]:
    """Who is at work. One query."""
    present = Count("pk", filter=Q(seen_at__gte=since))
    told = Presence.objects.order_by().values("role").annotate(present=present, worked=Max("worked_at"))
    found = {row["role"]: Attendance(row["present"], row["worked"]) for row in told}
    return {role: found.get(role.value, Attendance(0, None)) for role in Presence.Role}


def orders_by_state() -> dict[str, int]:
    return dict(Order.objects.order_by().values_list("state").annotate(Count("pk")))


def orders_that_need_somebody() -> dict[str, int]:
    """Orders that only a person can move on: at the cloud's gate, or in a doubt that nothing settles."""
    return {
        "waiting": Order.objects.waiting().count(),
        "doubt": Order.objects.filter(needs_person=True).count(),
    }


def pools_by_phase() -> dict[str, int]:
    """Living pools; a phase nobody knows stands under its own name, one not heard yet under the empty one."""
    return dict(Pool.objects.living().order_by().values_list("phase").annotate(Count("pk")))


def projects() -> list[Project]:
    """All that are connected, with how each was last heard; no credentials."""
    return list(Project.objects.connected().without_credentials())


def due() -> Iterator[Due]:
    """What waits for a worker, by kind: the length of the queue, since the rows are the queue."""
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "order": (Order.objects.due(), "due_at"),
        "decision": (Decision.objects.due(), "due_at"),
        "deletion": (Deletion.objects.due(), "due_at"),
        "resize": (Resize.objects.due(), "due_at"),
        "intervention": (Intervention.objects.due(), "due_at"),
        "refit": (Refit.objects.due(), "due_at"),
        "founding": (Founding.objects.due(), "due_at"),
        "watch": (Watch.objects.due(), "due_at"),
        "reading": (Reading.objects.due(), "asked_at"),
        "probe": (Probe.objects.due(), "asked_at"),
        "pool": (Pool.objects.due(), "look_after"),
        "project": (Project.objects.due(), "look_after"),
        "catalog": (Project.objects.due_for_mirroring(), "mirror_after"),
    }
    for kind, (found, moment) in rows.items():
        counted = found.order_by().aggregate(rows=Count("pk"), since=Min(moment))
        yield Due(kind, counted["rows"], counted["since"])


def tallies() -> list[Tally]:
    """What all processes have counted, like with like."""
    return list(Tally.objects.order_by("name", "labels"))
