"""A pool's own page: where it stands, whether it is ready, what was asked for and heard, and what one may do to it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import changing, deeds, describing, fitting
from console.dashboard import adopting, details, nodes, saying
from console.dashboard.details import Part
from console.dashboard.finding import visible_pool
from console.dashboard.rows import moves
from console.dashboard.tabs import TABS, Tab
from console.prices import Cost, cost_in, cost_of_nodes
from console.proving import proof
from console.shell import SignedIn
from pools import ordering, queries, refitting, resizing
from pools.gleaning import MEASURED
from pools.models import Decision, Detail, Intervention, Pool, Reading, Refit, Resize
from pools.models.pool_errands import PoolErrand

# So many of the jobs that would end are named before the pool is deleted; the others have a tab.
MOST_JOBS = 10


@never_cache
@require_safe
def pool(request: SignedIn, pk: int, tab: str = "") -> HttpResponse:
    """One tab of the page. Whoever looks is noted, so that the worker reads on while they do."""
    chosen = next(one for one in TABS if one.address == tab)
    shown = visible_pool(request, pk, details=chosen.kinds)
    ordering.watch(shown)
    return render(request, chosen.template, _context(request, shown, chosen))


@require_POST
def read(request: SignedIn, pk: int) -> HttpResponse:
    """Have the worker read this pool now; the page watches for the answer."""
    shown = visible_pool(request, pk)
    ordering.ask_reading(shown.project, by=request.user, pool=shown)
    return redirect("pool", pk=pk)


@require_POST
def mean(request: SignedIn, pk: int) -> HttpResponse:
    """Say that the pool is meant to be as it is, and not as it was ordered."""
    if ordering.mean_drift(visible_pool(request, pk), by=request.user, drift=request.POST.get("drift", "")):
        messages.success(request, _("Noted. It needs nobody until it changes again."))
    else:
        messages.info(request, _("It is other than what you read. See below how, and say it again."))
    return redirect("pool-configuration", pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedIn, pk: int) -> HttpResponse:
    """Ask first, on a page of its own, with the jobs that would end: the name has to be typed."""
    shown = visible_pool(request, pk, details=(Detail.Kind.JOBS,))
    typed = request.POST.get("typed_name", "")
    error = ""
    if request.method == "POST":
        again = partial(_ask_deleting, request, shown, typed)
        nodes = describing.nodes(describing.heard(shown)).wanted
        if request.user.has_perm("pools.delete_pool", shown) and (
            asked := proof(request, nodes=nodes, again=again, back=request.path)
        ):
            return asked
        try:
            ordering.delete(shown, by=request.user, typed_name=typed)
        except ordering.Mistyped:
            error = _("This is not the pool's name. Type %(name)s exactly.") % {"name": shown.name}
        except ordering.AlreadyGone:
            messages.info(request, _("The pool does not exist any more; there is nothing to delete."))
            return redirect("pool", pk=pk)
        else:
            messages.success(request, _("The deletion is on its way to the cloud."))
            return redirect("pool", pk=pk)
    return _ask_deleting(request, shown, typed, error)


def _ask_deleting(request: SignedIn, shown: Pool, typed: str, error: str = "") -> HttpResponse:
    ordering.watch(shown)
    part = Part.of(shown, Detail.Kind.JOBS)
    jobs = details.jobs(part)
    context = {
        "pool": shown,
        "error": error,
        "typed": typed,
        "runs_jobs": shown.phase in MEASURED and not shown.gone_at,
        "part": part,
        "jobs": jobs[:MOST_JOBS],
        "job_count": len(jobs),
        "watch": f"pool-{shown.pk}",
        "cursor": queries.cursor_from_now(timezone.now()),
        "is_moving": True,
        "what": describing.what(describing.heard(shown)),
        "cost": None if shown.gone_at else cost_in(shown.project, shown.document),
        "may_delete": request.user.has_perm("pools.delete_pool", shown),
    }
    return render(request, "dashboard/pool_delete.html", context, status=422 if error else 200)


def _context(request: SignedIn, shown: Pool, tab: Tab) -> dict[str, Any]:
    """What every tab shows, and what this one does."""
    wire = describing.heard(shown)
    decision = saying.standing_decision(shown.order) if shown.order else None
    deletion = saying.standing_deletion(shown)
    resize, refit = saying.standing_resize(shown), saying.standing_refit(shown)
    intervention = saying.standing_intervention(shown)
    reading = next(iter(shown.readings.all()), None)
    asked = reading is not None and reading.state == Reading.State.ASKED
    return {
        "pool": shown,
        "order": shown.order,
        "tab": tab.address,
        "tabs": [(one.word, _address(shown, one), one.address == tab.address) for one in TABS],
        "watch": f"pool-{shown.pk}" + (f" order-{shown.order_id}" if shown.order_id else ""),
        "cursor": queries.cursor_from_now(timezone.now()),
        "rejection": saying.rejection(shown.order) if shown.order else None,
        "stretch": saying.stretch_of(shown),
        "says": saying.of_pool(shown, wire, decision=decision, deletion=deletion, stretch=saying.stretch_of(shown)),
        "nodes": describing.nodes(wire),
        "decision": decision,
        "failed_errands": _failed(shown),
        "deletion": deletion,
        "reading": reading,
        "is_asked": asked,
        **_resizing(request, shown, resize),
        **_refitting(request, shown, refit),
        **nodes.under_way(request, shown, intervention),
        "is_moving": asked
        or moves(shown, decision, deletion, resize, refit, intervention)
        or _awaits_details(shown, tab),
        "may_delete": request.user.has_perm("pools.delete_pool", shown),
        "teams": adopting.teams_for(request, shown),
        "may_decide": bool(shown.order) and request.user.has_perm("pools.decide_order", shown.order),
        **tab.context(request, shown, wire),
    }


def _resizing(request: SignedIn, shown: Pool, resize: Resize | None) -> dict[str, Any]:
    """The resize that is under way, with what one may do about it; and why no other can be asked for now."""
    reason = resizing.why_not(shown)
    may = request.user.has_perm("pools.resize_pool", shown)
    return {
        "resize": resize,
        "resize_line": changing.in_a_line(resize) if resize else "",
        "resize_says": changing.standing(resize) if resize else "",
        "resize_changes": changing.of_resize(resize) if resize else [],
        "resize_cost": _costs(shown, resize) if resize and resize.is_awaited else None,
        "resize_deciders": _deciders(resize) if resize and resize.is_awaited else "",
        "may_approve_resize": resize is not None and request.user.has_perm("pools.approve_resize", resize),
        "may_remind_resize": resize is not None and _may_remind(request, resize),
        "may_take_back": resize is not None and request.user.has_perm("pools.take_back_resize", resize),
        "may_resize": may,
        "no_resize": changing.why(reason, shown) if reason else "",
    }


def _refitting(request: SignedIn, shown: Pool, refit: Refit | None) -> dict[str, Any]:
    """As `_resizing`, of job types and drivers."""
    reason = refitting.why_not(shown)
    return {
        "refit": refit,
        "refit_line": fitting.in_a_line(refit) if refit else "",
        "refit_says": changing.how_far(refit) if refit else "",
        "refit_lines": fitting.lines(refit.stood, refit.wanted) if refit and not refit.retried else [],
        "may_take_refit_back": refit is not None and request.user.has_perm("pools.take_back_refit", refit),
        "may_refit": request.user.has_perm("pools.refit_pool", shown),
        "no_refit": fitting.why(reason, shown) if reason else "",
    }


def _deciders(resize: Resize) -> str:
    team = resize.pool.team
    names = [str(user) for user in queries.deciders_for(team, placed_by_id=resize.by_id)] if team else []
    return _(", ").join(names) or _("Nobody: the team needs another admin")


def _may_remind(request: SignedIn, resize: Resize) -> bool:
    asked = resize.reminded_at
    is_time = asked is None or timezone.now() - asked >= resizing.REMIND_AGAIN
    return resize.is_awaited and is_time and request.user.has_perm("pools.remind_resize", resize)


def _costs(shown: Pool, resize: Resize) -> tuple[Cost, Cost] | None:
    """What its nodes cost by the list price, and would cost then; None where one of the two is not told."""
    before, after = cost_of_nodes(shown, resize.was), cost_of_nodes(shown, resize.body)
    return (before, after) if before and after else None


def _awaits_details(shown: Pool, tab: Tab) -> bool:
    """Whether the tab shows what was never read: somebody does that now."""
    return not shown.gone_at and bool(tab.kinds) and not shown.details.all()


def _address(shown: Pool, tab: Tab) -> str:
    return reverse(f"pool-{tab.address}" if tab.address else "pool", args=[shown.pk])


def _failed(shown: Pool) -> list[tuple[str, Any]]:
    """Errands that failed after the last one that stands: somebody should know, and may try again."""
    decisions = list(shown.order.decisions.all()) if shown.order else []
    own: tuple[list[Any], ...] = (
        list(shown.deletions.all()),
        list(shown.resizes.all()),
        list(shown.refits.all()),
        list(shown.interventions.all()),
    )
    kinds: tuple[list[Any], ...] = (decisions, *own)
    latest = [next(iter(errands), None) for errands in kinds]
    return [(_failure(errand), errand) for errand in latest if errand is not None and errand.state == "failed"]


def _failure(errand: Decision | PoolErrand) -> str:
    match errand:
        case Decision():
            return _("The cloud did not take the decision")
        case Resize():
            return _("The pool was not resized")
        case Intervention():
            return deeds.failure(errand)
        case Refit(retried=""):
            return _("Job types and drivers were not changed")
        case Refit(retried=job):
            return _("%(job)s was not tried again") % {"job": job}
    return _("The cloud did not take the deletion")
