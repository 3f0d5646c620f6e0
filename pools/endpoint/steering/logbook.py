"""The last calls of a project, remembered where somebody asked for it: what came, what was answered, how long it took.

Off, which it is unless it is switched on, it costs a call one look at the project's row that it has read anyway.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, RawPostDataException, UnreadablePostError
from django.utils import timezone
from rest_framework.response import Response

from pools.endpoint.models import CallRecord, EndpointProject, FaultRule
from pools.endpoint.steering import hushing
from pools.endpoint.steering.harming import CutAnswer

log = logging.getLogger(__name__)

KEPT = 200
LONGEST_PATH = 2000


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way out."""

    request: HttpRequest
    operation: str
    request_id: str
    begun: float
    fault: FaultRule | None


def keeper(project: EndpointProject | None, named: str, answer: HttpResponseBase) -> EndpointProject | None:
    """The project in whose log the call belongs, if it keeps one.

    A call that was turned away is in no project; the one that its address names (`named`) may still want to know.
    """
    if project is None and named and answer.status_code >= HTTPStatus.BAD_REQUEST:
        return EndpointProject.objects.filter(project_id=named, keeps_log=True).first()
    return project if project is not None and project.keeps_log else None


def watch(project: EndpointProject, call: Call, answer: HttpResponseBase) -> None:
    """See to it that the call is remembered once its answer is written."""
    if isinstance(answer, Response):
        answer.add_post_render_callback(lambda written: _remember(project, call, written))
    else:
        _remember(project, call, answer)


def _remember(project: EndpointProject, call: Call, answer: HttpResponseBase) -> None:
    cut = isinstance(answer, CutAnswer)
    try:
        CallRecord.objects.create(
            project=project,
            at=timezone.now(),
            method=(call.request.method or "")[:8],
            path=call.request.get_full_path()[:LONGEST_PATH],
            operation=call.operation,
            status=0 if cut else answer.status_code,
            duration=time.perf_counter() - call.begun,
            request_id=call.request_id,
            fault=f"rule {call.fault.pk}: {call.fault.kind} {call.fault.moment}" if call.fault else "",
            request_headers=hushing.headers(call.request.headers),
            request_body=_body(call.request),
            answer_headers=hushing.headers(dict(answer.items())),
            answer_body="" if cut else hushing.body(getattr(answer, "content", b"")),
        )
        _forget(project)
    except DatabaseError as why:  # the call itself is over, and went as it went
        log.warning("a call could not be remembered: %s", why)


def _body(request: HttpRequest) -> str:
    try:
        return hushing.body(request.body)
    except (RequestDataTooBig, RawPostDataException, UnreadablePostError):
        return "(not read)"


def _forget(project: EndpointProject) -> None:
    """Keep the last `KEPT`."""
    calls = CallRecord.objects.filter(project=project)
    oldest = calls.order_by("-pk").values_list("pk", flat=True)[KEPT - 1 : KEPT]
    for pk in oldest:
        calls.filter(pk__lt=pk).delete()


def switch(project: EndpointProject, *, on: bool) -> None:
    """Begin or cease to remember the project's calls. What is remembered stays until it is emptied."""
    EndpointProject.objects.filter(pk=project.pk).update(keeps_log=on)


def empty(project: EndpointProject) -> int:
    """Forget what is remembered; returns how many calls there were."""
    return CallRecord.objects.filter(project=project).delete()[0]
