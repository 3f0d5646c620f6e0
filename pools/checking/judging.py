"""What a Waiting order rests on, judged by what is known at this moment: each check with its result and its age.

The judge of the desk, before whoever decides and again on the act itself. What could not be checked is a result of its
own and never a good one; only what is bad keeps an order from being approved unheard (`pools.approving`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

from django.db.models import prefetch_related_objects

from pools.models import CatalogPart, Order, Pool, Project
from pools.states import ON_THE_WAY
from pools.wire import reading
from pools.wire.differing import differences
from pools.wire.enums import NetworkPhase, Phase, StockState
from pools.wire.limits import Catalog
from pools.wire.shared import PoolResource

Result = Literal["good", "bad", "unknown"]
Kind = CatalogPart.Kind
# That there is more or less of it by now is the same trouble still.
_PASSING: Final = frozenset({"used", "most", "coming"})


class Question(StrEnum):
    WAITS = "waits"
    AS_ORDERED = "as_ordered"
    NAME = "name"
    QUOTA = "quota"
    STOCK = "stock"
    NETWORK = "network"
    RUNS = "runs"
    UNCHANGED = "unchanged"
    STAYS = "stays"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One fact an order depends on. `case` is a stable word that tells the results of one question apart, `values` what
    a sentence about it needs; `read_at` is when the cloud said so, None where it never did."""

    question: Question
    result: Result
    case: str
    values: Mapping[str, Any] = field(default_factory=dict)
    read_at: datetime | None = None

    @property
    def key(self) -> str:
        """What having seen it answers: the same trouble, however old, and no other."""
        told = [f"{name}={self.values[name]}" for name in sorted(self.values.keys() - _PASSING)]
        return " ".join([self.question, self.case, *told])

    def kept(self) -> dict[str, Any]:
        """As a decision keeps it."""
        read_at = self.read_at.isoformat() if self.read_at else ""
        return {"question": str(self.question), "result": self.result, "case": self.case,
                "values": dict(self.values), "read_at": read_at}  # fmt: skip

    @classmethod
    def read(cls, kept: object) -> Check | None:
        """What `kept` wrote; None for what another version wrote otherwise."""
        match kept:
            case {"question": str(question), "result": "good" | "bad" | "unknown" as result, "case": str(case),
                  "values": dict(values), "read_at": str(read_at)} if question in list(Question):  # fmt: skip
                at = datetime.fromisoformat(read_at) if read_at else None
                return cls(question=Question(question), result=result, case=case, values=values, read_at=at)
            case _:
                return None


@dataclass(frozen=True)
class _Ground:
    """What the orders of one look are judged by."""

    facts: Mapping[int, Catalog]
    parts: Mapping[int, Mapping[str, CatalogPart]]
    documents: Mapping[int, Any]
    holders: Mapping[tuple[int, str], set[int | None]]
    born: Mapping[int, int]
    coming: Mapping[int, int]


def checks(order: Order) -> list[Check]:
    """The order's checks as of now, see `checks_of`; none of one that has no pool."""
    return checks_of([order])[order.pk] if getattr(order, "pool", None) else []


def checks_of(orders: Sequence[Order]) -> dict[int, list[Check]]:
    """The checks of each of these orders, which have their pool and project at hand, in the order people read them.

    Five statements for any number of orders: the mirrored catalogs, the pools' documents, who holds their names, the
    pools that are younger than what was read of the quotas, and the orders that the cloud has not answered.
    """
    facts = facts_by_project(orders)
    parts = {project.pk: {part.kind: part for part in project.catalog_parts.all()} for project in _projects(orders)}
    ground = _Ground(facts, parts, _documents(orders), _holders(orders), *_since_the_quotas(parts))
    return {order.pk: list(_judge(order, ground)) for order in orders}


def facts_by_project(orders: Sequence[Order]) -> dict[int, Catalog]:
    """What was mirrored of the projects of these orders; read once, however often it is asked."""
    prefetch_related_objects(_projects(orders), "catalog_parts")
    return {project.pk: CatalogPart.objects.facts_of(project) for project in _projects(orders)}


def _projects(orders: Sequence[Order]) -> list[Project]:
    return list({order.project_id: order.project for order in orders}.values())


def _documents(orders: Sequence[Order]) -> dict[int, Any]:
    known = {order.pk: order.pool.document for order in orders if "document" not in order.pool.get_deferred_fields()}
    unknown = [order.pk for order in orders if order.pk not in known]
    rows = Pool.objects.filter(order__in=unknown).values_list("order_id", "document") if unknown else ()
    return known | dict(rows)


def _holders(orders: Sequence[Order]) -> dict[tuple[int, str], set[int | None]]:
    """By project and name: the orders whose pools hold it, None for one that no order made."""
    held: dict[tuple[int, str], set[int | None]] = {}
    names = Pool.objects.holding_names().filter(
        project__in={order.project_id for order in orders}, name__in={order.pool_name for order in orders}
    )
    for project, name, order in names.values_list("project_id", "name", "order_id"):
        held.setdefault((project, name), set()).add(order)
    return held


def _since_the_quotas(parts: Mapping[int, Mapping[str, CatalogPart]]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """By project: how many pools were made that the quotas, as they were read, cannot have counted; and how many orders
    the cloud has not answered yet. Nothing is asked where no quotas were read."""
    read = {project: at for project, kinds in parts.items() if (at := _read_at(kinds, Kind.QUOTAS))}
    if not read:
        return {}, {}
    younger = Pool.objects.holding_names().filter(project__in=read, created_abroad__gt=min(read.values()))
    born = Counter(
        project for project, made_at in younger.values_list("project_id", "created_abroad") if made_at > read[project]
    )
    unanswered = Order.objects.filter(project__in=read, on_the_way_or_living=True, state__in=ON_THE_WAY)
    return born, Counter(unanswered.values_list("project_id", flat=True))


def _read_at(parts: Mapping[str, CatalogPart], kind: CatalogPart.Kind) -> datetime | None:
    return parts[kind].read_at if kind in parts else None


def _judge(order: Order, ground: _Ground) -> Iterator[Check]:
    facts, parts, wanted = ground.facts[order.project_id], ground.parts[order.project_id], _asked(order)
    heard_at = order.pool.as_heard_with(order.project.heard_at)
    yield _waits(order, heard_at)
    yield _as_ordered(wanted, ground.documents.get(order.pk), heard_at)
    yield _name(order, ground, order.project.heard_at)
    yield sure(_quota(order.project_id, ground, _read_at(parts, Kind.QUOTAS)), parts, Kind.QUOTAS)
    for check in _stock(wanted, facts, _read_at(parts, Kind.FLAVORS)):
        yield sure(check, parts, Kind.FLAVORS)
    yield sure(_network(wanted, facts, _read_at(parts, Kind.NETWORKS)), parts, Kind.NETWORKS)


def sure(check: Check, parts: Mapping[str, CatalogPart], kind: CatalogPart.Kind) -> Check:
    """After a reading that failed nothing good of it is sure."""
    failed = kind in parts and parts[kind].failed_at is not None
    return replace(check, result="unknown", case="failed") if failed and check.result == "good" else check


def _asked(order: Order) -> Any:
    try:
        return reading.parse_json(order.body)
    except reading.NotJson:
        return {}


def _waits(order: Order, heard_at: datetime) -> Check:
    if order.pool.gone_at:
        # The phase it was last heard in tells nothing of it any more.
        return Check(question=Question.WAITS, result="bad", case="gone", read_at=heard_at)
    result: Result = "good" if order.pool.phase == Phase.WAITING else "bad"
    return Check(
        question=Question.WAITS, result=result, case="phase", values={"phase": order.pool.phase}, read_at=heard_at
    )


def _as_ordered(wanted: Any, told: Any, heard_at: datetime) -> Check:
    if not told:
        return Check(question=Question.AS_ORDERED, result="unknown", case="untold")
    found = differences(wanted, told, asked_only=True)
    if not found:
        return Check(question=Question.AS_ORDERED, result="good", case="same", read_at=heard_at)
    return Check(
        question=Question.AS_ORDERED,
        result="bad",
        case="other",
        values={"paths": [each.path for each in found]},
        read_at=heard_at,
    )


def _name(order: Order, ground: _Ground, heard_at: datetime | None) -> Check:
    others = ground.holders.get((order.project_id, order.pool_name), set()) - {order.pk}
    values = {"name": order.pool_name}
    if others:
        return Check(question=Question.NAME, result="bad", case="shared", values=values, read_at=heard_at)
    result: Result = "good" if heard_at else "unknown"
    return Check(
        question=Question.NAME, result=result, case="own" if heard_at else "unread", values=values, read_at=heard_at
    )


def _quota(project: int, ground: _Ground, read_at: datetime | None) -> Check:
    """This order's pool is in the cloud already: it is one of those in use."""
    facts = ground.facts[project]
    if facts.pool_quota is None or facts.pools_used is None or read_at is None:
        return Check(question=Question.QUOTA, result="unknown", case="unread")
    used, most, coming = facts.pools_used + ground.born.get(project, 0), facts.pool_quota, ground.coming.get(project, 0)
    values = {"used": used, "most": most, "coming": coming}
    if used > most:
        return Check(question=Question.QUOTA, result="bad", case="exceeded", values=values, read_at=read_at)
    case = "room_with_more" if coming else "room"
    return Check(question=Question.QUOTA, result="good", case=case, values=values, read_at=read_at)


def _stock(wanted: Any, facts: Catalog, read_at: datetime | None) -> Iterator[Check]:
    """One for each flavor: whether it is on sale in the zones that its nodes are wanted in."""
    for flavor, zones in _zones(wanted).items():
        yield stock_of(flavor, zones, facts, read_at)


def wanted_zones(order: Order) -> dict[str, frozenset[str]]:
    """The zones that an order wants each of its flavors in; none where the cloud is to choose."""
    return {flavor: frozenset(zones) for flavor, zones in _zones(_asked(order)).items()}


def _zones(wanted: Any) -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    spec = reading.hear_pool(wanted).spec
    for resource in (spec.resources if spec else None) or []:
        if isinstance(resource, PoolResource):
            zones.setdefault(resource.flavor or "?", []).extend(place.az for place in resource.azs or [] if place.az)
    return zones


def stock_of(flavor: str, chosen: Sequence[str], facts: Catalog, read_at: datetime | None) -> Check:
    def said(result: Result, case: str, **values: Any) -> Check:
        return Check(
            question=Question.STOCK, result=result, case=case, values={"flavor": flavor, **values}, read_at=read_at
        )

    if facts.flavors is None or read_at is None:
        return said("unknown", "unread")
    offer = facts.flavors.get(flavor)
    if offer is None:
        return said("bad", "not_offered")
    if offer.is_sold_out:
        return said("bad", "sold_out")
    stock = offer.zones or {}
    gone = sorted({zone for zone in chosen if stock.get(zone) == StockState.SOLD_OUT})
    return said("bad", "zone_sold_out", zones=gone) if gone else said("good", "on_sale")


def _network(wanted: Any, facts: Catalog, read_at: datetime | None) -> Check:
    spec = reading.hear_pool(wanted).spec
    name = (spec.network.name if spec and spec.network else "") or ""

    def said(result: Result, case: str, **values: Any) -> Check:
        return Check(question=Question.NETWORK, result=result, case=case, values=values, read_at=read_at)

    if not name:
        return said("unknown", "unnamed")
    if facts.networks is None or read_at is None:
        return said("unknown", "unread")
    network = facts.networks.get(name)
    if network is None:
        return said("bad", "missing")
    ready = network.phase in {NetworkPhase.ACTIVE, ""}
    return said("good" if ready else "bad", "phase", phase=network.phase)


def light(found: Sequence[Check]) -> Result:
    """What all of them come to: bad as soon as one is, good only if all are."""
    results = Counter(check.result for check in found)
    return "bad" if results["bad"] else "unknown" if results["unknown"] else "good"
