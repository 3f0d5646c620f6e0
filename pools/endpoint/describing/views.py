"""The description as tools read it."""

from __future__ import annotations

import hashlib
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import etag, require_safe
from pydantic_core import to_json

from pools.endpoint.describing.document import document


@cache
def _written() -> tuple[bytes, str]:
    """The document's bytes, and their name."""
    text = to_json(document())
    return text, f'"{hashlib.sha256(text).hexdigest()[:32]}"'


@login_not_required
@require_safe
@etag(lambda _: _written()[1])
def openapi(_: HttpRequest) -> HttpResponse:
    """`GET /_sandbox/openapi.json`: open to everybody. It holds no secrets, and tools that read it sign nothing."""
    return HttpResponse(_written()[0], content_type="application/json")
