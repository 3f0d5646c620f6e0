"""Other job types and drivers: chosen in a form, read on a page, recorded; and another try at one that failed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from console import fitting
from console.dashboard import details
from console.dashboard.details import Part
from console.dashboard.finding import visible_alteration, visible_pool
from console.dashboard.fittings import Fittings
from console.shell import SignedIn
from pools import refitting
from pools.models import CatalogPart, Detail, Pool, Refit
from pools.refitting import Ill, NotNow, Overtaken
from pools.wire import refitting as law
from pools.wire.refitting import Fitting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refit(request: SignedIn, pk: int) -> HttpResponse:
    """Ask first, on a page of its own: what it is to have, then what that means, and only then is it recorded."""
    pool = visible_pool(request, pk, details=(Detail.Kind.JOBS,))
    form = Fittings(pool, CatalogPart.objects.facts_of(pool.project), request.POST or None)
    if request.method != "POST":
        return _page(request, pool, form)
    if not form.is_valid():
        return _page(request, pool, form, status=422)
    try:
        other = refitting.judge(pool, form.wanted)
    except Ill as ill:
        form.add_error(None, fitting.unfit(ill))
        return _page(request, pool, form, status=422)
    if request.POST.get("act") != "send":
        return _page(request, pool, form, other=other)
    unread = [name for name, _words in fitting.risks(form.stands, other) if not request.POST.get(name)]
    if unread:
        return _page(request, pool, form, other=other, unread=unread, status=422)
    return _asked(request, pool, form)


def _asked(request: SignedIn, pool: Pool, form: Fittings) -> HttpResponse:
    """Record it, and go back to the pool; or say what came between."""
    try:
        refitting.ask(pool, by=request.user, wanted=form.wanted, seen=form.cleaned_data["seen"])
    except NotNow as late:
        messages.warning(request, fitting.why(late.why, pool))
    except Overtaken:
        now = visible_pool(request, pool.pk, details=(Detail.Kind.JOBS,))
        messages.warning(request, _("The pool was changed since you opened this page. Here is what it has now."))
        return _page(request, now, Fittings(now, CatalogPart.objects.facts_of(now.project)), status=409)
    except Ill as ill:
        form.add_error(None, fitting.unfit(ill))
        return _page(request, pool, form, status=422)
    else:
        messages.success(request, _("The change is on its way to the cloud."))
    return redirect("pool", pk=pool.pk)


def _page(
    request: SignedIn, pool: Pool, form: Fittings, *, other: Fitting | None = None,
    unread: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The form; with what would be `other`, what that means instead. `unread`: the ticks that were left out."""
    context: dict[str, Any] = {"pool": pool, "form": form, "why_not": _why_not(request, pool)}
    if other:
        context |= {
            "lines": fitting.lines(form.stands, other),
            "risks": [(name, words, name in (unread or [])) for name, words in fitting.risks(form.stands, other)],
            "unread": unread,
            "jobs": len(details.jobs(Part.of(pool, Detail.Kind.JOBS))),
            "undo_seconds": settings.DECISION_UNDO_SECONDS,
            "body": law.patch(other),
        }
    return render(request, "dashboard/pool_refit.html", context, status=status)


def _why_not(request: SignedIn, pool: Pool) -> str:
    if not request.user.has_perm("pools.refit_pool", pool):
        return _("Only the person who ordered it and admins of the team change its job types and drivers.")
    reason = refitting.why_not(pool)
    return fitting.why(reason, pool) if reason else ""


@require_POST
def retry(request: SignedIn, pk: int) -> HttpResponse:
    """Have the cloud try again to switch on a job type that failed."""
    pool = visible_pool(request, pk)
    try:
        refitting.retry(pool, request.POST.get("job_type", ""), by=request.user)
    except NotNow as late:
        messages.warning(request, fitting.why(late.why, pool, retrying=True))
    else:
        messages.success(request, _("The cloud is asked to try again."))
    return redirect("pool", pk=pool.pk)


@require_POST
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Let it come to nothing."""
    asked = visible_alteration(request, Refit, pk)
    if refitting.take_back(asked, by=request.user):
        messages.success(request, _("Taken back. Nothing was sent, and the pool is as it was."))
    else:
        messages.warning(request, _("Too late: it is on its way to the cloud. See below what becomes of it."))
    return redirect("pool", pk=asked.pool_id)
