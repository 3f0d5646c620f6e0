"""What is known of a pool beyond its document, as its page shows it: nodes, jobs, events, the cloud's orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import timing
from console.history import Event
from pools import gleaning
from pools.gleaning import EventFact, JobFact, NodeFact, OrderFact
from pools.models import Detail, Pool
from pools.wire.enums import WorkOrderOperation, WorkOrderPhase
from pools.wire.options import NodePhase, WorkloadStatus, WorkloadType

NODE_SHAPES: Mapping[str, str] = {
    NodePhase.AVAILABLE: "disc",
    NodePhase.CREATING: "ring",
    NodePhase.DELETING: "minus",
    NodePhase.ABNORMAL: "triangle",
}
# Which tone a word of theirs wears, by the phase of a pool that has it.
NODE_TONES: Mapping[str, str] = {
    NodePhase.AVAILABLE: "Running",
    NodePhase.CREATING: "Creating",
    NodePhase.ABNORMAL: "Abnormal",
}
ORDER_STATES: Mapping[str, str] = {
    WorkOrderPhase.PENDING: "placed",
    WorkOrderPhase.RUNNING: "sending",
    WorkOrderPhase.SUCCESSED: "done",
    WorkOrderPhase.PARTIAL_SUCCESSED: "held",
    WorkOrderPhase.FAILED: "failed",
}
ORDER_SHAPES: Mapping[str, str] = {
    "placed": "dashed",
    "sending": "half",
    "done": "tick",
    "held": "triangle",
    "failed": "octagon",
}
OPERATIONS: Mapping[str, Any] = {
    WorkOrderOperation.APPLY: gettext_lazy("Creation"),
    WorkOrderOperation.MODIFY: gettext_lazy("Change"),
    WorkOrderOperation.DELETE: gettext_lazy("Deletion"),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of detail: what is kept of it, since when, when it was asked for last, and what went wrong since."""

    kind: str
    document: Any
    asked_at: datetime | None
    kept_since: datetime | None
    trouble: str
    has_more: bool

    @classmethod
    def of(cls, pool: Pool, kind: Detail.Kind) -> Part:
        """Out of what was prefetched; a kind that was never read is empty."""
        row = next((one for one in pool.details.all() if one.kind == kind), None)
        if row is None:
            return cls(kind=kind, document={}, asked_at=None, kept_since=None, trouble="", has_more=False)
        return cls(
            kind=kind,
            document=row.document,
            asked_at=row.asked_at,
            kept_since=row.kept_since,
            trouble=row.trouble,
            has_more=gleaning.has_more(row.document),
        )


@dataclass(frozen=True, kw_only=True)
class NodeLine:
    fact: NodeFact
    shape: str
    tone: str
    marks: list[str]


def nodes(part: Part) -> list[NodeLine]:
    """Those in trouble first, then by name."""
    return node_lines(NodeFact.read(part.document))


def node_lines(facts: Iterable[NodeFact]) -> list[NodeLine]:
    """In the same order."""
    order: Mapping[str, int] = {NodePhase.ABNORMAL: 0, NodePhase.CREATING: 1, NodePhase.DELETING: 2}
    return [_node(fact) for fact in sorted(facts, key=lambda fact: (order.get(fact.phase, 3), fact.name))]


def _node(fact: NodeFact) -> NodeLine:
    marks = [_("locked")] if fact.locked else []
    marks += [_("frozen")] if fact.frozen else []
    marks += [_("tainted")] if fact.taints else []
    shape = NODE_SHAPES.get(fact.phase, "question")
    return NodeLine(fact=fact, shape=shape, tone=NODE_TONES.get(fact.phase, fact.phase), marks=marks)


def node_counts(lines: Sequence[NodeLine]) -> list[tuple[str, str, str, int]]:
    """Tone, shape, word and number of each phase there is."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.fact.phase] = counts.get(line.fact.phase, 0) + 1
    first = {line.fact.phase: line for line in lines}
    return [(first[word].tone, first[word].shape, word or _("not known"), n) for word, n in counts.items()]


def events(part: Part) -> list[Event]:
    """The cloud's own, in the shape of ours."""
    return [event for fact in EventFact.read(part.document) if (event := _event(fact))]


def _event(fact: EventFact) -> Event | None:
    at = moment(fact.last)
    if at is None:
        return None
    warns = fact.kind == "Warning"
    note = fact.message
    if fact.count > 1:
        note = _("%(message)s (%(n)s times)") % {"message": fact.message, "n": fact.count}
    return Event(
        kind="phase",
        value="Abnormal" if warns else "",
        shape="triangle" if warns else "disc",
        what=fact.reason or _("Event"),
        at=at,
        note=note,
        source="warning" if warns else "cloud",
    )


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Nodes of one flavor before an order, as it wants them, and as it left them; None where that was not told."""

    flavor: str
    before: int
    wanted: int
    result: int | None

    @property
    def fell_short(self) -> bool:
        return self.result is not None and self.result != self.wanted


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    fact: OrderFact
    what: str
    word: str
    state: str
    shape: str
    created: datetime | None
    ended: datetime | None
    counts: list[Counts]


def orders(part: Part) -> list[OrderLine]:
    return [_order(fact) for fact in OrderFact.read(part.document)]


def _order(fact: OrderFact) -> OrderLine:
    state = ORDER_STATES.get(fact.phase, "")
    return OrderLine(
        fact=fact,
        what=str(OPERATIONS.get(fact.operation, fact.operation) or _("Order")),
        word=fact.phase or _("not known"),
        state=state,
        shape=ORDER_SHAPES.get(state, "question"),
        created=moment(fact.created),
        ended=moment(fact.ended),
        counts=_counts(fact),
    )


def _counts(fact: OrderFact) -> list[Counts]:
    before, wanted, result = (_by_flavor(side) for side in (fact.before, fact.wanted, fact.result))
    told = bool(result) or (bool(fact.ended) and fact.operation == WorkOrderOperation.DELETE)
    return [
        Counts(
            flavor=flavor,
            before=before.get(flavor, 0),
            wanted=wanted.get(flavor, 0),
            result=result.get(flavor, 0) if told else None,
        )
        for flavor in dict.fromkeys([*before, *wanted, *result])
    ]


def _by_flavor(side: Iterable[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in side:
        match entry:
            case [str(flavor), int(count)]:
                found[flavor] = found.get(flavor, 0) + count
    return found


JOB_SHAPES: Mapping[str, str] = {
    WorkloadStatus.RUNNING: "disc",
    WorkloadStatus.CREATING: "ring",
    WorkloadStatus.QUEUE: "hourglass",
    WorkloadStatus.PENDING: "hourglass",
    WorkloadStatus.ABNORMAL: "triangle",
    WorkloadStatus.TERMINATING: "minus",
}
JOB_TONES: Mapping[str, str] = {
    WorkloadStatus.RUNNING: "Running",
    WorkloadStatus.CREATING: "Creating",
    WorkloadStatus.QUEUE: "Waiting",
    WorkloadStatus.PENDING: "Waiting",
    WorkloadStatus.ABNORMAL: "Abnormal",
}
JOB_KINDS: Mapping[str, Any] = {
    WorkloadType.TRAIN: gettext_lazy("Training job"),
    WorkloadType.INFER: gettext_lazy("Inference service"),
    WorkloadType.X_INFER: gettext_lazy("Inference service"),
    WorkloadType.NOTEBOOK: gettext_lazy("Notebook"),
}


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """`spent` is how long it has run, or waited where it does not run yet, in words."""

    fact: JobFact
    what: str
    shape: str
    tone: str
    spent: str
    is_waiting: bool


def jobs(part: Part) -> list[JobLine]:
    """Those that run first, then those that wait, in their turn."""
    facts = [fact for fact in JobFact.read(part.document) if not fact.is_over]
    waiting = {WorkloadStatus.QUEUE, WorkloadStatus.PENDING}
    facts.sort(key=lambda fact: (fact.status in waiting, fact.place, -fact.ran, fact.name))
    return [
        JobLine(
            fact=fact,
            what=str(JOB_KINDS.get(fact.kind, fact.kind) or _("Job")),
            shape=JOB_SHAPES.get(fact.status, "question"),
            tone=JOB_TONES.get(fact.status, fact.status),
            spent=timing.length(timedelta(seconds=fact.waited if fact.status in waiting else fact.ran)),
            is_waiting=fact.status in waiting,
        )
        for fact in facts
    ]


def moment(text: str) -> datetime | None:
    """A moment as `pools.gleaning` keeps it; None for what is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
