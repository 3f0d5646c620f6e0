"""Pools: create, list, show, delete, count."""

from collections import Counter
from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import amending, answers, clock, errors, hosting, judging, passing, scenario, workspacing
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedPool, streamed
from pools.endpoint.paging import text
from pools.endpoint.prepared import Question, every
from pools.endpoint.selecting import by_labels
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.writing import Written, written
from pools.wire.enums import Phase
from pools.wire.errors import Code
from pools.wire.limits import Breach

# The three lists of the service; a list without `status` shows what is there and what is coming.
BUCKETS: dict[str, frozenset[Phase]] = {
    "created": frozenset({Phase.RUNNING, Phase.ABNORMAL, Phase.ERROR, Phase.SCALING_FAILED, Phase.DELETING}),
    "creating": frozenset({Phase.CREATING, Phase.WAITING}),
    "failed": frozenset({Phase.CREATION_FAILED}),
}
COUNTED = {
    "creating": frozenset({Phase.CREATING}),
    "created": BUCKETS["created"] - {Phase.DELETING},
    "failed": BUCKETS["failed"],
    "pending": frozenset({Phase.WAITING}),
    "deleting": frozenset({Phase.DELETING}),
}


def is_console(request: Request) -> bool:
    """Table 2: the order function is enabled by this header's one value."""
    return bool(request.META.get("HTTP_REQUEST_TYPE") == "console")


_find = Question(
    lambda ident, project: HostedPool.objects.filter(ident=ident, project=project, buried=False).order_by()
)


def find(project: EndpointProject, ident: str, *, now: datetime) -> HostedPool:
    """The living pool of this ID. Raises `Refused` (404)."""
    row = _find(ident, project.pk)
    if row is not None:
        row.project = project  # its clock is wanted next
    if row is not None and scenario.phase(row.life, now) is not None:
        passing.settle(row, now)
        return row
    raise Refused(404, Code.POOL_NOT_FOUND, f'pool "{ident}" not found')


class Pools(EndpointView):
    """`/v2/{project_id}/pools`."""

    operations = {"get": "ListPools", "post": "CreatePool"}

    def get(self, request: Request, **_: Any) -> Response:
        now = clock.now(self.project)
        wanted = self._bucket(request)
        selected = by_labels(text(request.query_params, "labelSelector"))
        workspace_id = text(request.query_params, "workspaceId")
        parent = text(request.query_params, "parent")
        rows = HostedPool.objects.filter(project=self.project)
        rows = rows.recorded(now) if Phase.CREATION_FAILED in wanted else rows.lately(now)
        self.enter(workspace_id)
        if self.closed:
            rows = rows.exclude(workspace_id__in=self.closed)
        if workspace_id:
            rows = rows.filter(workspace_id=workspace_id)
        told = (
            answers.pool(row, now=now)
            for row in streamed(every(rows))
            if selected(row.document["metadata"]["labels"])
            and (not parent or row.document["spec"].get("parent") == parent)
        )
        # Each is written as soon as it is made: of thousands, only the bytes are held.
        items = b",".join(written(pool) for pool in told if pool is not None and pool["status"]["phase"] in wanted)
        return Response(Written(b'{"kind":"PoolList","apiVersion":"v2","items":[%b]}' % items))

    def post(self, request: Request, **_: Any) -> Response:
        asked = document(request)
        self.enter(workspacing.named_by(asked))
        judged = judging.admit(self.project, asked)
        try:
            row = hosting.create(self.project, judged, console=is_console(request))
        except hosting.AlreadyExists:
            raise Refused(409, Code.POOL_EXISTS, "Pool already exists.") from None
        except hosting.QuotaExceeded as full:
            values = {"problem": "quota", "quota": full.quota, "used": full.used}
            raise judging.refusal(Breach("R21", "$", values, Code.QUOTA_EXCEEDED)) from None
        return Response(answers.pool_created(row))

    def _bucket(self, request: Request) -> frozenset[Phase]:
        said = text(request.query_params, "status")
        if said and said not in BUCKETS:
            raise errors.bad_request(f"status: one of {', '.join(BUCKETS)}")
        return BUCKETS[said] if said else BUCKETS["created"] | BUCKETS["creating"]


class Pool(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}`; the name is the pool's ID."""

    operations = {"get": "ShowPool", "patch": "PatchPool", "delete": "DeletePool"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        return Response(answers.pool(find(self.project, pool_name, now=now), now=now))

    def patch(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        # A body that cannot be read is told before the pool is looked for.
        patch = amending.read(document(request))
        self.enter(workspacing.named_by(patch))
        row = amending.amend(self.project, find(self.project, pool_name, now=clock.now(self.project)), patch)
        return Response(answers.pool(row, now=clock.now(self.project)))

    def delete(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        row = find(self.project, pool_name, now=now)
        as_it_was = answers.pool(row, now=now) or {}
        try:
            row = hosting.delete(row, console=is_console(request))
        except hosting.Prepaid:
            raise errors.bad_request("A yearly/monthly pool is unsubscribed in the billing centre.") from None
        metadata = answers.pool_created(row)["metadata"]
        return Response({**as_it_was, "metadata": {**as_it_was.get("metadata", {}), **metadata}})


class PoolStatistics(EndpointView):
    """`/v2/{project_id}/statistics/pools`."""

    operations = {"get": "ShowPoolStatistics"}

    def get(self, request: Request, **_: Any) -> Response:
        now = clock.now(self.project)
        mine = HostedPool.objects.filter(project=self.project).exclude(workspace_id__in=self.closed)
        rows = mine.recorded(now).defer("document", "zones", "drivers")
        workspace_id = text(request.query_params, "workspaceId")
        if workspace_id:
            rows = rows.filter(workspace_id=workspace_id)
        phases = Counter(scenario.phase(row.life, now) for row in streamed(every(rows)))
        status = {name: sum(phases[phase] for phase in counted) for name, counted in COUNTED.items()}
        return Response({"statistics": {"status": status}, "operationTime": f"{now:%Y-%m-%d %H:%M:%S.%f}000 +0000 UTC"})
