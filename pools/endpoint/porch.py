"""The outermost step before the endpoint: every answer below /v1, /v2, /v3 is named, and none is a web page."""

import re
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from rest_framework.renderers import JSONRenderer

from pools.endpoint import errors
from pools.endpoint.errors import Refused
from pools.endpoint.transport import request_id
from pools.wire.errors import Code

_ENDPOINT = re.compile(r"/v[123](/|$)")
_DRAIN_AT_MOST = 64 * 1024 * 1024


class Porch:
    """Middleware. What Django itself answers here (a strange Host, a path it cannot read) is told as the API would."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _ENDPOINT.match(request.path_info):
            return self.get_response(request)
        refused = _unspeakable(request)
        answer = _plain(refused, request) if refused else self.get_response(request)
        if answer.get("Content-Type", "").startswith("text/html"):
            answer = _plain(_refusal(answer.status_code), request)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            _drain(request)
        answer["X-Request-Id"] = request_id(request)
        # Tokens and the states of moving things: nothing here may be answered from memory.
        answer["Cache-Control"] = "no-store"
        return answer


def _unspeakable(request: HttpRequest) -> Refused | None:
    """Return the refusal of an address that no view should see: with a NUL, or with an encoded slash in a name.

    The decoded path cannot tell an encoded slash; servers that pass the raw target on let us see it.
    """
    target = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or ""
    if "%2f" in target.partition("?")[0].lower() or "\0" in request.path_info:
        return errors.no_such_api()
    if "%00" in request.META.get("QUERY_STRING", ""):
        return errors.bad_request("The query holds a NUL.")
    return None


def _refusal(status: int) -> Refused:
    if status == HTTPStatus.NOT_FOUND:
        return errors.no_such_api()
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(status, Code.BAD_REQUEST, "Bad request.")
    return errors.internal_error()


def _plain(refused: Refused, request: HttpRequest) -> HttpResponse:
    body = JSONRenderer().render(refused.body(request_id(request)))
    # Outside CommonMiddleware nobody else says how long it is.
    length = {"Content-Length": str(len(body))}
    return HttpResponse(body, status=refused.status, content_type="application/json", headers=length)


def _drain(request: HttpRequest) -> None:
    """Read what is left of a refused body: a server that closes on unread bytes resets the line before the answer."""
    left = _DRAIN_AT_MOST
    try:
        while left > 0 and (chunk := request.read(64 * 1024)):
            left -= len(chunk)
    except (UnreadablePostError, ValueError):
        return
