"""Tags: of pools, in the documentation's way and in the official SDK's, and of nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock, nodekeeping, nodemarking, tagging
from pools.endpoint.models import HostedNode, HostedPool, with_changes
from pools.endpoint.node_answers import tags_of
from pools.endpoint.paging import LONGEST_PAGE, number, text
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.pools import find

USUAL_TAGS = 200


class ProjectTags(EndpointView):
    """`/v1/{project_id}/pools/tags`: every key with all its values."""

    operations = {"get": "ListPoolTags"}

    def get(self, request: Request, **_: Any) -> Response:
        pools = HostedPool.objects.filter(project=self.project).exclude(workspace_id__in=self.closed)
        standing = pools.standing(clock.now(self.project))
        return _values((tagging.tags_of(pool) for pool in standing), request.query_params)


class PoolTags(EndpointView):
    """`/v1/{project_id}/pools/{pool_name}/tags`; the documentation's 204 with a body is a 200 here."""

    operations = {"get": "ShowPoolTags", "post": "ChangePoolTags"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        return _tags(tagging.tags_of(find(self.project, pool_name, now=clock.now(self.project))))

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        body = document(request)
        action = body.get("action") if isinstance(body, Mapping) else None
        tags = tagging.read(body, may_be_empty=action == "reset")
        return _tags(tagging.change(find(self.project, pool_name, now=clock.now(self.project)), action, tags))


class PoolTagsCreation(EndpointView):
    """`…/tags/create`, the official SDK's way."""

    operations = {"post": "BatchCreatePoolTags"}

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        tags = tagging.read(document(request))
        return _tags(tagging.change(find(self.project, pool_name, now=clock.now(self.project)), "create", tags))


class PoolTagsDeletion(EndpointView):
    """`…/tags/delete`: a DELETE with a body."""

    operations = {"delete": "BatchDeletePoolTags"}

    def delete(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        tags = tagging.read(document(request))
        return _tags(tagging.change(find(self.project, pool_name, now=clock.now(self.project)), "delete", tags))


def _values(tags: Iterable[tagging.Tags], query: Mapping[str, str]) -> Response:
    """Every key with all its values, page by page."""
    limit, offset = number(query, "limit", most=LONGEST_PAGE) or USUAL_TAGS, number(query, "offset")
    values: dict[str, set[str]] = {}
    for some in tags:
        for key, value in some.items():
            values.setdefault(key, set()).add(value)
    told = [{"key": key, "values": sorted(values[key])} for key in sorted(values)]
    return Response({"tags": told[offset : offset + limit]})


def _tags(tags: tagging.Tags) -> Response:
    return Response({"tags": [{"key": key, "value": value, "values": [value]} for key, value in tags.items()]})


class NodesTags(EndpointView):
    """`/v1/{project_id}/nodes/tags`: every key of any node, of one pool where `pool` says so."""

    operations = {"get": "ListNodeTags"}

    def get(self, request: Request, **_: Any) -> Response:
        now = clock.now(self.project)
        if name := text(request.query_params, "pool"):
            pools = [find(self.project, name, now=now)]
            self.enter(pools[0].workspace_id)
        else:
            pools = list(self.project.pools.exclude(workspace_id__in=self.closed).standing(now))
        marks = {(mark.pool_id, mark.name): mark for mark in HostedNode.objects.filter(pool__in=pools)}
        return _values(
            (
                tags_of(node, marks.get((pool.pk, node.name)))
                for pool in with_changes(pools)
                for node in nodekeeping.standing(pool).values()
            ),
            request.query_params,
        )


class NodeTags(EndpointView):
    """`/v1/{project_id}/nodes/{node_name}/tags`; `pool` may say where the node is."""

    operations = {"get": "ShowNodeTags", "post": "ChangeNodeTags"}

    def get(self, request: Request, *, node_name: str, **_: Any) -> Response:
        pool = self._home(request, node_name)
        mark = HostedNode.objects.filter(pool=pool, name=node_name).first()
        return _tags(tags_of(nodekeeping.standing(pool)[node_name], mark))

    def post(self, request: Request, *, node_name: str, **_: Any) -> Response:
        body = document(request)
        action = body.get("action") if isinstance(body, Mapping) else None
        tags = tagging.read(body, may_be_empty=action == "reset")
        return _tags(nodemarking.tag(self._home(request, node_name), node_name, action, tags))

    def _home(self, request: Request, node_name: str) -> HostedPool:
        pool_name = text(request.query_params, "pool")
        return nodekeeping.home_of(self.project, node_name, closed=self.closed, pool_name=pool_name)
