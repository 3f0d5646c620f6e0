"""Watching a draft: begun on Review, where everything else of the order is in order; ended by whoever may place it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.models import Draft
from console.wizard import conflicts, docketing, review, steps
from console.wizard.checks import Examination, examine, written_of
from console.wizard.finding import frozen_by, person, visible_draft
from console.wizard.interrupted import signed_in_or_back
from console.wizard.offers import Offers
from console.wizard.situation import Situation
from console.wizard.storage import Overtaken, kept_of, steps_of
from pools import ordering, watching
from pools.models import Watch
from pools.wire.numbers import whole


@login_not_required
@require_POST
@signed_in_or_back(steps.REVIEW)
def watch(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Have the draft placed once what is sold out is on sale again; what was shown is what is placed."""
    found, user = visible_draft(request, draft), person(request)
    if order := frozen_by(found):
        return redirect("order", pk=order.pk)
    if found.is_watched:
        return redirect(steps.step_url(found, steps.REVIEW))
    shown = (request.POST.get("version"), request.POST.get("revision"))
    if shown != (str(found.version), str(review.next_revision(found))):
        return conflicts.changed_since_review(request, found)
    situation = Situation(found, user, steps_of(found), kept_of(found), Offers.of(found.project))
    examination = examine(situation, networks=True)
    if not examination.waits_for_stock:
        # On sale again by now, or something else is in its way: the page says which.
        return redirect(steps.step_url(found, steps.REVIEW))
    return review.unread(request, examination) or _begin(request, examination)


def _begin(request: HttpRequest, examination: Examination) -> HttpResponse:
    draft = examination.situation.draft
    try:
        begun = _begun(examination, understood=request.POST.getlist("understood"), days=_days(request))
    except Overtaken:
        return conflicts.changed_since_review(request, visible_draft(request, draft.pk))
    except ordering.NameTaken:
        return review.name_taken(request, examination)
    except (ordering.Unsendable, ordering.PaysItself) as trouble:
        return review.unsendable(request, examination, trouble)
    except (watching.OnSale, watching.AlreadyPlaced):
        return redirect(steps.step_url(draft, steps.REVIEW))
    messages.success(request, _("Watched. %(name)s is placed once all of it is on sale.") % {"name": begun.pool_name})
    return redirect(steps.step_url(draft, steps.REVIEW))


def _days(request: HttpRequest) -> int:
    days = whole(request.POST.get("days", ""))
    return days if days in watching.DAYS else watching.USUAL_DAYS


def _begun(examination: Examination, *, understood: list[str], days: int) -> Watch:
    """The watch, over the very version that was read: the version is raised, so that nothing is saved beside it."""
    draft = examination.situation.draft
    revision = review.next_revision(draft)
    with transaction.atomic():
        mine = Draft.objects.filter(pk=draft.pk, version=draft.version)
        if not mine.update(version=F("version") + 1, revision=revision):
            raise Overtaken
        return watching.begin(
            project=draft.project,
            team=draft.team,
            by=examination.situation.user,
            draft=draft.pk,
            revision=revision,
            body=examination.body,
            understood=understood,
            written=written_of(examination.situation.steps),
            docket=docketing.docket_of(examination.situation.steps),
            days=days,
        )


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible_watch(request, pk)
    if watching.cancel(found, by=person(request)):
        messages.success(request, _("Not watched any more. Nothing was placed."))
    elif found.order_id:
        messages.info(request, _("Too late: it was on sale, and was placed."))
    return _back(request, found)


@login_required
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Its watcher read what became of it."""
    found = _visible_watch(request, pk)
    watching.see(found, by=person(request))
    return _back(request, found)


def _back(request: HttpRequest, found: Watch) -> HttpResponse:
    """To the draft, as long as it is one; from the dashboard, to the dashboard."""
    draft = Draft.objects.visible_to(person(request)).filter(pk=found.draft).first()
    if draft is None or request.POST.get("back") == "dashboard":
        return redirect("dashboard")
    return redirect(steps.step_url(draft, steps.REVIEW))


def _visible_watch(request: HttpRequest, pk: int) -> Watch:
    """The watch, if it is one of the user's teams'; otherwise it does not exist."""
    watches = Watch.objects.visible_to(person(request)).select_related("team", "by")
    return get_object_or_404(watches, pk=pk)
