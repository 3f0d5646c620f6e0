"""What a fault rule does to a call that it hits: another answer, none, or a late one; before or after the effect.

Holding a call up keeps a thread of the web server waiting. So that a rule never shuts everybody out, not least whoever
wants to remove it, only `ENDPOINT_DELAYS_AT_ONCE` calls are held up at a time; others that fit pass.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from rest_framework.response import Response

from pools.endpoint.errors import Refused
from pools.endpoint.models import FaultRule, HeldCall
from pools.wire.errors import Code

USUAL_CODES = {
    400: Code.BAD_REQUEST,
    401: Code.UNAUTHENTICATED,
    404: Code.POOL_NOT_FOUND,
    409: Code.POOL_EXISTS,
    429: Code.THROTTLED,
}
PROMISED = 64
_SLICE = 0.25


class Struck(Exception):
    """A rule has decided the answer before the call had any effect."""

    def __init__(self, answer: HttpResponseBase) -> None:
        super().__init__("a fault rule hit this call")
        self.answer = answer


class ConnectionCut(Exception):
    """Ends a connection in the middle of an answer. The web server reports it as an error, which it is not."""


class CutAnswer(StreamingHttpResponse):
    """The head of an answer, and then the end of the connection instead of its body.

    WSGI has no word for hanging up. Servers hang up on an answer that fails half-way: `granian` closes at once, mostly
    after the head has gone out, sometimes before. The head says 502, for a client that never reads bodies.
    """

    def __init__(self, rule: FaultRule) -> None:
        # The length is promised and not kept, so that no client takes the end for the end of the answer.
        super().__init__(_cut(rule), status=HTTPStatus.BAD_GATEWAY, content_type="application/json")
        self["Content-Length"] = str(PROMISED)


def _cut(rule: FaultRule) -> Iterator[bytes]:
    raise ConnectionCut(f"fault rule {rule.pk} cuts this connection, as it was told to")
    yield b""  # makes this a generator, which fails once the server asks for the body


def before(rule: FaultRule, request_id: str) -> None:
    """Harm a call that has had no effect yet. Raises `Struck` if its answer is decided."""
    if rule.moment == FaultRule.Moment.BEFORE:
        answer = _harmed(rule, request_id)
        if answer is not None:
            raise Struck(answer)


def after(rule: FaultRule, request_id: str, answer: HttpResponseBase) -> HttpResponseBase:
    """Return what the client hears of a call whose effect stands, instead of `answer`."""
    if rule.moment != FaultRule.Moment.AFTER:
        return answer
    return _harmed(rule, request_id) or answer


def _harmed(rule: FaultRule, request_id: str) -> HttpResponseBase | None:
    if rule.kind == FaultRule.Kind.DELAY:
        _hold(rule)
        return None
    if rule.kind == FaultRule.Kind.DROP:
        return CutAnswer(rule)
    status = rule.status or HTTPStatus.INTERNAL_SERVER_ERROR
    code = rule.code or USUAL_CODES.get(status, Code.INTERNAL)
    refused = Refused(status, code, f"Fault rule {rule.pk} answers this call.")
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return Response(refused.body(request_id), status=status, headers=headers)


def _hold(rule: FaultRule) -> None:
    """Wait as long as the rule says, or until it is removed, unless enough calls wait already."""
    now, seconds = timezone.now(), rule.seconds or 0.0
    HeldCall.objects.filter(until__lte=now).delete()
    if HeldCall.objects.count() >= settings.ENDPOINT_DELAYS_AT_ONCE:
        return
    held = HeldCall.objects.create(until=now + timedelta(seconds=seconds))
    try:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and FaultRule.objects.filter(pk=rule.pk).exists():
            time.sleep(min(left, _SLICE))
    finally:
        held.delete()
