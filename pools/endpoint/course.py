"""What changes of job types and drivers do to a pool's status over time. Pure, as `pools.endpoint.scenario` is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pools.endpoint.scenario import PLUGINS, Fate, Life
from pools.wire.enums import DriverState, PluginPhase, ScopeState, UpdateStrategy

Document = dict[str, Any]

# A forced upgrade waits for nobody.
FORCED = 0.5


@dataclass(frozen=True, slots=True)
class Switch:
    """Job types switched on and off together; a retry switches on what could not be enabled."""

    begun_at: datetime
    on: Sequence[str] = ()
    off: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Another driver version for the nodes of one kind of accelerator."""

    begun_at: datetime
    kind: str
    version: str
    strategy: str = UpdateStrategy.IDLE.value


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
    """`status.driver` (Tables 46 and 47) after the upgrades."""
    states = {name: dict(driver) for name, driver in founded.items()}
    for upgrade in upgrades:
        done = is_over(upgrade.begun_at, life, now, share=_length(upgrade))
        state = DriverState.RUNNING if done else DriverState.UPGRADING
        if done and life.fate is Fate.DRIVER_FAILED:
            state = DriverState.ABNORMAL
        states[upgrade.kind] = {"version": upgrade.version, "state": state.value}
    return states


def node_driver(
    states: Mapping[str, Document], upgrades: Sequence[Upgrade], life: Life, now: datetime, *, place: float
) -> Document:
    """`status.driver` of a node that is the `place`-th part of its pool; empty for a node without accelerator.

    An idle upgrade takes one node after the other, a forced one all at once.
    """
    if not states:
        return {}
    kind, driver = next(iter(states.items()))
    version, state = driver["version"], driver["state"]
    if state != DriverState.UPGRADING:
        return {"phase": "Pending" if state == DriverState.CREATING else state, "version": version}
    upgrade = [one for one in upgrades if one.kind == kind][-1]
    if upgrade.strategy == UpdateStrategy.FORCE:
        return {"phase": "Updating", "version": version}
    spent = (now - upgrade.begun_at).total_seconds() / (life.timetable.change or 1.0)
    if spent >= place:
        return {"phase": "Running", "version": version}
    return {"phase": "Updating" if spent >= place - 0.2 else "Pending", "version": version}


def _length(upgrade: Upgrade) -> float:
    return FORCED if upgrade.strategy == UpdateStrategy.FORCE else 1.0
