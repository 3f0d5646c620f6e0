"""What time does to a pool's nodes by itself: an order for more that nobody paid expires, nodes nobody renews go.

Nothing is written when time passes. Who reads lets it pass in memory (`settle`); who acts writes it first (`hold`),
so that it is never done twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from pools.endpoint import clock, ledger
from pools.endpoint.entries import Kind, brief, fewer, kind
from pools.endpoint.models import HostedPool, PoolChange
from pools.endpoint.roster import Node
from pools.endpoint.terms import KEPT
from pools.wire.enums import BillingMode

Document = dict[str, Any]


def settle(pool: HostedPool, now: datetime) -> list[PoolChange]:
    """Have the pool stand as it does at `now`; return the changes that say so, none of them written."""
    settled = []
    for change in pool.happened:
        if change.withdrawn_at is None and change.bid.given_up(now):
            change.withdrawn_at = change.pay_until
            withdraw(pool, change)
            settled.append(change)
    if pool.paid_until is not None and now >= pool.paid_until + KEPT:
        for at, nodes in _lapsed(pool, now):
            settled.append(_gone(pool, at, nodes))
    return settled


def withdraw(pool: HostedPool, change: PoolChange) -> None:
    """Take what `change` would have added out of the pool's document again. Nothing is written."""
    if "moves" in change.detail:
        return  # it is not in there before it is paid for
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


def _lapsed(pool: HostedPool, now: datetime) -> Iterator[tuple[datetime, list[Node]]]:
    """The nodes that nobody renewed, by the moment they went. What goes with the pool itself goes with the pool."""
    went: dict[datetime, list[Node]] = {}
    for one in ledger.paid(ledger.at_hand(pool), pool.accepted_at):
        end = one.subscription.last_end if one.stays else None
        if end is not None and end + KEPT <= now and (pool.lapses_at is None or end + KEPT < pool.lapses_at):
            went.setdefault(end + KEPT, []).append(one.node)
    yield from sorted(went.items())


def _gone(pool: HostedPool, at: datetime, nodes: Iterable[Node]) -> PoolChange:
    change, left = leaving(pool, nodes, at)
    pool.founding = pool.founding or founded(pool)
    pool.document["spec"]["resources"] = left
    pool.happen(change)
    return change


def founded(pool: HostedPool) -> Document:
    """What the scenario counts from, once something is changed."""
    spec = pool.document["spec"]
    return {"resources": spec["resources"], "scope": spec.get("scope")}


def leaving(pool: HostedPool, nodes: Iterable[Node], at: datetime) -> tuple[PoolChange, list[Document]]:
    """The change that has these nodes leave the pool, and the `spec.resources` that are left."""
    listed, before = list(nodes), pool.document["spec"]["resources"]
    after = fewer(before, Counter((kind(node.resource), node.az) for node in listed))
    change = PoolChange(
        pool=pool,
        kind=PoolChange.Kind.SCALE,
        begun_at=at,
        detail={
            "lots": [],
            "removed": [node.name for node in listed],
            "fails": False,
            "dice": 0,
            "billing_mode": listed[0].billing_mode if listed else BillingMode.PAY_PER_USE.value,
            "before": brief(before),
            "after": brief(after),
        },
    )
    return change, after


def hold(pool: HostedPool) -> HostedPool:
    """Lock the pool for an act within this transaction, and write what time has done to it; return its row."""
    row = pool.project.pools.select_for_update().get(pk=pool.pk)
    settled = settle(row, clock.now(pool.project))
    for change in settled:
        change.save()
    if settled:
        row.save(update_fields=["document", "founding"])
        ledger.remember(row)
        row.refresh_from_db(fields=["paid_until", "lapses_at", "renews_from"])
    return row
