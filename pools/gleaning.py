"""What is kept of a pool's nodes, events, work orders, jobs and measurements: plain facts, short, and so many at most.

Pure. Each kind is gleaned from an answer as it was heard (`pools.wire`), kept as JSON and read back from it. What a
cloud forgets stays: events and orders that were kept and are not told any more are merged with those that are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Self, TypeVar

from pools.wire.enums import BillingMode, Phase
from pools.wire.insight import Event, Metric
from pools.wire.naming import node_pool_beside
from pools.wire.nodes import Node, NodeList
from pools.wire.options import WorkloadStatus
from pools.wire.orders import WorkOrder
from pools.wire.pool import PoolResourceFlavorCount
from pools.wire.workloads import Workload

MOST_NODES: Final = 1000
MOST_EVENTS: Final = 500
MOST_ORDERS: Final = 200
MOST_JOBS: Final = 500
MOST_SERIES: Final = 20
MOST_POINTS: Final = 60
SHORT, LONG = 128, 2000
# Only these have anything to measure.
MEASURED: Final = frozenset({Phase.RUNNING, Phase.ABNORMAL, Phase.SCALING_FAILED})
# Of a job in one of these nothing is left to be ended.
OVER: Final = frozenset({WorkloadStatus.COMPLETED, WorkloadStatus.TERMINATED, WorkloadStatus.FAILED})
# The last moment that our databases and the millisecond integers of the API both know.
LAST_MOMENT: Final = 253402300799000


# How the types of facts are spelled, and what JSON makes of them; all others are lists.
_KINDS: Final[Mapping[str, type]] = {"str": str, "int": int, "bool": bool}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something kept. What was kept by another version and is not of this shape any more is left out."""

    MOST: ClassVar[int]

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, kept: object) -> list[Self]:
        """The facts of a document as kept, in its order; none where it cannot be read."""
        items = kept.get("items") if isinstance(kept, dict) else None
        rows = [cls._of(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        return [row for row in rows if row is not None]

    @classmethod
    def _of(cls, item: Mapping[str, Any]) -> Self | None:
        known = {field.name: item[field.name] for field in fields(cls) if field.name in item}
        kinds = {field.name: _KINDS.get(str(field.type), list) for field in fields(cls)}
        if any(not isinstance(value, kinds[name]) for name, value in known.items()):
            return None
        try:
            return cls(**known)
        except TypeError:
            return None  # it lacks what names it


@dataclass(frozen=True, kw_only=True)
class NodeFact(Fact):
    """A node. `node_pool` is what people call the entry of the pool's list that it is of, `entry` how the list does."""

    MOST = MOST_NODES

    name: str
    phase: str = ""
    az: str = ""
    flavor: str = ""
    address: str = ""
    driver: str = ""
    driver_phase: str = ""
    node_pool: str = ""
    entry: str = ""
    supernode: str = ""
    created: str = ""
    locked: bool = False
    frozen: bool = False
    prepaid: bool = False
    taints: int = 0

    @classmethod
    def of(cls, node: Node) -> NodeFact:
        metadata, spec, status = node.metadata, node.spec, node.status
        labels, annotations = (metadata.labels, metadata.annotations) if metadata else (None, None)
        driver = status.driver if status else None
        flavor = text(spec.flavor if spec else None)
        node_pool = text((labels.node_pool_name or labels.node_pool) if labels else None)
        return cls(
            name=text(metadata.name if metadata else None),
            phase=text(status.phase if status else None),
            az=text(status.az if status else None),
            flavor=flavor,
            address=text(status.private_ip if status else None),
            driver=text(driver.version if driver else None),
            driver_phase=text(driver.phase if driver else None),
            node_pool=node_pool_beside(node_pool, flavor=flavor),
            entry=text(labels.node_pool if labels else None),
            supernode=text(labels.batch_name if labels else None),
            created=moment_text(metadata.creation_timestamp if metadata else None),
            locked=bool(annotations and annotations.lock_action),
            frozen=bool(labels and labels.billing_status not in {None, "", "0"}),
            prepaid=bool(annotations and annotations.billing_mode == BillingMode.PREPAID),
            taints=len((status.taints if status else None) or []),
        )


@dataclass(frozen=True, kw_only=True)
class EventFact(Fact):
    """`kind` is Normal or Warning, or another word of the cloud's."""

    MOST = MOST_EVENTS

    reason: str = ""
    message: str = ""
    kind: str = ""
    first: str = ""
    last: str = ""
    count: int = 1

    @classmethod
    def of(cls, event: Event) -> EventFact:
        first = moment_text(event.first_timestamp) or moment_text(event.last_timestamp)
        return cls(
            reason=text(event.reason),
            message=text(event.message, LONG),
            kind=text(event.type),
            first=first,
            last=moment_text(event.last_timestamp) or first,
            count=event.count or 1,
        )

    @property
    def key(self) -> object:
        return self.reason, self.message, self.first

    @property
    def age(self) -> str:
        return self.last


@dataclass(frozen=True, kw_only=True)
class OrderFact(Fact):
    """A work order; `before`, `wanted` and `result` list [flavor, nodes]; `phase` is in the contract's spelling."""

    MOST = MOST_ORDERS

    name: str
    billing_order: str = ""
    operation: str = ""
    phase: str = ""
    trouble: str = ""
    created: str = ""
    began: str = ""
    ended: str = ""
    before: Sequence[Sequence[Any]] = ()
    wanted: Sequence[Sequence[Any]] = ()
    result: Sequence[Sequence[Any]] = ()

    @classmethod
    def of(cls, order: WorkOrder) -> OrderFact:
        return cls(
            name=text(order.order_name),
            billing_order=text(order.order_id),
            operation=text(order.operation),
            phase=text(order.outcome),
            trouble=text(order.fail_reason, LONG),
            created=_of_millis(order.creation_timestamp),
            began=_of_millis(order.begin_timestamp),
            ended=_of_millis(order.end_timestamp),
            before=_counts(order.init_count),
            wanted=_counts(order.spec_count),
            result=_counts(order.result_count),
        )

    @property
    def key(self) -> object:
        return self.name

    @property
    def age(self) -> str:
        return self.created


@dataclass(frozen=True, kw_only=True)
class JobFact(Fact):
    """Something that runs in the pool or waits to; `ran` and `waited` are seconds, `place` its turn, 0 for none."""

    MOST = MOST_JOBS

    name: str
    kind: str = ""
    status: str = ""
    by: str = ""
    asked: str = ""
    ran: int = 0
    waited: int = 0
    place: int = 0

    @classmethod
    def of(cls, job: Workload) -> JobFact:
        return cls(
            name=text(job.job_name) or text(job.name),
            kind=text(job.type),
            status=text(job.status),
            by=text(job.user_name),
            asked=_of_millis(job.create_time),
            ran=max(job.running_duration or 0, 0),
            waited=max(job.pending_duration or 0, 0),
            place=max(job.pending_position or 0, 0),
        )

    @property
    def is_over(self) -> bool:
        return self.status in OVER


@dataclass(frozen=True, kw_only=True)
class SeriesFact(Fact):
    """One measurement over time: `points` list [ISO text, value], oldest first, None for a value that is not there."""

    MOST = MOST_SERIES

    name: str
    unit: str = ""
    points: Sequence[Sequence[Any]] = ()

    @classmethod
    def of(cls, metric: Metric) -> SeriesFact:
        points, unit = [], ""
        for point in (metric.data_points or [])[-MOST_POINTS:]:
            value = next((one.value for one in point.statistics or []), None)
            at = _of_millis(point.timestamp)
            unit = unit or text(point.unit)
            # -1 is how the service says that there is no data.
            points.append([at, None if value is None or value < 0 else value])
        named = metric.metric
        return cls(name=text(named.name if named else None), unit=unit, points=[one for one in points if one[0]])

    @property
    def values(self) -> list[float]:
        return [value for _, value in self.points if value is not None]


def kept(facts: Iterable[Fact], *, more: bool = False) -> dict[str, Any]:
    """The document in which facts are kept, the first `MOST` of them; `more` says that there are others."""
    rows = list(facts)
    most = rows[0].MOST if rows else 0
    return {"items": [fact.kept() for fact in rows[:most]], "more": more or len(rows) > most}


def nodes(listed: NodeList) -> dict[str, Any]:
    """What is kept of a list of nodes, as it was heard."""
    more = bool(listed.metadata and listed.metadata.continue_)
    return kept(map(NodeFact.of, listed.items or []), more=more)


def has_more(document: object) -> bool:
    return isinstance(document, dict) and document.get("more") is True


Dated = TypeVar("Dated", EventFact, OrderFact)


def merged(known: Iterable[Dated], told: Iterable[Dated]) -> list[Dated]:
    """Both, newest first, and of what is in both what was told now."""
    rows = {fact.key: fact for fact in known} | {fact.key: fact for fact in told}
    return sorted(rows.values(), key=lambda fact: fact.age, reverse=True)


def text(value: object, longest: int = SHORT) -> str:
    return str(value)[:longest] if isinstance(value, str) else ""


def moment_text(value: object) -> str:
    """A timestamp in UTC, spelled in one way so that texts sort as moments do; empty for what is none."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return "" if at is None else (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""


def _of_millis(value: int | None) -> str:
    """Milliseconds since the epoch; 0 means not yet."""
    if not value or not 0 < value <= LAST_MOMENT:
        return ""
    return datetime.fromtimestamp(value // 1000, tz=UTC).isoformat()


def _counts(entries: Sequence[PoolResourceFlavorCount] | None) -> list[list[Any]]:
    return [[text(entry.flavor), entry.count or 0] for entry in (entries or [])[:50]]
