"""What is done to nodes that were selected: read first, on a page of its own, and only then recorded."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from console import changing, deeds
from console.dashboard.details import node_lines
from console.dashboard.finding import visible_alteration, visible_pool
from console.prices import cost_of_nodes
from console.proving import proof
from console.shell import SignedIn
from console.templatetags import console
from pools import intervening
from pools.deeds import Deed
from pools.intervening import Choice, Mistyped, NotNow, Overtaken
from pools.models import Detail, Intervention, Pool
from pools.models.alterations import NEWS
from pools.wire import resizing as law
from pools.wire.options import JobPhase


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: SignedIn, pk: int) -> HttpResponse:
    """Without a selection it leads to the tab where one is made. Nodes are named by the form, never by an address."""
    pool = visible_pool(request, pk, details=(Detail.Kind.NODES,))
    if request.method != "POST":
        return redirect("pool-nodes", pk=pk)
    deed, names = request.POST.get("deed", ""), request.POST.getlist("node")
    if deed not in [*Deed] or not names:
        messages.warning(
            request, _("No node was selected.") if deed in [*Deed] else _("Nothing was chosen to be done.")
        )
        return redirect("pool-nodes", pk=pk)
    choice = intervening.choose(pool, Deed(deed), names)
    if request.POST.get("act") != "send":
        return _page(request, pool, choice)
    if choice.deed is Deed.DELETE and request.user.has_perm("pools.intervene_in_pool", pool):
        again = partial(_page, request, pool, choice, typed=request.POST.get("typed_name", ""))
        if asked := proof(request, nodes=len(choice.fit), again=again, back=reverse("pool-nodes", args=[pk])):
            return asked
    return _asked(request, pool, choice)


def _asked(request: SignedIn, pool: Pool, choice: Choice) -> HttpResponse:
    """Record it, and go back to the nodes; or say what came between."""
    typed = request.POST.get("typed_name", "")
    names, seen = request.POST.getlist("node"), request.POST.get("seen", "")
    try:
        asked = intervening.ask(pool, choice.deed, by=request.user, names=names, seen=seen, typed_name=typed)
    except Mistyped:
        error = _("This is not the pool's name. Type %(name)s exactly.") % {"name": pool.name}
        return _page(request, pool, choice, error=error, typed=typed, status=422)
    except NotNow as late:
        messages.warning(request, deeds.why(late.why, pool))
        return redirect("pool-nodes", pk=pool.pk)
    except Overtaken:
        messages.warning(
            request,
            _("The nodes were changed since you opened this page. Nothing was done; here they are as they are now."),
        )
        return _page(request, pool, choice, status=409)
    words = ngettext("On its way to the cloud: %(n)s node.", "On its way to the cloud: %(n)s nodes.", len(asked.nodes))
    messages.success(request, words % {"n": len(asked.nodes)})
    return redirect("pool-nodes", pk=pool.pk)


def _page(
    request: SignedIn, pool: Pool, choice: Choice, *, error: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "pool": pool,
        "deed": choice.deed.value,
        "icon": deeds.ICONS[choice.deed],
        "title": deeds.title(choice.deed, nodes=len(choice.fit), name=pool.name),
        "verb": deeds.verb(choice.deed, nodes=len(choice.fit)),
        "means": deeds.means(choice.deed, nodes=len(choice.fit)),
        "lines": node_lines(choice.fit),
        "left_out": deeds.left_out(choice),
        "ill": deeds.ill(choice),
        "why_not": _why_not(request, pool, choice.deed),
        "seen": choice.seen,
        "error": error,
        "typed": typed,
        "undo_seconds": settings.DECISION_UNDO_SECONDS if choice.deed not in intervening.AT_ONCE else 0,
        "body": intervening.body(choice) if choice.can_be else "",
        **_numbers(pool, choice),
    }
    return render(request, "dashboard/pool_nodes_act.html", context, status=status)


def _numbers(pool: Pool, choice: Choice) -> dict[str, Any]:
    """How many nodes a deletion leaves, and what they cost; nothing of what cannot be told."""
    if choice.deed is not Deed.DELETE or not choice.can_be:
        return {}
    stands, left = law.entries(pool.document), intervening.left(pool, choice)
    if not stands or not left:
        return {"gone": len(choice.fit)}
    cost = [cost_of_nodes(pool, law.patch(pool.document, told)) for told in (stands, left)]
    return {
        "gone": len(choice.fit),
        "before": changing.total(stands),
        "after": changing.total(left),
        "cost": cost if all(cost) else None,
    }


def _why_not(request: SignedIn, pool: Pool, deed: Deed) -> str:
    if not request.user.has_perm("pools.intervene_in_pool", pool):
        return _may_not()
    reason = intervening.why_not(pool, deed)
    return deeds.why(reason, pool) if reason else ""


def offered(request: SignedIn, pool: Pool) -> dict[str, Any]:
    """What the tab offers to do to nodes: each deed with its icon and why it cannot be; or why nothing can."""
    if not request.user.has_perm("pools.intervene_in_pool", pool):
        return {"deeds": [], "no_deeds": _may_not()}
    reasons = {deed: intervening.why_not(pool, deed) for deed in Deed}
    # What keeps all of them says so once.
    if why := reasons[Deed.LOCK]:
        return {"deeds": [], "no_deeds": "" if pool.gone_at else deeds.why(why, pool)}
    return {
        "deeds": [
            (deed.value, deeds.WORDS[deed], deeds.ICONS[deed], deeds.why(why, pool) if why else "")
            for deed, why in reasons.items()
        ]
    }


def under_way(request: SignedIn, pool: Pool, intervention: Intervention | None) -> dict[str, Any]:
    """What is being done to nodes, with what one may do about it; and what became of the last."""
    last = next(iter(pool.interventions.all()), None)
    told = {
        "intervention": intervention,
        **_job(last),
    }
    if intervention is None:
        return told
    return {
        **told,
        "intervention_title": deeds.asked(intervention),
        "intervention_line": deeds.in_a_line(intervention.nodes),
        "intervention_says": deeds.how_far(intervention),
        "may_take_back_intervention": request.user.has_perm("pools.take_back_intervention", intervention),
    }


def _job(last: Intervention | None) -> dict[str, Any]:
    """What the cloud makes of the restart that it took: while it is at work, and as long as what came of it is news."""
    if last is None or last.job_phase not in [*JobPhase] or _is_old(last):
        return {}
    return {"job": last, "job_says": deeds.how_far(last), "job_line": deeds.in_a_line(last.nodes)}


def _is_old(last: Intervention) -> bool:
    """A failure is news as long as any that came to nothing, a success only for as long as an answered reading is."""
    news = {JobPhase.SUCCESS: console.NEWS, JobPhase.FAILED: NEWS}.get(JobPhase(last.job_phase))
    return news is not None and timezone.now() - last.changed_at > news


def _may_not() -> str:
    return _("Only the person who ordered it and admins of the team lock, restart and delete its nodes.")


@require_POST
def take_back(request: SignedIn, pk: int) -> HttpResponse:
    asked = visible_alteration(request, Intervention, pk)
    if intervening.take_back(asked, by=request.user):
        messages.success(request, _("Taken back. Nothing was sent, and the nodes are as they were."))
    else:
        messages.warning(request, _("Too late: it is on its way to the cloud. See below what becomes of it."))
    return redirect("pool-nodes", pk=asked.pool_id)
