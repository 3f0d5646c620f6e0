"""The desk of gate 2: orders that the cloud accepted and that wait to be paid or approved. A GET never decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console import describing
from console.approvals.forms import Rejection
from console.shell import Shell, SignedIn
from console.templatetags.console import age_words
from pools import approving, queries
from pools.models import Decision, Membership, Order
from pools.wire import digest, reading


@never_cache
@require_safe
def desk(request: SignedIn) -> HttpResponse:
    """Two tabs: what waits, one's own part first; and what was decided."""
    decided = request.GET.get("tab") == "decided"
    waiting = queries.waiting_orders(request.user)
    mine = [(order, describing.asked(order)) for order in waiting if getattr(order, "may_decide", False)]
    others = [(order, describing.asked(order)) for order in waiting if not getattr(order, "may_decide", False)]
    Shell.of(request).desk_count = len(mine)
    context = {
        "decided": queries.decided_orders(request.user) if decided else None,
        "mine": [_line(order, wire) for order, wire in mine],
        "others": [_line(order, wire) for order, wire in others],
        "cursor": queries.cursor_from_now(timezone.now()),
        "is_moving": bool(waiting),
    }
    return render(request, "approvals/desk.html", context)


@never_cache
@require_safe
def approval(request: SignedIn, pk: int) -> HttpResponse:
    return _page(request, _visible_order(request, pk), Rejection())


@require_POST
def approve(request: SignedIn, pk: int) -> HttpResponse:
    order = _visible_order(request, pk)
    try:
        approving.approve(order, by=request.user)
    except approving.AlreadyDecided as already:
        messages.warning(request, _first(already.decision))
    except approving.NothingToDecide:
        messages.info(request, _("The order does not wait any more: the cloud went on without us."))
    else:
        messages.success(request, _("Approved. The order is being paid; watch it become Creating."))
    return redirect("approval", pk=pk)


@require_POST
def reject(request: SignedIn, pk: int) -> HttpResponse:
    order, form = _visible_order(request, pk), Rejection(request.POST)
    if not request.user.has_perm("pools.decide_order", order):
        raise PermissionDenied("pools.decide_order")
    if not form.is_valid():
        return _page(request, order, form, status=422)
    try:
        approving.reject(order, by=request.user, reason=form.cleaned_data["reason"])
    except approving.AlreadyDecided as already:
        messages.warning(request, _first(already.decision))
    except approving.NothingToDecide:
        messages.info(request, _("The order does not wait any more: the cloud went on without us."))
    else:
        messages.success(request, _("Rejected. The order is being cancelled."))
    return redirect("approval", pk=pk)


def _first(decision: Decision) -> str:
    """Somebody else was faster: who, what, when."""
    said = {"who": decision.by, "when": age_words(decision.at)}
    if decision.verdict == Decision.Verdict.APPROVED:
        return _("%(who)s approved %(when)s. Your decision was not needed and does not count.") % said
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


def _line(order: Order, wire: Any) -> dict[str, Any]:
    flavors = describing.flavor_lines(wire)
    return {
        "order": order,
        "nodes": describing.node_words(sum(line.count for line in flavors)),
        "flavors": flavors,
        "billing": describing.billing(wire),
        "risks": describing.risks(wire),
    }


def _page(request: SignedIn, order: Order, form: Rejection, *, status: int = 200) -> HttpResponse:
    wire = describing.asked(order)
    standing = next((one for one in order.decisions.all() if one.state != "failed"), None)
    lines = describing.flavor_lines(wire)
    context = {
        "order": order,
        "pool": order.pool,
        "form": form,
        "decision": standing,
        "failed": None if standing else next(iter(order.decisions.all()), None),
        "is_waiting": order.pool.phase == "Waiting" and not order.pool.gone_at and standing is None,
        "why_not": _why_not(request, order),
        "admins": _admins(order),
        "nodes_in_words": describing.node_words(sum(line.count for line in lines)),
        "flavors": lines,
        "facts": _facts(order, wire),
        "risks": describing.risks(wire),
        "scripts": describing.scripts_in_words(wire),
        "why": describing.description(wire),
        "digest": digest.digest(reading.parse_json(order.body)),
        "cursor": queries.cursor_from_now(timezone.now()),
        "watch": f"order-{order.pk} pool-{order.pool.pk}",
        "is_moving": True,
    }
    return render(request, "approvals/approval.html", context, status=status)


def _why_not(request: SignedIn, order: Order) -> str:
    """Why the person may not decide, in a sentence; empty if they may. Levers are disabled, never hidden."""
    if request.user.has_perm("pools.decide_order", order):
        return ""
    roles = {membership.team_id: membership.role for membership in Shell.of(request).memberships}
    if roles.get(order.team_id) == Membership.Role.ADMIN:
        return _("You cannot decide: you placed this order, and %(team)s wants four eyes. Another admin decides.") % {
            "team": order.team
        }
    return _("You cannot decide: only admins of %(team)s do.") % {"team": order.team}


def _admins(order: Order) -> list[str]:
    """Who can open the gate, by name."""
    return [str(user) for user in queries.deciders_of(order)]


def _facts(order: Order, wire: Any) -> list[tuple[str, Any]]:
    spec = wire.spec
    return [
        (_("Job types"), describing.job_types(wire)),
        (_("Billing"), describing.billing(wire)),
        (_("Network"), spec.network.name if spec and spec.network else None),
        (_("Workspace"), order.workspace_id),
        (_("Project"), order.project),
    ]
