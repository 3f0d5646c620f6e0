"""The page of one order at gate 2, which the cloud accepted and wants paid or approved. A GET never decides."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console import describing
from console.approvals import page, seen
from console.approvals.forms import Approval, Changes, Rejection
from console.proving import proof
from console.shell import SignedIn
from console.templatetags.console import age_words
from pools import approving, conversing, ordering, queries
from pools.models import Decision, Order
from pools.states import ErrandState
from pools.wire.enums import Phase


@never_cache
@require_safe
def approval(request: SignedIn, pk: int) -> HttpResponse:
    """Whoever comes to it has what it rests on read anew; the page tells how old that is, and shows the rest itself."""
    order = _visible_order(request, pk)
    if order.pool.phase == Phase.WAITING and request.headers.get("X-Requested-With") != "live":
        ordering.read_anew(order.project, by=request.user)
    conversing.read(order, by=request.user)
    return page.show(request, order)


@require_POST
def check(request: SignedIn, pk: int) -> HttpResponse:
    """Have what the order rests on read now: the catalog of its project, and its pool."""
    order = _visible_order(request, pk)
    for pool in (None, order.pool):
        ordering.ask_reading(order.project, by=request.user, pool=pool)
    return redirect(f"{reverse('approval', args=[pk])}#checks-title")


@require_POST
def approve(request: SignedIn, pk: int) -> HttpResponse:
    order, form = _visible_order(request, pk), Approval(request.POST)
    if not request.user.has_perm("pools.decide_order", order):
        raise PermissionDenied("pools.decide_order")
    if not form.is_valid():
        return page.show(request, order, approval=form, status=422)
    if asked := _proof(request, order, form):
        return asked
    reason = form.cleaned_data["reason"]
    digest, despite = request.POST.get("digest", ""), request.POST.getlist("despite")
    decide = partial(approving.approve, order, by=request.user, seen=digest, despite=despite, reason=reason)
    try:
        return _decided(request, pk, decide, typed=reason, approval=form)
    except approving.Worse:
        return page.show(request, _visible_order(request, pk), approval=form, status=409, is_worse=True)
    except approving.NoReason:
        form.ask_why()
        return page.show(request, order, approval=form, status=422)


def _proof(request: SignedIn, order: Order, form: Approval) -> HttpResponse | None:
    """The password first, where it is much; then the page again, or what differs since it was read."""

    def again() -> HttpResponse:
        if request.POST.get("digest") != approving.digest_of(order):
            return _changed(request, order.pk, approval=form)
        return page.show(request, order, approval=form.once_more())

    nodes = describing.nodes(describing.asked(order)).wanted
    return proof(request, nodes=nodes, again=again, back=reverse("approval", args=[order.pk]))


@require_POST
def reject(request: SignedIn, pk: int) -> HttpResponse:
    order, form = _visible_order(request, pk), Rejection(request.POST)
    if not request.user.has_perm("pools.decide_order", order):
        raise PermissionDenied("pools.decide_order")
    if not form.is_valid():
        return page.show(request, order, rejection=form, status=422)
    reason, digest = form.reason_in_full, request.POST.get("digest", "")
    decide = partial(approving.reject, order, by=request.user, reason=reason, seen=digest)
    return _decided(request, pk, decide, typed=reason, rejection=form)


@require_POST
def request_changes(request: SignedIn, pk: int) -> HttpResponse:
    order, form = _visible_order(request, pk), Changes(request.POST)
    if not request.user.has_perm("pools.decide_order", order):
        raise PermissionDenied("pools.decide_order")
    if not form.is_valid():
        return page.show(request, order, changes=form, status=422)
    reason, digest = form.cleaned_data["reason"], request.POST.get("digest", "")
    asked = [Decision.Part(part) for part in form.cleaned_data["parts"]]
    decide = partial(approving.request_changes, order, by=request.user, reason=reason, asked=asked, seen=digest)
    return _decided(request, pk, decide, typed=reason, changes=form)


def _decided(request: SignedIn, pk: int, decide: Callable[[], Decision], *, typed: str, **form: Any) -> HttpResponse:
    """Have the order decided; what was `typed` is given back where that was too late, the form where it changed."""
    try:
        decision = decide()
    except approving.Changed:
        return _changed(request, pk, **form)
    except (approving.AlreadyDecided, approving.NothingToDecide) as late:
        _tell(request, late, typed=typed)
    else:
        _take(request, decision)
    return redirect("approval", pk=pk)


@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take back a decision that was not sent yet."""
    try:
        decision = queries.decision_of(request.user, pk)
    except Decision.DoesNotExist:
        raise Http404 from None
    if approving.undo(decision, by=request.user):
        messages.success(request, _("Undone. Nothing was sent, and the order waits again."))
    elif decision.state == ErrandState.WITHDRAWN:
        messages.info(request, _("It was undone already. Nothing was sent."))
    else:
        messages.warning(request, _("Too late: the decision is on its way to the cloud. See below what becomes of it."))
    return redirect("approval", pk=decision.order_id)


def _changed(request: SignedIn, pk: int, **typed: Any) -> HttpResponse:
    """The order sends something else than the page that was decided on: shown anew, with what differs and was typed."""
    order = _visible_order(request, pk)
    changed = seen.changed_since(request.POST.get("seen", ""), order)
    return page.show(request, order, status=409, changed=changed, **typed)


def _take(request: SignedIn, decision: Decision) -> None:
    """Say what was decided; one that can still be undone says so itself, at the top of the page."""
    if decision.due_at and decision.due_at > timezone.now():
        return
    if decision.verdict == Decision.Verdict.APPROVED:
        messages.success(request, _("Approved. The order is being paid; watch it become Creating."))
    elif decision.asked:
        messages.success(request, _("Changes are asked for. The cloud's order is being cancelled."))
    else:
        messages.success(request, _("Rejected. The order is being cancelled."))


def _tell(request: SignedIn, late: Exception, *, typed: str) -> None:
    """Why a decision did not count: no error, for the order was decided, or needed nobody. What was typed is told."""
    if isinstance(late, approving.AlreadyDecided):
        messages.warning(request, _first(late.decision))
    else:
        messages.info(request, _("The order does not wait any more: the cloud went on without us."))
    if typed:
        messages.info(request, _("You had written: “%(typed)s”") % {"typed": typed})


def _first(decision: Decision) -> str:
    """Somebody else was faster: who, what, when."""
    said = {"who": decision.by, "when": age_words(decision.at)}
    if decision.verdict == Decision.Verdict.APPROVED:
        return _("%(who)s approved %(when)s. Your decision was not needed and does not count.") % said
    if decision.asked:
        return _("%(who)s asked for changes %(when)s. Your decision was not needed and does not count.") % said
    return _("%(who)s rejected %(when)s. Your decision was not needed and does not count.") % said


def _visible_order(request: SignedIn, pk: int) -> Order:
    try:
        order = queries.order_page(request.user, pk)
    except Order.DoesNotExist:
        raise Http404 from None
    if getattr(order, "pool", None) is None:
        # It never reached the gate: the desk has no page for it.
        raise Http404
    return order
