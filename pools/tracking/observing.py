"""Recording one document of one pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from pools.models import Order, PhaseChange, Pool, Project, Resize
from pools.models.pool_errands import PoolErrand
from pools.tracking.sight import Sight
from pools.tracking.staging import finish, follow
from pools.tracking.writing import in_batches, write
from pools.upstream import Heard
from pools.wire import pool as wire
from pools.wire.enums import Phase
from pools.wire.gist import Gist

# What is kept of a document to be searched and added up.
GIST = [field.name for field in fields(Gist)]
# What a document may change of a pool's row.
SEEN = ["phase", "phase_since", "message", "moving", "document", "fingerprint", "list_print", "observed_at", "misses",
    "changed_at", *GIST]  # fmt: skip
# What its end changes.
BURIED = ["observed_at", "listed", "look_after", "gone_at", "changed_at"]
ATTEMPTS = 5


def observe(pool: Pool, heard: Heard[wire.Pool], *, at: datetime) -> PhaseChange | None:
    """Record what was heard of `pool` when asked at `at`. Returns the phase change it made, or None.

    An answer asked for earlier than the one on record is dropped. A document without a phase leaves the phase alone. A
    later creation time means another pool under the same ID: then this one is retired, and nothing is recorded. The
    failure record of an earlier one is no news of this one.
    Safe beside other workers: of two that hear the same new phase, one makes the change.
    """
    return see(pool, Sight.of_pool(heard.typed, heard.document), at=at)


def see(pool: Pool, sight: Sight, *, at: datetime) -> PhaseChange | None:
    """As `observe`, for what was read already."""
    if is_another(pool, sight):
        retire(pool, at=at)
        return None
    if is_of_the_past(pool, sight):
        return None
    for _ in range(ATTEMPTS):
        if pool.gone_at or pool.observed_at > at:
            return None
        was = pool.phase
        with transaction.atomic():
            project = lock(pool.project_id)
            heard_before, is_news = pool.as_heard_with(project.heard_at), sight.fingerprint != pool.fingerprint
            change = take_in(pool, sight, at=at)
            mine = Pool.objects.living().not_heard_since(at).filter(pk=pool.pk, phase=was)
            if mine.update(**{name: getattr(pool, name) for name in SEEN}):
                if change:
                    change.save(force_insert=True)
                follow([pool] if is_news else [], project, at=at, heard_before=heard_before)
                tell_orders({pool.order_id: sight})
                return change
        pool.refresh_from_db()
        if pool.as_heard_with(project.heard_at) > at:
            return None
    return None


def lock(project_id: int) -> Project:
    """The project with this primary key as it is now, without its credentials. Until the transaction ends nobody else
    records what was heard in it, so that of two answers the one asked for later wins, however they cross.
    """
    return Project.objects.locked(project_id).get()


def is_another(pool: Pool, sight: Sight) -> bool:
    """Whether the document is of a pool made later under the same ID."""
    return sight.created is not None and sight.created > pool.created_abroad


def is_of_the_past(pool: Pool, sight: Sight) -> bool:
    """Whether the document is the failure record of a pool made earlier under the same ID."""
    failed = sight.phase == Phase.CREATION_FAILED
    return failed and sight.created is not None and sight.created < pool.created_abroad.replace(microsecond=0)


def take_in(pool: Pool, sight: Sight, *, at: datetime) -> PhaseChange | None:
    """Set on `pool`, unsaved, what `sight` says; returns the phase change that makes, unsaved too."""
    if sight.fingerprint != pool.fingerprint:
        # Not `at`: the change feed goes by when a change could be seen here, and answers may take long.
        # What a list said before is not what stands here now, should the next one say it once more.
        pool.changed_at, pool.list_print = timezone.now(), ""
    pool.message, pool.moving = sight.message, sight.moving
    pool.document, pool.fingerprint = sight.document, sight.fingerprint
    for name in GIST:
        setattr(pool, name, getattr(sight.gist, name))
    pool.observed_at, pool.misses = at, 0
    if not sight.phase or sight.phase == pool.phase:
        return None
    change = PhaseChange(pool=pool, was=pool.phase, became=sight.phase, message=sight.message, heard_at=at)
    pool.phase, pool.phase_since = sight.phase, at
    return change


def adopt(
    project: Project, heard: Heard[wire.Pool], *, at: datetime, order: Order | None = None, proved: bool = True
) -> Pool:
    """The living pool that was heard, with a row made for it if there was none; `order`'s, if given.

    A pool that no order made becomes `order`'s and its team's, and so, if it is `proved`, does one that another team
    adopted; then what that team asked for comes to nothing. All others stay as they are, so look at `order_id`. An
    older pool under the same ID is retired. Raises IntegrityError if `order` has another pool.
    """
    sight = Sight.of_pool(heard.typed, heard.document)
    with transaction.atomic():
        lock(project.pk)
        pool = _living(project, sight)
        if pool and is_another(pool, sight):
            retire(pool, at=at)
            pool = None
        if pool is None:
            return enter(project, sight, at=at, order=order)
        if order and pool.order_id is None and (proved or pool.team_id in {None, order.team_id}):
            if pool.team_id != order.team_id:
                PoolErrand.call_off(pool)
            # Those who see it now have not fetched it yet.
            pool.order, pool.team, pool.changed_at = order, order.team, timezone.now()
            pool.save(update_fields=["order", "team", "changed_at"])
        see(pool, sight, at=at)
    return pool


def enter(project: Project, sight: Sight, *, at: datetime, order: Order | None = None) -> Pool:
    """Make the row of a pool that has none. If another worker was quicker, its row is returned."""
    pool, change = stranger(project, sight, at=at)
    pool.order, pool.team = order, order.team if order else None
    try:
        with transaction.atomic():
            pool.save(force_insert=True)
            if change:
                change.save(force_insert=True)
            follow([pool], project, at=at, heard_before=None)
    except IntegrityError:
        quicker = _living(project, sight)
        if quicker is None or (order and quicker.order_id != order.pk):
            raise
        return quicker
    tell_orders({pool.order_id: sight})
    return pool


def stranger(project: Project, sight: Sight, *, at: datetime) -> tuple[Pool, PhaseChange | None]:
    """The row of a pool that nobody here ordered and the first phase heard of it, both unsaved."""
    pool = Pool(
        project=project,
        pool_id=sight.pool_id,
        name=sight.name,
        workspace_id=sight.workspace_id,
        created_abroad=sight.created or at,
    )
    return pool, take_in(pool, sight, at=at)


def _living(project: Project, sight: Sight) -> Pool | None:
    return Pool.objects.living().select_for_update().filter(project=project, pool_id=sight.pool_id).first()


def retire(pool: Pool, *, at: datetime) -> bool:
    """Record that `pool` is Gone, and give its order's name free; `at` is when we asked.

    Returns whether we won: not if it is gone already, nor if it was heard of since.
    """
    with transaction.atomic():
        project = lock(pool.project_id)
        ours = Pool.objects.living().not_heard_since(at).filter(pk=pool.pk).defer("document").first()
        if ours is None:
            return False
        bury([ours], project, at=at)
    for name in BURIED:
        setattr(pool, name, getattr(ours, name))
    return True


def bury(pools: Sequence[Pool], project: Project, *, at: datetime) -> None:
    """Record that these living pools of the locked `project` are Gone: their orders' names are free, and nobody is to
    approve more nodes of them.
    """
    now = timezone.now()
    for pool in pools:
        pool.observed_at = pool.as_heard_with(project.heard_at)
        pool.gone_at, pool.changed_at, pool.look_after, pool.listed = at, now, None, False
    write(pools, BURIED)
    finish(pools, at=at)
    release([pool.order_id for pool in pools])
    for batch in in_batches([pool.pk for pool in pools]):
        Resize.objects.lapse(batch)


def release(orders: Sequence[int | None]) -> None:
    """Give the pool names of these orders free."""
    for batch in in_batches([pk for pk in orders if pk is not None]):
        holding = Order.objects.filter(pk__in=batch, on_the_way_or_living=True)
        holding.update(on_the_way_or_living=False, changed_at=timezone.now())


def hold_again(orders: list[int | None]) -> None:
    """Take the names back for pools that turned out to live, where nobody has taken them since."""
    taken = Order.objects.filter(
        project=OuterRef("project"), pool_name=OuterRef("pool_name"), on_the_way_or_living=True
    )
    held = Order.objects.filter(~Q(Exists(taken)), pk__in=[pk for pk in orders if pk is not None])
    held.update(on_the_way_or_living=True, changed_at=timezone.now())


def tell_orders(sights: dict[int | None, Sight]) -> None:
    """Copy the names of the cloud's orders to ours, and give the names of failed creations free.

    `sights` is by primary key of the order; pools that no order made stand under None.
    """
    made = {pk: sight for pk, sight in sights.items() if pk is not None}
    behind, now = [], timezone.now()
    for batch in in_batches(list(made)):
        for order in Order.objects.filter(pk__in=batch).only("work_order", "billing_order", "changed_at"):
            sight = made[order.pk]
            # What is decided is the order that the pool was ordered with: later ones are about its growth.
            work_order, billing_order = sight.work_order or order.work_order, order.billing_order or sight.billing_order
            if (work_order, billing_order) != (order.work_order, order.billing_order):
                order.work_order, order.billing_order, order.changed_at = work_order, billing_order, now
                behind.append(order)
    write(behind, ["work_order", "billing_order", "changed_at"])
    release([pk for pk, sight in made.items() if sight.phase == Phase.CREATION_FAILED])
