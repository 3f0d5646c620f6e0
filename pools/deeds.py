"""What is done to single nodes: which of them are fit for it, what is sent, and whether it was done. Pure.

A node is known by its name and the moment it was made: one that came instead of another is another
(`docs/facts.md`, nodes).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final

from pools import gleaning
from pools.gleaning import NodeFact
from pools.wire.digest import digest
from pools.wire.naming import node_pool_beside
from pools.wire.nodes import NodesDeletion, NodesLock, NodesNamed
from pools.wire.options import LockAction, NodePhase
from pools.wire.resizing import Entry

# So many names one call takes.
MOST: Final = 500


class Deed(StrEnum):
    LOCK = "lock"
    UNLOCK = "unlock"
    RESTART = "restart"
    DELETE = "delete"


class Unfit(StrEnum):
    """Why a node is left out."""

    LOCKED = "locked"
    NOT_LOCKED = "not_locked"
    LOCKED_ALREADY = "locked_already"
    COMING = "coming"
    LEAVING = "leaving"
    PREPAID = "prepaid"
    TOGETHER = "together"


# What of a node is not there yet.
_COMING: Final = frozenset({NodePhase.CREATING, NodePhase.CHECKING})


def unfit(deed: Deed, node: NodeFact) -> Unfit | None:
    """Why `deed` is not done to `node`, as it was last heard; None if it is."""
    if node.phase == NodePhase.DELETING:
        return Unfit.LEAVING
    match deed:
        case Deed.LOCK:
            return Unfit.LOCKED_ALREADY if node.locked else None
        case Deed.UNLOCK:
            return None if node.locked else Unfit.NOT_LOCKED
        case Deed.RESTART:
            return Unfit.COMING if node.phase in _COMING else None
        case Deed.DELETE:
            return _stays(node)


def _stays(node: NodeFact) -> Unfit | None:
    if node.locked:
        return Unfit.LOCKED
    if node.prepaid:
        return Unfit.PREPAID
    return Unfit.TOGETHER if node.supernode else None


def print_of(nodes: Collection[NodeFact]) -> str:
    """A short name of these nodes as they were read: another one when one of them is another, or its lock is."""
    return digest(sorted([node.name, node.created, str(node.locked)] for node in nodes))


def body(deed: Deed, names: Sequence[str]) -> str:
    """What is sent, as JSON text."""
    listed = list(names)
    asked: NodesNamed
    match deed:
        case Deed.LOCK | Deed.UNLOCK:
            asked = NodesLock(names=listed, actions=[LockAction.DELETE])
        case Deed.RESTART:
            asked = NodesNamed(names=listed)
        case Deed.DELETE:
            asked = NodesDeletion(names=listed)
    return json.dumps(asked.wire(), indent=2, ensure_ascii=False)


def kept(nodes: Collection[NodeFact]) -> str:
    """These nodes as JSON text, to be read again by `NodeFact.read`."""
    return json.dumps(gleaning.kept(nodes), ensure_ascii=False)


def still(was: Sequence[NodeFact], now: Mapping[str, NodeFact]) -> list[NodeFact]:
    """Those that are there as they were, now by name: not replaced, and not on their way out."""
    heard = [now[node.name] for node in was if node.name in now and now[node.name].created == node.created]
    return [node for node in heard if node.phase != NodePhase.DELETING]


def some_remain(gone: Collection[NodeFact], now: Mapping[str, NodeFact]) -> bool:
    """Whether the pool, whose nodes these are by name, keeps one when those leave."""
    leaving = {node.name for node in gone}
    return any(node.phase != NodePhase.DELETING for name, node in now.items() if name not in leaving)


def left(entries: Sequence[Entry], gone: Collection[NodeFact]) -> tuple[Entry, ...] | None:
    """The numbers of a pool without these nodes; None where it cannot be told which of them are whose."""
    lost: Counter[tuple[int, str]] = Counter()
    for node in gone:
        mine = [nth for nth, entry in enumerate(entries) if _is_of(node, entry)]
        if len(mine) != 1:
            return None
        lost[mine[0], node.az] += 1
    return tuple(
        _without(entry, {az: n for (of, az), n in lost.items() if of == nth}) for nth, entry in enumerate(entries)
    )


def _is_of(node: NodeFact, entry: Entry) -> bool:
    named = node_pool_beside(node.entry, flavor=node.flavor)
    return (node.flavor, named) == (entry.flavor, entry.node_pool)


def _without(entry: Entry, lost: Mapping[str, int]) -> Entry:
    count = entry.count - sum(lost.values())
    zones = [(zone, nodes - lost.get(zone, 0)) for zone, nodes in entry.zones]
    # Where nodes did not come to stand as it was said, zones tell nothing any more.
    told = all(nodes >= 0 for _, nodes in zones) and sum(nodes for _, nodes in zones) == count
    return entry.of(max(count, 0), zones if told else ())
