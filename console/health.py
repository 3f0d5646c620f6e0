"""Whether the console is alive, and whether it is ready. Strangers are told yes or no, and nothing of the inside."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console import checkup
from console.monitoring import may_see_the_inside


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers. Nothing else is asked, the database neither."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """All of the console does its work: pages, broker, beat and worker."""
    return _answer(request, checkup.PARTS)


@login_not_required
@never_cache
@require_safe
def readyz_pages(request: HttpRequest) -> HttpResponse:
    """Pages can be served: what a load balancer asks. A beat that is away must not close the doors of all of them."""
    return _answer(request, checkup.PARTS_OF_PAGES)


def _answer(request: HttpRequest, parts: tuple[str, ...]) -> HttpResponse:
    found = checkup.examine(parts)
    is_ready = all(finding.is_well for finding in found.values())
    status = 200 if is_ready else 503
    # Who asks is only looked up where that cannot hang.
    if may_see_the_inside(request, database_answers=found["database"].is_well):
        told = {part: {"well": finding.is_well, "words": finding.words} for part, finding in found.items()}
        return JsonResponse({"ready": is_ready, "parts": told}, status=status)
    return HttpResponse("ok\n" if is_ready else "not ready\n", content_type="text/plain", status=status)
