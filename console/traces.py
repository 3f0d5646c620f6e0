"""Every request of a page has a trace: in its answer, on the rows it makes, and in each log line on the way."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from pools import tracing

logger = logging.getLogger(__name__)

HEADER: Final = "X-Request-Id"
GIVEN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
LOOKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Traced:
    """Middleware, outermost. A proxy in front may have named the request already; nobody else may."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
        trace = given if GIVEN.fullmatch(given) else tracing.new()
        with tracing.following(trace):
            began = time.monotonic()
            answer = self.get_response(request)
            # Acts are few and worth a line each; looking is done all day, and told where somebody wants all of it.
            level = logging.DEBUG if request.method in LOOKING else logging.INFO
            words = "%s %s: %s in %.3f s"
            logger.log(level, words, request.method, request.path, answer.status_code, time.monotonic() - began)
        answer[HEADER] = trace
        return answer
