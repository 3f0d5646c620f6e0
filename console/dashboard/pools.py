"""A pool's own page: where it stands, whether it is ready, what was asked for and heard, and what one may do to it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import describing, history
from console.dashboard import readiness, saying
from console.dashboard.rows import moves
from console.shell import SignedIn
from pools import ordering, queries
from pools.models import Pool, Reading
from pools.wire.pool import Pool as WirePool


@never_cache
@require_safe
def pool(request: SignedIn, pk: int) -> HttpResponse:
    shown = _visible_pool(request, pk)
    return render(request, "dashboard/pool.html", _context(request, shown))


@require_POST
def read(request: SignedIn, pk: int) -> HttpResponse:
    """Have the worker read this pool now; the page watches for the answer."""
    shown = _visible_pool(request, pk)
    ordering.ask_reading(shown.project, by=request.user, pool=shown)
    return redirect("pool", pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedIn, pk: int) -> HttpResponse:
    """Ask first, on a page of its own: the name has to be typed."""
    shown = _visible_pool(request, pk)
    typed = request.POST.get("typed_name", "")
    error = ""
    if request.method == "POST":
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
    context = {
        "pool": shown,
        "error": error,
        "typed": typed,
        "what": describing.what(describing.heard(shown)),
        "may_delete": request.user.has_perm("pools.delete_pool", shown),
    }
    return render(request, "dashboard/pool_delete.html", context, status=422 if error else 200)


def _visible_pool(request: SignedIn, pk: int) -> Pool:
    try:
        return queries.pool_page(request.user, pk)
    except Pool.DoesNotExist:
        raise Http404 from None


def _context(request: SignedIn, shown: Pool) -> dict[str, Any]:
    wire = describing.heard(shown)
    decision = saying.standing_decision(shown.order) if shown.order else None
    deletion = saying.standing_deletion(shown)
    reading = next(iter(shown.readings.all()), None)
    asked = reading is not None and reading.state == Reading.State.ASKED
    checked = readiness.checks(shown, wire, decision)
    return {
        "pool": shown,
        "order": shown.order,
        "watch": f"pool-{shown.pk}" + (f" order-{shown.order_id}" if shown.order_id else ""),
        "cursor": queries.cursor_from_now(timezone.now()),
        "rejection": saying.rejection(shown.order) if shown.order else None,
        "says": saying.of_pool(shown, wire, decision=decision, deletion=deletion, stretch=saying.stretch_of(shown)),
        "checks": checked,
        "ready": readiness.summary(checked),
        "nodes": describing.nodes(wire),
        "events": history.of_pool(shown),
        "facts": _facts(shown, wire),
        "flavors": describing.flavor_lines(wire),
        "decision": decision,
        "failed_errands": _failed(shown),
        "deletion": deletion,
        "reading": reading,
        "is_asked": asked,
        "is_moving": asked or moves(shown, decision, deletion),
        "heard_json": json.dumps(shown.document, indent=2, ensure_ascii=False),
        "may_delete": request.user.has_perm("pools.delete_pool", shown),
        "may_decide": bool(shown.order) and request.user.has_perm("pools.decide_order", shown.order),
    }


def _failed(shown: Pool) -> list[Any]:
    """Errands that failed after the last one that stands: somebody should know, and may try again."""
    decisions = list(shown.order.decisions.all()) if shown.order else []
    latest = [next(iter(errands), None) for errands in (decisions, list(shown.deletions.all()))]
    return [errand for errand in latest if errand is not None and errand.state == "failed"]


def _facts(shown: Pool, wire: WirePool) -> list[tuple[str, Any]]:
    spec = wire.spec
    return [
        (_("Job types"), describing.job_types(wire)),
        (_("Billing"), describing.billing(wire)),
        (_("Network"), spec.network.name if spec and spec.network else None),
        (_("Workspace"), shown.workspace_id),
        (_("Cluster size"), spec.cluster_flavor if spec else None),
        (_("Project"), shown.project),
        (_("Description"), describing.description(wire)),
    ]
