"""Two windows on one draft: the second to save is asked what to do, and nothing it typed is lost."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.models import Draft
from console.wizard import rows, steps
from console.wizard.assembly import Typed
from console.wizard.storage import steps_of


class Difference(NamedTuple):
    """A field that the two windows fill differently."""

    name: str
    mine: str
    theirs: str


def changed_elsewhere(request: HttpRequest, draft: Draft, step: str) -> HttpResponse:
    """409 with everything that was typed, to be sent again over the newer version ("Keep mine") or dropped."""
    typed, theirs = rows.typed_in(step, request.POST), steps_of(draft).get(step, {})
    carried = [(name, value) for name, values in typed.items() for value in values]
    carried += [(name, request.POST[name]) for name in ("owner", "act", "wizard_goto_step") if name in request.POST]
    context = {
        "draft": draft,
        "title": steps.TITLES[step][0],
        "url": steps.step_url(draft, step),
        "carried": carried,
        "differences": differences(typed, theirs),
    }
    return render(request, "wizard/conflict.html", context, status=409)


def differences(mine: Typed, theirs: Typed) -> list[Difference]:
    names = dict.fromkeys((*mine, *theirs))
    found = [Difference(name, ", ".join(mine.get(name, [])), ", ".join(theirs.get(name, []))) for name in names]
    return [pair for pair in found if pair.mine != pair.theirs]


def changed_since_review(request: HttpRequest, draft: Draft) -> HttpResponse:
    """409: what was reviewed is not what would be sent."""
    context = {"draft": draft, "url": steps.step_url(draft, steps.REVIEW)}
    return render(request, "wizard/changed.html", context, status=409)
