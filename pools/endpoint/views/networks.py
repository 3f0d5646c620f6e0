"""Networks: create, list, show, change, delete, and how many addresses are left."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, networking, workspacing
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedNetwork
from pools.endpoint.paging import by_token, text
from pools.endpoint.selecting import by_labels
from pools.endpoint.transport import EndpointView, document
from pools.wire.errors import Code


class Networks(EndpointView):
    """`/v1/{project_id}/networks`."""

    operations = {"get": "ListNetworks", "post": "CreateNetwork"}

    def get(self, request: Request, **_: Any) -> Response:
        now, query = clock.now(self.project), request.query_params
        selected = by_labels(text(query, "labelSelector"))
        rows = HostedNetwork.objects.filter(project=self.project).exclude(workspace_id__in=self.closed)
        if workspace_id := text(query, "workspaceId"):
            self.enter(workspace_id)
            rows = rows.filter(workspace_id=workspace_id)
        page, metadata = by_token([row for row in rows if selected(row.document["metadata"]["labels"])], query)
        items = [answers.network(row, now=now) for row in page]
        return Response({"kind": "NetworkList", "apiVersion": "v1", "metadata": metadata, "items": items})

    def post(self, request: Request, **_: Any) -> Response:
        asked = document(request)
        self.enter(workspacing.named_by(asked))
        row = networking.create(self.project, asked)
        # A network just made has the empty phase.
        return Response({**row.document, "status": {"phase": ""}})


class Network(EndpointView):
    """`/v1/{project_id}/networks/{network_name}`; the name is the network's ID."""

    operations = {"get": "ShowNetwork", "patch": "PatchNetwork", "delete": "DeleteNetwork"}

    def get(self, request: Request, *, network_name: str, **_: Any) -> Response:
        return Response(answers.network(find(self.project, network_name), now=clock.now(self.project)))

    def patch(self, request: Request, *, network_name: str, **_: Any) -> Response:
        patch = networking.read_patch(document(request))
        self.enter(workspacing.named_by(patch))
        row = networking.change(find(self.project, network_name), patch)
        return Response(answers.network(row, now=clock.now(self.project)))

    def delete(self, request: Request, *, network_name: str, **_: Any) -> Response:
        row, now = find(self.project, network_name), clock.now(self.project)
        networking.delete(row)
        told = answers.network(row, now=now)
        metadata = {**told["metadata"], "deletionTimestamp": answers.timestamp(now)}
        return Response({**told, "metadata": metadata})


class NetworkAddresses(EndpointView):
    """`…/networks/{network_name}/network-ip-availabilities?network_id=`: of the network's one subnet."""

    operations = {"get": "ShowNetworkAvailableIp"}

    def get(self, request: Request, *, network_name: str, **_: Any) -> Response:
        row = find(self.project, network_name)
        subnet, asked = str(row.subnet_id), text(request.query_params, "network_id")
        if asked not in {"", subnet}:
            raise Refused(404, Code.NETWORK_NOT_FOUND, "Network not exist.")
        return Response({"name": row.ident, "networkId": subnet, "subnetIpAvailability": [networking.addresses(row)]})


def find(project: EndpointProject, ident: str) -> HostedNetwork:
    """The network of this ID. Raises `Refused` (404)."""
    row = project.networks.filter(ident=ident).first()
    if row is None:
        raise Refused(404, Code.NETWORK_NOT_FOUND, "Network not exist.")
    return row
