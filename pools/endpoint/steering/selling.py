"""What is on sale: a flavor is sold out in some zones, or is to be had again.

Growth that is under way wants nodes that are sold out meanwhile: those that are not there yet never come, and the pool
ends in ScalingFailed. A creation has its nodes already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from pools.endpoint import clock, errors, ledger, passing, refunding
from pools.endpoint.errors import Refused
from pools.endpoint.models import BillingOrder, EndpointProject, HostedPool, PoolChange
from pools.endpoint.roster import Node
from pools.endpoint.steering.patience import patiently
from pools.wire.enums import StockState
from pools.wire.errors import Code


def sell(project: EndpointProject, name: str, sold_out: Collection[str]) -> list[str]:
    """Have a flavor be sold out in these zones and on sale in its others; return the pools whose growth that ends.

    Raises `Refused`: 404 for an unknown flavor, 400 for a zone it was never sold in.
    """
    return patiently(lambda: _sell(project, name, frozenset(sold_out)))


def _sell(project: EndpointProject, name: str, sold_out: frozenset[str]) -> list[str]:
    flavor = project.flavors.select_for_update().filter(name=name).first()
    if flavor is None:
        raise Refused(404, Code.TEMPLATE_NOT_FOUND, f"Resourceflavor [{name[:64]}] not found.")
    zones = flavor.document["status"]["phase"]
    if unknown := sorted(sold_out - zones.keys()):
        raise errors.bad_request(f"$.sold_out: {unknown[0][:64]} is none of {', '.join(zones)}")
    for zone in zones:
        zones[zone] = (StockState.SOLD_OUT if zone in sold_out else StockState.NORMAL).value
    flavor.save()
    now, everywhere = clock.now(project), sold_out == zones.keys()
    # Always in the same order, so that two calls never wait for one another.
    growing = project.pools.standing(now).filter(founding__isnull=False).order_by("pk")
    return [pool.ident for pool in growing if sold_out and _stop(pool, name, sold_out, now, everywhere=everywhere)]


def _stop(pool: HostedPool, flavor: str, zones: frozenset[str], now: datetime, *, everywhere: bool) -> bool:
    """Whether the growth of the pool is without some nodes from now on."""
    row = passing.hold(pool)
    lost: dict[datetime, list[Node]] = {}
    for node in _coming(row, now):
        if node.resource["flavor"] == flavor and (node.az in zones or (everywhere and not node.az)):
            lost.setdefault(node.begun_at, []).append(node)
    for change in row.happened:
        nodes = lost.get(change.begun_at) if change.kind == PoolChange.Kind.SCALE and change.begun_at else None
        if nodes:
            _pay_back(row, nodes, now)
            _lose(change, nodes, now)
    return bool(lost)


def _coming(row: HostedPool, now: datetime) -> Iterator[Node]:
    """The nodes that grow into the pool."""
    for node in row.roster():
        if node.bought_with and node.begun_at <= now and node.gone_at is None and node.due_at and node.due_at > now:
            yield node


def _lose(change: PoolChange, nodes: Collection[Node], now: datetime) -> None:
    change.detail["lost"] = [*change.detail.get("lost", ()), *(node.name for node in nodes)]
    change.stopped_at = now
    change.save(update_fields=["detail", "stopped_at"])


def _pay_back(row: HostedPool, nodes: Collection[Node], now: datetime) -> None:
    """What was paid in advance for nodes that never come is paid back, as billing does by itself."""
    names = {node.name for node in nodes}
    paid = [one for one in ledger.paid(ledger.at_hand(row), now) if one.node.name in names]
    BillingOrder.objects.bulk_create([refunding.of_node(row, one, now) for one in paid])
