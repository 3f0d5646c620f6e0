"""What the script that saves as one types is told: what was saved, what is wrong so far, and the parts that changed.

The same POST as a press of "Save and continue", with `Accept: application/json`; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from console.models import Draft
from console.wizard import networking
from console.wizard.beside import beside
from console.wizard.checks import Examination, Problem
from console.wizard.forms import StepForm
from pools.models import Order, User

HEARD = "application/json"


def is_quiet(request: HttpRequest) -> bool:
    """Whether a script posts, and no page is wanted back."""
    return request.method == "POST" and request.headers.get("Accept", "") == HEARD


def saved(form: StepForm, examination: Examination, *, told: bool) -> JsonResponse:
    """200: the version that the next save goes over, the problems of the step, and the parts of the page by name.

    `told`: the step was left before, so that its summary of problems is shown and must keep up.
    """
    context = beside(form, examination, told=told)
    parts = {"saved": "_saved", "steps": "_steps", "so-far": "_summary", "problems": "_problems"}
    if form.step == "disks":
        parts["nodes"] = "_nodes"
    if form.situation.draft.was_let_go:
        parts["watch"] = "_watch_over"
    return JsonResponse({
        "version": examination.situation.draft.version,
        "problems": [_said(problem) for problem in (*examination.at(form.step), *_overlap(form))],
        "parts": {name: render_to_string(f"wizard/{part}.html", context) for name, part in parts.items()},
    })  # fmt: skip


def _overlap(form: StepForm) -> Iterator[Problem]:
    """The range typed for a network that nobody asked for yet: told beside it, and asked about once it is wanted."""
    situation, cidr = form.situation, form.value(networking.RANGE)
    if overlapped := networking.overlapped_by(situation, cidr):
        mends = networking.mends_of_overlap(networking.free_for(situation))
        yield Problem(form.step, networking.RANGE, networking.overlap_words(overlapped), "warn", "", "", mends)


def _said(problem: Problem) -> dict[str, Any]:
    mends = [{"act": mend.act, "label": mend.label} for mend in problem.mends]
    return {"field": problem.field, "text": problem.text, "severity": problem.severity, "mends": mends}


def overtaken(draft: Draft, *, by: User) -> JsonResponse:
    """409: another window saved the draft. `version` is what "Keep mine" goes over."""
    return JsonResponse({"version": draft.version, "words": who_saved(draft, by=by)}, status=409)


def placed(order: Order) -> JsonResponse:
    """409: the draft became an order meanwhile, and takes no typing any more."""
    words = _("This draft was placed as order #%(n)s. It cannot be changed any more.") % {"n": order.pk}
    return JsonResponse({"words": words, "order": reverse("order", kwargs={"pk": order.pk})}, status=409)


def who_saved(draft: Draft, *, by: User) -> str:
    if draft.saved_by_id == by.pk:
        return _("You saved this draft in another window after you opened this page.")
    return _("%(who)s saved this draft after you opened this page.") % {"who": draft.saved_by or _("Somebody")}
