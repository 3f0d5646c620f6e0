"""Plug-ins of pools, and the templates they are made from in both forms."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock, plugging, shelf
from pools.endpoint.paging import text
from pools.endpoint.planning import newest_first
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.pools import find


class PluginTemplate(EndpointView):
    """`/v1/{project_id}/plugintemplates/{name}`: which versions there are, driver versions above all."""

    operations = {"get": "ShowPluginTemplate"}

    def get(self, request: Request, *, plugintemplate_name: str, **_: Any) -> Response:
        told = plugging.template_of(self.project, plugintemplate_name).document
        spec = told["spec"]
        versions = {version: spec["versions"][version] for version in newest_first(spec["versions"])}
        return Response({**told, "spec": {**spec, "versions": versions}})


class PluginTemplates(EndpointView):
    """`/v2/{project_id}/plugintemplates`: all, the one of `templateName`, those that fit `poolName`."""

    operations = {"get": "ListPluginTemplates"}

    def get(self, request: Request, **_: Any) -> Response:
        query = request.query_params
        found = shelf.of(self.project).templates
        names = {*found}
        if name := text(query, "templateName"):
            names &= {name}
        if pool_name := text(query, "poolName"):
            pool = find(self.project, pool_name, now=clock.now(self.project))
            self.enter(pool.workspace_id)
            names &= plugging.fitting(pool)
        items = [plugging.template_v2(template) for name, template in found.items() if name in names]
        return Response({"kind": "PluginTemplateList", "apiVersion": "v1", "items": items})


class Plugins(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/plugins`; installing one that is there brings another version."""

    operations = {"get": "ListPoolPlugins", "post": "CreatePoolPlugin"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        now = clock.now(self.project)
        items = plugging.plugged(find(self.project, pool_name, now=now), now=now)
        return Response({"kind": "PluginList", "apiVersion": "v2", "items": items})

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        asked = plugging.read(document(request))
        pool = find(self.project, pool_name, now=clock.now(self.project))
        found = plugging.plugged(plugging.install(self.project, pool, asked), now=clock.now(self.project))
        return Response(next(one for one in found if one["metadata"]["name"] == asked.name))
