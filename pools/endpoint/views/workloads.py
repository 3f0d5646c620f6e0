"""What runs in the pools: the jobs of one, counted too, and how much of each pool is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock, errors, ledger, passing, scenario, workload_answers
from pools.endpoint.models import HostedPool, with_changes
from pools.endpoint.node_answers import address
from pools.endpoint.paging import LONGEST_PAGE, number, text
from pools.endpoint.toiling import Job
from pools.endpoint.transport import EndpointView
from pools.endpoint.views.pools import find
from pools.endpoint.workload_answers import AtWork
from pools.wire.enums import Phase
from pools.wire.options import WorkloadStatus, WorkloadType

# Pools in these phases have nothing that could be taken.
NOTHING_THERE = frozenset({None, Phase.WAITING, Phase.CREATION_FAILED})


class Workloads(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/workloads`; asked for by node it has no pages."""

    operations = {"get": "ListWorkloads"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        query, now = request.query_params, clock.now(self.project)
        kinds, hosts = _several(request, "type"), _several(request, "hostip")
        _insist_on_words(query, kinds)
        pool = find(self.project, pool_name, now=now)
        work = AtWork.at(pool, now)
        found = [job for job in work.jobs if _is_meant(job, pool, query, kinds, hosts)]
        if text(query, "sort") and text(query, "ascend").lower() == "true":
            found.reverse()
        limit, offset = number(query, "limit", most=LONGEST_PAGE) or LONGEST_PAGE, number(query, "offset")
        page = found if hosts else found[offset : offset + limit]
        places = workload_answers.positions(work.jobs)
        items = [workload_answers.workload(job, work, now, position=places.get(job.key, 0)) for job in page]
        return Response({"kind": "WorkloadList", "apiVersion": "v1", "items": items, "total": len(found)})


def _several(request: Request, key: str) -> set[str]:
    """A parameter that may stand several times, or hold several words with commas between them."""
    said = request.query_params.getlist(key)
    return {word.strip() for part in said for word in part.split(",") if word.strip()}


def _insist_on_words(query: Mapping[str, str], kinds: set[str]) -> None:
    if kinds - {*WorkloadType}:
        raise errors.bad_request(f"type: of {', '.join(WorkloadType)}")
    if text(query, "status") not in {"", *WorkloadStatus}:
        raise errors.bad_request(f"status: one of {', '.join(WorkloadStatus)}")
    if text(query, "sort") not in {"", "create_time"}:
        raise errors.bad_request("sort: create_time is expected")


def _is_meant(job: Job, pool: HostedPool, query: Mapping[str, str], kinds: set[str], hosts: set[str]) -> bool:
    is_there = job.status is not WorkloadStatus.QUEUE and address(pool, job.node) in hosts
    return (not kinds or job.kind in kinds) and text(query, "status") in {"", job.status} and (not hosts or is_there)


class WorkloadCounts(EndpointView):
    """`/v2/{project_id}/statistics/pools/{pool_name}/workloads`."""

    operations = {"get": "ShowWorkloadStatistics"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        work = AtWork.at(find(self.project, pool_name, now=now), now)
        return Response(workload_answers.statistics(work.jobs))


class PoolMetrics(EndpointView):
    """`/v2/{project_id}/metrics/runtime/pools`: every pool that has nodes, or will have by itself."""

    operations = {"get": "ShowPoolRuntimeMetrics"}

    def get(self, request: Request, **_: Any) -> Response:
        now = clock.now(self.project)
        pools = with_changes(self.project.pools.exclude(workspace_id__in=self.closed).standing(now))
        ledger.with_ledgers(pool for pool in pools if pool.paid_until is not None and now >= pool.paid_until)
        items = []
        for pool in pools:
            passing.settle(pool, now)
            if scenario.phase(pool.life, now) not in NOTHING_THERE:
                items.append(workload_answers.metrics(AtWork.at(pool, now), now))
        return Response({"kind": "PoolMetricsList", "apiVersion": "os.modelarts.metrics/v2", "items": items})
