"""An order's own page: what step, who can act, since when, what can I do; and the exact document."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console import describing, history, timing
from console.dashboard import answers, code, saying
from console.models import Draft
from console.shell import SignedIn
from pools import approving, conversing, ordering, queries
from pools.estimates import Band
from pools.models import Order, Pool, Trouble, User
from pools.states import OrderState, allows
from pools.wire.enums import Phase
from pools.wire.errors import Code


@never_cache
@require_safe
def order(request: SignedIn, pk: int) -> HttpResponse:
    shown = _visible_order(request, pk)
    conversing.read(shown, by=request.user)
    return render(request, "dashboard/order.html", _context(request, shown))


@require_POST
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    shown = _visible_order(request, pk)
    if ordering.withdraw(shown, by=request.user):
        messages.success(request, _("The order was taken back. Nothing was sent."))
    else:
        messages.warning(request, _("Too late: the order is on its way to the cloud. See below what becomes of it."))
    return redirect("order", pk=pk)


@require_POST
def look(request: SignedIn, pk: int) -> HttpResponse:
    """Have the worker look now, instead of when it would have."""
    if ordering.look_sooner(_visible_order(request, pk), by=request.user):
        messages.info(request, _("We look now. This page tells what is found."))
    else:
        messages.info(request, _("We are looking already. This page tells what is found."))
    return redirect("order", pk=pk)


@require_POST
def resolve(request: SignedIn, pk: int) -> HttpResponse:
    """A person's word on an order that can neither be confirmed nor denied."""
    shown = _visible_order(request, pk)
    word = request.POST.get("as", "")
    if word not in Order.Resolution.values:
        messages.warning(request, _("Choose what became of the order."))
        return redirect("order", pk=pk)
    try:
        ordering.resolve(shown, by=request.user, as_=Order.Resolution(word))
    except ordering.NothingToResolve:
        messages.info(request, _("The order was settled a moment ago. See below how."))
    else:
        messages.success(request, _("Noted. The worker acts on it now."))
    return redirect("order", pk=pk)


@require_POST
def remind(request: SignedIn, pk: int) -> HttpResponse:
    """Ask whoever decides to do so."""
    if ordering.remind(_visible_order(request, pk), by=request.user):
        messages.success(request, _("Whoever decides sees on the desk that you asked."))
    else:
        messages.info(request, _("Not now: it was asked for within a day, or the order waits no longer."))
    return redirect("order", pk=pk)


@require_POST
def say(request: SignedIn, pk: int) -> HttpResponse:
    """Add a remark, and go back to the page that it was typed on."""
    shown = _visible_order(request, pk)
    try:
        conversing.say(shown, by=request.user, text=request.POST.get("text", ""))
    except conversing.NothingSaid:
        messages.warning(request, _("Nothing was typed."))
    except conversing.TooMuch:
        said = {"n": conversing.LONGEST, "most": conversing.MOST}
        messages.warning(
            request, _("Not kept: a remark has %(n)s characters at most, and an order %(most)s remarks.") % said
        )
    back = "approval" if request.POST.get("back") == "approval" else "order"
    return redirect(f"{reverse(back, args=[pk])}#conversation")


def _visible_order(request: SignedIn, pk: int) -> Order:
    try:
        return queries.order_page(request.user, pk)
    except Order.DoesNotExist:
        raise Http404 from None


def _context(request: SignedIn, shown: Order) -> dict[str, Any]:
    wire, user, pool = describing.asked(shown), request.user, _pool_of(shown)
    mendable = shown.state in {OrderState.REFUSED, OrderState.WITHDRAWN}
    return {
        "order": shown,
        "watch": f"order-{shown.pk}" + (f" pool-{shown.pool.pk}" if _pool_of(shown) else ""),
        "pool": _pool_of(shown),
        "cursor": queries.cursor_from_now(timezone.now()),
        "is_moving": shown.is_on_the_way or _pool_of(shown) is not None,
        "says": saying.of_order(shown),
        "is_put_off": shown.state == OrderState.PLACED and shown.setbacks > 0 and shown.due_at is not None,
        "has_failed": pool is not None and pool.phase in queries.FAILED and not pool.gone_at,
        **_timing(shown, pool),
        **_taken_name(request.user, shown),
        "answers": answers.of(shown, user),
        "events": history.of_order(shown),
        "flavors": describing.flavor_lines(wire),
        "facts": _facts(shown, wire) + describing.docket(shown.docket) + (_traces(shown) if user.is_staff else []),
        "digest": approving.digest_of(shown),
        "views": code.views_of_order(shown),
        "may_withdraw": allows(OrderState(shown.state), OrderState.WITHDRAWN)
        and user.has_perm("pools.withdraw_order", shown),
        "may_resolve": shown.needs_person and user.has_perm("pools.resolve_order", shown),
        "rejection": saying.rejection(shown),
        "remarks": queries.said_about(shown),
        "resolutions": Order.Resolution.choices,
        "draft": Draft.objects.visible_to(user).filter(pk=shown.draft).first() if mendable else None,
    }


def _timing(shown: Order, pool: Pool | None) -> dict[str, Any]:
    """How long the creation will take, while nothing has begun; and how far it is, once it has."""
    if pool is None:
        return {"takes": _takes(shown) if shown.is_on_the_way else None}
    if pool.phase == Phase.WAITING and not pool.gone_at and not saying.rejection(shown):
        return {"takes": _takes(shown)}
    stretch = None if pool.gone_at else pool.stretches.under_way().first()
    return {"timing": timing.line(stretch) if stretch else ""}


def _takes(shown: Order) -> Band | None:
    return queries.creation_takes(shown.project, describing.document(shown))


def _taken_name(user: User, shown: Order) -> dict[str, Any]:
    """Whether another pool had the name; and that pool, if the person may know of it."""
    if shown.failure_code not in {Trouble.NAME_TAKEN, Code.POOL_EXISTS}:
        return {"is_name_taken": False}
    same = Pool.objects.visible_to(user).living().filter(project=shown.project, name=shown.pool_name)
    return {"is_name_taken": True, "namesake": same.exclude(order=shown).first()}


def _pool_of(shown: Order) -> Pool | None:
    return getattr(shown, "pool", None)


def _facts(shown: Order, wire: Any) -> list[tuple[str, Any]]:
    spec = wire.spec
    return [
        (_("Pool name"), shown.pool_name),
        (_("Job types"), describing.job_types(wire)),
        (_("Billing"), describing.billing(wire)),
        (_("Network"), spec.network.name if spec and spec.network else None),
        (_("Workspace"), shown.workspace_id),
        (_("Project"), shown.project),
        (_("Work order"), shown.work_order),
        (_("Billing order"), shown.billing_order),
        (_("Description"), describing.description(wire)),
    ]


def _traces(shown: Order) -> list[tuple[str, Any]]:
    """What to search the logs for, ours and the cloud's."""
    return [(_("Trace in our log"), shown.trace), (_("Request at the cloud"), shown.answer_id)]
