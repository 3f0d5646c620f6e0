"""The desk: orders that wait at the cloud's gate, and more nodes that wait at ours, in the order of their urgency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console import changing, checking, describing
from console.approvals import competing
from console.prices import Cost, cost_in, cost_of_order
from console.shell import Shell, SignedIn
from console.templatetags.console import ERRAND_SHAPES
from pools import queries
from pools.checking import Check, Rival, checks_of, checks_of_resizes, light, rivals_of
from pools.models import Decision, Order, Pool, Resize
from pools.phases import ENDS_SOON
from pools.states import ErrandState

TABS: Final = ("mine", "team", "decided")
URGENCY: Final = {"late": 0, "due": 1, "new": 2}
# Days before it is needed from which on an order is due.
SOON_NEEDED: Final = 3
# From when on what waits is due, and late.
DUE: Final = {timedelta(days=1): "late", timedelta(hours=4): "due"}
MOST: Final = 50


@never_cache
@require_safe
def desk(request: SignedIn) -> HttpResponse:
    """Three tabs: what waits for the person, what waits for others of their teams, and what was decided."""
    asked = request.GET.get("tab")
    tab = asked if asked in TABS else "mine"
    waiting: list[Order | Resize] = [*queries.waiting_orders(request.user), *queries.awaited_resizes(request.user)]
    waiting.sort(key=lambda one: (one.reminded_at is None, URGENCY[_due(one)["due"]], one.waits_since))
    mine = [one for one in waiting if getattr(one, "may_decide", False)]
    others = [one for one in waiting if not getattr(one, "may_decide", False)]
    Shell.of(request).desk_count = len(mine)
    lines = _lines(request, {"mine": mine, "team": others, "decided": []}[tab])
    context = {
        "tab": tab,
        "lines": lines,
        # To be read and approved together it takes two that need no look of their own.
        "may_join": tab == "mine" and sum(line["is_plain"] for line in lines) > 1,
        "mine": len(mine),
        "others": len(others),
        "decided": _decided(request) if tab == "decided" else None,
        "unasked": [_asked(order) for order in queries.paid_by_themselves(request.user)] if tab == "mine" else [],
        "last": queries.last_decision(request.user) if tab == "mine" and not mine else None,
        "cursor": queries.cursor_from_now(timezone.now()),
        "is_moving": bool(waiting),
    }
    return render(request, "approvals/desk.html", context)


def _lines(request: SignedIn, shown: Sequence[Order | Resize]) -> list[dict[str, Any]]:
    orders = [one for one in shown if isinstance(one, Order)]
    resizes = [one for one in shown if isinstance(one, Resize)]
    # One object for each project, so that its catalog is read once for all that rests on it.
    resting: list[Order | Pool] = [*orders, *(resize.pool for resize in resizes)]
    projects = {one.project_id: one.project for one in resting}
    for one in resting:
        one.project = projects[one.project_id]
    found = checks_of(orders)
    rivals = rivals_of(orders, found)
    judged = checks_of_resizes(resizes)
    return [
        _line(request, line, found[line.pk], rivals[line.pk])
        if isinstance(line, Order)
        else _line_of_resize(line, judged[line.pk])
        for line in shown
    ]


def _asked(order: Order) -> dict[str, Any]:
    """What an order asks for, in words."""
    wire = describing.asked(order)
    flavors = describing.flavor_lines(wire)
    nodes = describing.node_words(sum(line.count for line in flavors))
    return {"order": order, "nodes": nodes, "flavors": flavors, "billing": describing.billing(wire)}


def _line(request: SignedIn, order: Order, found: list[Check], rivals: list[Rival]) -> dict[str, Any]:
    return {
        **_asked(order),
        "cost": cost_of_order(order),
        "risks": describing.risks(describing.asked(order)),
        "competition": competing.of(request, rivals),
        "is_plain": light(found) == "good" and not rivals,
        **_light(found),
        **_due(order),
    }


def _line_of_resize(resize: Resize, found: list[Check]) -> dict[str, Any]:
    return {
        "resize": resize,
        "sentence": changing.sentence(resize),
        "changes": changing.of_resize(resize),
        "costs": _costs(resize),
        "risks": changing.risks(resize),
        # Read together are orders that are paid; a change of a pool that runs has a look of its own.
        "is_plain": False,
        **_light(found),
        **_due(resize),
    }


def _costs(resize: Resize) -> tuple[Cost, Cost] | None:
    """What its nodes cost by the list price, and would cost then; None where one of the two is not told."""
    before, after = (cost_in(resize.pool.project, changing.document(resize, one)) for one in (resize.was, resize.body))
    return (before, after) if before and after else None


def _light(found: list[Check]) -> dict[str, Any]:
    return {
        "light": light(found),
        "bad": [line for line in checking.in_words(found) if line.result == "bad"],
        "oldest": min((check.read_at for check in found if check.read_at), default=None),
        "unknown": sum(check.result == "unknown" for check in found),
    }


def _due(one: Order | Resize) -> dict[str, Any]:
    """How urgent it is by how long it waits, by when it is needed, and by how soon that ends; in a word."""
    if _ends_soon(one):
        return {"due": "late", "due_word": _("Ends soon")}
    needed_by = one.needed_by if isinstance(one, Order) else None
    left = (needed_by - timezone.localdate()).days if needed_by else None
    if left is not None and left < 0:
        return {"due": "late", "due_word": _("Needed by now")}
    if left is not None and left <= SOON_NEEDED:
        return {"due": "late" if left == 0 else "due", "due_word": _("Needed soon")}
    waits = timezone.now() - one.waits_since
    word = next((word for least, word in DUE.items() if waits >= least), "new")
    words = {"new": _("New"), "due": _("Due"), "late": _("Overdue")}
    return {"due": word, "due_word": words[word]}


def _ends_soon(one: Order | Resize) -> bool:
    if isinstance(one, Order):
        return one.is_waiting_out
    return one.ends_at is not None and one.ends_at - timezone.now() < ENDS_SOON


def _decided(request: SignedIn) -> list[dict[str, Any]]:
    """The latest decisions of both kinds, the newest first."""
    decided: list[Decision | Resize] = [
        *queries.decided_orders(request.user),
        *queries.decided_resizes(request.user),
    ]
    decided.sort(key=_decided_at, reverse=True)
    return [_decided_resize(one) if isinstance(one, Resize) else {"decision": one} for one in decided[:MOST]]


def _decided_at(one: Decision | Resize) -> datetime:
    return (one.decided_at or one.at) if isinstance(one, Resize) else one.at


def _decided_resize(resize: Resize) -> dict[str, Any]:
    return {
        "resize": resize,
        "line": changing.in_a_line(resize),
        "says": changing.standing(resize),
        "shape": ERRAND_SHAPES[ErrandState(resize.state)],
    }
