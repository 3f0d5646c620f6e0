"""The description as tools read it, and as people do."""

from __future__ import annotations

import hashlib
from functools import cache
from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import etag, require_safe
from pydantic_core import to_json

from pools.endpoint.describing import leaves
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


@login_not_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation by its section; with `q`, those whose name, address or summary has all its words."""
    asked = request.GET.get("q", "").strip()[:100]
    found = [one for one in leaves.operations() if one.is_about(asked)]
    says = {tag["name"]: tag["description"] for tag in document()["tags"]}
    sections = [(name, says[name], [*those]) for name, those in groupby(found, key=lambda one: one.section)]
    return render(request, "reference/reference.html", {"sections": sections, "asked": asked, "count": len(found)})


@login_not_required
@require_safe
def operation(request: HttpRequest, name: str) -> HttpResponse:
    """One operation: what it takes, what it answers, how it refuses, and how it is called."""
    found = leaves.find(name)
    if found is None:
        raise Http404
    siblings = [one for one in leaves.operations() if one.section == found.section]
    return render(request, "reference/operation.html", {"operation": found, "siblings": siblings})
