"""Plug-ins of a pool: those its job types and accelerators come with, and those that were installed besides.

A driver is one of them: installing another version of it is the pool's driver upgrade.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pools.endpoint import amending, answers, course, judging, scenario, shelf
from pools.endpoint.amendment import Amendment
from pools.endpoint.errors import Refused, bad_request
from pools.endpoint.models import EndpointProject, HostedPool, PluginTemplate, PoolChange
from pools.endpoint.planning import DRIVER_TEMPLATES, newest_first
from pools.wire.enums import DriverState, Phase, PluginPhase
from pools.wire.errors import Code
from pools.wire.options import PluginType
from pools.wire.plugins import PluginCreation, PluginSourceSent

Document = dict[str, Any]

DRIVERS = {template: kind for kind, template in DRIVER_TEMPLATES.items()}
# The plug-ins that job types come with.
OF_JOB_TYPES = frozenset(name for names in scenario.PLUGINS.values() for name in names)
PHASES = {
    DriverState.CREATING: PluginPhase.PENDING,
    DriverState.UPGRADING: PluginPhase.UPDATING,
    DriverState.RUNNING: PluginPhase.RUNNING,
    DriverState.ABNORMAL: PluginPhase.ABNORMAL,
}


@dataclass(frozen=True, slots=True)
class Plugged:
    """One plug-in in a pool: how it fares, and the version and parameters that were asked for last."""

    name: str
    phase: str
    since: datetime
    version: str = ""
    inputs: Mapping[str, Any] | None = None


def read(document: object) -> PluginSourceSent:
    """What a body wants installed. Raises `Refused` (400)."""
    return judging.read(PluginCreation, document).spec.template


def template_of(project: EndpointProject, name: str) -> PluginTemplate:
    """The template of this name. Raises `Refused` (404)."""
    found = shelf.of(project).templates.get(name)
    if found is None:
        raise Refused(404, Code.TEMPLATE_NOT_FOUND, f"Plugintemplate [{name[:80]}] not found.")
    return found


def fitting(pool: HostedPool) -> frozenset[str]:
    """The names of the templates that fit this pool: not drivers and job types that it has not."""
    scopes = pool.document["spec"].get("scope") or []
    needed = {name for scope in scopes for name in scenario.PLUGINS.get(scope, ())}
    drivers = {DRIVER_TEMPLATES[kind] for kind in pool.driver_versions}
    names = shelf.of(pool.project).templates.keys()
    return frozenset(name for name in names if name not in {*DRIVERS} | OF_JOB_TYPES or name in drivers | needed)


def install(project: EndpointProject, pool: HostedPool, asked: PluginSourceSent) -> HostedPool:
    """Install a plug-in, or bring another version of one. Raises `Refused`: 400, and 404 for an unknown template."""
    versions = template_of(project, asked.name).document["spec"]["versions"]
    version = asked.version or next(iter(newest_first(versions)), "")
    if version not in versions:
        raise bad_request(f"$.spec.template.version: one of {', '.join(newest_first(versions))}")

    def take(one: Amendment) -> None:
        one.need("$.spec.template", Phase.RUNNING)
        if asked.name not in fitting(one.pool):
            raise bad_request(f"$.spec.template.name: {asked.name} is not for this pool")
        if asked.name in DRIVERS:
            amending.take_driver(one, {f"{DRIVERS[asked.name]}Version": version})
        else:
            one.plan(PoolChange.Kind.PLUGIN, name=asked.name, version=version, inputs=asked.inputs or {})

    return amending.change(project, pool, take)


def plugged(pool: HostedPool, *, now: datetime) -> list[Document]:
    """The plug-ins of a pool at `now`, as answered."""
    templates = shelf.of(pool.project).templates
    nodes = sum(one["count"] for one in pool.document["spec"]["resources"])
    return [_told(one, templates.get(one.name), nodes) for one in _plugged(pool, now)]


def _plugged(pool: HostedPool, now: datetime) -> Iterator[Plugged]:
    """Drivers, what job types have, and the others, each once."""
    status = (answers.pool(pool, now=now) or {}).get("status", {})
    wished = {one.name: one for one in pool.story.installations}
    seen: set[str] = set()
    for kind, driver in status.get("driver", {}).items():
        phase = PHASES[DriverState(driver["state"])].value
        yield Plugged(DRIVER_TEMPLATES[kind], phase, pool.started_at or pool.accepted_at, driver["version"])
    for plugin in (plugin for scope in status.get("scope", ()) for plugin in scope["plugins"]):
        if plugin["name"] not in seen:
            seen.add(plugin["name"])
            wish = wished.get(plugin["name"])
            since = pool.started_at or pool.accepted_at
            yield Plugged(plugin["name"], plugin["phase"], since, *((wish.version, wish.inputs) if wish else ()))
    for name in wished.keys() - OF_JOB_TYPES:
        first, *more = [one for one in pool.story.installations if one.name == name]
        last = more[-1] if more else first
        done = course.is_over(last.begun_at, pool.life, now)
        phase = PluginPhase.RUNNING if done else PluginPhase.UPDATING if more else PluginPhase.PENDING
        if status.get("phase") == Phase.DELETING:
            phase = PluginPhase.DELETING
        yield Plugged(name, phase.value, first.begun_at, last.version, last.inputs)


def _told(one: Plugged, template: PluginTemplate | None, nodes: int) -> Document:
    spec: Document = template.document["spec"] if template else {"versions": {}}
    version = one.version or next(iter(newest_first(spec["versions"])), "")
    inputs = {**spec["versions"].get(version, {}).get("inputs", {}), **(one.inputs or {})}
    return {
        "apiVersion": "v2",
        "kind": "Plugin",
        "metadata": {"name": one.name, "creationTimestamp": answers.timestamp(one.since)},
        "spec": {"template": {"name": one.name, "version": version, "inputs": inputs}},
        "status": {
            "phase": one.phase,
            "version": version,
            "reason": "The plug-in did not become ready." if one.phase == PluginPhase.ABNORMAL else "",
            "values": json.dumps(inputs, separators=(",", ":"), ensure_ascii=False),
            "resources": [_resources(one.name, nodes)],
        },
    }


def _resources(name: str, nodes: int) -> Document:
    """Drivers and what looks after nodes run on each of them, the others twice."""
    on_each = name in DRIVERS or name not in OF_JOB_TYPES
    return {
        "involvedObject": {
            "kind": "DaemonSet" if on_each else "Deployment",
            "apiVersion": "apps/v1",
            "namespace": "kube-system",
            "name": name,
        },
        "replicas": nodes if on_each else 2,
        "limits": {"cpu": "500m", "memory": "512Mi"},
        "requests": {"cpu": "100m", "memory": "128Mi"},
    }


def template_v2(template: PluginTemplate) -> Document:
    """A template in the form of `/v2`: versions are a list, and a driver is a chart like others."""
    spec = template.document["spec"]
    return {
        **template.document,
        "apiVersion": "v2",
        "spec": {
            **spec,
            "type": PluginType.HELM.value if template.name in DRIVERS else spec["type"],
            "versions": [spec["versions"][version] for version in newest_first(spec["versions"])],
        },
    }
