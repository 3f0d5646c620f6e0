"""Orders of one project that cannot all have what they want: together they are more than its quota of pools, or they
want the same of a flavor that is running out.

How much of a flavor is left no cloud tells, only where it is sold out: two orders that may come to stand in the same
zones of a flavor that is sold out in some zone are told of each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from pools.checking.judging import Check, Question, facts_by_project, wanted_zones
from pools.models import Decision, Order, Pool, Team
from pools.states import ON_THE_WAY
from pools.wire.enums import Phase, StockState
from pools.wire.limits import Catalog

Zones = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Rival:
    """Another order that wants what an order wants, and of what there is too little. Whose it is, not everybody may
    know."""

    order: Order
    kind: Literal["quota", "stock"]
    flavor: str = ""


def rivals_of(orders: Sequence[Order], found: Mapping[int, Sequence[Check]]) -> dict[int, list[Rival]]:
    """The rivals of each of these orders, of whatever team; `found` are their checks.

    One statement for any number of orders, besides the catalogs that their checks read.
    """
    if not orders:
        return {}
    facts = facts_by_project(orders)
    others: dict[int, list[Order]] = {}
    for other in _undecided({order.project_id for order in orders}):
        others.setdefault(other.project_id, []).append(other)
    zones = {other.pk: wanted_zones(other) for of_project in others.values() for other in of_project}
    return {
        order.pk: list(
            _rivals(order, others.get(order.project_id, []), zones, facts[order.project_id], found.get(order.pk, ()))
        )
        for order in orders
    }


def _undecided(projects: set[int]) -> QuerySet[Order]:
    """Orders on their way, and those whose pool waits and was not rejected: by two ways, each through an index."""
    coming = Order.objects.filter(project__in=projects, on_the_way_or_living=True, state__in=ON_THE_WAY)
    teams = Team.objects.filter(projects__in=projects).values("pk")
    waiting = Pool.objects.living().filter(team__in=teams, phase=Phase.WAITING, project__in=projects)
    keys = coming.order_by().values("pk").union(waiting.filter(order__isnull=False).order_by().values("order_id"))
    rejected = Decision.objects.standing().filter(order=OuterRef("pk"), verdict=Decision.Verdict.REJECTED)
    return (
        Order.objects.filter(~Exists(rejected), Q(pk__in=keys)).select_related("placed_by").order_by("placed_at", "pk")
    )


def _rivals(
    order: Order, others: Sequence[Order], zones: Mapping[int, Zones], facts: Catalog, found: Sequence[Check]
) -> Iterator[Rival]:
    crowded = _is_crowded(found)
    mine = wanted_zones(order)
    for other in others:
        if other.pk == order.pk:
            continue
        if crowded:
            yield Rival(order=other, kind="quota")
        elif flavor := _shared(mine, zones[other.pk], facts):
            yield Rival(order=other, kind="stock", flavor=flavor)


def _is_crowded(found: Sequence[Check]) -> bool:
    """Whether the pools in use and those on their way are more than there may be."""
    quota = next((check.values for check in found if check.question is Question.QUOTA and check.values), None)
    return quota is not None and bool(quota["used"] + quota["coming"] > quota["most"])


def _shared(mine: Zones, theirs: Zones, facts: Catalog) -> str:
    """A flavor that runs out and that both may come to want in one zone; empty if there is none."""
    for flavor in mine.keys() & theirs.keys():
        stock = _stock(flavor, facts)
        if StockState.SOLD_OUT in stock.values() and (_reach(mine[flavor], stock) & _reach(theirs[flavor], stock)):
            return flavor
    return ""


def _stock(flavor: str, facts: Catalog) -> Mapping[str, str]:
    offer = facts.flavors.get(flavor) if facts.flavors else None
    return (offer.zones if offer else None) or {}


def _reach(chosen: frozenset[str], stock: Mapping[str, str]) -> frozenset[str]:
    """Where the nodes may come to stand: the cloud chooses where nobody did."""
    return chosen or frozenset(stock)
