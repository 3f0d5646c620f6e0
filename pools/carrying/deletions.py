"""Deletions: a pool deleted and ordered again has the same ID, and only its creation time tells which it is."""

from __future__ import annotations

from django.utils import timezone

from pools import tracking
from pools.carrying.kinds import TOO_YOUNG, Standing, Unready, objection, pool_of, standing, tell
from pools.models import Deletion, Pool, Trouble
from pools.rules import NotAllowed, require
from pools.tracking.sight import Sight
from pools.upstream import Client, NotFound
from pools.wire.enums import Phase


@pool_of.register
def _(deletion: Deletion) -> Pool:
    return deletion.pool


@objection.register
def _(deletion: Deletion) -> Trouble | None:
    """Since it was asked for, the pool may be another team's, or the person in none."""
    pool = Pool.objects.select_related("order").get(pk=deletion.pool_id)
    try:
        require("pools.delete_pool", pool, of=deletion.by)
    except NotAllowed:
        return Trouble.NOT_ALLOWED
    return None


@standing.register
def _(deletion: Deletion, client: Client) -> Standing:
    """Gone, replaced by a later pool of the same ID, or on its way out: all of that is done."""
    pool, asked_at = deletion.pool, timezone.now()
    try:
        heard = client.get_pool(pool.pool_id)
    except NotFound:
        never_shown = not pool.phase
        if never_shown and asked_at - pool.created_abroad < TOO_YOUNG:
            raise Unready from None
        return Standing.DONE
    sight = Sight.of(heard.document)
    tracking.observe(pool, heard, at=asked_at)
    replaced = sight.created is not None and sight.created > pool.created_abroad
    leaving = bool(heard.document["metadata"].get("deletionTimestamp")) or sight.phase == Phase.DELETING
    return Standing.DONE if replaced or leaving else Standing.UNDONE


@tell.register
def _(deletion: Deletion, client: Client) -> None:
    client.delete_pool(deletion.pool.pool_id)
