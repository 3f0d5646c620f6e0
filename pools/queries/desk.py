"""The approvals desk: what waits to be decided, by whom, and what was."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from pools.models import Decision, Membership, Order, Pool, Resize, Team, User
from pools.models.orders import OrderQuerySet
from pools.models.projects import sealed_of
from pools.models.resizes import ResizeQuerySet
from pools.queries.counting import number_of
from pools.queries.details import orders_shown
from pools.states import OrderState
from pools.wire.enums import Phase

MOST_DECISIONS = 50
LATELY = timedelta(days=14)
LATEST = 500


def desk_count(user: User) -> int:
    """How many Waiting orders are the user's to decide, and resizes to approve. One statement."""
    counted = User.objects.filter(pk=user.pk).values_list(number_of(decidable(user)), number_of(approvable(user)))
    return sum(counted.get())


def approvable(user: User) -> ResizeQuerySet:
    """Resizes of living pools that the user may approve."""
    teams = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
    awaited = Resize.objects.awaited().filter(pool__gone_at__isnull=True, pool__team_id__in=teams)
    return awaited.exclude(pool__team__four_eyes=True, by_id=user.pk)


def awaited_resizes(user: User) -> list[Resize]:
    """Resizes of the user's teams that nobody approved yet, the oldest first; `may_decide` says if they may."""
    mine = approvable(user).filter(pk=OuterRef("pk"))
    seen = Resize.objects.awaited().filter(pool__gone_at__isnull=True, pool__team__memberships__user_id=user.pk)
    whole = seen.select_related("by", "pool__team", "pool__project").defer(*sealed_of("pool__project__"))
    return list(whole.annotate(may_decide=Exists(mine)).order_by("at", "pk"))


def resize_page(user: User, pk: int) -> Resize:
    """One resize with its pool, of a pool that the user may see. Raises `Resize.DoesNotExist`."""
    seen = Resize.objects.filter(pool__in=Pool.objects.visible_to(user))
    people = ("by", "approved_by", "ended_by")
    whole = seen.select_related(*people, "pool__team", "pool__project", "pool__order").defer(
        *sealed_of("pool__project__"), "pool__order__body"
    )
    return whole.get(pk=pk)


def decided_resizes(user: User, *, most: int = MOST_DECISIONS) -> list[Resize]:
    """The latest of the user's teams that somebody approved or rejected, the newest first."""
    decided = Resize.objects.decided().filter(pool__team__memberships__user_id=user.pk)
    whole = decided.select_related("by", "approved_by", "ended_by", "pool").defer("pool__document")
    return list(whole.order_by(Coalesce("approved_at", "changed_at").desc(), "-pk")[:most])


def decidable(user: User) -> OrderQuerySet:
    """The Waiting orders that the user may decide."""
    teams = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN)
    return Order.objects.decidable_by(user).filter(pk__in=_of_waiting_pools(teams)).undecided()


def _of_waiting_pools(seats: QuerySet[Membership]) -> QuerySet[Any, Any]:
    """Keys of the orders of Waiting pools of these teams: by way of the pools, for there an index holds the few."""
    pools = Pool.objects.living().filter(team_id__in=seats.values("team_id"), phase=Phase.WAITING)
    return pools.filter(order__isnull=False).values("order_id")


def deciders_of(order: Order) -> list[User]:
    """Who may decide the order: admins of its team, but for the person who placed it where the team wants four eyes."""
    return deciders_for(order.team, placed_by_id=order.placed_by_id)


def deciders_for(team: Team, *, placed_by_id: int) -> list[User]:
    """Who may decide what somebody places for a team."""
    admins = User.objects.filter(memberships__team_id=team.pk, memberships__role=Membership.Role.ADMIN, is_active=True)
    admins = admins.exclude(pk=placed_by_id) if team.four_eyes else admins
    return list(admins.order_by("username"))


def waiting_orders(user: User) -> list[Order]:
    """The desk: every Waiting order the user may see, the oldest first; `may_decide` says if it is theirs to decide."""
    mine = Order.objects.decidable_by(user).filter(pk=OuterRef("pk"))
    waiting = orders_shown().visible_to(user).filter(pk__in=_of_waiting_pools(user.memberships.all())).undecided()
    return list(waiting.annotate(may_decide=Exists(mine)).order_by("placed_at", "pk"))


def orders_to_decide(user: User, keys: Collection[int]) -> list[Order]:
    """Those of these orders that have a pool and that the user may see; `may_decide` says if they are theirs to decide.

    Whether they still wait is not asked.
    """
    mine = Order.objects.decidable_by(user).filter(pk=OuterRef("pk"))
    named = orders_shown().visible_to(user).filter(pk__in=keys, pool__isnull=False)
    return list(named.annotate(may_decide=Exists(mine)).order_by("placed_at", "pk"))


def paid_by_themselves(user: User) -> list[Order]:
    """Orders of the last `LATELY` that asked nobody before they were paid, of the teams the user administers.

    The newest first; those that came to nothing are left out.
    """
    admin_of = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
    lately = Order.objects.filter(team_id__in=admin_of, pays_itself=True, placed_at__gte=timezone.now() - LATELY)
    came_to_something = lately.exclude(state__in=(OrderState.REFUSED, OrderState.WITHDRAWN))
    return list(came_to_something.select_related("placed_by", "team", "pool").defer("pool__document")[:MOST_DECISIONS])


def last_decision(user: User) -> Decision | None:
    """The latest decision that stands, of those the user may see."""
    return Decision.objects.standing().filter(order__team__memberships__user_id=user.pk).first()


def decision_of(user: User, pk: int) -> Decision:
    """One decision that the user may see, with its order. Raises `Decision.DoesNotExist`."""
    decisions = Decision.objects.filter(order__team__memberships__user_id=user.pk)
    return decisions.select_related("by", "order__team").get(pk=pk)


def previous_order(order: Order) -> Order | None:
    """The last order of this pool name before this one, in the same team and project."""
    earlier = Order.objects.filter(team_id=order.team_id, project_id=order.project_id, pool_name=order.pool_name)
    return earlier.filter(placed_at__lt=order.placed_at).exclude(pk=order.pk).select_related("placed_by").first()


def flavors_known_to(team: Team, flavors: Sequence[str], *, before: Order) -> set[str]:
    """Which of these flavors the team has had pools of, as far as its last `LATEST` orders before this one tell.

    One statement; it reads these orders' documents.
    """
    if not flavors:
        return set()
    earlier = Order.objects.filter(team=team, state=OrderState.ACCEPTED, placed_at__lt=before.placed_at)
    counts = {f"n{number}": Count("pk", Q(body__contains=json.dumps(name))) for number, name in enumerate(flavors)}
    found = earlier.order_by("-placed_at")[:LATEST].aggregate(**counts)
    return {name for number, name in enumerate(flavors) if found[f"n{number}"]}


def decided_orders(user: User, *, most: int = MOST_DECISIONS) -> list[Decision]:
    """The latest decisions on orders the user may see, failed ones among them, the newest first."""
    decisions = Decision.objects.filter(order__team__memberships__user_id=user.pk)
    return list(
        decisions.select_related("by", "order__placed_by", "order__team", "order__pool").defer("order__pool__document")[
            :most
        ]
    )
