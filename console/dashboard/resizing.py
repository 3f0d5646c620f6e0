"""Resizing a pool: its numbers in a form, what would change on a page to read, an admin's word where one is needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from console import changing, describing
from console.dashboard import saying
from console.dashboard.finding import visible_pool
from console.dashboard.numbers import Numbers
from console.prices import cost_of_nodes
from console.proving import proof
from console.shell import SignedIn
from pools import queries, resizing
from pools.models import CatalogPart, Pool, Resize
from pools.resizing import Ill, NotNow, Overtaken
from pools.wire import resizing as law
from pools.wire.enums import Phase
from pools.wire.resizing import Entry


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resize(request: SignedIn, pk: int) -> HttpResponse:
    """Ask first, on a page of its own: the numbers, then what they would change, and only then is it recorded."""
    pool = visible_pool(request, pk)
    form = Numbers(pool, CatalogPart.objects.facts_of(pool.project), request.POST or None, begin=_begin(request, pool))
    if request.method != "POST":
        return _page(request, pool, form)
    if not form.is_valid():
        return _page(request, pool, form, status=422)
    try:
        resizing.judge(pool, form.wanted)
    except Ill as ill:
        form.add_error(None, changing.unfit(ill))
        return _page(request, pool, form, status=422)
    come, taken = changing.moved(pool, form.stands, form.wanted)
    if request.POST.get("act") != "send":
        return _page(request, pool, form, wanted=form.wanted, taken=taken)
    if taken and not request.POST.get("understood"):
        return _page(request, pool, form, wanted=form.wanted, taken=taken, unread=True, status=422)
    return _asked(request, pool, form, come=come, taken=taken)


def _begin(request: SignedIn, pool: Pool) -> Sequence[Entry]:
    """The numbers that the form begins with: those that were ordered, or that were asked for before and lapsed."""
    if request.GET.get("as") == "ordered":
        return law.asked(saying.as_ordered(pool))
    again = request.GET.get("again", "")
    return next((one.wanted for one in pool.resizes.all() if str(one.pk) == again), ())


def _asked(request: SignedIn, pool: Pool, form: Numbers, *, come: int, taken: int) -> HttpResponse:
    """Record it, and go back to the pool; or say what came between."""
    # Who approves their own more nodes decides about them by asking.
    decided = taken + (come if _approves_own(request, pool) else 0)
    if request.user.has_perm("pools.resize_pool", pool):
        again = partial(_page, request, pool, form, wanted=form.wanted, taken=taken)
        if question := proof(request, nodes=decided, again=again, back=request.path):
            return question
    try:
        seen, why = form.cleaned_data["seen"], form.cleaned_data["why"]
        asked = resizing.ask(pool, by=request.user, wanted=form.wanted, seen=seen, why=why)
    except NotNow as late:
        messages.warning(request, changing.why(late.why, pool))
        return redirect("pool", pk=pool.pk)
    except Overtaken:
        return _overtaken(request, pool)
    except Ill as ill:
        form.add_error(None, changing.unfit(ill))
        return _page(request, pool, form, status=422)
    if asked.is_awaited:
        messages.success(request, _("Asked for. It is sent once an admin of the team has approved it."))
    else:
        messages.success(request, _("The resize is on its way to the cloud."))
    return redirect("pool", pk=pool.pk)


def _overtaken(request: SignedIn, pool: Pool) -> HttpResponse:
    """The pool has other nodes by now than those that were read: the form begins anew with them."""
    now = visible_pool(request, pool.pk)
    messages.warning(request, _("The pool was changed since you opened this page. Here are the nodes it has now."))
    return _page(request, now, Numbers(now, CatalogPart.objects.facts_of(now.project)), status=409)


def _page(
    request: SignedIn, pool: Pool, form: Numbers, *, wanted: Sequence[Entry] = (), taken: int = 0,
    unread: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The form; with numbers that are `wanted`, what they would change instead. `unread`: the tick was left out."""
    stands = form.stands
    context: dict[str, Any] = {
        "pool": pool,
        "form": form,
        "why_not": _why_not(request, pool),
        "changes": changing.changes(stands, wanted) if wanted else [],
        "undo_seconds": settings.DECISION_UNDO_SECONDS,
    }
    if wanted:
        before, after = changing.total(stands), changing.total(wanted)
        cost = [cost_of_nodes(pool, law.patch(pool.document, told)) for told in (stands, wanted)]
        context |= {
            "before": before,
            "after": after,
            "taken": taken,
            "unread": unread,
            "is_much": after - before > describing.MANY_NODES,
            "cost": cost if all(cost) else None,
            "needs_approval": resizing.grows(pool, wanted) and not _approves_own(request, pool),
            "added": sum(law.added_to_what_is_there(pool.document, wanted).values())
            if pool.phase == Phase.SCALING_FAILED
            else None,
            "deciders": [str(user) for user in queries.deciders_for(pool.team, placed_by_id=request.user.pk)]
            if pool.team
            else [],
            "body": law.patch(pool.document, wanted),
        }
    return render(request, "dashboard/pool_resize.html", context, status=status)


def _why_not(request: SignedIn, pool: Pool) -> str:
    if not request.user.has_perm("pools.resize_pool", pool):
        return _("Only the person who ordered it and admins of the team resize a pool.")
    reason = resizing.why_not(pool)
    return changing.why(reason, pool) if reason else ""


def _approves_own(request: SignedIn, pool: Pool) -> bool:
    return request.user.has_perm("pools.approve_resize", Resize(pool=pool, by=request.user))


@require_POST
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Let it come to nothing, and go back to the page that it was pressed on."""
    asked = _visible_resize(request, pk)
    if resizing.take_back(asked, by=request.user):
        messages.success(request, _("Taken back. Nothing was sent, and the pool is as it was."))
    else:
        messages.warning(request, _("Too late: it is on its way to the cloud. See below what becomes of it."))
    if request.POST.get("back") == "approval":
        return redirect("resize-approval", pk=pk)
    return redirect("pool", pk=asked.pool_id)


@require_POST
def remind(request: SignedIn, pk: int) -> HttpResponse:
    """Ask whoever decides to do so."""
    asked = _visible_resize(request, pk)
    if resizing.remind(asked, by=request.user):
        messages.success(request, _("Whoever decides sees on the desk that you asked."))
    else:
        messages.info(request, _("Not now: it was asked for within a day, or it waits no longer."))
    return redirect("pool", pk=asked.pool_id)


def _visible_resize(request: SignedIn, pk: int) -> Resize:
    """Somebody who cannot see its pool learns nothing of it."""
    try:
        return queries.resize_page(request.user, pk)
    except Resize.DoesNotExist:
        raise Http404 from None
