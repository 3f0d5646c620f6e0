"""Workspaces: list, create, show, change, delete, and their quotas."""

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, errors, workspacing
from pools.endpoint.models import HostedWorkspace
from pools.endpoint.paging import number, text
from pools.endpoint.transport import EndpointView, document
from pools.wire.options import WorkspaceStatus

USUAL_PAGE = 1000

Listed = tuple[HostedWorkspace, WorkspaceStatus]
SORTINGS: dict[str, Callable[[Listed], Any]] = {
    "name": lambda one: one[0].name,
    "update_time": lambda one: one[0].updated_at or one[0].created_at,
    "status": lambda one: one[1].value,
}


class Workspaces(EndpointView):
    """`/v1/{project_id}/workspaces`; an offset beyond the end answers an empty list."""

    operations = {"get": "ListWorkspace", "post": "CreateWorkspace"}

    def get(self, request: Request, **_: Any) -> Response:
        query, now = request.query_params, clock.now(self.project)
        limit, offset = number(query, "limit") or USUAL_PAGE, number(query, "offset")
        sort_by, order = text(query, "sort_by") or "name", text(query, "order") or "desc"
        if sort_by not in SORTINGS or order not in {"asc", "desc"}:
            raise errors.bad_request("sort_by: name, update_time or status; order: asc or desc")
        name, enterprise_project = text(query, "name").lower(), text(query, "enterprise_project_id")
        only_accessible = text(query, "filter_accessible").lower() == "true"
        found = [
            one
            for one in workspacing.opened(self.project, now)
            if name in one[0].name.lower()
            and enterprise_project in {"", one[0].enterprise_project_id}
            and not (only_accessible and one[0].ident in self.closed)
        ]
        found.sort(key=SORTINGS[sort_by], reverse=order == "desc")
        page = [answers.workspace(row, now=now) for row, _ in found[offset : offset + limit]]
        return Response({"total_count": len(found), "count": len(page), "workspaces": page})

    def post(self, request: Request, **_: Any) -> Response:
        row = workspacing.create(self.project, self.caller.user, document(request))
        return Response(answers.workspace(row, now=clock.now(self.project)) | {"grants": row.grants})


class Workspace(EndpointView):
    """`/v1/{project_id}/workspaces/{workspace_id}`; one that is unknown is a bad request here, not a 404."""

    operations = {"get": "ShowWorkspace", "put": "UpdateWorkspace", "delete": "DeleteWorkspace"}

    def get(self, request: Request, *, workspace_id: str, **_: Any) -> Response:
        row = workspacing.find(self.project, workspace_id)
        return Response(answers.workspace(row, now=clock.now(self.project)) | {"grants": row.grants})

    def put(self, request: Request, *, workspace_id: str, **_: Any) -> Response:
        workspacing.change(self.project, workspace_id, document(request))
        return Response({"workspace_id": workspace_id})

    def delete(self, request: Request, *, workspace_id: str, **_: Any) -> Response:
        workspacing.delete(self.project, workspace_id)
        return Response({"workspace_id": workspace_id})


class WorkspaceQuotas(EndpointView):
    """`…/workspaces/{workspace_id}/quotas`; a change answers what was changed."""

    operations = {"get": "ShowWorkspaceQuotas", "put": "UpdateWorkspaceQuotas"}

    def get(self, request: Request, *, workspace_id: str, **_: Any) -> Response:
        return Response({"quotas": workspacing.quotas(workspacing.find(self.project, workspace_id))})

    def put(self, request: Request, *, workspace_id: str, **_: Any) -> Response:
        return Response({"quotas": workspacing.limit(self.project, workspace_id, document(request))})
