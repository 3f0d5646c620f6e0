"""One list call covers every pool of a project."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pools.models import Order, PhaseChange, Pool, Project
from pools.phases import look_again_after
from pools.states import ON_THE_WAY
from pools.tracking.failing import jittered, note_failure
from pools.tracking.observing import (
    SEEN,
    enter,
    hold_again,
    is_another,
    is_of_the_past,
    release,
    stranger,
    take_in,
    tell_orders,
)
from pools.tracking.sight import Sight, moment
from pools.upstream import Client, UpstreamError
from pools.wire.digest import digest
from pools.wire.enums import Phase

Documents = dict[str, dict[str, Any]]


def sweep(project: Project) -> list[PhaseChange]:
    """List the pools of `project` abroad and record them all. Returns the phase changes that were heard.

    Takes the project's lease, works outside of transactions, and applies the result only if the lease is still its own;
    without the lease, and where the cloud could not be heard, nothing is recorded of any pool.
    """
    if not _take_lease(project):
        return []
    at = timezone.now()
    client = Client(project.connection())
    try:
        heard = client.list_pools()
        documents = listed = _by_id(heard.document)
        if _is_short(project, documents, at=at) and _keep_lease(project):
            # The default list leaves failed pools out.
            documents = _by_id(client.list_pools(status="failed").document) | documents
    except UpstreamError as error:
        note_failure(project, error, at=timezone.now())
        return []
    prints = {pool_id: digest(document) for pool_id, document in documents.items()}
    with transaction.atomic():
        mine = Project.objects.select_for_update().filter(pk=project.pk, lease_token=project.lease_token)
        if not mine.exists():
            return []
        result = _apply(project, documents, prints, listed=listed.keys(), at=at)
        mine.update(**_heard_well(project, heard.clock_skew, result, at=at))
    return result.changes


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
    # A call lasts twice the read time-out at most, and is made twice if its connection breaks.
    until = timezone.now() + timedelta(seconds=4 * project.connection().read_timeout + 5)
    won = rows.update(lease_until=until, lease_token=token) == 1
    if won:
        project.lease_until, project.lease_token = until, token
    return won


def _by_id(document: dict[str, Any]) -> Documents:
    """The pools of a list, by ID; of several failures under one ID the latest."""
    latest: Documents = {}
    for item in document["items"]:
        known = latest.setdefault(item["metadata"]["name"], item)
        if known is not item and _created(known) < _created(item):
            latest[item["metadata"]["name"]] = item
    return latest


def _created(document: dict[str, Any]) -> datetime:
    return moment(document["metadata"].get("creationTimestamp")) or datetime.min.replace(tzinfo=UTC)


def _is_short(project: Project, documents: Documents, *, at: datetime) -> bool:
    """Whether a pool we know of, that we are not looking at by itself already, is missing from the list."""
    quiet = Pool.objects.living().filter(project=project, look_after__isnull=True, observed_at__lte=at)
    return any(pool_id not in documents for pool_id in quiet.values_list("pool_id", flat=True))


@dataclass
class _Result:
    living: list[Pool] = field(default_factory=list)
    changed: list[Pool] = field(default_factory=list)
    missing: list[Pool] = field(default_factory=list)
    replaced: list[Pool] = field(default_factory=list)
    changes: list[PhaseChange] = field(default_factory=list)
    sights: dict[int | None, Sight] = field(default_factory=dict)


def _apply(
    project: Project, documents: Documents, prints: dict[str, str], *, listed: Collection[str], at: datetime
) -> _Result:
    """Record a whole list in a number of queries that does not grow with the number of pools."""
    result = _Result()
    known = {pool.pool_id: pool for pool in _lock(project)}
    for pool in known.values():
        _compare(pool, documents.get(pool.pool_id), prints.get(pool.pool_id, ""), result, at=at)
    _record(project, result, at=at)
    unlisted = [pool for pool in [*result.living, *result.missing] if pool.pool_id not in listed]
    _look_for(project, [pool for pool in unlisted if pool.look_after is None], at=at)
    replaced = {pool.pool_id for pool in result.replaced}
    strangers = [document for pool_id, document in documents.items() if pool_id not in known or pool_id in replaced]
    if strangers:
        _meet(project, [Sight.of(document) for document in strangers], result, at=at)
    return result


def _lock(project: Project) -> list[Pool]:
    return list(Pool.objects.living().filter(project=project).select_for_update().order_by("pk").defer("document"))


def _compare(pool: Pool, document: dict[str, Any] | None, fingerprint: str, result: _Result, *, at: datetime) -> None:
    """Sort one pool we know by what the list says of it."""
    if document is None:
        if pool.observed_at <= at:
            result.missing.append(pool)
            return
    elif pool.observed_at <= at and fingerprint != pool.fingerprint:
        sight = Sight.of(document)
        if is_another(pool, sight):
            result.replaced.append(pool)
            return
        if is_of_the_past(pool, sight):
            result.missing.append(pool)
            return
        change = take_in(pool, sight, at=at)
        result.changed.append(pool)
        result.sights[pool.order_id] = sight
        if change:
            result.changes.append(change)
    result.living.append(pool)


def _record(project: Project, result: _Result, *, at: datetime) -> None:
    _write(result.changed)
    PhaseChange.objects.bulk_create(result.changes, batch_size=500)
    tell_orders(result.sights)
    if result.replaced:
        gone = Pool.objects.filter(pk__in=[pool.pk for pool in result.replaced])
        gone.update(gone_at=at, changed_at=timezone.now(), look_after=None)
        release([pool.order_id for pool in result.replaced])
    seen = Pool.objects.living().filter(project=project, observed_at__lte=at)
    seen = seen.exclude(pk__in=[pool.pk for pool in result.missing])
    seen.update(observed_at=at, misses=0)
    # A look that was due before we asked is answered by the list; one wanted since is not.
    seen.filter(look_after__lte=at).update(look_after=None)


def _look_for(project: Project, missing: list[Pool], *, at: datetime) -> None:
    """Have those that the list lacks looked at by themselves, as soon as their phase deserves it."""
    for pool in missing:
        pause = look_again_after(pool.phase, at - (pool.phase_since or at), moving=pool.moving, pace=project.pace)
        pool.look_after = max(at, pool.observed_at + pause)
    Pool.objects.bulk_update(missing, ["look_after"], batch_size=500)


def _write(pools: list[Pool]) -> None:
    """Write what was seen of many pools at once; some twenty times cheaper per row than `bulk_update`."""
    if not pools:
        return
    meta = Pool._meta  # noqa: SLF001 - Django's own way to the fields
    fields = [field for field in meta.concrete_fields if field.name in SEEN]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(column.column))} = %s" for column in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE id = %s"  # noqa: S608 - there is no value in it
    rows = [
        [*(column.get_db_prep_save(getattr(pool, column.attname), connection) for column in fields), pool.pk]
        for pool in pools
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _meet(project: Project, sights: list[Sight], result: _Result, *, at: datetime) -> None:
    """Pools that have no row: some we took for gone, some nobody here ordered, some whose order still waits to hear."""
    gone = Pool.objects.filter(project=project, pool_id__in=[sight.pool_id for sight in sights], gone_at__isnull=False)
    dead = {(pool.pool_id, pool.created_abroad): pool for pool in gone.order_by("gone_at").defer("document")}
    awaited = set(_names_awaited(project))
    new: list[Sight] = []
    for sight in sights:
        known = dead.get((sight.pool_id, sight.created or at))
        if known:
            _revive(known, sight, result, at=at)
        elif sight.name not in awaited and not _is_over(sight):
            new.append(sight)
    _enter_all(project, new, result, at=at)


def _enter_all(project: Project, sights: list[Sight], result: _Result, *, at: datetime) -> None:
    """Take in all new pools at once; one by one only where another worker is doing the same."""
    made = [stranger(project, sight, at=at) for sight in sights]
    changes = [change for _, change in made if change]
    try:
        with transaction.atomic():
            Pool.objects.bulk_create([pool for pool, _ in made], batch_size=500)
            PhaseChange.objects.bulk_create(changes, batch_size=500)
    except IntegrityError:
        result.living += [enter(project, sight, at=at) for sight in sights]
        return
    result.living += [pool for pool, _ in made]
    result.changes += changes


def _names_awaited(project: Project) -> list[str]:
    """A pool with such a name may be the answer that its order waits for: whose it is, is not decided here."""
    orders = Order.objects.filter(project=project, state__in=ON_THE_WAY)
    return list(orders.values_list("pool_name", flat=True))


def _is_over(sight: Sight) -> bool:
    """Failed creations are news to those who ordered them only; nobody else needs a row for them."""
    return sight.phase == Phase.CREATION_FAILED


def _revive(pool: Pool, sight: Sight, result: _Result, *, at: datetime) -> None:
    """Take back that a pool is gone, unless that was learned after this list was asked for."""
    if pool.gone_at and pool.gone_at <= at and not _is_over(sight):
        pool.gone_at, pool.look_after = None, None
        change = take_in(pool, sight, at=at)
        pool.save(update_fields=["gone_at", "look_after", *SEEN])
        if change:
            change.save(force_insert=True)
            result.changes.append(change)
        hold_again([pool.order_id])
        result.living.append(pool)


def _heard_well(project: Project, skew: float | None, result: _Result, *, at: datetime) -> dict[str, Any]:
    """What a list that was heard whole changes of its project."""
    paces = [
        look_again_after(pool.phase, at - (pool.phase_since or at), moving=pool.moving, pace=project.pace)
        for pool in result.living
        if pool.look_after is None or pool.look_after <= at
    ]
    pause = jittered(min(paces, default=look_again_after(Phase.RUNNING, pace=project.pace)))
    was_failing = project.failing_since or project.credentials_refused_at
    return {
        "heard_at": at,
        "failing_since": None,
        "failures": 0,
        "failure_message": "",
        "credentials_refused_at": None,
        "clock_skew": project.clock_skew if skew is None else skew,
        "look_after": at + (max(pause, timedelta(seconds=1)) if project.pace else pause),
        "lease_until": None,
        "lease_token": None,
        **({"changed_at": at} if was_failing else {}),
    }
