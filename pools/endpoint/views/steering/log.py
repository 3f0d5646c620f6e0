"""The last calls of a project, newest first, without what was secret in them."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint.models import CallRecord
from pools.endpoint.paging import number, text
from pools.endpoint.steering import logbook
from pools.endpoint.views.steering.reading import SteeringView, fresh, read, told
from pools.endpoint.views.steering.shapes import RemovedTold
from pools.endpoint.views.steering.shapes_of_calls import CallTold, Keeping, LogSwitchTold, LogTold, MessageTold


class CallLog(SteeringView):
    """`/_sandbox/v1/{project_id}/log`: off until it is switched on; the last 200 calls are kept."""

    operations = {"get": "ShowSandboxLog", "put": "SwitchSandboxLog", "delete": "EmptySandboxLog"}

    def get(self, request: Request, **_: Any) -> Response:
        calls = CallRecord.objects.filter(project=self.project)
        if operation := text(request.query_params, "operation"):
            calls = calls.filter(operation=operation)
        limit = number(request.query_params, "limit", most=logbook.KEPT) or logbook.KEPT
        return told(LogTold(keeps=self.project.keeps_log, calls=[_call(row) for row in calls[:limit]]))

    def put(self, request: Request, **_: Any) -> Response:
        logbook.switch(self.project, on=read(Keeping, request).keeps)
        return told(LogSwitchTold(keeps=fresh(self.project).keeps_log))

    def delete(self, request: Request, **_: Any) -> Response:
        return told(RemovedTold(removed=logbook.empty(self.project)))


def _call(row: CallRecord) -> CallTold:
    return CallTold(
        at=row.at,
        method=row.method,
        path=row.path,
        operation=row.operation,
        status=row.status,
        duration=row.duration,
        request_id=row.request_id,
        fault=row.fault,
        request=MessageTold(headers=row.request_headers, body=row.request_body),
        answer=MessageTold(headers=row.answer_headers, body=row.answer_body),
    )
