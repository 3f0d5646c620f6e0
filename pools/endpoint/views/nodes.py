"""Nodes of a pool: list, show, delete, lock, mark, reboot; and the jobs that last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, course, errors, nodekeeping, roster
from pools.endpoint.models import HostedFlavor, HostedNode, HostedPool, NodeJob
from pools.endpoint.paging import LONGEST_PAGE, number, slice_by_token, text
from pools.endpoint.roster import Node
from pools.endpoint.scenario import TIMETABLES, Pace
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.pools import find
from pools.wire.options import NodePhase

Document = dict[str, Any]
USUAL_JOBS = 100


def nodes_of(pool: HostedPool, *, now: datetime, of: roster.Kind | None = None) -> list[Document]:
    """The nodes that are there at `now`, as answered; only those of one entry of `spec.resources` where it is told."""
    life = pool.life
    found = roster.present(pool.roster(), life, now)
    named = {roster.kind(one): name for name, one in roster.node_pools(pool.document["spec"]["resources"]).items()}
    marks = {mark.name: mark for mark in HostedNode.objects.filter(pool=pool)}
    flavors = {
        flavor.name: flavor.document["spec"]
        for flavor in HostedFlavor.objects.filter(
            project_id=pool.project_id, name__in={node.resource["flavor"] for node, _ in found}
        )
    }
    status = answers.pool(pool, now=now) or {}
    drivers = status.get("status", {}).get("driver", {})
    return [
        _node(
            pool,
            node,
            phase,
            # An entry that was removed has no name any more, its leaving nodes have.
            node_pool=named.get(roster.kind(node.resource)) or next(iter(roster.node_pools([node.resource]))),
            mark=marks.get(node.name) or HostedNode(name=node.name),
            flavor=flavors.get(node.resource["flavor"], {}),
            driver=course.node_driver(drivers, pool.story.upgrades, life, now, place=(index + 1) / len(found)),
        )
        for index, (node, phase) in enumerate(found)
        if of is None or roster.kind(node.resource) == of
    ]


def _node(
    pool: HostedPool,
    node: Node,
    phase: NodePhase,
    *,
    node_pool: str,
    mark: HostedNode,
    flavor: Document,
    driver: Document,
) -> Document:
    resource, labels = node.resource, pool.document["metadata"]["labels"]
    up = phase in {NodePhase.AVAILABLE, NodePhase.DELETING}
    spec = {key: resource[key] for key in ("rootVolume", "dataVolumes", "extendParams") if resource.get(key)}
    accelerated = any(flavor.get(kind) for kind in ("gpu", "npu"))
    has = _resources(flavor)
    return {
        "apiVersion": "v2",
        "kind": "Node",
        "metadata": {
            "name": node.name,
            "creationTimestamp": answers.timestamp(node.begun_at),
            "labels": {
                "os.modelarts/resource.id": resource_id(node),
                "os.modelarts.node/nodepool": node_pool,
                "os.modelarts.node/underlying.instance.id": str(uuid5(NAMESPACE_URL, f"{pool.dice}/{node.name}")),
                "os.modelarts.node/cluster": pool.ident,
                "os.modelarts/tenant.domain.id": labels["os.modelarts/tenant.domain.id"],
                "os.modelarts/tenant.project.id": labels["os.modelarts/tenant.project.id"],
                "os.modelarts/billing.status": "0",
                **({"os.modelarts.node/ha.redundant.enabled": "true"} if mark.ha_redundant else {}),
            },
            "annotations": _annotations(node, mark),
        },
        "spec": {
            "flavor": resource["flavor"],
            "os": {"name": "EulerOS 2.10", "imageId": "", "imageType": ""} | (resource.get("os") or {}),
            "hostNetwork": {"vpc": "", "subnet": "", "securityGroups": []},
            **spec,
        },
        "status": {
            "phase": phase.value,
            "az": node.az,
            "privateIp": _address(pool, node) if up else "",
            "resources": has if up else {},
            "availableResources": has if phase is NodePhase.AVAILABLE else {},
            "taints": [],
            **({"driver": driver if up else {"phase": "Pending", "version": ""}} if accelerated and driver else {}),
            "os": {"name": "EulerOS 2.10"},
            "plugins": [],
        },
    }


def resource_id(node: Node) -> str:
    """What billing calls a node."""
    return f"maos-{node.name}"


def _annotations(node: Node, mark: HostedNode) -> Document:
    told = {"os.modelarts/billing.mode": node.billing_mode}
    tags = [{"key": key, "value": value} for key, value in mark.tags.items()] or node.resource.get("tags") or []
    if tags:
        told["os.modelarts/tms.tags"] = json.dumps(tags, separators=(",", ":"), ensure_ascii=False)
    if mark.locked:
        told["os.modelarts.node/lock.action"] = "delete"
    return told


def _resources(flavor: Document) -> Document:
    """What jobs find on a node: the system keeps a little of its processors and memory."""
    cpu, memory = str(flavor.get("cpu") or "0"), str(flavor.get("memory") or "0Gi").removesuffix("Gi")
    has: Document = {"cpu": f"{max(int(cpu) * 1000 - 90, 0)}m", "memory": f"{max(int(memory) * 1024 - 2048, 0)}Mi"}
    for kind, name in (("gpu", "nvidia.com/gpu"), ("npu", "huawei.com/ascend-snt9")):
        if flavor.get(kind):
            has[name] = str(flavor[kind].get("size", "1"))
    return has


def _address(pool: HostedPool, node: Node) -> str:
    digest = hashlib.sha256(f"{pool.dice}/{node.name}".encode()).digest()
    return f"192.168.{digest[0]}.{digest[1] % 250 + 2}"


class Nodes(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/nodes`."""

    operations = {"get": "ListPoolNodes"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        items = nodes_of(find(self.project, pool_name, now=now), now=now)
        page, metadata = slice_by_token(items, request.query_params)
        return Response({"kind": "NodeList", "apiVersion": "v2", "metadata": metadata, "items": page})


class OneNode(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/nodes/{node_name}`."""

    operations = {"get": "ShowPoolNode"}

    def get(self, request: Request, *, pool_name: str, node_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        for node in nodes_of(find(self.project, pool_name, now=now), now=now):
            if node["metadata"]["name"] == node_name:
                return Response(node)
        raise errors.no_such_node(node_name)


class BatchView(EndpointView):
    """A call on several nodes of one pool: its body is read before the pool is looked for."""

    key = "nodeNames"

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        body = document(request)
        names = nodekeeping.names_in(body, self.key)
        told = body if isinstance(body, Mapping) else {}
        return self.act(find(self.project, pool_name, now=clock.now(self.project)), names, told)

    def act(self, pool: HostedPool, names: list[str], body: Mapping[str, Any]) -> Response:
        raise NotImplementedError


class BatchDelete(BatchView):
    """`…/nodes/batch-delete`; answers nothing."""

    operations = {"post": "BatchDeletePoolNodes"}

    key = "deleteNodeNames"

    def act(self, pool: HostedPool, names: list[str], body: Mapping[str, Any]) -> Response:
        nodekeeping.delete(pool, names)
        return Response()


class BatchLock(BatchView):
    """`…/nodes/batch-lock`; the one action there is is `delete`."""

    operations = {"post": "BatchLockPoolNodes"}

    locked = True

    def act(self, pool: HostedPool, names: list[str], body: Mapping[str, Any]) -> Response:
        if body.get("actions") != ["delete"]:
            raise errors.bad_request('$.actions: must be ["delete"]')
        nodekeeping.lock(pool, names, locked=self.locked)
        return Response(_all_well(names))


class BatchUnlock(BatchLock):
    """`…/nodes/batch-unlock`."""

    operations = {"post": "BatchUnlockPoolNodes"}

    locked = False


class BatchUpdate(BatchView):
    """`…/nodes/batch-update`."""

    operations = {"post": "BatchUpdatePoolNodes"}

    def act(self, pool: HostedPool, names: list[str], body: Mapping[str, Any]) -> Response:
        nodekeeping.mark(pool, names, body)
        return Response({**_all_well(names), "successNodeNames": names, "failNodeNames": []})


class BatchReboot(BatchView):
    """`…/nodes/batch-reboot`: a job, which also says which nodes."""

    operations = {"post": "BatchRebootPoolNodes"}

    def act(self, pool: HostedPool, names: list[str], body: Mapping[str, Any]) -> Response:
        job = nodekeeping.work(pool, names, kind=NodeJob.Kind.REBOOT)
        return Response({"job_id": job.ident, "nodeNames": names})


class BatchReset(BatchView):
    """`…/nodes/batch-reset`: a job."""

    operations = {"post": "BatchResetPoolNodes"}

    def act(self, pool: HostedPool, names: list[str], body: Mapping[str, Any]) -> Response:
        rolling = body.get("rollingConfig") or {"strategy": "RollingByNumber"}
        strategy = rolling.get("strategy") if isinstance(rolling, Mapping) else None
        if strategy not in {"RollingByNumber", "RollingByPercent"}:
            raise errors.bad_request(f"Strategy {str(strategy)[:40]} is not support")
        return Response({"job_id": nodekeeping.work(pool, names, kind=NodeJob.Kind.RESET).ident})


def _all_well(names: list[str]) -> Document:
    return {"nodes": [{"name": name, "status": "success"} for name in names]}


class Jobs(EndpointView):
    """`/v2/{project_id}/jobs`, newest first."""

    operations = {"get": "ListJobs"}

    def get(self, request: Request, **_: Any) -> Response:
        query, now = request.query_params, clock.now(self.project)
        limit, offset = number(query, "limit", most=LONGEST_PAGE) or USUAL_JOBS, number(query, "offset")
        jobs = NodeJob.objects.filter(project=self.project).select_related("pool")
        if self.closed:
            jobs = jobs.exclude(pool__workspace_id__in=self.closed)
        if kind := text(query, "type"):
            jobs = jobs.filter(kind=kind)
        if name := text(query, "name"):
            jobs = jobs.filter(pool__ident=name)
        page = jobs[offset : offset + limit]
        return Response({"count": jobs.count(), "items": [_job(job, now) for job in page]})


class OneJob(EndpointView):
    """`/v2/{project_id}/jobs/{job_id}`."""

    operations = {"get": "ShowJob"}

    def get(self, request: Request, *, job_id: str, **_: Any) -> Response:
        job = NodeJob.objects.filter(project=self.project, ident=job_id).select_related("pool").first()
        if job is None:
            raise errors.no_such_job(job_id)
        self.enter(job.pool.workspace_id)
        return Response(_job(job, clock.now(self.project)))


def _job(job: NodeJob, now: datetime) -> Document:
    lasts = TIMETABLES[Pace(job.pool.pace)].removal
    done = (now - job.begun_at).total_seconds() >= lasts
    begun = answers.milliseconds(job.begun_at)
    return {
        "jobId": job.ident,
        "jobName": f"{job.kind}-{job.ident[:5]}",
        "type": job.kind,
        "phase": "Success" if done else "Running",
        "startTimestamp": begun,
        "endTimestamp": begun + int(lasts * 1000) if done else 0,
        "message": "",
        "suspend": False,
        "poolName": job.pool.ident,
        "nodeNames": job.nodes,
    }
