"""The acts on a whole draft: place it, delete it. Each is a POST of its own."""

from __future__ import annotations

from functools import partial
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console import describing
from console.models import Draft
from console.proving import proof
from console.shell import SignedIn
from console.wizard import conflicts, docketing, review, steps
from console.wizard.checks import Examination, examine
from console.wizard.finding import frozen_by, person, visible_draft
from console.wizard.fixing import said_about
from console.wizard.interrupted import signed_in_or_back
from console.wizard.offers import Offers
from console.wizard.situation import Situation
from console.wizard.storage import kept_of, steps_of
from console.wizard.summary import Summary
from pools import ordering, watching
from pools.models import Order, User, Watch
from pools.rules import NotAllowed
from pools.wire import reading
from pools.wire.numbers import whole


@login_required
@require_POST
def delete(request: HttpRequest, draft: UUID) -> HttpResponse:
    found = visible_draft(request, draft)
    if order := frozen_by(found):
        return redirect("order", pk=order.pk)
    with transaction.atomic():
        watching.let_go(found.pk, by=person(request), because=Watch.Ending.DELETED)
        found.delete()
    messages.success(request, _("The draft was deleted."))
    return redirect("order-new")


@login_required
@require_safe
def mend(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Lead to the field that the cloud's refusal is about."""
    found = visible_draft(request, draft)
    said = said_about(found, found.order())
    return redirect(said.url(found) if said else steps.step_url(found, steps.REVIEW))


@login_not_required
@require_POST
@signed_in_or_back(steps.REVIEW)
def place(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Place the order, once: a second click, or a colleague's, finds the order that the first one made."""
    found, user = visible_draft(request, draft), person(request)
    if order := frozen_by(found) or _placed_with(found, request.POST.get("revision", "")):
        return redirect("order", pk=order.pk)
    shown = (request.POST.get("version"), request.POST.get("revision"))
    if shown != (str(found.version), str(review.next_revision(found))):
        return conflicts.changed_since_review(request, found)
    situation = Situation(found, user, steps_of(found), kept_of(found), Offers.of(found.project))
    examination = examine(situation, networks=True)
    if refusal := review.refusal(request, examination) or _proof(request, examination):
        return refusal
    try:
        order = _order(examination, by=user, understood=request.POST.getlist("understood"))
    except ordering.NameTaken:
        return review.name_taken(request, examination)
    except (ordering.Unsendable, ordering.PaysItself) as trouble:
        return review.unsendable(request, examination, trouble)
    return redirect("order", pk=order.pk)


def _proof(request: HttpRequest, examination: Examination) -> HttpResponse | None:
    """The password first, where many nodes are paid by placing: nobody decides after that."""
    document = examination.document
    if not Summary(examination.situation, document).pays_by_itself:
        return None
    nodes = describing.nodes(reading.hear_pool(document)).wanted
    back = steps.step_url(examination.situation.draft, steps.REVIEW)
    again = partial(review.page, request, examination)
    return proof(cast("SignedIn", request), nodes=nodes, again=again, back=back)


def _order(examination: Examination, *, by: User, understood: list[str]) -> Order:
    draft = examination.situation.draft
    revision = review.next_revision(draft)
    # Before the order, so that no order is ever ahead of its draft.
    Draft.objects.filter(pk=draft.pk, revision__lt=revision).update(revision=revision)
    try:
        return ordering.place(
            project=draft.project,
            team=draft.team,
            by=by,
            draft=draft.pk,
            revision=revision,
            body=examination.body,
            understood=understood,
            docket=docketing.docket_of(examination.situation.steps),
        )
    except NotAllowed:
        # A colleague placed the same draft at the same moment: theirs is the order.
        if order := _placed_with(draft, str(revision)):
            return order
        raise


def _placed_with(draft: Draft, revision: str) -> Order | None:
    """The order that this very form placed before, whatever became of it: a late second click orders nothing."""
    number = whole(revision)
    return None if number is None else Order.objects.filter(draft=draft.pk, revision=number).first()
