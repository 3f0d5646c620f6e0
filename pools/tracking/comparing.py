"""Holding a list against what is on record: most pools stand in it word for word as in the list before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q

from pools.models import PhaseChange, Pool, Project
from pools.tracking.observing import is_another, is_of_the_past, take_in
from pools.tracking.sight import Sight
from pools.tracking.writing import in_batches
from pools.upstream import Skimmed


@dataclass
class Comparison:
    """Pools that are not just as they were, locked and with what was heard set on them, but nothing written yet.

    `strangers` are IDs that the list has and no living row. Whoever is in none of these is heard of by the list alone.
    """

    changed: list[Pool] = field(default_factory=list)
    touched: list[Pool] = field(default_factory=list)
    missing: list[Pool] = field(default_factory=list)
    replaced: list[Pool] = field(default_factory=list)
    changes: list[PhaseChange] = field(default_factory=list)
    sights: dict[int | None, Sight] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)

    @property
    def is_short(self) -> bool:
        """Whether a pool is missing that we are not looking at by itself already."""
        return any(pool.look_after is None for pool in self.missing)


def compare(project: Project, listing: Skimmed, *, usual: Collection[str], at: datetime) -> Comparison:
    """Hold `listing`, asked for at `at`, against the living pools of `project`, whose row is locked.

    `usual` are the IDs of the default list, which leaves failed pools out. One statement, and one more for every few
    hundred pools that need a closer look: those whose text is new, and those that are not just as any listed pool is.
    """
    result = Comparison()
    eventful, known = _sort(project, listing, at=at)
    for pool in _locked(eventful):
        _judge(pool, project, listing, result, usual=usual, at=at)
    replaced = {pool.pool_id for pool in result.replaced}
    result.strangers = [pool_id for pool_id in listing.prints if pool_id not in known or pool_id in replaced]
    return result


def _sort(project: Project, listing: Skimmed, *, at: datetime) -> tuple[list[int], set[str]]:
    """The pools that need a closer look, and the IDs of all that are known."""
    calm = Q(listed=True, misses=0, look_after__isnull=True, observed_at__lte=at)
    living = Pool.objects.living().filter(project=project).order_by()
    rows = living.annotate(calm=ExpressionWrapper(calm, output_field=BooleanField()))
    prints, eventful, known = listing.prints, [], set()
    for pk, pool_id, list_print, is_calm in rows.values_list("pk", "pool_id", "list_print", "calm"):
        known.add(pool_id)
        if not is_calm or prints.get(pool_id) != list_print:
            eventful.append(pk)
    return sorted(eventful), known


def _locked(eventful: list[int]) -> Iterator[Pool]:
    for batch in in_batches(eventful):
        rows = Pool.objects.select_for_update(no_key=True).filter(pk__in=batch)
        yield from rows.order_by("pk").defer("document")


def _judge(
    pool: Pool, project: Project, listing: Skimmed, result: Comparison, *, usual: Collection[str], at: datetime
) -> None:
    """Sort one pool we know by what the list says of it."""
    if pool.observed_at > at:
        # It was asked for by itself since; the list is old news of it.
        result.touched.append(pool)
        return
    list_print = listing.prints.get(pool.pool_id)
    if list_print is None:
        _miss(pool, project, result)
        return
    if list_print != pool.list_print:
        sight = Sight.of(listing.document(pool.pool_id))
        if is_another(pool, sight):
            result.replaced.append(pool)
            return
        if is_of_the_past(pool, sight):
            _miss(pool, project, result)
            return
        _read(pool, sight, result, at=at)
    else:
        result.touched.append(pool)
    _see_listed(pool, list_print, usual=usual, at=at)


def _read(pool: Pool, sight: Sight, result: Comparison, *, at: datetime) -> None:
    """Its text is new; what it says need not be."""
    if sight.fingerprint == pool.fingerprint:
        result.touched.append(pool)
        return
    change = take_in(pool, sight, at=at)
    result.changed.append(pool)
    result.sights[pool.order_id] = sight
    if change:
        result.changes.append(change)


def _see_listed(pool: Pool, list_print: str, *, usual: Collection[str], at: datetime) -> None:
    pool.observed_at, pool.misses = at, 0
    pool.listed, pool.list_print = pool.pool_id in usual, list_print
    # A look that was due before we asked is answered by the list; one wanted since is not.
    if pool.look_after and pool.look_after <= at:
        pool.look_after = None


def _miss(pool: Pool, project: Project, result: Comparison) -> None:
    """Nothing was heard of it now: it is as old as the last list that held it."""
    pool.observed_at, pool.listed = pool.as_heard_with(project.heard_at), False
    result.missing.append(pool)
