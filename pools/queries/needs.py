"""What waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q

from pools.models import Decision, Deletion, Membership, Order, Pool, User
from pools.models.pools import PoolQuerySet
from pools.queries.overview import FAILED, still_of_interest
from pools.queries.rows import poolless_shown, pools_shown
from pools.states import OrderState

NeedKind = Literal["decide", "resolve", "refused", "held", "doubt", "failed"]


@dataclass(frozen=True, kw_only=True)
class Need:
    """One thing that waits for the user, and what for: an order, or a failed pool."""

    kind: NeedKind
    order: Order | None = None
    pool: Pool | None = None


def needs_me(user: User) -> list[Need]:
    """What a person should act on or know of, the oldest first: orders to decide, doubts to resolve, their own orders
    that were refused, are held or in doubt, and failed pools of theirs or of a team they administer.
    """
    admin_of = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
    to_decide = Q(pk__in=Order.objects.decidable_by(user).waiting().values("pk"))
    to_resolve = Q(needs_person=True, team_id__in=admin_of)
    stuck = Q(state__in=[OrderState.HELD, OrderState.IN_DOUBT])
    own = Q(placed_by_id=user.pk) & (stuck | (Q(state=OrderState.REFUSED) & still_of_interest()))
    orders = (
        poolless_shown()
        .select_related("pool")
        .defer("pool__document")
        .visible_to(user)
        .filter(to_decide | to_resolve | own)
        .order_by("placed_at", "pk")
    )
    failed = _failed_pools(user, admin_of)
    return [
        *(Need(kind=_need(order), order=order) for order in orders),
        *(Need(kind="failed", order=pool.order, pool=pool) for pool in failed),
    ]


def _need(order: Order) -> NeedKind:
    kinds: dict[str, NeedKind] = {
        OrderState.ACCEPTED: "decide",
        OrderState.REFUSED: "refused",
        OrderState.HELD: "held",
    }
    doubt: NeedKind = "resolve" if order.needs_person else "doubt"
    return kinds.get(order.state, doubt)


def _failed_pools(user: User, admin_of: Any) -> PoolQuerySet:
    deleted = Deletion.objects.standing().filter(pool=OuterRef("pk"))
    # A rejected order ends as a failed creation. Whoever ordered it may mend it; to the admins it is settled.
    unwanted = Decision.objects.standing().filter(order=OuterRef("order"), verdict=Decision.Verdict.REJECTED)
    pools = pools_shown().visible_to(user).living().filter(~Exists(deleted), phase__in=FAILED)
    concerned = Q(order__placed_by_id=user.pk) | (Q(team_id__in=admin_of) & ~Exists(unwanted))
    return pools.filter(concerned).order_by("phase_since", "pk")
