"""An order as code, on any page that shows one: JSON, curl, Terraform, Python, each with its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from pools.dialects import saying
from pools.dialects.destination import Destination
from pools.dialects.saying import Form, Rendering
from pools.models import Project
from pools.wire.reading import NotJson, parse_json


@dataclass(frozen=True)
class View:
    """One tab of "View as": the order in one form, and the address it is downloaded from."""

    rendering: Rendering
    url: str


def views(document: Mapping[str, Any], project: Project, *, name: str, body: str = "", **way: Any) -> list[View]:
    """The tabs of an order; `name` and `way` are the address that answers with one form of it as a file."""
    return [
        View(_rendered(document, project, form, body), reverse(name, kwargs={**way, "form": form})) for form in Form
    ]


def addresses(name: str, **way: Any) -> list[tuple[str, str]]:
    """Where each form of an order is downloaded from, and what it is called."""
    return [(reverse(name, kwargs={**way, "form": form}), saying.TITLES[form]) for form in Form]


def download(document: Mapping[str, Any], project: Project, form: str, *, body: str = "") -> HttpResponse:
    """The order in one form as a file. Raises `Http404` for a form that there is not."""
    if form not in list(Form):
        raise Http404
    rendering = _rendered(document, project, Form(form), body)
    kept = {"Content-Disposition": f'attachment; filename="{rendering.file_name}"'}
    return HttpResponse(rendering.text, content_type="text/plain; charset=utf-8", headers=kept)


def document_of(body: str) -> dict[str, Any]:
    """An order's text as a document; an empty one for what is none."""
    try:
        document = parse_json(body)
    except NotJson:
        return {}
    return document if isinstance(document, dict) else {}


def text_of(document: Mapping[str, Any]) -> str:
    """A document as the text that is kept or sent."""
    return json.dumps(document, indent=2, ensure_ascii=False)


def _rendered(document: Mapping[str, Any], project: Project, form: Form, body: str) -> Rendering:
    destination = Destination(
        modelarts_url=project.modelarts_url.rstrip("/"),
        iam_url=(project.iam_url or project.modelarts_url).rstrip("/"),
        project_id=project.project_id,
        region=project.region,
    )
    return saying.render(document, destination, form, body=body, say=gettext)
