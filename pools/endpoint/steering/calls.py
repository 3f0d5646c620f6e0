"""The calls that the endpoint serves, by name: what a fault rule can aim at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

from pools.endpoint.transport import EndpointView


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its name, such as CreatePool, its method, and its path, such as /v2/{project_id}/pools."""

    operation: str
    method: str
    path: str


@cache
def served() -> dict[str, Call]:
    """Every call that a rule can hit, by name."""
    found = [call for path, view in _routes(get_resolver().url_patterns) for call in _calls(path, view)]
    return {call.operation: call for call in sorted(found, key=lambda call: call.operation)}


def named(operation: str) -> list[Call]:
    """The call of this name; every one for the empty name."""
    return [call for call in served().values() if operation in {"", call.operation}]


def _routes(entries: list[URLPattern | URLResolver], above: str = "") -> Iterator[tuple[str, type]]:
    for entry in entries:
        here = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns, here)
        else:
            yield here, getattr(entry.callback, "view_class", object)


def _calls(path: str, view: type) -> Iterator[Call]:
    if issubclass(view, EndpointView) and not view.steers:
        shown = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
        yield from (Call(name, method.upper(), shown) for method, name in view.operations.items())
