"""Pools that a list has and that have no living row: some we took for gone, some nobody here ordered, and some whose
order still waits to hear.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from pools.models import Order, PhaseChange, Pool, Project
from pools.states import ON_THE_WAY
from pools.tracking.observing import SEEN, enter, hold_again, stranger, take_in
from pools.tracking.sight import Sight
from pools.tracking.staging import follow
from pools.tracking.writing import in_batches
from pools.upstream import Skimmed
from pools.wire.enums import Phase


def meet(project: Project, strangers: Sequence[str], listing: Skimmed, *, at: datetime) -> list[PhaseChange]:
    """Take in those that are ours to show. Returns the phases that were heard of them."""
    changes: list[PhaseChange] = []
    awaited = set(_names_awaited(project)) if strangers else set()
    for batch in in_batches(strangers):
        sights = [Sight.of(listing.document(pool_id)) for pool_id in batch]
        changes += _meet(project, sights, listing, awaited=awaited, at=at)
    return changes


def _meet(
    project: Project, sights: list[Sight], listing: Skimmed, *, awaited: set[str], at: datetime
) -> list[PhaseChange]:
    gone = Pool.objects.filter(project=project, pool_id__in=[sight.pool_id for sight in sights], gone_at__isnull=False)
    dead = {(pool.pool_id, pool.created_abroad): pool for pool in gone.order_by("gone_at").defer("document")}
    changes: list[PhaseChange] = []
    new: list[Sight] = []
    for sight in sights:
        known = dead.get((sight.pool_id, sight.created or at))
        if known:
            changes += _revive(known, project, sight, at=at)
        elif sight.name not in awaited and not _is_over(sight):
            new.append(sight)
    return changes + _enter_all(project, new, listing, at=at)


def _enter_all(project: Project, sights: list[Sight], listing: Skimmed, *, at: datetime) -> list[PhaseChange]:
    """Take in all new pools at once; one by one only where another worker is doing the same."""
    made = [stranger(project, sight, at=at) for sight in sights]
    for pool, _ in made:
        pool.listed, pool.list_print = True, listing.prints.get(pool.pool_id, "")
    changes = [change for _, change in made if change]
    try:
        with transaction.atomic():
            Pool.objects.bulk_create([pool for pool, _ in made], batch_size=500)
            PhaseChange.objects.bulk_create(changes, batch_size=500)
            follow([pool for pool, _ in made], project, at=at, heard_before=None)
    except IntegrityError:
        for sight in sights:
            enter(project, sight, at=at)
        return []
    return changes


def _names_awaited(project: Project) -> list[str]:
    """A pool with such a name may be the answer that its order waits for: whose it is, is not decided here."""
    orders = Order.objects.filter(project=project, state__in=ON_THE_WAY)
    return list(orders.values_list("pool_name", flat=True))


def _is_over(sight: Sight) -> bool:
    """Failed creations are news to those who ordered them only; nobody else needs a row for them."""
    return sight.phase == Phase.CREATION_FAILED


def _revive(pool: Pool, project: Project, sight: Sight, *, at: datetime) -> list[PhaseChange]:
    """Take back that a pool is gone, unless that was learned after this list was asked for."""
    if pool.gone_at is None or pool.gone_at > at or _is_over(sight):
        return []
    change = take_in(pool, sight, at=at)
    # That it is back is news, also where nothing else is.
    pool.gone_at, pool.look_after, pool.changed_at = None, None, timezone.now()
    pool.save(update_fields=["gone_at", "look_after", *SEEN])
    hold_again([pool.order_id])
    follow([pool], project, at=at, heard_before=None)
    if change is None:
        return []
    change.save(force_insert=True)
    return [change]
