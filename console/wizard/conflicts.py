"""Two windows on one draft: the second to save is asked what to do, and nothing it typed is lost."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from console.models import Draft
from console.wizard import networking, rows, steps
from console.wizard.naming import Reading
from console.wizard.offers import Offers
from console.wizard.situation import Situation
from console.wizard.storage import DraftRequest, kept_of, steps_of


class Difference(NamedTuple):
    """A field that the two windows fill differently, in the words of its page."""

    label: str
    mine: str
    theirs: str
    is_code: bool = False


def changed_elsewhere(request: DraftRequest, draft: Draft, step: str) -> HttpResponse:
    """409 with everything that was typed, to be sent again over the newer version ("Keep mine") or dropped."""
    typed, saved = rows.typed_in(step, request.POST), steps_of(draft)
    carried = [(name, value) for name, values in typed.items() for value in values]
    carried += [
        (name, request.POST[name]) for name in ("owner", "act", "wizard_goto_step", "back") if name in request.POST
    ]
    situation = Situation(draft, request.user, saved, kept_of(draft), Offers.of(draft.project))
    networking.leave_behind(typed, situation)
    theirs = saved.get(step, {})
    mine = rows.keep_unshown(step, typed, theirs, rows.flavor_ids(saved))
    context = {
        "draft": draft,
        "title": steps.TITLES[step][0],
        "url": steps.step_url(draft, step),
        "carried": carried,
        "differences": differences(Reading(step, mine, situation), Reading(step, theirs, situation)),
    }
    return render(request, "wizard/conflict.html", context, status=409)


def differences(mine: Reading, theirs: Reading) -> list[Difference]:
    """Every field whose value reads otherwise in the two windows, in the order of the page."""
    found = []
    for name in dict.fromkeys((*mine.typed, *theirs.typed)):
        label = mine.label(name) or theirs.label(name)
        pair = Difference(label, mine.value(name), theirs.value(name), is_code=name.endswith("-script"))
        if label and pair.mine != pair.theirs:
            found.append(pair)
    return found


def changed_since_review(request: HttpRequest, draft: Draft) -> HttpResponse:
    """409: what was reviewed is not what would be sent."""
    context = {"draft": draft, "url": steps.step_url(draft, steps.REVIEW)}
    return render(request, "wizard/changed.html", context, status=409)
