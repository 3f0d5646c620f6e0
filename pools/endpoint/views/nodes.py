"""Nodes of a pool: list, show, delete, lock, mark, reboot; and the jobs that last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, errors, judging, nodekeeping, nodemarking, resizing
from pools.endpoint.models import HostedPool, NodeJob
from pools.endpoint.node_answers import nodes_of
from pools.endpoint.paging import LONGEST_PAGE, moment, number, slice_by_token, text
from pools.endpoint.scenario import TIMETABLES, Fate, Pace
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.pools import find
from pools.wire.extras import Label
from pools.wire.nodes import NodesDeletion, NodesLock, NodesNamed, NodesReset, NodesResize, NodesUpdate
from pools.wire.options import JobPhase

Document = dict[str, Any]
USUAL_JOBS = 100
JOBS_SEARCHED = timedelta(days=30)


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


Batch = TypeVar("Batch", bound=NodesNamed)


class BatchView(EndpointView, Generic[Batch]):
    """A call on several nodes of one pool: its body is read, as `shape`, before the pool is looked for."""

    shape: type[Batch]

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        asked = judging.read(self.shape, document(request))
        pool = find(self.project, pool_name, now=clock.now(self.project))
        return self.act(pool, list(dict.fromkeys(asked.names)), asked)

    def act(self, pool: HostedPool, names: list[str], asked: Batch) -> Response:
        raise NotImplementedError


class BatchDelete(BatchView[NodesDeletion]):
    """`…/nodes/batch-delete`; answers nothing."""

    operations = {"post": "BatchDeletePoolNodes"}

    shape = NodesDeletion

    def act(self, pool: HostedPool, names: list[str], asked: NodesDeletion) -> Response:
        nodekeeping.delete(pool, names)
        return Response()


class BatchLock(BatchView[NodesLock]):
    """`…/nodes/batch-lock`; the one action there is is `delete`."""

    operations = {"post": "BatchLockPoolNodes"}

    shape = NodesLock
    locked = True

    def act(self, pool: HostedPool, names: list[str], asked: NodesLock) -> Response:
        nodemarking.lock(pool, names, locked=self.locked)
        return Response(_all_well(names))


class BatchUnlock(BatchLock):
    """`…/nodes/batch-unlock`."""

    operations = {"post": "BatchUnlockPoolNodes"}

    locked = False


class BatchUpdate(BatchView[NodesUpdate]):
    """`…/nodes/batch-update`."""

    operations = {"post": "BatchUpdatePoolNodes"}

    shape = NodesUpdate

    def act(self, pool: HostedPool, names: list[str], asked: NodesUpdate) -> Response:
        nodemarking.mark(pool, names, asked.wire())
        return Response({**_all_well(names), "successNodeNames": names, "failNodeNames": []})


class BatchReboot(BatchView[NodesNamed]):
    """`…/nodes/batch-reboot`: a job, which also says which nodes."""

    operations = {"post": "BatchRebootPoolNodes"}

    shape = NodesNamed

    def act(self, pool: HostedPool, names: list[str], asked: NodesNamed) -> Response:
        job = nodekeeping.work(pool, names, kind=NodeJob.Kind.REBOOT)
        return Response({"job_id": job.ident, "nodeNames": names})


class BatchReset(BatchView[NodesReset]):
    """`…/nodes/batch-reset`: a job. How many nodes are away at once changes nothing here."""

    operations = {"post": "BatchResetPoolNodes"}

    shape = NodesReset

    def act(self, pool: HostedPool, names: list[str], asked: NodesReset) -> Response:
        return Response({"job_id": nodekeeping.work(pool, names, kind=NodeJob.Kind.RESET).ident})


class BatchResize(EndpointView):
    """`…/nodes/batch-resize`; supernodes only."""

    operations = {"post": "BatchResizePoolNodes"}

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        asked = judging.read(NodesResize, document(request))
        row = resizing.resize(find(self.project, pool_name, now=clock.now(self.project)), asked)
        return Response({"orderName": row.document["metadata"]["labels"][Label.ORDER_NAME.value]})


def _all_well(names: list[str]) -> Document:
    return {"nodes": [{"name": name, "status": "success"} for name in names]}


class Jobs(EndpointView):
    """`/v2/{project_id}/jobs`, newest first."""

    operations = {"get": "ListJobs"}

    def get(self, request: Request, **_: Any) -> Response:
        query, now = request.query_params, clock.now(self.project)
        limit, offset = number(query, "limit", most=LONGEST_PAGE) or USUAL_JOBS, number(query, "offset")
        jobs = self._matching(query, now)
        page = jobs.select_related("pool")[offset : offset + limit]
        return Response({"count": jobs.count(), "items": [_job(job, now) for job in page]})

    def _matching(self, query: Mapping[str, str], now: datetime) -> QuerySet[NodeJob]:
        since, until = number(query, "since"), number(query, "until")
        begun = moment(since) if since else now - JOBS_SEARCHED
        jobs = NodeJob.objects.filter(project=self.project, begun_at__gte=begun)
        if text(query, "resource") not in {"", "pools"}:
            return jobs.none()
        if self.closed:
            jobs = jobs.exclude(pool__workspace_id__in=self.closed)
        if until:
            jobs = jobs.filter(begun_at__lte=moment(until))
        if kind := text(query, "type"):
            jobs = jobs.filter(kind=kind)
        if name := text(query, "name"):
            jobs = jobs.filter(pool__ident=name)
        return jobs


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
    # Nodes whose driver does not come up are not ready again afterwards.
    fails = job.pool.fate == Fate.DRIVER_FAILED and bool(job.pool.drivers)
    ended, why = (JobPhase.FAILED, "The driver is not running.") if fails else (JobPhase.SUCCESS, "")
    begun = answers.milliseconds(job.begun_at)
    return {
        "jobId": job.ident,
        "jobName": f"{job.kind}-{job.ident[:5]}",
        "type": job.kind,
        "phase": (ended if done else JobPhase.RUNNING).value,
        "startTimestamp": begun,
        "endTimestamp": begun + int(lasts * 1000) if done else 0,
        "message": why if done else "",
        "suspend": False,
        "involvedObjects": json.dumps([{"kind": "Pool", "name": job.pool.ident}], separators=(",", ":")),
        "inputs": json.dumps({"nodeNames": job.nodes}, separators=(",", ":")),
        "conditions": "",
        "poolName": job.pool.ident,
        "nodeNames": job.nodes,
    }
