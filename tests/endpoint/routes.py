"""Every address of the endpoint, read from its own table of addresses, so that no route escapes the tests of all."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver

from pools.endpoint.describing.calls import CALLS
from pools.endpoint.transport import EndpointView, NoSuchApi, OpenView
from pools.endpoint.urls import urlpatterns
from tests.endpoint.conftest import PROJECT

METHODS = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}


def _walk(entries: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, type[EndpointView]]]:
    for entry in entries:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, here)
        else:
            yield here, entry.callback.view_class  # type: ignore[attr-defined]


def _filled(route: str, project_id: str) -> str:
    return "/" + re.sub(r"<[^>]*>", "some-name", re.sub(r"<[^>]*project_id>", project_id, route))


_ROUTES = [(route, view) for route, view in _walk(urlpatterns) if view is not NoSuchApi]

# (route as it stands in the table, view, its methods)
SERVED = [(route, view, [name for name in METHODS if hasattr(view, name)]) for route, view in _ROUTES]
# (method, path), ready to be called.
ALL = [(METHODS[name], _filled(route, PROJECT)) for route, view in _ROUTES for name in METHODS if hasattr(view, name)]
OPEN = [("POST", "/v3/auth/tokens")] + [
    (METHODS[name], _filled(route, PROJECT))
    for route, view in _ROUTES
    if issubclass(view, OpenView)
    for name in METHODS
    if hasattr(view, name)
]
CLOSED = [one for one in ALL if one not in OPEN]
WITH_BODY = [
    (METHODS[name], _filled(route, PROJECT))
    for route, view, methods in SERVED
    for name in methods
    if CALLS[view.operations[name]].body is not None
]
OF_A_PROJECT = [(method, path) for method, path in ALL if PROJECT in path]
WITHOUT = [
    (METHODS[name], _filled(route, PROJECT))
    for route, view in _ROUTES
    for name in METHODS
    if not hasattr(view, name) and not issubclass(view, OpenView)
]
