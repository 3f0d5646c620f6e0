"""What a wizard asks before it begins: quotas, configuration, driver versions, workspaces."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock
from pools.endpoint.errors import Refused
from pools.endpoint.models import HostedNetwork, HostedPool, PluginTemplate, Tenancy
from pools.endpoint.planning import newest_first
from pools.endpoint.transport import EndpointView
from pools.wire.errors import Code


class Quotas(EndpointView):
    """`/v1/{project_id}/quotas`; numbers are strings here."""

    operations = {"get": "ShowOsQuota"}

    def get(self, request: Request, **_: Any) -> Response:
        tenancy = Tenancy.objects.filter(project=self.project).first() or Tenancy(project=self.project)
        pools = HostedPool.objects.filter(project=self.project).standing(clock.now(self.project)).count()
        networks = HostedNetwork.objects.filter(project=self.project).count()
        resources = [
            {"type": "pool", "quota": str(tenancy.pool_quota), "used": str(pools)},
            # A network is one VPC with one subnet; the SDK knows these words only.
            *(
                {"type": kind, "quota": str(tenancy.network_quota), "used": str(networks)}
                for kind in ("network", "VPC", "SUBNET")
            ),
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
