"""Having the catalog read: the request, and how the page that asked hears that it was answered."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console.wizard import networking, steps
from console.wizard.finding import person, visible_draft
from console.wizard.interrupted import signed_in_or_back
from console.wizard.offers import Offers
from console.wizard.situation import Situation
from pools import ordering, queries
from pools.models import Reading

ANCHOR = "catalog-age"


@login_not_required
@require_POST
@signed_in_or_back("flavors")
def read_catalog(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Ask the worker to read the catalog; the page comes back at once, with what is known, and watches the request."""
    found = visible_draft(request, draft)
    ordering.ask_reading(found.project, by=person(request))
    step = request.POST.get("step", "")
    return redirect(f"{steps.step_url(found, step if step in steps.TITLES else 'flavors')}#{ANCHOR}")


@never_cache
@require_safe
def catalog_state(request: HttpRequest, draft: UUID) -> HttpResponse:
    """`{"state": "asked" | "done" | "failed" | ""}` of the last request to read the catalog that the draft uses.

    While a network that was asked for from the draft is being made, the catalog is being read for that.
    """
    found = visible_draft(request, draft)
    reading = queries.newest_catalog_reading(found.project)
    if networking.awaited(Situation(found, person(request), {}, {}, Offers.of(found.project))):
        return JsonResponse({"state": Reading.State.ASKED})
    return JsonResponse({"state": reading.state if reading else ""})
