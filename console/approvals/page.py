"""The page of one decision, in the order in which whoever decides reads it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console import advising, checking, describing, differing, history, viewing
from console.approvals import comparing, competing, seen
from console.approvals.forms import Approval, Changes, Rejection
from console.approvals.sentences import sentence
from console.approvals.totals import totals
from console.prices import cost_of_order
from console.shell import Shell, SignedIn
from pools import approving, queries
from pools.checking import checks, rivals_of
from pools.models import Decision, Membership, Order
from pools.states import IN_VAIN, ErrandState
from pools.wire.enums import Phase


def show(
    request: SignedIn, order: Order, *, status: int = 200, approval: Approval | None = None,
    rejection: Rejection | None = None, changes: Changes | None = None, changed: differing.Told | None = None,
    is_worse: bool = False,
) -> HttpResponse:  # fmt: skip
    """The page, with a form that was refused if one was.

    `changed`: what was posted was meant for another document; nothing was decided, and this is the difference.
    `is_worse`: nothing was decided either, for a check is bad that was not when the person read it.
    """
    wire = describing.asked(order)
    decisions = list(order.decisions.all())
    standing = next((one for one in decisions if one.state not in IN_VAIN), None)
    failed = next((one for one in decisions if one.state == ErrandState.FAILED), None)
    lines = describing.flavor_lines(wire)
    against = request.GET.get("against", "")
    bases = comparing.bases_of(order)
    here = reverse("approval", args=[order.pk])
    compared = comparing.compare(order, bases, against)
    checked = _checks(request, order, standing)
    context = {
        "order": order,
        "pool": order.pool,
        "approval": approval or Approval(),
        "form": rejection or Rejection(),
        "changes": changes or Changes(),
        "changed": changed,
        "is_worse": is_worse,
        "decision": standing,
        "may_undo": standing is not None and request.user.has_perm("pools.undo_decision", standing),
        "failed": None if standing else failed,
        "is_waiting": order.pool.phase == Phase.WAITING and not order.pool.gone_at and standing is None,
        "why_not": _why_not(request, order),
        "admins": [str(user) for user in queries.deciders_of(order)],
        "sentence": sentence(order, wire),
        "nodes_in_words": describing.node_words(sum(line.count for line in lines)),
        "flavors": lines,
        "facts": _facts(order, wire),
        "docket": [(name, value) for name, value in describing.docket(order.docket) if value],
        **checked,
        "totals": totals(order, comparing.stood_before(compared), checked["found"]),
        "cost": None if standing else cost_of_order(order),
        "is_unread": any(
            trouble.kind == "unread" and trouble.project.pk == order.project_id
            for trouble in Shell.of(request).troubled
        ),
        "check_url": reverse("approval-check", args=[order.pk]),
        "is_reading": queries.is_catalog_being_read(order.project),
        "compared": compared,
        "risks": describing.risks(wire) + _first_uses(order, wire),
        "accepted": advising.accepted(order),
        "scripts": describing.scripts_in_words(wire),
        "why": describing.description(wire),
        "remarks": queries.said_about(order),
        "events": history.of_order(order),
        "views": viewing.views(
            viewing.document_of(order.body), order.project, name="order-as", body=order.body, pk=order.pk
        ),
        "digest": approving.digest_of(order),
        "sealed": seen.seal(order),
        "undo_seconds": settings.DECISION_UNDO_SECONDS,
        "payment_page": _payment_page(order),
        "cursor": queries.cursor_from_now(timezone.now()),
        "watch": f"order-{order.pk} pool-{order.pool.pk}",
        # Also after a form was refused, when the address in the bar is that of the act.
        "parts_url": f"{here}?against={against}" if against in {"origin", "previous", "cloud"} else f"{here}?",
        "is_moving": True,
    }
    return render(request, "approvals/approval.html", context, status=status)


def _checks(request: SignedIn, order: Order, standing: Decision | None) -> dict[str, Any]:
    """As of now, and with what the order competes; once somebody approved, as they were then."""
    then = checking.when_decided(standing) if standing else []
    found = [] if then else checks(order)
    rivals = [] if standing else rivals_of([order], {order.pk: found})[order.pk]
    lines = then or checking.in_words(found)
    ages = [line.read_at for line in lines if line.read_at]
    return {
        "competition": competing.of(request, rivals),
        "found": found,
        "checks": lines,
        "checked_then": bool(then),
        "bad": [line for line in lines if line.result == "bad"],
        "oldest": min(ages, default=None),
    }


def _first_uses(order: Order, wire: Any) -> list[str]:
    """Flavors that the team orders for the first time: nobody there knows yet what they cost and how long they take."""
    flavors = list(dict.fromkeys(line.flavor for line in describing.flavor_lines(wire)))
    known = queries.flavors_known_to(order.team, flavors, before=order)
    return [
        _("The first %(flavor)s that %(team)s orders.") % {"flavor": flavor, "team": order.team}
        for flavor in flavors
        if flavor not in known
    ]


def _payment_page(order: Order) -> str:
    """Where the order is paid in the cloud's own console; empty where that was not said, or where nothing is bought."""
    url = settings.PAYMENT_PAGE_URL
    if order.project.embedded or not order.billing_order or not url.startswith("https://"):
        return ""
    return str(url.replace("{order}", quote(order.billing_order, safe="")))


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


def _facts(order: Order, wire: Any) -> list[tuple[str, Any]]:
    spec = wire.spec
    return [
        (_("Job types"), describing.job_types(wire)),
        (_("Billing"), describing.billing(wire)),
        (_("Network"), spec.network.name if spec and spec.network else None),
        (_("Workspace"), order.workspace_id),
        (_("Project"), order.project),
    ]
