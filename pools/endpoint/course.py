"""What changes of job types and drivers do to a pool's status over time. Pure, as `pools.endpoint.scenario` is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pools.endpoint.scenario import PLUGINS, Fate, Life
from pools.wire.enums import DriverState, PluginPhase, ScopeState, UpdateStrategy
from pools.wire.options import NodeDriverPhase

Document = dict[str, Any]

# A forced upgrade waits for nobody.
FORCED = 0.5
# How long an idle one is busy with one node.
EACH = 0.2


@dataclass(frozen=True, slots=True)
class Switch:
    """Job types switched on and off together; a retry switches on what could not be enabled."""

    begun_at: datetime
    on: Sequence[str] = ()
    off: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Another driver version for the nodes of one kind of accelerator: all of them, or those that are named."""

    begun_at: datetime
    kind: str
    version: str
    strategy: str = UpdateStrategy.IDLE.value
    nodes: frozenset[str] = frozenset()

    @property
    def length(self) -> float:
        """Its share of the time that a change takes."""
        return FORCED if self.strategy == UpdateStrategy.FORCE else 1.0

    def covers(self, node: str) -> bool:
        return not self.nodes or node in self.nodes


@dataclass(frozen=True, slots=True)
class Installation:
    """A plug-in that was installed, or brought to another version."""

    begun_at: datetime
    name: str
    version: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NodeDriver:
    """The driver of one node. `is_isolated` while it takes no new jobs, so that its driver can be changed."""

    phase: NodeDriverPhase
    version: str
    is_isolated: bool = False


def scopes(founded: Sequence[Document], switches: Sequence[Switch], life: Life, now: datetime) -> list[Document]:
    """`status.scope` (Tables 44 and 45) after the switches; `founded` is what it would be without them.

    A job type that was switched off stays, as Disabled.
    """
    states = {str(scope["scopeType"]): scope for scope in founded}
    for switch in switches:
        done = is_over(switch.begun_at, life, now)
        for name in switch.on:
            states[name] = _enabling(name, done=done)
        for name in switch.off:
            states[name] = _disabling(name, done=done)
    return list(states.values())


def is_over(begun_at: datetime, life: Life, now: datetime, *, share: float = 1.0) -> bool:
    """Whether a change that began then has ended."""
    return (now - begun_at).total_seconds() >= life.timetable.change * share


def updated(scopes: Sequence[Document], installed: Sequence[Installation], life: Life, now: datetime) -> list[Document]:
    """`status.scope` with the plug-ins Updating that are just brought to another version."""
    updating = {one.name for one in installed if not is_over(one.begun_at, life, now)}
    return [{**scope, "plugins": [_updating(one, updating) for one in scope["plugins"]]} for scope in scopes]


def _updating(plugin: Document, updating: set[str]) -> Document:
    is_it = plugin["name"] in updating and plugin["phase"] == PluginPhase.RUNNING
    return {**plugin, "phase": PluginPhase.UPDATING.value} if is_it else plugin


def _enabling(name: str, *, done: bool) -> Document:
    state = ScopeState.ENABLED if done else ScopeState.ENABLING
    phase = PluginPhase.RUNNING if done else PluginPhase.PENDING
    plugins = [{"name": plugin, "phase": phase.value} for plugin in PLUGINS.get(name, ())]
    return {"scopeType": name, "state": state.value, "plugins": plugins, "message": ""}


def _disabling(name: str, *, done: bool) -> Document:
    state = ScopeState.DISABLED if done else ScopeState.DISABLING
    plugins = [] if done else [{"name": one, "phase": PluginPhase.DELETING.value} for one in PLUGINS.get(name, ())]
    return {"scopeType": name, "state": state.value, "plugins": plugins, "message": ""}


def drivers(founded: Mapping[str, Document], upgrades: Sequence[Upgrade], life: Life, now: datetime) -> Document:
    """`status.driver` (Tables 46 and 47) after the upgrades. That of a few nodes does not change the pool's version."""
    states = {name: dict(driver) for name, driver in founded.items()}
    for upgrade in upgrades:
        standing = states.get(upgrade.kind)
        done = is_over(upgrade.begun_at, life, now, share=upgrade.length)
        state = DriverState.RUNNING if done else DriverState.UPGRADING if standing else DriverState.CREATING
        if done and life.fate is Fate.DRIVER_FAILED:
            state = DriverState.ABNORMAL
        version = standing["version"] if standing and upgrade.nodes else upgrade.version
        states[upgrade.kind] = {"version": version, "state": state.value}
    return states


_PHASES = {
    DriverState.CREATING: NodeDriverPhase.PENDING,
    DriverState.UPGRADING: NodeDriverPhase.UPDATING,
    DriverState.RUNNING: NodeDriverPhase.RUNNING,
    DriverState.ABNORMAL: NodeDriverPhase.ABNORMAL,
}


def node_drivers(
    nodes: Sequence[str], founded: Document, upgrades: Sequence[Upgrade], life: Life, now: datetime
) -> dict[str, NodeDriver]:
    """The drivers of the nodes of one kind of accelerator, by node.

    `founded` is the pool's driver of that kind without the upgrades, which are those of that kind.

    An idle upgrade takes one node after the other and isolates those that wait for it; a forced one takes all at once.
    """
    first = NodeDriver(_PHASES[DriverState(founded["state"])], str(founded["version"]))
    drivers = dict.fromkeys(nodes, first)
    for upgrade in upgrades:
        covered = [node for node in nodes if upgrade.covers(node)]
        for index, node in enumerate(covered):
            drivers[node] = _upgraded(drivers[node], upgrade, life, now, place=(index + 1) / len(covered))
    return drivers


def _upgraded(was: NodeDriver, upgrade: Upgrade, life: Life, now: datetime, *, place: float) -> NodeDriver:
    if is_over(upgrade.begun_at, life, now, share=upgrade.length):
        failed = life.fate is Fate.DRIVER_FAILED
        return NodeDriver(NodeDriverPhase.ABNORMAL if failed else NodeDriverPhase.RUNNING, upgrade.version)
    if upgrade.strategy == UpdateStrategy.FORCE:
        return NodeDriver(NodeDriverPhase.UPDATING, was.version)
    spent = (now - upgrade.begun_at).total_seconds() / life.timetable.change
    if spent >= place:
        return NodeDriver(NodeDriverPhase.RUNNING, upgrade.version)
    phase = NodeDriverPhase.UPDATING if spent >= place - EACH else NodeDriverPhase.PENDING
    return NodeDriver(phase, was.version, is_isolated=True)
