"""Several orders approved at once: only those that need no look of their own, and only after all were read together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console import checking, describing
from console.approvals import competing
from console.approvals.forms import Approval
from console.approvals.sentences import sentence
from console.proving import proof
from console.shell import SignedIn
from pools import approving, queries
from pools.checking import checks_of, light, rivals_of
from pools.models import Order
from pools.wire.enums import Phase

MOST = 20
LONGEST_NUMBER = 12


@dataclass(frozen=True, kw_only=True)
class Read:
    """One of the orders as it is read; `why_not` is what keeps it from being approved with the others."""

    order: Order
    sentence: str
    flavors: list[describing.FlavorLine]
    risks: list[str]
    checks: list[checking.Line]
    competition: competing.Competition
    digest: str
    why_not: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: SignedIn) -> HttpResponse:
    """The summary of the orders named (`?order=`), and the act. One that is not to be seen ends it all with a 404."""
    if request.method == "POST":
        return _approve(request)
    if "order" not in request.GET:
        return redirect("approvals")
    orders = _named(request, [_number(text) for text in request.GET.getlist("order")])
    return _show(request, orders, Approval())


def _show(request: SignedIn, orders: list[Order], form: Approval, *, status: int = 200) -> HttpResponse:
    found = checks_of(orders)
    rivals = rivals_of(orders, found)
    read = [_read(request, order, found, rivals) for order in orders]
    context = {
        "ready": [one for one in read if not one.why_not],
        "left": [one for one in read if one.why_not],
        "approval": form,
    }
    return render(request, "approvals/together.html", context, status=status)


def _read(request: SignedIn, order: Order, found: Any, rivals: Any) -> Read:
    wire = describing.asked(order)
    return Read(
        order=order,
        sentence=sentence(order, wire),
        flavors=describing.flavor_lines(wire),
        risks=describing.risks(wire),
        checks=checking.in_words(found[order.pk]),
        competition=competing.of(request, rivals[order.pk]),
        digest=approving.digest_of(order),
        why_not=_why_not(order, is_good=light(found[order.pk]) == "good", competes=bool(rivals[order.pk])),
    )


def _may_decide(order: Order) -> bool:
    return getattr(order, "may_decide", False)


def _why_not(order: Order, *, is_good: bool, competes: bool) -> str:
    if not _may_decide(order):
        return _("It is not yours to decide.")
    if order.pool.phase != Phase.WAITING or order.pool.gone_at:
        return _("It waits no longer.")
    if competes:
        return _("It competes with another order.")
    return "" if is_good else _("Not every check of it is good.")


def _approve(request: SignedIn) -> HttpResponse:
    pairs = [pair.partition(":") for pair in request.POST.getlist("read")]
    digests = {_number(number): digest for number, _sep, digest in pairs}
    orders, form = _named(request, list(digests)), Approval(request.POST)
    if not form.is_valid():
        return _show(request, orders, form, status=422)
    nodes = sum(describing.nodes(describing.asked(order)).wanted for order in orders if _may_decide(order))
    again = partial(_show, request, orders, form)
    if asked := proof(request, nodes=nodes, again=again, back=_address(orders)):
        return asked
    read = [(order, digests[order.pk]) for order in orders]
    outcome = approving.approve_together(read, by=request.user, reason=form.cleaned_data["reason"])
    if outcome.approved:
        number = len(outcome.approved)
        words = ngettext("%(n)s order was approved.", "%(n)s orders were approved.", number) % {"n": number}
        messages.success(request, words)
    for order, trouble in outcome.left:
        said = {"name": order.pool_name, "why": _trouble(trouble)}
        messages.warning(request, _("%(name)s was not approved: %(why)s") % said)
    if not outcome.approved:
        # As they are now, with what was typed: nothing was decided that could have kept it.
        return _show(request, _named(request, list(digests)), form, status=409)
    return redirect(f"{reverse('approvals')}?tab=decided")


def _address(orders: list[Order]) -> str:
    return f"{reverse('approve-together')}?{urlencode({'order': [order.pk for order in orders]}, doseq=True)}"


def _trouble(trouble: Exception) -> str:
    match trouble:
        case approving.AlreadyDecided(decision=decision):
            return _("%(who)s decided it first.") % {"who": decision.by}
        case approving.Changed():
            return _("it changed after you opened it.")
        case approving.NothingToDecide():
            return _("it waits no longer.")
        case _:
            return _("it needs a look of its own now.")


def _named(request: SignedIn, numbers: list[int]) -> list[Order]:
    """The orders of these numbers, if the person may see every one; of those they may not nothing is told."""
    keys = set(numbers)
    orders = queries.orders_to_decide(request.user, keys) if 0 < len(keys) <= MOST else []
    if not orders or len(orders) != len(keys):
        raise Http404
    return orders


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > LONGEST_NUMBER:
        raise Http404
    return int(text)
