"""Node pools of a pool: list, add, show, change, remove, and the nodes of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, nodepooling
from pools.endpoint.entries import kind, node_pools
from pools.endpoint.models import HostedPool
from pools.endpoint.node_answers import nodes_of
from pools.endpoint.paging import slice_by_token
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.pools import find
from pools.wire.extras import Annotation

Document = dict[str, Any]

MODE = "os.modelarts/billing.mode"
PERIODS = (Annotation.PERIOD_TYPE, Annotation.PERIOD_NUM, Annotation.AUTO_RENEW)


def told(pool: HostedPool, *, now: datetime) -> dict[str, Document]:
    """The node pools of `pool` at `now`, by name."""
    shown = answers.pool(pool, now=now) or {}
    counts: Document = shown.get("status", {}).get("resources", {})
    modes = {kind(node.resource): node.billing_mode for node in pool.roster()}
    return {
        name: {
            "apiVersion": "v2",
            "kind": "NodePool",
            "metadata": {"name": name, "annotations": _annotations(pool, modes.get(kind(entry)))},
            "spec": {"resources": {**entry, "nodePool": name}},
            "status": {
                "resources": {
                    state: {**one, "nodePool": name}
                    for state, entries in counts.items()
                    for one in entries
                    if kind(one) == kind(entry)
                }
            },
        }
        for name, entry in node_pools(pool.document["spec"]["resources"]).items()
    }


def _annotations(pool: HostedPool, mode: str | None) -> Document:
    """How the newest nodes are paid for; the period is the pool's where the mode is."""
    said = pool.document["metadata"]["annotations"]
    if mode is None or mode == said[MODE]:
        return {MODE: said[MODE], **{key.value: said[key] for key in PERIODS if key in said}}
    return {MODE: mode}


class NodePools(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/nodepools`; all at once."""

    operations = {"get": "ListNodePools", "post": "CreateNodePool"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        items = list(told(find(self.project, pool_name, now=now), now=now).values())
        return Response({"kind": "NodePoolList", "apiVersion": "v2", "items": items})

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        entry, billing = nodepooling.read_creation(document(request))
        pool = find(self.project, pool_name, now=clock.now(self.project))
        row, name = nodepooling.create(self.project, pool, entry, billing)
        return Response(told(row, now=clock.now(self.project))[name])


class NodePool(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/nodepools/{nodepool_name}`; one that is unknown is a bad request here."""

    operations = {"get": "ShowNodePool", "patch": "PatchNodePool", "delete": "DeleteNodePool"}

    def get(self, request: Request, *, pool_name: str, nodepool_name: str, **_: Any) -> Response:
        pool = self._pool(pool_name, nodepool_name)
        return Response(told(pool, now=clock.now(self.project))[nodepool_name])

    def patch(self, request: Request, *, pool_name: str, nodepool_name: str, **_: Any) -> Response:
        patch, billing = nodepooling.read_patch(document(request))
        pool = self._pool(pool_name, nodepool_name)
        row = nodepooling.change(self.project, pool, nodepool_name, patch, billing)
        return Response(told(row, now=clock.now(self.project))[nodepool_name])

    def delete(self, request: Request, *, pool_name: str, nodepool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        pool = self._pool(pool_name, nodepool_name)
        as_it_was = told(pool, now=now)[nodepool_name]
        nodepooling.remove(self.project, pool, nodepool_name)
        metadata = {**as_it_was["metadata"], "deletionTimestamp": answers.timestamp(now)}
        return Response({**as_it_was, "metadata": metadata})

    def _pool(self, pool_name: str, nodepool_name: str) -> HostedPool:
        pool = find(self.project, pool_name, now=clock.now(self.project))
        nodepooling.find(pool, nodepool_name)
        return pool


class NodePoolNodes(EndpointView):
    """`…/nodepools/{nodepool_name}/nodes`."""

    operations = {"get": "ListNodePoolNodes"}

    def get(self, request: Request, *, pool_name: str, nodepool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        pool = find(self.project, pool_name, now=now)
        entry = nodepooling.find(pool, nodepool_name)
        page, metadata = slice_by_token(nodes_of(pool, now=now, of=kind(entry)), request.query_params)
        return Response({"kind": "NodeList", "apiVersion": "v2", "metadata": metadata, "items": page})
