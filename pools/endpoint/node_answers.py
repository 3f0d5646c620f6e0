"""Nodes as the wire's documents, at a moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pools.endpoint import answers, course, entries, ledger, roster, scenario, toiling
from pools.endpoint.capacities import Capacity, accelerator
from pools.endpoint.course import NodeDriver
from pools.endpoint.models import HostedFlavor, HostedNode, HostedPool
from pools.endpoint.roster import Node
from pools.endpoint.toiling import Job
from pools.wire.enums import DriverState, StepType
from pools.wire.options import NodeDriverPhase, NodePhase, TaintEffect

Document = dict[str, Any]

OS_NAME = "EulerOS 2.10"
REDUNDANT = "os.modelarts.node/ha.redundant.enabled"
# Kubernetes' own word for a node that takes no new jobs.
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"


@dataclass(frozen=True, slots=True)
class Around:
    """What the nodes of a pool have in common at a moment."""

    pool: HostedPool
    names: Mapping[entries.Kind, str]
    marks: Mapping[str, HostedNode]
    flavors: Mapping[str, Document]
    drivers: Mapping[str, NodeDriver]
    frozen: Set[str]
    jobs: Mapping[str, list[Job]]

    def node_pool(self, node: Node) -> str:
        """What its node pool is called. An entry that was removed has no name any more, its leaving nodes have."""
        return self.names.get(entries.kind(node.resource)) or next(iter(entries.node_pools([node.resource])))


def nodes_of(pool: HostedPool, *, now: datetime, of: entries.Kind | None = None) -> list[Document]:
    """The nodes that are there at `now`, as answered; only those of one entry of `spec.resources` where it is told."""
    found = roster.present(pool.roster(), pool.life, now)
    around = _around(pool, found, now)
    return [_told(node, phase, around) for node, phase in found if of is None or entries.kind(node.resource) == of]


def _around(pool: HostedPool, found: Sequence[tuple[Node, NodePhase]], now: datetime) -> Around:
    resources = pool.document["spec"]["resources"]
    flavors = flavors_of(pool, (node for node, _ in found))
    drivers = drivers_of(pool, [node for node, _ in found], flavors, now)
    jobs: dict[str, list[Job]] = {}
    for job in jobs_of(pool, found, drivers, now):
        if job.is_placed:
            jobs.setdefault(job.node.name, []).append(job)
    return Around(
        pool,
        {entries.kind(entry): name for name, entry in entries.node_pools(resources).items()},
        {mark.name: mark for mark in HostedNode.objects.filter(pool=pool)},
        flavors,
        drivers,
        ledger.frozen_nodes(pool, now),
        jobs,
    )


def jobs_of(
    pool: HostedPool, found: Sequence[tuple[Node, NodePhase]], drivers: Mapping[str, NodeDriver], now: datetime
) -> list[Job]:
    """The jobs that run on these nodes of a pool, newest first; none where drivers change or all is frozen."""
    upgraded = {name for name, driver in drivers.items() if driver.phase is NodeDriverPhase.UPDATING}
    resting = upgraded | ledger.frozen_nodes(pool, now)
    phase = scenario.phase(pool.life, now)
    return toiling.jobs(found, answers.enabled(pool, now), now, phase=phase, resting=resting)


def flavors_of(pool: HostedPool, nodes: Iterable[Node]) -> dict[str, Document]:
    """The specs of the nodes' flavors by name; of one that is no longer sold nothing is known."""
    names = {node.resource["flavor"] for node in nodes}
    rows = HostedFlavor.objects.filter(project_id=pool.project_id, name__in=names)
    return {flavor.name: flavor.document["spec"] for flavor in rows}


def drivers_of(
    pool: HostedPool, nodes: Sequence[Node], flavors: Mapping[str, Document], now: datetime
) -> dict[str, NodeDriver]:
    """The drivers by node; a node without accelerators has none."""
    told: dict[str, NodeDriver] = {}
    life, story = pool.life, pool.story
    for kind, version in pool.driver_versions.items():
        state = scenario.driver_state(life, now) if kind in pool.drivers else DriverState.CREATING
        founded = {"state": state, "version": pool.drivers.get(kind, version)}
        names = [node.name for node in nodes if accelerator(flavors.get(node.resource["flavor"], {})) == kind]
        upgrades = [one for one in story.upgrades if one.kind == kind]
        told |= course.node_drivers(names, founded, upgrades, life, now)
    return told


def _told(node: Node, phase: NodePhase, around: Around) -> Document:
    resource = node.resource
    mark = around.marks.get(node.name) or HostedNode(name=node.name)
    flavor = around.flavors.get(resource["flavor"], {})
    up = phase in {NodePhase.AVAILABLE, NodePhase.ABNORMAL, NodePhase.DELETING}
    has = Capacity.of(flavor)
    jobs = around.jobs.get(node.name, [])
    free = has
    for job in jobs:
        free = free.without(has.part(job.share, cards=job.has_cards))
    driver = around.drivers.get(node.name)
    return {
        "apiVersion": "v2",
        "kind": "Node",
        "metadata": {
            "name": node.name,
            "creationTimestamp": answers.timestamp(node.begun_at),
            "labels": _labels(node, mark, around),
            "annotations": _annotations(node, mark, has, busy=has.cards - free.cards),
        },
        "spec": {
            "flavor": resource["flavor"],
            "os": {"name": OS_NAME, "imageId": "", "imageType": "", **_object(resource.get("os"))},
            "hostNetwork": {"vpc": "", "subnet": "", "securityGroups": [], **_object(resource.get("network"))},
            **{key: resource[key] for key in ("rootVolume", "dataVolumes", "extendParams") if resource.get(key)},
        },
        "status": {
            "phase": phase.value,
            "az": node.az,
            "privateIp": address(around.pool, node) if up else "",
            "resources": has.document() if up else {},
            "availableResources": free.document() if phase is NodePhase.AVAILABLE else {},
            "taints": _taints(node, mark, driver),
            **({"driver": _driver(driver, up=up)} if driver else {}),
            "os": {"name": OS_NAME},
            "plugins": [],
        },
    }


def _object(value: object) -> Document:
    """What clients send beyond the tables may be anything."""
    return dict(value) if isinstance(value, Mapping) else {}


def address(pool: HostedPool, node: Node) -> str:
    """The node's own address, always the same."""
    digest = hashlib.sha256(f"{pool.dice}/{node.name}".encode()).digest()
    return f"192.168.{digest[0]}.{digest[1] % 250 + 2}"


def _labels(node: Node, mark: HostedNode, around: Around) -> Document:
    pool, resource = around.pool, node.resource
    owner = pool.document["metadata"]["labels"]
    named = _object(resource.get("extendParams")).get("nodePoolName") or entries.named_pool(resource)
    return {
        "os.modelarts/resource.id": ledger.resource_of(around.pool, node),
        "os.modelarts.node/nodepool": around.node_pool(node),
        **({"os.modelarts.node/nodepoolname": str(named)} if named else {}),
        "os.modelarts.node/underlying.instance.id": serial(pool, node.name),
        "os.modelarts.node/cluster": pool.ident,
        "os.modelarts/tenant.domain.id": owner["os.modelarts/tenant.domain.id"],
        "os.modelarts/tenant.project.id": owner["os.modelarts/tenant.project.id"],
        "os.modelarts/billing.status": "1" if node.name in around.frozen else "0",
        **_batch(node, pool),
        **({REDUNDANT: "true"} if mark.ha_redundant else {}),
    }


def serial(pool: HostedPool, of: str) -> str:
    """An identifier of something in the pool, always the same."""
    return str(uuid5(NAMESPACE_URL, f"{pool.dice}/{of}"))


def batch_uid(pool: HostedPool, node: Node) -> str:
    """What tells the rack or supernode of a node from others; empty for a node that came by itself."""
    return serial(pool, f"batch/{node.batch}") if node.batch else ""


def _batch(node: Node, pool: HostedPool) -> Document:
    """Racks and supernodes: which one, what it is and how many nodes it has; and the switches above it."""
    uid = batch_uid(pool, node)
    if not uid:
        return {}
    step = node.resource["creatingStep"]
    kind = step.get("type") or StepType.HYPERINSTANCE.value
    switch = hashlib.sha256(uid.encode()).digest()
    return {
        "os.modelarts.node/batch.uid": uid,
        "os.modelarts.node/batch.name": f"{kind}-{uid[:5]}",
        "os.modelarts.node/batch.type": kind,
        "os.modelarts.node/batch.count": str(step["step"]),
        "cce.kubectl.kubernetes.io/cabinet": f"10.{switch[0]}.{switch[1]}.1-10.{switch[0]}.{switch[1]}.2",
        **({"os.modelarts.node/spod.id": uid} if kind == StepType.HYPERINSTANCE else {}),
    }


def _annotations(node: Node, mark: HostedNode, has: Capacity, *, busy: int) -> Document:
    told = {"os.modelarts/billing.mode": node.billing_mode}
    if tags := tags_of(node, mark):
        listed = [{"key": key, "value": value} for key, value in tags.items()]
        told["os.modelarts/tms.tags"] = json.dumps(listed, separators=(",", ":"), ensure_ascii=False)
    if mark.locked:
        told["os.modelarts.node/lock.action"] = "delete"
    if has.is_npu:
        told["os.modelarts/npu-topology-placement"] = placement(busy)
    return told


def placement(busy: int) -> str:
    """Which of a node's cards are busy: sixteen digits, the first card at the right."""
    return ("1" * busy).rjust(16, "0")[-16:]


def tags_of(node: Node, mark: HostedNode | None) -> dict[str, str]:
    """The tags of a node: those of its entry in the pool, until they are changed."""
    if mark is not None and mark.tags is not None:
        return dict(mark.tags)
    return {str(tag["key"]): str(tag.get("value") or "") for tag in node.resource.get("tags") or []}


def _taints(node: Node, mark: HostedNode, driver: NodeDriver | None) -> list[Document]:
    asked = node.resource.get("taints")
    taints = [dict(taint) for taint in asked if isinstance(taint, Mapping)] if isinstance(asked, list) else []
    if mark.ha_redundant:
        taints.append({"key": REDUNDANT, "value": "true", "effect": mark.ha_effect or TaintEffect.NO_SCHEDULE.value})
    if driver is not None and driver.is_isolated:
        taints.append({"key": UNSCHEDULABLE, "effect": TaintEffect.NO_SCHEDULE.value})
    return taints


def _driver(driver: NodeDriver, *, up: bool) -> Document:
    if not up:
        return {"phase": NodeDriverPhase.PENDING.value, "version": ""}
    return {"phase": driver.phase.value, "version": driver.version}
