"""Rows, one query for any number of them: pools, and orders that no pool speaks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import FilteredRelation, Q

from pools.models import Decision, Deletion, Order, Pool, Project, Stretch, User
from pools.models.orders import OrderQuerySet
from pools.models.pools import PoolQuerySet
from pools.models.projects import sealed_of
from pools.queries.among import among
from pools.states import IN_VAIN


@dataclass(frozen=True)
class Row:
    """One line of a dashboard: a pool, or an order that has no pool yet or never got one."""

    order: Order | None
    pool: Pool | None

    @property
    def key(self) -> str:
        """Names the row on a page: one for a pool and the order that made it."""
        return f"order-{self.order.pk}" if self.order else f"pool-{self.pool.pk}" if self.pool else ""

    @property
    def name(self) -> str:
        return self.pool.name if self.pool else self.order.pool_name if self.order else ""

    @property
    def phase(self) -> str:
        """The cloud's word; empty while there is none."""
        return self.pool.phase if self.pool else ""

    @property
    def state(self) -> str:
        """Our word, where no pool speaks for the order."""
        return self.order.state if self.order and not self.pool else ""

    @property
    def project(self) -> Project | None:
        return self.pool.project if self.pool else self.order.project if self.order else None

    @property
    def workspace(self) -> str:
        """The ID of the cloud's workspace; 0 is the default one."""
        return self.pool.workspace_id if self.pool else self.order.workspace_id if self.order else ""

    @property
    def ordered_by(self) -> User | None:
        return self.order.placed_by if self.order else None

    @property
    def decision(self) -> Decision | None:
        """The decision that stands on the order whose pool this is."""
        return getattr(self.pool, "standing_decision", None)

    @property
    def deletion(self) -> Deletion | None:
        """The deletion of the pool that stands."""
        return getattr(self.pool, "standing_deletion", None)

    @property
    def stretch(self) -> Stretch | None:
        """What the pool is at, if it is at something: since when, and how long that usually takes."""
        return getattr(self.pool, "standing_stretch", None)

    @property
    def since(self) -> datetime | None:
        """Since when it stands where it stands."""
        if self.pool:
            return self.pool.phase_since or self.pool.created_abroad
        return self.order.changed_at if self.order else None


def rows_named(user: User, *, orders: Collection[int], pools: Collection[int]) -> list[Row]:
    """The rows of these orders and pools that the user may see, wherever they stand now, gone and withdrawn included.

    An order that has a pool is that pool's row.
    """
    named = Pool.objects.visible_to(user).filter(Q(pk__in=pools) | Q(order__in=orders))
    shown = pools_shown().filter(among(named))
    alone = poolless_shown().visible_to(user).filter(pk__in=orders, pool__isnull=True)
    return [*(Row(order=pool.order, pool=pool) for pool in shown), *(Row(order=order, pool=None) for order in alone)]


def pools_shown() -> PoolQuerySet:
    """Pools with all that a row shows, in one statement: at most one deletion, decision and stage of each stands."""
    standing = {
        "standing_deletion": FilteredRelation("deletions", condition=~Q(deletions__state__in=IN_VAIN)),
        "standing_decision": FilteredRelation("order__decisions", condition=~Q(order__decisions__state__in=IN_VAIN)),
        "standing_stretch": FilteredRelation("stretches", condition=Q(stretches__ended_at__isnull=True)),
    }
    with_them = ("standing_deletion__by", "standing_decision__by", "standing_stretch")
    shown = Pool.objects.annotate(**standing).select_related("project", "team", "order__placed_by", *with_them)
    return shown.defer(*sealed_of("project__"))


def poolless_shown() -> OrderQuerySet:
    """Orders that no pool speaks for; there is nothing to decide about them."""
    shown = Order.objects.select_related("project", "team", "placed_by", "resolved_by")
    return shown.defer(*sealed_of("project__"))
