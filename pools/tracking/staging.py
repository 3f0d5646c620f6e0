"""Following pools from stage to stage: how long each took is kept, and tells how long the next one will.

To be called in the transaction that records what was heard, with the pools' project locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pools.estimates import LEAST_GAP, band, kind_of, late_after, teaches
from pools.models import Pool, Project, Stretch
from pools.phases import look_again_after
from pools.stages import Stage, is_reached, stage_of
from pools.tracking.detailing import have_read
from pools.tracking.writing import in_batches, write
from pools.wire.enums import Phase

ENDED = ["ended_at", "teaches"]


def follow(pools: Sequence[Pool], project: Project, *, at: datetime, heard_before: datetime | None) -> None:
    """Record which of these pools, as they were heard at `at`, have left one stage for another.

    `heard_before` is when they were heard last until then, None where they never were. One statement for every few
    hundred pools, and for those that begin something one for each kind of it.
    """
    for batch in in_batches(pools):
        under_way = {row.pool_id: row for row in _under_way(batch)}
        ended: list[Stretch] = []
        begun: list[Stretch] = []
        for pool in batch:
            row = under_way.get(pool.pk)
            stage = stage_of(pool.phase, moving=pool.moving, before=row.stage if row else None)
            if row and row.stage == stage:
                continue
            if row:
                _end(row, reached=is_reached(row.stage, pool.phase), at=at, heard_before=heard_before)
                ended.append(row)
            if stage:
                # Whoever is met on the way began it nobody knows when, unless it is the pool we ordered a moment ago.
                seen = heard_before is not None or _is_just_ordered(pool, project, at=at)
                begun.append(_begin(pool, project, stage, at=at, seen=seen))
        write(ended, ENDED)
        _expect(begun, project)
        Stretch.objects.bulk_create(begun, batch_size=500)
        moved = {row.pool_id for row in [*ended, *begun]}
        have_read((pool for pool in batch if pool.pk in moved), at=at)


def finish(pools: Sequence[Pool], *, at: datetime) -> None:
    """Record that these pools are Gone: deletions have reached their goal by that, and whatever else was has not."""
    for batch in in_batches(pools):
        heard_before = {pool.pk: pool.observed_at for pool in batch}
        ended = list(_under_way(batch))
        for row in ended:
            _end(row, reached=row.stage == Stage.DELETING, at=at, heard_before=heard_before[row.pool_id])
        write(ended, ENDED)


def _under_way(pools: Sequence[Pool]) -> Iterable[Stretch]:
    return Stretch.objects.under_way().filter(pool__in=[pool.pk for pool in pools])


def _end(row: Stretch, *, reached: bool, at: datetime, heard_before: datetime | None) -> None:
    row.teaches = row.teaches and reached and teaches(began=row.began_at, ended=at, heard_before=heard_before)
    row.ended_at = max(at, row.began_at)


def _is_just_ordered(pool: Pool, project: Project, *, at: datetime) -> bool:
    age = at - pool.created_abroad + timedelta(seconds=project.clock_skew)
    return pool.order_id is not None and age.total_seconds() <= LEAST_GAP


def _begin(pool: Pool, project: Project, stage: Stage, *, at: datetime, seen: bool) -> Stretch:
    # People are as quick for one flavor as for another.
    family, size = ("", "") if stage == Stage.WAITING else kind_of(pool.document)
    began = (pool.phase_since if stage != Stage.CHANGING else None) or at
    return Stretch(project=project, pool=pool, stage=stage, family=family, size=size, began_at=began, teaches=seen)


def _expect(begun: Sequence[Stretch], project: Project) -> None:
    """Set on what begins how long its kind took until now."""
    known: dict[tuple[str, str, str], list[float]] = {}
    for row in begun:
        kind = (row.stage, row.family, row.size)
        if kind not in known:
            known[kind] = Stretch.objects.seconds_like(row)
        found = band(known[kind], stage=row.stage, pace=project.pace)
        if found:
            row.usually, row.at_most, row.typical = found.usually, found.at_most, found.typical
        looked_every = look_again_after(Phase.CREATING, pace=project.pace)
        row.late_after = late_after(found, stage=row.stage, began=row.began_at, looked_every=looked_every)
