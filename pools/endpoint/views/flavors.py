"""Resource flavors."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint.models import HostedFlavor
from pools.endpoint.paging import by_token, text
from pools.endpoint.selecting import by_labels
from pools.endpoint.transport import EndpointView


class ResourceFlavors(EndpointView):
    """`/v1/{project_id}/resourceflavors`."""

    operations = {"get": "ListResourceFlavors"}

    def get(self, request: Request, **_: Any) -> Response:
        query = request.query_params
        selected = by_labels(text(query, "labelSelector"))
        rows = [
            row
            for row in HostedFlavor.objects.filter(project=self.project)
            if selected(row.document["metadata"].get("labels") or {})
        ]
        page, metadata = by_token(rows, query)
        items = [row.document for row in page]
        return Response({"kind": "ResourceFlavorList", "apiVersion": "v1", "metadata": metadata, "items": items})
