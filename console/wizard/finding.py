"""Who asks for which draft: found among those of the person's teams, or not at all."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from console.models import MENDABLE, Draft
from pools.models import Order, User
from pools.rules import NotAllowed
from pools.states import OrderState


def visible_draft(request: HttpRequest, pk: UUID) -> Draft:
    """The draft, if it is one of the user's teams'; otherwise it does not exist."""
    drafts = Draft.objects.visible_to(person(request)).select_related("team", "project", "saved_by")
    return get_object_or_404(drafts.with_last_watch(), pk=pk)


def person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise NotAllowed
    return request.user


def frozen_by(draft: Draft) -> Order | None:
    """The order that the draft became, unless it was refused or withdrawn: then the draft may be mended."""
    order = draft.order()
    return order if order and not is_mendable(order) else None


def is_mendable(order: Order) -> bool:
    """Refused or withdrawn: it never was a pool."""
    return OrderState(order.state) in MENDABLE
