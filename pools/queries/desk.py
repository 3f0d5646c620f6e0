"""The approvals desk: what waits to be decided, by whom, and what was."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from pools.models import Decision, Membership, Order, User
from pools.queries.details import orders_shown

MOST_DECISIONS = 50


def desk_count(user: User) -> int:
    """How many Waiting orders are the user's to decide."""
    return Order.objects.visible_to(user).decidable_by(user).waiting().count()


def deciders_of(order: Order) -> list[User]:
    """Who may decide the order: admins of its team, but for the person who placed it where the team wants four eyes."""
    admins = User.objects.filter(
        memberships__team_id=order.team_id, memberships__role=Membership.Role.ADMIN, is_active=True
    )
    admins = admins.exclude(pk=order.placed_by_id) if order.team.four_eyes else admins
    return list(admins.order_by("username"))


def waiting_orders(user: User) -> list[Order]:
    """The desk: every Waiting order the user may see, the oldest first; `may_decide` says if it is theirs to decide."""
    mine = Order.objects.decidable_by(user).filter(pk=OuterRef("pk"))
    return list(orders_shown().visible_to(user).waiting().annotate(may_decide=Exists(mine)).order_by("placed_at", "pk"))


def decided_orders(user: User, *, most: int = MOST_DECISIONS) -> list[Decision]:
    """The latest decisions on orders the user may see, failed ones among them, the newest first."""
    decisions = Decision.objects.filter(order__team__memberships__user_id=user.pk)
    return list(
        decisions.select_related("by", "order__placed_by", "order__team", "order__pool").defer("order__pool__document")[
            :most
        ]
    )
