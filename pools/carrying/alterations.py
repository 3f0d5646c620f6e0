"""Alterations: each is only sent to a pool that is as it was when it was asked for.

So nothing that somebody changed meanwhile is changed back.
"""

from __future__ import annotations

from datetime import timedelta
from functools import singledispatch

from django.utils import timezone

from pools import tracking
from pools.carrying.kinds import Standing, Unready, objection, pool_of, standing, tell
from pools.models import Deletion, Pool, Refit, Resize, Trouble
from pools.models.alterations import Alteration
from pools.rules import NotAllowed, require
from pools.states import ErrandState
from pools.tracking.sight import Sight
from pools.upstream import Client, NotFound


@pool_of.register
def _(alteration: Alteration) -> Pool:
    return alteration.pool


@objection.register
def _(alteration: Alteration) -> Trouble | None:
    """Since it was asked for, the pool may be another team's, or the person in none; not in every phase is anything of
    it altered, nor is anything of a pool that is to be deleted.
    """
    pool = Pool.objects.select_related("order").get(pk=alteration.pool_id)
    try:
        insist_on_rights(alteration, pool)
    except NotAllowed:
        return Trouble.NOT_YOURS
    if Deletion.objects.standing().filter(pool=pool).exists():
        return Trouble.DELETED
    return Trouble.NOT_RUNNING if pool.phase not in alteration.carried_out_in else None


@singledispatch
def insist_on_rights(alteration: Alteration, _pool: Pool) -> None:
    """Raise `NotAllowed` unless those who asked for it and approved it may still have its pool altered so."""
    raise TypeError(alteration)


@insist_on_rights.register
def _(resize: Resize, pool: Pool) -> None:
    require("pools.resize_pool", pool, of=resize.by)
    if resize.grows:
        require("pools.approve_resize", resize, of=resize.approved_by or resize.by)


@insist_on_rights.register
def _(refit: Refit, pool: Pool) -> None:
    require("pools.refit_pool", pool, of=refit.by)


@standing.register
def _(alteration: Alteration, client: Client) -> Standing:
    """By what the pool says of itself: what is wanted, what was there, or something else."""
    pool, asked_at = alteration.pool, timezone.now()
    try:
        heard = client.get_pool(pool.pool_id)
    except NotFound:
        return Standing.THWARTED
    sight = Sight.of(heard.document)
    tracking.observe(pool, heard, at=asked_at)
    if sight.created is not None and sight.created > pool.created_abroad:
        return Standing.THWARTED
    if alteration.is_fulfilled_by(heard.document):
        return Standing.DONE
    if not alteration.is_still_before(heard.document):
        return Standing.THWARTED
    sent = alteration.last_sent_at if alteration.state == ErrandState.IN_DOUBT else None
    if sent and asked_at <= sent + 2 * timedelta(seconds=client.connection.read_timeout):
        # What was sent may be on its way still, and come after whatever is sent next.
        raise Unready
    return Standing.UNDONE


@tell.register
def _(alteration: Alteration, client: Client) -> None:
    client.change_pool(alteration.pool.pool_id, alteration.body)


@tell.register
def _(refit: Refit, client: Client) -> None:
    if refit.retries:
        client.retry_scope(refit.pool.pool_id, refit.body)
    else:
        client.change_pool(refit.pool.pool_id, refit.body)
