"""What runs in a pool and how much of it is taken, as the wire's documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pools.endpoint import answers, roster, shelf
from pools.endpoint.capacities import Capacity
from pools.endpoint.models import HostedPool
from pools.endpoint.node_answers import address, drivers_of, jobs_of, placement, serial
from pools.endpoint.roster import Node
from pools.endpoint.toiling import ENDED, Job
from pools.wire.options import NodePhase, WorkloadStatus, WorkloadType

Document = dict[str, Any]

GVK = {
    WorkloadType.TRAIN: "batch.volcano.sh/v1alpha1, Kind=Job",
    WorkloadType.INFER: "apps/v1, Kind=Deployment",
    WorkloadType.NOTEBOOK: "kubeflow.org/v1, Kind=Notebook",
}
# How often the numbers are looked at.
WINDOW = "1m"
# Other names of the same cards, which the official SDK reads.
OTHER_NAMES = {"huawei.com/ascend-snt3": "huawei.com/ascend-310", "huawei.com/ascend-snt9": "huawei.com/ascend-1980"}


@dataclass(frozen=True)
class AtWork:
    """A pool at work: its nodes and its jobs at a moment."""

    pool: HostedPool
    nodes: Sequence[tuple[Node, NodePhase]]
    jobs: Sequence[Job]
    flavors: Mapping[str, Document]

    @classmethod
    def at(cls, pool: HostedPool, now: datetime) -> AtWork:
        flavors = {name: row.document["spec"] for name, row in shelf.of(pool.project).flavors.items()}
        nodes = roster.present(pool.roster(), pool.life, now)
        drivers = drivers_of(pool, [node for node, _ in nodes], flavors, now) if pool.story.upgrades else {}
        return cls(pool, nodes, jobs_of(pool, nodes, drivers, now), flavors)

    def has(self, node: Node) -> Capacity:
        return Capacity.of(self.flavors.get(node.resource["flavor"], {}))

    def takes(self, job: Job) -> Capacity:
        return self.has(job.node).part(job.share, cards=job.has_cards)


def workload(job: Job, work: AtWork, now: datetime, *, position: int) -> Document:
    """One job. `position` is its place among those that wait; 0 is none."""
    pool, flavor = work.pool, job.node.resource["flavor"]
    taken = _required(work.takes(job))
    # Every node has a first job: what tells theirs apart is what tells the nodes apart.
    node_word = job.node.name.rsplit("-", 1)[-1]
    uid, placed = serial(pool, job.key), job.status is not WorkloadStatus.QUEUE
    host = address(pool, job.node) if placed else ""
    waited = (min(now, job.begun_at) - job.created_at).total_seconds()
    ran = (min(now, job.ended_at) - job.begun_at).total_seconds()
    return {
        "apiVersion": "v1",
        "kind": "Workload",
        "type": job.kind.value,
        "namespace": "default",
        "name": f"{job.kind}-{uid[:8]}",
        "jobName": f"{job.kind}-{node_word}-{job.number + 1:04d}",
        "uid": uid,
        "jobUUID": serial(pool, f"{job.key}/job"),
        "flavor": f"{flavor}.job",
        "status": job.status.value,
        "userName": pool.document["metadata"]["annotations"]["os.modelarts/tenant.domain.name"],
        "resourceRequirement": taken,
        "priority": "1",
        "runningDuration": max(int(ran), 0),
        "pendingDuration": max(int(waited), 0),
        "pendingPosition": position,
        "createTime": answers.milliseconds(job.created_at),
        "gvk": GVK[job.kind],
        "hostIps": host,
        "nodes": [_on_node(host, work.takes(job), taken)] if placed else [],
    }


def _on_node(host: str, takes: Capacity, taken: Document) -> Document:
    npu = {"npuTopologyPlacement": placement(takes.cards)} if takes.is_npu else {}
    return {"hostIp": host, **npu, "resourceRequirement": taken}


def _required(takes: Capacity) -> Document:
    told = takes.document()
    return told | {other: told[name] for name, other in OTHER_NAMES.items() if name in told}


def positions(jobs: Iterable[Job]) -> dict[str, int]:
    """The places of the jobs that wait, by key: who came first is first."""
    waiting = sorted((job.created_at, job.key) for job in jobs if job.status is WorkloadStatus.QUEUE)
    return {key: place for place, (_, key) in enumerate(waiting, start=1)}


def statistics(jobs: Sequence[Job]) -> Document:
    """The jobs of a pool, counted by kind and status."""
    counted = Counter((job.kind, job.status) for job in jobs)
    items = [
        {
            "type": kind.value,
            "total": sum(counted[kind, status] for status in WorkloadStatus),
            "status": {status.value: counted[kind, status] for status in WorkloadStatus},
        }
        for kind in GVK
    ]
    return {"statistics": {"total": len(jobs), "items": items}}


def metrics(work: AtWork, now: datetime) -> Document:
    """What a pool has, what of it is taken, and by how many jobs."""
    usable = [work.has(node) for node, phase in work.nodes if phase is NodePhase.AVAILABLE]
    every = _sum(work.has(node) for node, _ in work.nodes)
    taken = _sum(work.takes(job) for job in work.jobs if job.is_placed)
    whole = _sum(usable)
    looked = {"timestamp": answers.timestamp(now), "window": WINDOW}
    left = {name: max(amount - taken.get(name, 0), 0) for name, amount in whole.items()}
    value, all_value = _written(whole), _written(every)
    return {
        "metadata": {"name": work.pool.ident, "labels": work.pool.document["metadata"]["labels"]},
        "table": {
            "allocated": {"value": _written(taken), **looked},
            "capacity": {
                "value": value,
                "maxValue": value,
                "allValue": all_value,
                "allMaxValue": all_value,
                **looked,
            },
            "available": {"value": _written(left), "maxValue": _written(left), **looked},
            "workload": {
                "allocated": _numbers(job for job in work.jobs if job.is_placed),
                "queue": _numbers(job for job in work.jobs if job.status is WorkloadStatus.QUEUE),
                **looked,
            },
        },
    }


def _sum(capacities: Iterable[Capacity]) -> dict[str, int]:
    """Processors in thousandths, memory in Mi, and cards by their type."""
    whole: Counter[str] = Counter({"cpu": 0, "memory": 0})
    for one in capacities:
        whole["cpu"] += one.millis
        whole["memory"] += one.mi
        if one.card_type:
            whole[one.card_type] += one.cards
    return dict(whole)


def _written(amounts: Mapping[str, int]) -> Document:
    units = {"cpu": "m", "memory": "Mi"}
    return {name: f"{amount}{units.get(name, '')}" for name, amount in amounts.items()}


def _numbers(jobs: Iterable[Job]) -> Document:
    counted = Counter(job.kind for job in jobs if job.status not in ENDED)
    told = {kind.value: counted[kind] for kind in WorkloadType}
    return {**told, "warmUpTask": 0, "sum": sum(told.values())}
