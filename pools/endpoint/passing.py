"""What time does to a pool's document by itself: an order for more nodes that nobody paid expires, and they go again.

Nothing is written when time passes. Who reads lets it pass in memory (`settle`); who acts writes it first (`hold`),
so that it is never done twice.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from pools.endpoint import clock
from pools.endpoint.models import HostedPool, PoolChange
from pools.endpoint.roster import Kind, fewer, kind


def settle(pool: HostedPool, now: datetime) -> list[PoolChange]:
    """Have the pool stand as it does at `now`; return the changes that say so, none of them written."""
    settled = []
    for change in pool.happened:
        if change.withdrawn_at is None and change.bid.given_up(now):
            change.withdrawn_at = change.pay_until
            withdraw(pool, change)
            settled.append(change)
    return settled


def withdraw(pool: HostedPool, change: PoolChange) -> None:
    """Take what `change` would have added out of the pool's document again. Nothing is written."""
    resources = pool.document["spec"]["resources"]
    pool.document["spec"]["resources"] = fewer(resources, _lots(change))


def _lots(change: PoolChange) -> Counter[tuple[Kind, str]]:
    """How many nodes would have come, by kind and zone."""
    lots: Counter[tuple[Kind, str]] = Counter()
    for lot in change.detail.get("lots", ()):
        left = lot["count"]
        for az, room in lot["zones"]:
            lots[kind(lot["resource"]), az] += room
            left -= room
        if left:
            lots[kind(lot["resource"]), ""] += left
    return lots


def hold(pool: HostedPool) -> HostedPool:
    """Lock the pool for an act within this transaction, and write what time has done to it; return its row."""
    row = pool.project.pools.select_for_update().get(pk=pool.pk)
    settled = settle(row, clock.now(pool.project))
    for change in settled:
        change.save()
    if settled:
        row.save(update_fields=["document", "founding"])
    return row
