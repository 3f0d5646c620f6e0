"""What billing knows about hosted pools: which of their nodes were paid for, with what order, and how long that lasts.

Billing calls it a resource: a node that was bought by the month or year, and the pool itself where it was. A node's ID
begins with its pool's, so that no resource needs a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from json import loads

from django.db.models import Prefetch, prefetch_related_objects

from pools.endpoint import naming, scenario
from pools.endpoint.models import Account, BillingOrder, HostedPool, RenewalTurn
from pools.endpoint.roster import Node
from pools.endpoint.scenario import Fate
from pools.endpoint.terms import GRACE, KEPT, RETENTION, Subscription, Turn, months
from pools.wire.enums import OrderType, Phase, ResourceStatus

RESOURCE_ID = "os.modelarts/resource.id"
# Of what was bought together, the pool is as well off as its best node.
BEST_FIRST = (ResourceStatus.IN_USE, ResourceStatus.EXPIRED, ResourceStatus.FROZEN, ResourceStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Paid:
    """One node that was paid for."""

    node: Node
    order: BillingOrder
    subscription: Subscription

    @property
    def price(self) -> Decimal:
        """What one term of it costs."""
        return self.order.price_of(self.node.resource["flavor"])

    @property
    def stays(self) -> bool:
        """Whether it was neither given back nor ended with its pool."""
        return self.subscription.left_at is None


@dataclass(frozen=True, slots=True)
class Resource:
    """A node that was paid for, or a pool (`node` is None) with all of its own, or a part of a pool that is billed."""

    ident: str
    name: str
    spec: str
    pool: HostedPool
    node: Node | None
    order: BillingOrder
    paid: tuple[Paid, ...]
    parent: str = ""
    is_over: bool = False

    @property
    def is_main(self) -> bool:
        return not self.parent

    @property
    def _standing(self) -> list[Paid]:
        return [one for one in self.paid if one.stays]

    def status(self, now: datetime) -> ResourceStatus:
        if self.is_over or (self.node is not None and not self._standing):
            return ResourceStatus.CLOSED
        found = {one.subscription.status(now) for one in self._standing}
        return next((status for status in BEST_FIRST if status in found), ResourceStatus.IN_USE)

    def begun_at(self) -> datetime:
        return self.order.paid_at or self.order.created_at

    def ends_at(self, now: datetime) -> datetime:
        return max(one.subscription.ends_at(now) for one in self._standing or self.paid)

    def renews_at(self, now: datetime) -> bool:
        return any(one.subscription.renews_at(now) for one in self._standing)


def with_ledgers(pools: Iterable[HostedPool]) -> list[HostedPool]:
    """The pools with what is needed to read their ledgers: three queries, for however many."""
    rows = list(pools)
    orders = Prefetch("billing_orders", BillingOrder.objects.select_related("work_order"))
    prefetch_related_objects(rows, orders, "renewal_turns")
    prefetch_related_objects([row for row in rows if row.founding is not None], "changes")
    return rows


def at_hand(pool: HostedPool) -> HostedPool:
    """The one pool, likewise."""
    return with_ledgers([pool])[0]


def resource_of(pool: HostedPool, node: Node | None = None) -> str:
    """What billing calls the pool, or a node of it."""
    own = str(pool.document["metadata"]["labels"][RESOURCE_ID])
    return own if node is None else naming.node_resource(own, node.name)


def paid(pool: HostedPool, now: datetime) -> list[Paid]:
    """The nodes of the pool that were ever paid for, those that were given back included."""
    orders = _purchases(pool)
    if not orders:
        return []
    turns, over = list(pool.renewal_turns.all()), _over_since(pool, now)
    return [
        Paid(node, orders[node.bought_with], _subscription(node, orders[node.bought_with], turns, over))
        for node in pool.roster()
        if node.bought_with in orders
    ]


def resources(pool: HostedPool, now: datetime) -> list[Resource]:
    """What billing lists of the pool: itself first, if it was bought so, then its flavors, then its nodes."""
    bought, own = paid(pool, now), _own_purchase(pool)
    is_over = _over_since(pool, now) is not None
    found = []
    if own is not None and bought:
        ident, everything = resource_of(pool), tuple(bought)
        found.append(Resource(ident, pool.name, "", pool, None, own, everything, is_over=is_over))
        for flavor, part in _parts(pool).items():
            found.append(Resource(part, flavor, flavor, pool, None, own, everything, ident, is_over))
    for one in bought:
        ident, flavor = resource_of(pool, one.node), one.node.resource["flavor"]
        found.append(Resource(ident, one.node.name, flavor, pool, one.node, one.order, (one,), is_over=is_over))
    return found


def _parts(pool: HostedPool) -> dict[str, str]:
    """What billing calls the flavors in the pool."""
    told = loads(pool.document["metadata"]["annotations"].get("os.modelarts/flavor.resource.ids") or "{}")
    return {str(flavor): str(ident) for flavor, ident in told.items()}


def _purchases(pool: HostedPool) -> dict[int, BillingOrder]:
    """What was bought for the pool and is paid, by the number of the scaling it was for (`Node.bought_with`)."""
    orders = [order for order in pool.billing_orders.all() if order.buys]
    return {(order.work_order.change_id or 0) if order.work_order else 0: order for order in orders}


def _own_purchase(pool: HostedPool) -> BillingOrder | None:
    """What the pool itself was bought with, or made yearly/monthly; None for one that is paid by use."""
    orders = _purchases(pool)
    return next((one for one in orders.values() if one.order_type == OrderType.TO_PERIODIC), orders.get(0))


def _over_since(pool: HostedPool, now: datetime) -> datetime | None:
    """When the pool ended, and all that was paid for in it; None for one that stands."""
    life = pool.life
    if scenario.phase(life, now) in {None, Phase.DELETING, Phase.CREATION_FAILED}:
        return life.failed_at(now) or life.deleted_at
    return None


def _subscription(node: Node, order: BillingOrder, turns: Sequence[RenewalTurn], over: datetime | None) -> Subscription:
    ends = [end for end in (node.leaves_at, node.gone_at, over) if end is not None]
    return Subscription(
        order.paid_at or order.created_at,
        months(order.period_type, order.period_num),
        order.auto_renew,
        tuple(Turn(one.at, one.on, one.refunds) for one in turns if one.node in {"", node.name}),
        min(ends, default=None),
    )


def locate(account: Account, idents: Iterable[str]) -> dict[str, HostedPool]:
    """The pools, by the IDs of resources that are theirs or could be one of their nodes'. Others are left out."""
    names = {ident: naming.pools_named_by(ident) for ident in idents}
    wanted = {name for some in names.values() for name in some}
    rows = HostedPool.objects.filter(project__account=account, name__in=wanted, buried=False)
    by_name: dict[str, list[HostedPool]] = {}
    for row in rows.select_related("project__account"):
        by_name.setdefault(row.name, []).append(row)
    return {
        ident: row
        for ident, some in names.items()
        for name in some
        for row in by_name.get(name, ())
        if ident == resource_of(row) or ident.startswith(f"{resource_of(row)}-")
    }


def is_frozen(pool: HostedPool, now: datetime) -> bool:
    """Whether nothing of the pool is paid for any more, and it is only kept."""
    return pool.lapses_at is not None and now >= pool.lapses_at - RETENTION


def frozen_nodes(pool: HostedPool, now: datetime) -> set[str]:
    """The names of the nodes that are not paid for any more, and only kept."""
    if pool.paid_until is None or now < pool.paid_until + GRACE:
        return set()
    found = paid(at_hand(pool), now)
    return {one.node.name for one in found if one.subscription.status(now) == ResourceStatus.FROZEN}


def opening(
    fate: str, paid_at: datetime, *, period_type: str, period_num: int, renews: bool
) -> dict[str, datetime | None]:
    """What `remember` would write of a pool that is just being bought."""
    if fate == Fate.CREATION_FAILED:
        return {}
    one = Subscription(paid_at, months(period_type, period_num), renews)
    end = one.last_end
    return {"paid_until": end, "lapses_at": end and end + KEPT, "renews_from": one.renews_from}


def remember(pool: HostedPool) -> None:
    """Write down when the pool's billing orders have to be asked again: something expires, renews, or is gone."""
    row = at_hand(HostedPool.objects.get(pk=pool.pk))
    if row.fate == Fate.CREATION_FAILED:
        return
    # The roster is complete, so it does not matter when it is looked at.
    bought = paid(row, row.accepted_at)
    standing = [one for one in bought if one.stays]
    ends = [one.subscription.last_end for one in standing]
    certain = [end for end in ends if end is not None]
    names = {one.node.name for one in standing}
    others = [node for node in row.roster() if node.gone_at is None and node.name not in names]
    HostedPool.objects.filter(pk=pool.pk).update(
        paid_until=min(certain, default=None),
        lapses_at=max(certain) + KEPT if certain and len(certain) == len(ends) and not others else None,
        renews_from=min((at for one in bought if (at := one.subscription.renews_from)), default=None),
    )
