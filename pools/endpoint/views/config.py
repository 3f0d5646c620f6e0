"""What a wizard asks before it begins: quotas, configuration, driver versions, workspaces."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, errors
from pools.endpoint.errors import Refused
from pools.endpoint.models import HostedNetwork, HostedPool, HostedWorkspace, PluginTemplate, Tenancy
from pools.endpoint.paging import number, text
from pools.endpoint.planning import newest_first
from pools.endpoint.transport import EndpointView
from pools.wire.errors import Code

SORT_KEYS = {"name": "name", "update_time": "created_at", "status": "pk"}


class Quotas(EndpointView):
    """`/v1/{project_id}/quotas`; numbers are strings here."""

    operations = {"get": "ShowOsQuota"}

    def get(self, request: Request, **_: Any) -> Response:
        tenancy = Tenancy.objects.filter(project=self.project).first() or Tenancy(project=self.project)
        pools = HostedPool.objects.filter(project=self.project).standing(clock.now(self.project)).count()
        networks = HostedNetwork.objects.filter(project=self.project).count()
        resources = [
            {"type": "pool", "quota": str(tenancy.pool_quota), "used": str(pools)},
            {"type": "network", "quota": str(tenancy.network_quota), "used": str(networks)},
        ]
        return Response({"quotas": {"resources": resources}})


class UserConfig(EndpointView):
    """`/v1/{project_id}/os-user-config`."""

    operations = {"get": "ShowOsConfig"}

    def get(self, request: Request, **_: Any) -> Response:
        tenancy = Tenancy.objects.filter(project=self.project).first() or Tenancy(project=self.project)
        quotas = {"networkQuota": tenancy.network_quota, "poolQuota": tenancy.pool_quota}
        return Response({**tenancy.config, **quotas})


class PluginTemplates(EndpointView):
    """`/v1/{project_id}/plugintemplates/{name}`: which driver versions there are."""

    operations = {"get": "ShowPluginTemplate"}

    def get(self, request: Request, *, plugintemplate_name: str, **_: Any) -> Response:
        row = PluginTemplate.objects.filter(project=self.project, name=plugintemplate_name).first()
        if row is None:
            raise Refused(404, Code.TEMPLATE_NOT_FOUND, f"Plugintemplate [{plugintemplate_name}] not found.")
        spec = row.document["spec"]
        versions = {version: spec["versions"][version] for version in newest_first(spec["versions"])}
        return Response({**row.document, "spec": {**spec, "versions": versions}})


class Workspaces(EndpointView):
    """`/v1/{project_id}/workspaces`; an offset beyond the end answers an empty list."""

    operations = {"get": "ListWorkspace"}

    def get(self, request: Request, **_: Any) -> Response:
        query = request.query_params
        limit, offset = number(query, "limit") or 1000, number(query, "offset")
        sort_by, order = text(query, "sort_by") or "update_time", text(query, "order") or "desc"
        if sort_by not in SORT_KEYS or order not in {"asc", "desc"}:
            raise errors.bad_request("sort_by: name, update_time or status; order: asc or desc")
        key = f"{'-' if order == 'desc' else ''}{SORT_KEYS[sort_by]}"
        rows = HostedWorkspace.objects.filter(project=self.project).order_by(key, "pk")
        if name := text(query, "name"):
            rows = rows.filter(name__icontains=name)
        found = [answers.workspace(row) for row in rows]
        page = found[offset : offset + limit]
        return Response({"total_count": len(found), "count": len(page), "workspaces": page})


class Workspace(EndpointView):
    """`/v1/{project_id}/workspaces/{workspace_id}`; one that is unknown is a bad request here, not a 404."""

    operations = {"get": "ShowWorkspace"}

    def get(self, request: Request, *, workspace_id: str, **_: Any) -> Response:
        row = HostedWorkspace.objects.filter(project=self.project, ident=workspace_id).first()
        if row is None:
            raise Refused(400, Code.WORKSPACE_NOT_FOUND, "The workspace does not exist.")
        return Response(answers.workspace(row))
