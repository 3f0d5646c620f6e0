"""Mirroring the catalog, part by part, and answering the readings that people asked for.

A person who asks is answered whatever rests: no back-off of a project keeps a reading waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from pools.models import CatalogPart, Founding, Project, Reading, Watch
from pools.phases import look_again_after
from pools.tracking.detailing import read_details
from pools.tracking.failing import is_away, jittered, note_refusal, pause_after
from pools.tracking.looking import ask, look_soon
from pools.tracking.pricing import read_prices
from pools.upstream import Client, NotFound, Stopping, Unauthorised, UpstreamError
from pools.wire.enums import NetworkPhase, Phase

BETWEEN_MIRRORS = timedelta(minutes=5)
BETWEEN_MIRRORS_EMBEDDED = timedelta(minutes=1)
AFTER_A_FAILURE = timedelta(minutes=1)
AFTER_A_FAILURE_EMBEDDED = timedelta(seconds=5)
LEASE = timedelta(minutes=5)

Kind = CatalogPart.Kind


def mirror(project: Project) -> list[CatalogPart.Kind]:
    """Read every part of the catalog. Returns the kinds that could not be read; what was read before stays.

    Where the cloud as a whole is out of reach, the rest is not even tried.
    """
    _take(project, Project.objects.filter(pk=project.pk))
    return _read_all(project, Client(project.connection()))


def mirror_when_due(project: Project) -> list[CatalogPart.Kind]:
    """As `mirror`, for nobody who waits; and not at all where another worker has begun since `project` was read."""
    if not _take(project, Project.objects.filter(pk=project.pk, mirror_after=project.mirror_after)):
        return []
    return _read_all(project, Client(project.connection(), patient=True))


def read_networks(project: Project, client: Client) -> None:
    """Read those parts again that a new network changes; where they cannot be read, the next reading tells of it."""
    at = timezone.now()
    readers = _readers(client)
    try:
        for kind in (Kind.NETWORKS, Kind.QUOTAS):
            _keep(project, kind, readers[kind](), at=at)
    except Stopping:
        raise
    except UpstreamError as error:
        _keep_failure(project, kind, error, at=at)
    Project.objects.filter(pk=project.pk).update(mirror_after=timezone.now() + _while_networks_are_made(project))


def _take(project: Project, rows: QuerySet[Project]) -> bool:
    until = timezone.now() + LEASE
    won = rows.update(mirror_after=until) == 1
    if won:
        project.mirror_after = until
    return won


def _read_all(project: Project, client: Client) -> list[CatalogPart.Kind]:
    failed: list[CatalogPart.Kind] = []
    away: UpstreamError | None = None
    for kind, read in _readers(client).items():
        at = timezone.now()
        try:
            if away:
                raise away
            _keep(project, kind, read(), at=at)
        except Stopping:
            # Nothing was learned of the cloud; whoever is next reads it all.
            Project.objects.filter(pk=project.pk).update(mirror_after=timezone.now())
            raise
        except UpstreamError as error:
            away = error if is_away(error) else None
            _keep_failure(project, kind, error, at=at)
            failed.append(kind)
    if isinstance(away, Unauthorised):
        note_refusal(project, at=timezone.now())
    if project.failing_since and not away:
        look_soon(project)  # and by that it is well again
    _mirror_next(project, failed=bool(failed), away=away)
    if not away:
        read_prices(project, client)
    return failed


def _readers(client: Client) -> dict[CatalogPart.Kind, Callable[[], dict[str, Any]]]:
    return {
        Kind.FLAVORS: lambda: client.list_flavors().document,
        Kind.NETWORKS: lambda: client.list_networks().document,
        Kind.DRIVERS: lambda: {"gpu": _driver(client, "gpu"), "npu": _driver(client, "npu")},
        Kind.QUOTAS: lambda: client.get_quotas().document,
        Kind.CONFIG: lambda: client.get_config().document,
        Kind.WORKSPACES: lambda: client.list_workspaces().document,
    }


def _driver(client: Client, kind: Any) -> dict[str, Any]:
    """A region without such accelerators has no such template: that is an answer, not a failure."""
    try:
        return client.get_drivers(kind).document
    except NotFound:
        return {}


def _keep(project: Project, kind: CatalogPart.Kind, document: dict[str, Any], *, at: datetime) -> None:
    heard = {"document": document, "read_at": at, "failed_at": None, "failure_message": ""}
    _put_down(project, kind, heard, at=at)
    if kind == Kind.FLAVORS:
        # Whoever watches something that was sold out is looked after now.
        Watch.objects.standing().filter(project=project).update(due_at=timezone.now())


def _keep_failure(project: Project, kind: CatalogPart.Kind, error: UpstreamError, *, at: datetime) -> None:
    _put_down(project, kind, {"failed_at": at, "failure_message": str(error)}, at=at)


def _put_down(project: Project, kind: CatalogPart.Kind, what: dict[str, Any], *, at: datetime) -> None:
    """Unless what stands there was asked for later: a person who has it read now may overtake the usual round."""
    older = CatalogPart.objects.filter(Q(read_at=None) | Q(read_at__lte=at), project=project, kind=kind)
    if not older.update(**what):
        CatalogPart.objects.bulk_create([CatalogPart(project=project, kind=kind, **what)], ignore_conflicts=True)


def _mirror_next(project: Project, *, failed: bool, away: UpstreamError | None) -> None:
    if away:
        pause = pause_after(away, failures=project.failures + 1, embedded=project.embedded)
    elif project.embedded:
        pause = AFTER_A_FAILURE_EMBEDDED if failed else BETWEEN_MIRRORS_EMBEDDED
    else:
        pause = AFTER_A_FAILURE if failed else BETWEEN_MIRRORS
    if not failed and _has_networks_in_the_making(project):
        pause = min(pause, _while_networks_are_made(project))
    project.mirror_after = timezone.now() + (pause if away else jittered(pause))
    Project.objects.filter(pk=project.pk).update(mirror_after=project.mirror_after)


def _has_networks_in_the_making(project: Project) -> bool:
    """Whether somebody asked for a network a while ago that the cloud has accepted and not made ready."""
    made = set(Founding.objects.filter(project=project).made_lately().values_list("network_id", flat=True))
    if not made:
        return False
    facts = CatalogPart.objects.facts_of(project).networks or {}
    return any(facts[name].phase in {"", NetworkPhase.CREATING} for name in made & facts.keys())


def _while_networks_are_made(project: Project) -> timedelta:
    return look_again_after(Phase.CREATING, pace=project.pace)


def answer(reading: Reading) -> bool:
    """Read now what a person asked for: one pool, or the whole catalog. Returns whether it could be read.

    Takes the reading first; where another worker has it, or it was answered already, nothing is asked.
    """
    until = timezone.now() + LEASE
    mine = Reading.objects.due().filter(pk=reading.pk)
    if not mine.order_by().update(lease_until=until):
        return False
    reading.lease_until = until
    try:
        if reading.pool:
            ask(reading.pool)
            failed_kinds, _ = read_details(reading.pool, Client(reading.project.connection()))
            failed = ", ".join(str(kind.label) for kind in failed_kinds)
        else:
            failed = ", ".join(str(kind.label) for kind in mirror(reading.project))
    except Stopping:
        raise
    except UpstreamError as error:
        failed = str(error)
    reading.state = Reading.State.FAILED if failed else Reading.State.DONE
    reading.result, reading.answered_at, reading.lease_until = failed, timezone.now(), None
    reading.save(update_fields=["state", "result", "answered_at", "lease_until"])
    return not failed
