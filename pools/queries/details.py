"""One pool or one order, whole."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch, Q

from pools.models import (
    Comment,
    Decision,
    Deletion,
    Detail,
    Intervention,
    Order,
    PhaseChange,
    Pool,
    Reading,
    Refit,
    Resize,
    Stretch,
    User,
)
from pools.models.orders import OrderQuerySet
from pools.models.projects import sealed_of


def pool_page(user: User, pk: int, *, details: Sequence[str] = ()) -> Pool:
    """One pool with its document, order, decisions, deletions, stages, last phases and last reading.

    And with these kinds of details, of `Detail.Kind`. Raises `Pool.DoesNotExist`.
    """
    phases = PhaseChange.objects.filter(pool=pk).order_by("-heard_at", "-pk").values("pk")[: PhaseChange.SHOWN]
    readings = Reading.objects.filter(pool=pk).order_by("-asked_at", "-pk").values("pk")[:1]
    whole = (
        Pool.objects.select_related(
            "project", "team", "order__placed_by", "order__watch__by", "attention", "adoption__by"
        )
        .defer(*sealed_of("project__"), "order__watch__body")
        .prefetch_related(
            Prefetch("stretches", Stretch.objects.order_by("began_at", "pk")),
            Prefetch("phase_changes", PhaseChange.objects.filter(pk__in=phases).order_by("heard_at", "pk")),
            Prefetch("deletions", Deletion.objects.select_related("by")),
            Prefetch("resizes", Resize.objects.select_related("by", "approved_by", "ended_by")),
            Prefetch("interventions", Intervention.objects.select_related("by", "ended_by")),
            Prefetch("refits", Refit.objects.select_related("by", "ended_by")),
            Prefetch("order__decisions", Decision.objects.select_related("by")),
            Prefetch("readings", Reading.objects.filter(pk__in=readings).select_related("asked_by")),
        )
    )
    if details:
        whole = whole.prefetch_related(Prefetch("details", Detail.objects.filter(kind__in=details)))
    return whole.visible_to(user).get(pk=pk)


def order_page(user: User, pk: int) -> Order:
    """One order with its pool, if any, and its decisions. Raises `Order.DoesNotExist`."""
    return orders_shown().visible_to(user).get(pk=pk)


def said_about(order: Order) -> list[Comment]:
    """What people said about the order, the first first; and about those before it that it is to be instead of."""
    asked = Decision.objects.standing().exclude(asked=[]).filter(
        order__team_id=order.team_id, order__project_id=order.project_id, order__pool_name=order.pool_name,
        order__placed_at__lt=order.placed_at,
    )  # fmt: skip
    about = Q(order=order) | Q(order__in=asked.values("order"))
    return list(Comment.objects.select_related("by").filter(about).order_by("at", "pk"))


def orders_shown() -> OrderQuerySet:
    return (
        Order.objects.select_related("project", "team", "placed_by", "resolved_by", "pool", "watch__by")
        .defer(*sealed_of("project__"), "pool__document", "watch__body")
        .prefetch_related(Prefetch("decisions", Decision.objects.select_related("by")))
    )
