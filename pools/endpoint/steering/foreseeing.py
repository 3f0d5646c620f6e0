"""What is still to come in a project if nobody does anything. Reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pools.endpoint import scenario
from pools.endpoint.chronicle import JUST_AFTER, moments
from pools.endpoint.course import FORCED
from pools.endpoint.models import (
    BillingOrder,
    EndpointProject,
    HostedNetwork,
    HostedPool,
    HostedWorkspace,
    NodeJob,
    PoolChange,
    with_changes,
)
from pools.endpoint.scenario import DRIVERS_READY, FAILURES_KEPT, SCOPES_READY, TIMETABLES, Fate, Life, Pace
from pools.wire.enums import NetworkPhase, Phase, UpdateStrategy


class What(StrEnum):
    """What comes: another phase of a pool, or something that ends without one."""

    PHASE = "phase"
    DRIVERS = "drivers"
    JOB_TYPES = "job-types"
    CHANGE = "change"
    NODES = "nodes"
    NETWORK = "network"
    WORKSPACE = "workspace"
    JOB = "job"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing to come: when, what, and to what; for a phase of a pool, which (empty: gone)."""

    at: datetime
    what: What
    of: str
    phase: str = ""


def next_phase(life: Life, now: datetime) -> tuple[datetime, Phase | None] | None:
    """When the phase will be another by itself, and which (None: gone); None if it stays as it is."""
    said = scenario.phase(life, now)
    known = {*moments(life)}
    if (failed_at := life.failed_at(now)) is not None:
        known.add(failed_at + FAILURES_KEPT)
    for at in sorted({*known, *(moment + JUST_AFTER for moment in known)}):
        if at > now and (then := scenario.phase(life, at)) is not said:
            return at, then
    return None


def to_pool(pool: HostedPool, now: datetime) -> list[Coming]:
    """What is to come to one pool, the next first. Single nodes are left out: they come by the dozen."""
    life, found = pool.life, []
    turn = next_phase(life, now)
    if turn is not None:
        found.append(Coming(turn[0], What.PHASE, pool.ident, turn[1] or ""))
    if scenario.phase(life, now) not in {None, Phase.WAITING, Phase.DELETING, Phase.CREATION_FAILED}:
        found += [Coming(at, what, pool.ident) for at, what in _endings(pool, life) if at > now]
    return sorted(found, key=lambda one: one.at)


def _endings(pool: HostedPool, life: Life) -> Iterator[tuple[datetime, What]]:
    if life.fate is not Fate.STUCK:
        ready = {What.JOB_TYPES: life.moment(SCOPES_READY)}
        if pool.drivers:
            ready[What.DRIVERS] = life.moment(DRIVERS_READY)
        yield from ((at, what) for what, at in ready.items() if at is not None)
    if pool.founding is not None:
        for change in pool.changes.all():
            yield from _ends_of(change, life)


def _ends_of(change: PoolChange, life: Life) -> Iterator[tuple[datetime, What]]:
    if change.begun_at is None:
        return
    forced = change.kind == PoolChange.Kind.DRIVER and change.detail.get("strategy") == UpdateStrategy.FORCE
    yield change.begun_at + timedelta(seconds=life.timetable.change * (FORCED if forced else 1.0)), What.CHANGE
    if change.detail.get("removed"):
        yield change.begun_at + timedelta(seconds=life.timetable.removal), What.NODES


def next_thing(project: EndpointProject, now: datetime) -> Coming | None:
    """The next thing to come in the project; None if nothing is."""
    return min(_everything(project, now), key=lambda one: one.at, default=None)


def _everything(project: EndpointProject, now: datetime) -> Iterator[Coming]:
    for pool in with_changes(project.pools.recorded(now).defer("document", "zones").iterator(chunk_size=2000)):
        yield from to_pool(pool, now)[:1]
    yield from _networks(project.networks.all(), now)
    yield from _workspaces(project.workspaces.filter(deleted_at__isnull=False), now)
    longest = timedelta(seconds=max(table.removal for table in TIMETABLES.values()))
    yield from _jobs(project.node_jobs.filter(begun_at__gt=now - longest).select_related("pool"), now)
    booking = timedelta(seconds=max(table.booking for table in TIMETABLES.values()))
    yield from _payments(project.billing_orders.filter(paid_at__gt=now - booking).select_related("pool"), now)


def _networks(rows: Iterable[HostedNetwork], now: datetime) -> Iterator[Coming]:
    for row in rows:
        phase = scenario.network_phase(Pace(row.pace), Fate(row.fate), row.accepted_at, now)
        if phase is NetworkPhase.CREATING and row.fate != Fate.STUCK:
            at = row.accepted_at + timedelta(seconds=TIMETABLES[Pace(row.pace)].network)
            yield Coming(at, What.NETWORK, row.ident)


def _workspaces(rows: Iterable[HostedWorkspace], now: datetime) -> Iterator[Coming]:
    for row in rows:
        at = (row.deleted_at or now) + timedelta(seconds=TIMETABLES[Pace(row.pace)].deletion)
        if at > now:
            yield Coming(at, What.WORKSPACE, row.ident)


def _jobs(rows: Iterable[NodeJob], now: datetime) -> Iterator[Coming]:
    for row in rows:
        at = row.begun_at + timedelta(seconds=TIMETABLES[Pace(row.pool.pace)].removal)
        if at > now:
            yield Coming(at, What.JOB, row.ident)


def _payments(rows: Iterable[BillingOrder], now: datetime) -> Iterator[Coming]:
    for row in rows:
        at = (row.paid_at or now) + timedelta(seconds=TIMETABLES[Pace(row.pool.pace)].booking)
        if at > now:
            yield Coming(at, What.PAYMENT, row.order_id)
