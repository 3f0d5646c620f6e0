"""Orders and pools as code: the tabs of their pages, and the files that are downloaded."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console import viewing
from console.dashboard.finding import visible_pool
from console.shell import SignedIn
from console.viewing import View
from pools import queries
from pools.dialects import shown
from pools.models import Order, Pool


def views_of_order(order: Order) -> list[View]:
    document = viewing.document_of(order.body)
    return viewing.views(document, order.project, name="order-as", body=order.body, pk=order.pk)


def views_of_pool(pool: Pool) -> list[View]:
    """A pool as the order that would make such a one: as it was ordered, or as it could have been asked for."""
    document, body = _asked_for(pool)
    return viewing.views(document, pool.project, name="pool-as", body=body, pk=pool.pk)


@never_cache
@require_safe
def order(request: SignedIn, pk: int, form: str) -> HttpResponse:
    try:
        found = queries.order_page(request.user, pk)
    except Order.DoesNotExist:
        raise Http404 from None
    return viewing.download(viewing.document_of(found.body), found.project, form, body=found.body)


@never_cache
@require_safe
def pool(request: SignedIn, pk: int, form: str) -> HttpResponse:
    found = visible_pool(request, pk)
    document, body = _asked_for(found)
    return viewing.download(document, found.project, form, body=body)


def _asked_for(pool: Pool) -> tuple[dict[str, object], str]:
    if pool.order:
        return viewing.document_of(pool.order.body), pool.order.body
    document = shown.asked_for(pool.document).order
    return document, viewing.text_of(document)
