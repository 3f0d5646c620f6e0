"""The outermost step before the endpoint: answers below /v1 to /v3 and /_sandbox/v1 are named, and none is a web page.

Sessions, languages, cookies and policies for scripts are for people's pages. Calls of the API turn off here, before
all that, and only keep what is for them: the check of the Host header, the length, the headers of transport security.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.middleware.security import SecurityMiddleware
from django.template.response import SimpleTemplateResponse
from django.urls import ResolverMatch, URLResolver, get_resolver
from django.utils import translation
from rest_framework.renderers import JSONRenderer

from pools.callers import caller
from pools.endpoint import errors, limiting
from pools.endpoint.errors import Refused, Throttled
from pools.endpoint.transport import request_id
from pools.wire.errors import Code

Handler = Callable[[HttpRequest], HttpResponse]

_ENDPOINT = re.compile(r"/(v[123]|v3\.0|_sandbox/v1)(/|$)")
_DRAIN_AT_MOST = 64 * 1024 * 1024


class Porch:
    """Middleware. What Django itself answers here (a strange Host, a path it cannot read) is told as the API would."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.call = cast(Handler, SecurityMiddleware(convert_exception_to_response(_answered)))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _ENDPOINT.match(request.path_info):
            return self.get_response(request)
        refused = _over_the_limit(request) or _unspeakable(request)
        answer = _plain(refused, request) if refused else self.call(request)
        if answer.get("Content-Type", "").startswith("text/html"):
            answer = _plain(_refusal(answer.status_code), request)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            _drain(request)
        if not answer.streaming:  # the one answer that is, says so itself: its connection is cut
            answer["Content-Length"] = str(len(answer.content))
        answer["X-Request-Id"] = request_id(request)
        # Tokens and the states of moving things: nothing here may be answered from memory.
        answer["Cache-Control"] = "no-store"
        # Whoever opens such an address in a browser sees text, in a frame of nobody.
        answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        answer["X-Frame-Options"] = "DENY"
        return answer


def _answered(request: HttpRequest) -> HttpResponse:
    """What Django's own handler does once all middleware has been passed."""
    request.get_host()  # raises where it is a strange one
    translation.deactivate()  # a page asked for earlier in this thread may have chosen a language
    match = _match(get_resolver(), request.path_info)
    request.resolver_match = match
    answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer


@lru_cache(maxsize=256)
def _match(resolver: URLResolver, path: str) -> ResolverMatch:
    """Clients ask for the same few addresses over and over; whatever is nowhere is looked for each time."""
    return resolver.resolve(path)


def _over_the_limit(request: HttpRequest) -> Refused | None:
    """Return the refusal of an address that calls too often, whoever it says it is."""
    meta = request.META
    peer, forwarded = meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", "")
    try:
        limiting.admit(caller(peer, forwarded, proxies=settings.PROXIES_IN_FRONT))
    except Throttled as refused:
        return refused
    return None


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
    headers = {"Retry-After": str(refused.retry_after)} if isinstance(refused, Throttled) else {}
    return HttpResponse(body, status=refused.status, content_type="application/json", headers=headers)


def _drain(request: HttpRequest) -> None:
    """Read what is left of a refused body: a server that closes on unread bytes resets the line before the answer."""
    left = _DRAIN_AT_MOST
    try:
        while left > 0 and (chunk := request.read(64 * 1024)):
            left -= len(chunk)
    except (UnreadablePostError, ValueError):
        return
