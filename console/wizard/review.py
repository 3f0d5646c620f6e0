"""Review: the sentence, the checks, the answers, and exactly what will be sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console import differing, origins, viewing
from console.models import Draft
from console.wizard import beside, networking, preflight, steps, words
from console.wizard.assembly import one
from console.wizard.checks import Examination, Problem, examine, placed
from console.wizard.dividing import split_of
from console.wizard.finding import person, visible_draft
from console.wizard.situation import Situation
from console.wizard.storage import kept_of, steps_of
from console.wizard.summary import Summary
from pools import queries, watching
from pools.ordering import PaysItself, Unsendable
from pools.wire.differing import differences
from pools.wire.digest import digest


def next_revision(draft: Draft) -> int:
    """The revision an order would be placed with now: a refused or withdrawn order leaves its own behind."""
    return draft.revision + 1 if draft.order() else draft.revision


def page(
    request: HttpRequest, examination: Examination, *, refusal: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    """The last step. `refusal` is what placing the order met just now; what was ticked then is ticked again."""
    situation = examination.situation
    draft = situation.draft
    problems, last = [*(refusal or []), *examination.blocking], draft.order()
    summary, around = Summary(situation, examination.document), beside.around(situation, examination.document)
    context = {
        "draft": draft,
        "step": steps.REVIEW,
        "title": steps.TITLES[steps.REVIEW][0],
        "lead": steps.TITLES[steps.REVIEW][1],
        "lines": steps.lines(examination, steps.REVIEW),
        "summary": summary,
        "sentence": summary.sentence(str(situation.user)),
        "answers": [(name, steps.TITLES[name][0], found) for name, found in summary.answers()],
        "checks": preflight.checks(examination, around["deciders"]),
        "blocking": [(steps.TITLES[problem.step][0], url_of(draft, problem), problem) for problem in problems],
        "warnings": [
            (steps.TITLES[problem.step][0], url_of(draft, problem), problem) for problem in examination.warnings
        ],
        "understood": request.POST.getlist("understood"),
        **_changes(draft, examination),
        "digest": digest(examination.document),
        "may_place": not examination.blocking,
        "split": split_of(situation.steps),
        **_watching(examination, summary),
        "refused": status != 200,  # noqa: PLR2004 - the one status that refuses nothing
        "revision": draft.revision + 1 if last else draft.revision,
        "last": last,
        "views": viewing.views(
            examination.document, draft.project, name="draft-as", body=examination.body, draft=draft.pk
        ),
        "offers": situation.offers,
        **around,
        "awaited": networking.awaited(situation),
        "is_reading": queries.is_catalog_being_read(draft.project),
        "previous": "billing",
    }
    return render(request, "wizard/review.html", context, status=status)


def _watching(examination: Examination, summary: Summary) -> dict[str, Any]:
    """Whether it can be watched, because nothing else is in its way; and for how long."""
    is_watched = examination.situation.draft.is_watched
    waits = examination.waits_for_stock and not is_watched
    return {
        "is_waiting_for_stock": examination.waits_for_stock and is_watched,
        "may_watch": waits and not summary.pays_by_itself,
        "is_not_watched": waits and summary.pays_by_itself,
        "days": [(days, days == watching.USUAL_DAYS) for days in watching.DAYS],
    }


def _changes(draft: Draft, examination: Examination) -> dict[str, Any]:
    """What differs from what the draft was started from, if from anything."""
    origin = origins.of(draft.origin)
    told = differing.in_words(differences(origin.document, examination.document)) if origin else None
    return {"origin": origin, "told": told}


def url_of(draft: Draft, problem: Problem) -> str:
    """Where a problem is mended; from there the way leads back here."""
    if problem.step == steps.REVIEW:
        return f"#{problem.anchor}"
    return f"{steps.step_url(draft, problem.step)}?back={steps.REVIEW}#{problem.anchor}"


def refusal(request: HttpRequest, examination: Examination) -> HttpResponse | None:
    """Why the order is not placed: problems that block, or warnings that whoever places it has not ticked."""
    if examination.blocking:
        return page(request, examination, status=422)
    return unread(request, examination)


def unread(request: HttpRequest, examination: Examination) -> HttpResponse | None:
    """The page again, where a warning was not ticked."""
    ticked = request.POST.getlist("understood")
    if all(problem.key in ticked for problem in examination.warnings):
        return None
    # Warnings do not block, but somebody has to have read them.
    text = _("Read what is worth a second look, and tick that you understand it.")
    return page(request, examination, refusal=[Problem(steps.REVIEW, "understood", text, "block", "", "")], status=422)


def name_taken(request: HttpRequest, examination: Examination) -> HttpResponse:
    """Somebody else was faster with the name: told where the name is typed."""
    name = one(examination.situation.steps.get("labels", {}), "name")
    text = _("The name %(name)s is taken in this project. Choose another.") % {"name": name}
    problem = Problem("labels", "name", text, "block", "R22", "")
    return page(request, examination, refusal=[problem], status=409)


def unsendable(request: HttpRequest, examination: Examination, trouble: Unsendable | PaysItself) -> HttpResponse:
    """The heart judged otherwise than the page: what it found is told where it is typed."""
    if isinstance(trouble, PaysItself):
        # The team stopped its orders from paying themselves a moment ago.
        text = str(words.PAYS_ITSELF) % {"team": examination.situation.draft.team}
        return page(
            request, examination, refusal=[Problem("billing", "auto_pay", text, "block", "A11", "")], status=422
        )
    return page(request, examination, refusal=placed(examination.assembly, trouble.breaches, "block"), status=422)


@never_cache
@require_safe
def code(request: HttpRequest, draft: UUID, form: str) -> HttpResponse:
    """The order as it would be sent now, in one form, as a file."""
    found = visible_draft(request, draft)
    examination = examine(Situation(found, person(request), steps_of(found), kept_of(found)))
    return viewing.download(examination.document, found.project, form, body=examination.body)
