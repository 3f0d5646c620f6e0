"""Networks: create, list, show."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, networking
from pools.endpoint.errors import Refused
from pools.endpoint.models import HostedNetwork
from pools.endpoint.paging import by_token, text
from pools.endpoint.selecting import by_labels
from pools.endpoint.transport import EndpointView, document
from pools.wire.errors import Code


class Networks(EndpointView):
    """`/v1/{project_id}/networks`."""

    def get(self, request: Request, **_: Any) -> Response:
        now, query = clock.now(), request.query_params
        selected = by_labels(text(query, "labelSelector"))
        rows = HostedNetwork.objects.filter(project=self.project)
        if workspace_id := text(query, "workspaceId"):
            rows = rows.filter(workspace_id=workspace_id)
        page, metadata = by_token([row for row in rows if selected(row.document["metadata"]["labels"])], query)
        items = [answers.network(row, now=now) for row in page]
        return Response({"kind": "NetworkList", "apiVersion": "v1", "metadata": metadata, "items": items})

    def post(self, request: Request, **_: Any) -> Response:
        row = networking.create(self.project, document(request))
        # A network just made has the empty phase.
        return Response({**row.document, "status": {"phase": ""}})


class Network(EndpointView):
    """`/v1/{project_id}/networks/{network_name}`; the name is the network's ID."""

    def get(self, request: Request, *, network_name: str, **_: Any) -> Response:
        row = HostedNetwork.objects.filter(project=self.project, ident=network_name).first()
        if row is None:
            raise Refused(404, Code.NETWORK_NOT_FOUND, "Network not exist.")
        return Response(answers.network(row, now=clock.now()))
