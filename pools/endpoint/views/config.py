"""What a wizard asks before it begins: quotas, configuration, driver versions, workspaces."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock
from pools.endpoint.models import HostedNetwork, HostedPool, Tenancy
from pools.endpoint.transport import EndpointView


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
