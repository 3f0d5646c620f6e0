"""Turning a project's clock: stop it, move it on, let it run again; and the pace of what is accepted from now on.

The clock never goes back: what has happened cannot un-happen. Only a reset of the project begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from pools.endpoint import clock, errors, scenario
from pools.endpoint.models import EndpointProject, HostedPool, with_changes
from pools.endpoint.scenario import Fate, Pace
from pools.endpoint.steering import foreseeing
from pools.wire.words import words

# Beyond it dates leave the calendars of clients.
FARTHEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is in another phase than before; empty phases are those of what is not there."""

    what: str
    was: str
    phase: str


@dataclass(frozen=True, slots=True)
class Turn:
    """How far the clock was moved, and what happened by that."""

    seconds: float
    happened: list[Change]


@contextmanager
def held(project: EndpointProject) -> Iterator[EndpointProject]:
    """The project's row as it is now, held while it is changed; whoever hosts something meanwhile need not wait."""
    with transaction.atomic():
        yield EndpointProject.objects.select_for_update(no_key=True).select_related("account").get(pk=project.pk)


def freeze(project: EndpointProject, *, at: datetime | None = None) -> EndpointProject:
    """Have the clock stand, now or at a moment to come. Raises `Refused` (400) for one that is past or too far."""
    with held(project) as row:
        now = clock.now(row)
        row.clock_stands_at = now + _way(now, at or now)
        row.save(update_fields=["clock_stands_at"])
    return row


def run(project: EndpointProject, *, in_step: bool = False) -> EndpointProject:
    """Have the clock run again from where it stands, or `in_step` with real time.

    Raises `Refused` (400) for a clock that is ahead of real time and would have to go back.
    """
    with held(project) as row:
        real = timezone.now()
        ahead = row.clock_stands_at - real if row.clock_stands_at else row.clock_ahead
        if in_step and ahead > timedelta():
            raise errors.bad_request(
                words("The clock is ahead of real time and does not go back; a reset begins anew.")
            )
        row.clock_stands_at, row.clock_ahead = None, timedelta() if in_step else ahead
        row.save(update_fields=["clock_stands_at", "clock_ahead"])
    return row


def advance(project: EndpointProject, *, by: timedelta | None = None, to: datetime | None = None) -> Turn:
    """Move the clock on, standing or running, by a while or to a moment; with neither, until the next thing happens.

    Raises `Refused` (400) for a moment that is past or too far. `project` itself is left as it was read.
    """
    with held(project) as row:
        now = clock.now(row)
        if by is None and to is None:
            coming = foreseeing.next_thing(row, now)
            to = coming.at if coming else now
        way = _way(now, to if to is not None else now + (by or timedelta()))
        before = _phases(row, now)
        if row.clock_stands_at is not None:
            row.clock_stands_at += way
        else:
            row.clock_ahead += way
        row.save(update_fields=["clock_stands_at", "clock_ahead"])
        after = _phases(row, now + way)
    return Turn(way.total_seconds(), list(_differences(before, after)))


def set_pace(project: EndpointProject, pace: Pace | None) -> None:
    """Have what is accepted from now on move at this pace; None: as the setting says. What is hosted keeps its own."""
    EndpointProject.objects.filter(pk=project.pk).update(pace=pace or "")


def _way(now: datetime, then: datetime) -> timedelta:
    """How far it is from `now`. Raises `Refused` (400) for what lies behind, and for what is too far."""
    if then < now:
        raise errors.bad_request(words("The clock does not go back; a reset begins anew."))
    if then > timezone.now() + FARTHEST:
        raise errors.bad_request(f"The clock goes at most {FARTHEST.days} days ahead of real time.")
    return then - now


def _phases(project: EndpointProject, now: datetime) -> dict[tuple[int, str], str]:
    pools = HostedPool.objects.filter(project=project).recorded(now).defer("document", "zones", "drivers")
    told = {
        (pool.pk, pool.ident): str(scenario.phase(pool.life, now) or "")
        for pool in with_changes(pools.iterator(chunk_size=2000))
    }
    for row in project.networks.all():
        phase = scenario.network_phase(Pace(row.pace), Fate(row.fate), row.accepted_at, now)
        told[-row.pk, row.ident] = str(phase)
    return told


def _differences(before: dict[tuple[int, str], str], after: dict[tuple[int, str], str]) -> Iterator[Change]:
    for key, was in before.items():
        if was and (phase := after.get(key, "")) != was:
            yield Change(key[1], was, phase)
