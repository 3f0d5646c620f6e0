"""The nodes of a hosted pool, one by one: when each comes and when it goes. Pure, as `pools.endpoint.scenario` is.

A pool that was never changed is counted by its scenario alone, which costs less; both count the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pools.endpoint import naming, scenario
from pools.endpoint.entries import Kind, kind
from pools.endpoint.scenario import FIRST_NODE, LAST_NODE, Fate, Life, Zones
from pools.wire.enums import BillingMode, Phase
from pools.wire.options import NodePhase

Document = dict[str, Any]


# In which list of Table 40 a node is counted.
LISTS = {
    NodePhase.AVAILABLE: "available",
    NodePhase.ABNORMAL: "abnormal",
    NodePhase.CREATING: "creating",
    NodePhase.CHECKING: "creating",
    NodePhase.DELETING: "deleting",
}
# The last part of a node's coming, in which it looks at itself.
CHECKED = 0.1


@dataclass(frozen=True, slots=True)
class Lot:
    """Nodes of one kind that were asked for together: `count` of them, placed by `zones`.

    `joins` are the racks or supernodes that they become a part of, and how many of each; without it they make new ones.
    """

    resource: Document
    zones: Zones
    count: int
    joins: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Scaling:
    """One change of the number of nodes. `begun_at` is None while it waits to be paid; then nothing has happened.

    `moves` are the racks or supernodes whose nodes are of another entry from then on.
    `lost` are nodes that were still to come when they were sold out, `stopped_at`.
    """

    begun_at: datetime | None
    lots: Sequence[Lot] = ()
    removed: frozenset[str] = frozenset()
    fails: bool = False
    dice: int = 0
    billing_mode: str = BillingMode.PAY_PER_USE.value
    number: int = 0
    moves: Mapping[str, Document] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    stopped_at: datetime | None = None

    @property
    def falls_short(self) -> bool:
        """Whether it ends with fewer nodes than were asked for."""
        return self.fails or bool(self.lost)


@dataclass(frozen=True, slots=True)
class Conversion:
    """Nodes that were paid by use are paid by the month from then on."""

    begun_at: datetime
    nodes: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `due_at` is None for one that never comes, `leaves_at` for one that stays.

    `batch` is the first node of those that came as one rack or supernode; empty for a node that came by itself.
    `bought_with` is the number of the scaling that it came with, 0 for those the pool was founded with.
    """

    name: str
    resource: Document = field(repr=False)
    az: str
    billing_mode: str
    begun_at: datetime
    due_at: datetime | None
    leaves_at: datetime | None = None
    gone_at: datetime | None = None
    batch: str = ""
    bought_with: int = 0

    def phase(self, now: datetime) -> NodePhase | None:
        """Its phase by itself, whatever the pool's is; None before it was asked for and after it is gone."""
        if now < self.begun_at or (self.gone_at is not None and now >= self.gone_at):
            return None
        if self.leaves_at is not None and now >= self.leaves_at:
            # One that had not come when it was no longer wanted never comes.
            return NodePhase.DELETING if self.due_at is not None and self.due_at <= self.leaves_at else None
        if self.due_at is None or now < self.due_at - (self.due_at - self.begun_at) * CHECKED:
            return NodePhase.CREATING
        return NodePhase.AVAILABLE if now >= self.due_at else NodePhase.CHECKING


def roster(
    life: Life,
    founding: Sequence[Lot],
    scalings: Sequence[Scaling],
    *,
    prefix: str,
    dice: int,
    billing_mode: str,
    conversions: Sequence[Conversion] = (),
) -> list[Node]:
    """Every node the pool ever had or will have by what is known, in the order of their coming."""
    if life.started_at is None:
        return []
    first = Scaling(life.started_at, founding, dice=dice, billing_mode=billing_mode)
    taken: set[str] = set()
    nodes = _coming(first, prefix, taken, _founding_moments(life, founding))
    for scaling in scalings:
        if scaling.begun_at is None:
            continue
        ends = scaling.begun_at + timedelta(seconds=life.timetable.change)
        nodes = [_leaving(node, scaling, life) if node.name in scaling.removed else node for node in nodes]
        nodes = [_moved(node, scaling) for node in nodes] if scaling.moves else nodes
        coming = _coming(scaling, prefix, taken, _moments(scaling, life))
        # What could not be provided is no longer asked for.
        coming = [replace(node, gone_at=ends) for node in coming] if scaling.fails else coming
        nodes += [_lost(node, scaling) if node.name in scaling.lost else node for node in coming]
    for conversion in conversions:
        nodes = [_converted(node, conversion) for node in nodes]
    return nodes


def _converted(node: Node, conversion: Conversion) -> Node:
    left = node.leaves_at is not None and node.leaves_at <= conversion.begun_at
    if left or node.name not in conversion.nodes:
        return node
    return replace(node, billing_mode=BillingMode.PREPAID.value, bought_with=conversion.number)


def _coming(scaling: Scaling, prefix: str, taken: set[str], moments: Sequence[datetime | None]) -> list[Node]:
    names = naming.nodes(prefix, len(moments), dice=scaling.dice, taken=taken)
    places = ((lot.resource, az) for lot in scaling.lots for az in _azs(lot))
    assert scaling.begun_at is not None  # noqa: S101 - the caller's business, for the type's sake
    return [
        Node(
            name,
            resource,
            az,
            scaling.billing_mode,
            scaling.begun_at,
            due,
            batch=batch,
            bought_with=scaling.number,
        )
        for name, (resource, az), due, batch in zip(names, places, moments, _batches(scaling, names), strict=True)
    ]


def _batches(scaling: Scaling, names: Sequence[str]) -> Iterator[str]:
    """For each node the first of its rack or supernode."""
    before = 0
    for lot in scaling.lots:
        if lot.joins:
            yield from (batch for batch, count in lot.joins for _ in range(count))
            before += lot.count
            continue
        step = (lot.resource.get("creatingStep") or {}).get("step")
        for number in range(lot.count):
            yield names[before + number // step * step] if step else ""
        before += lot.count


def _azs(lot: Lot) -> Iterator[str]:
    placed = [str(az) for az, room in lot.zones for _ in range(room)][: lot.count]
    yield from placed
    yield from ("" for _ in range(lot.count - len(placed)))


def _leaving(node: Node, scaling: Scaling, life: Life) -> Node:
    begun_at = scaling.begun_at
    if begun_at is None or node.leaves_at is not None:
        return node
    return replace(node, leaves_at=begun_at, gone_at=begun_at + timedelta(seconds=life.timetable.removal))


def _moved(node: Node, scaling: Scaling) -> Node:
    stays = node.batch in scaling.moves and node.leaves_at is None and node.gone_at is None
    return replace(node, resource=scaling.moves[node.batch]) if stays else node


def _lost(node: Node, scaling: Scaling) -> Node:
    return replace(node, due_at=None, gone_at=scaling.stopped_at)


def _order(lots: Sequence[Lot]) -> Iterator[int]:
    """The number of nodes that must be there for each node to be there: racks and supernodes come whole."""
    before = 0
    for lot in lots:
        step = (lot.resource.get("creatingStep") or {}).get("step") or 1
        for number in range(lot.count):
            yield before + min(math.ceil((number + 1) / step) * step, lot.count)
        before += lot.count


def _founding_moments(life: Life, lots: Sequence[Lot]) -> list[datetime | None]:
    total = sum(lot.count for lot in lots)
    if life.fate is Fate.CREATION_FAILED:
        return [None] * total
    most = math.floor(total * 0.5 + 1e-9) if life.fate is Fate.STUCK else total
    return [
        life.moment(FIRST_NODE + (LAST_NODE - FIRST_NODE) * place / total) if place <= most else None
        for place in _order(lots)
    ]


def _moments(scaling: Scaling, life: Life) -> list[datetime | None]:
    total = sum(lot.count for lot in scaling.lots)
    if scaling.fails or scaling.begun_at is None:
        return [None] * total
    whole = life.timetable.change
    return [scaling.begun_at + timedelta(seconds=whole * place / total) for place in _order(scaling.lots)]


def present(nodes: Sequence[Node], life: Life, now: datetime) -> list[tuple[Node, NodePhase]]:
    """The nodes that are there or on their way at `now`, each with its phase."""
    said = scenario.phase(life, now)
    if said in {None, Phase.CREATION_FAILED, Phase.WAITING}:
        return []
    if said is Phase.DELETING:
        return _ending(nodes, life, now)
    found = [(node, phase) for node in nodes if (phase := node.phase(now)) is not None]
    sick = _sick(found, life, said)
    return [
        (node, NodePhase.ABNORMAL if node.name in sick and phase is NodePhase.AVAILABLE else phase)
        for node, phase in found
    ]


def _sick(found: Sequence[tuple[Node, NodePhase]], life: Life, said: Phase | None) -> set[str]:
    well = [node.name for node, phase in found if phase is NodePhase.AVAILABLE]
    if said is Phase.ERROR:
        return set(well)
    one = said is Phase.ABNORMAL or (said is Phase.RUNNING and life.fate is Fate.PARTIAL)
    return set(well[-1:]) if one else set()


def _ending(nodes: Sequence[Node], life: Life, now: datetime) -> list[tuple[Node, NodePhase]]:
    """The nodes that were there when the pool was deleted go one after the other, those of every kind alike."""
    then = life.deleted_at or now
    kinds: dict[Kind, list[Node]] = {}
    for node in nodes:
        if node.phase(then) in {NodePhase.AVAILABLE, NodePhase.DELETING}:
            kinds.setdefault(kind(node.resource), []).append(node)
    share = scenario.left_of(life, now)
    return [(node, NodePhase.DELETING) for some in kinds.values() for node in some[: math.ceil(len(some) * share)]]


def counts(found: Sequence[tuple[Node, NodePhase]]) -> Document:
    """Tables 40-43: the nodes of `present` by state, kind and zone."""
    tallies: dict[str, dict[Kind, tuple[Document, dict[str, int]]]] = {}
    for node, phase in found:
        of_kind = tallies.setdefault(LISTS[phase], {}).setdefault(kind(node.resource), (node.resource, {}))[1]
        of_kind[node.az] = of_kind.get(node.az, 0) + 1
    return {
        state: [_entry(resource, zones) for resource, zones in tallies[state].values()]
        for state in LISTS.values()
        if state in tallies
    }


def _entry(resource: Document, zones: Mapping[str, int]) -> Document:
    number = sum(zones.values())
    entry: Document = {"flavor": resource["flavor"], "count": number, "maxCount": number}
    if any(zones):
        entry["azs"] = [{"az": az, "count": count} for az, count in zones.items() if az]
    for key in ("creatingStep", "nodePool"):
        if resource.get(key):
            entry[key] = resource[key]
    return entry
