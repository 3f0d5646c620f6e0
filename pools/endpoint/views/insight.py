"""What is told about a pool besides itself: events, monitor, tags; and a job type that is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import amending, answers, clock, errors, measuring, roster
from pools.endpoint.chronicle import Event, chronicle
from pools.endpoint.models import HostedPool
from pools.endpoint.paging import number, slice_by_token, text
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.pools import find

Document = dict[str, Any]


class Events(EndpointView):
    """`/v1/{project_id}/events`: newest first unless `ascend`; paged by `offset` and by `continue`."""

    operations = {"get": "ListEvents"}

    def get(self, request: Request, **_: Any) -> Response:
        query, now = request.query_params, clock.now(self.project)
        if text(query, "resource") != "pools":
            raise errors.bad_request("resource: pools is expected")
        kind = text(query, "type")
        if kind not in {"", "Normal", "Warning"}:
            raise errors.bad_request("type: Normal or Warning")
        pool = find(self.project, text(query, "name"), now=now)
        self.enter(pool.workspace_id)
        since, until = number(query, "since"), number(query, "until")
        found = [
            event
            for event in chronicle(pool.life, pool.roster(), now=now)
            if answers.milliseconds(event.at) >= since
            and (not until or answers.milliseconds(event.at) <= until)
            and (not kind or event.is_warning == (kind == "Warning"))
        ]
        if text(query, "ascend") != "true":
            found.reverse()
        page, metadata = slice_by_token(found[number(query, "offset") :], query)
        items = [_event(event) for event in page]
        return Response(
            {"kind": "EventList", "apiVersion": "v1", "metadata": metadata, "total": len(found), "items": items}
        )


def _event(event: Event) -> Document:
    at = answers.timestamp(event.at)
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "type": "Warning" if event.is_warning else "Normal",
        "firstTimestamp": at,
        "lastTimestamp": at,
        "count": 1,
        "reason": event.reason,
        "message": event.message,
    }


class Monitor(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/monitor`."""

    operations = {"get": "ShowPoolMonitor"}

    def get(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        query, now = request.query_params, clock.now(self.project)
        window = measuring.Window.read(
            time_range=text(query, "time_range"),
            period=text(query, "period"),
            statistics=text(query, "statistics"),
            now=now,
        )
        pool = find(self.project, pool_name, now=now)
        there = roster.present(pool.roster(), pool.life, now)
        kinds = sorted(pool.drivers)
        metrics = measuring.series(window, seed=pool.ident, kinds=kinds, since=_works_since(pool), nodes=len(there))
        return Response({"metrics": metrics})


def _works_since(pool: HostedPool) -> datetime | None:
    return min((node.due_at for node in pool.roster() if node.due_at is not None), default=None, key=_utc)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


class ScopeRetry(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/retry-scope`; answers an empty object."""

    operations = {"post": "RetryPoolScope"}

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        body = document(request)
        scope = body.get("scope") if isinstance(body, Mapping) else None
        if not isinstance(scope, str) or not scope:
            raise errors.bad_request("$.scope: is required")
        amending.retry(find(self.project, pool_name, now=clock.now(self.project)), scope)
        return Response({})
