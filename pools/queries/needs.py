"""What waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from pools.models import Decision, Deletion, Membership, Mention, Order, Pool, Refit, Resize, Stretch, User, Watch
from pools.models.orders import OrderQuerySet
from pools.models.pools import PoolQuerySet
from pools.models.refits import RefitQuerySet
from pools.models.resizes import ResizeQuerySet
from pools.queries.among import among
from pools.queries.counting import number_of
from pools.queries.desk import approvable, decidable
from pools.queries.overview import FAILED, still_of_interest
from pools.queries.rows import poolless_shown, pools_shown
from pools.states import ON_THE_WAY, OrderState
from pools.wire.enums import Phase

NeedKind = Literal[
    "decide",
    "resolve",
    "refused",
    "held",
    "doubt",
    "failed",
    "overdue",
    "drift",
    "resize",
    "unsized",
    "unfitted",
    "undecided",
    "mention",
    "waits",
    "watch",
]

# What is told of a pool's resize that is the user's to approve: which it is, since when it waits, whether again.
RESIZE = {"asks": "pk", "asks_since": "at", "asks_again": "reminders_told"}
STUCK = (OrderState.HELD, OrderState.IN_DOUBT)


@dataclass(frozen=True, kw_only=True)
class Need:
    """One thing that waits for the user, and what for: an order; a pool that failed, is late, adrift or to grow; or to
    read what became of what they watched."""

    kind: NeedKind
    order: Order | None = None
    pool: Pool | None = None
    watch: Watch | None = None


@dataclass(frozen=True)
class Needs:
    """What waits for a person: some of it to be shown, and how many there are in all, and to decide."""

    shown: list[Need]
    total: int
    to_decide: int


def needs_me(user: User, *, most: int = 100, over: Sequence[Watch] = ()) -> Needs:
    """What a person should act on or know of: orders to decide, doubts to resolve, their own orders that were refused,
    are held or in doubt, and those where they were named, the oldest first; then what became of what they watched, as
    far as it is `over`; then pools that failed, are overdue or not as they were ordered, theirs or of a team they
    administer, pools whose resize is theirs to approve, and those whose own one nobody decides.

    Two statements, and no more rows read in full than `most` of each.
    """
    admin_of = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
    keys = _orders(user, admin_of)
    orders = list(
        poolless_shown()
        .select_related("pool")
        .defer("pool__document")
        .filter(among(keys.order_by("placed_at", "pk")[:most]))
        .annotate(of=number_of(keys), to_decide=number_of(decidable(user)), **_named(user, admin_of))
        .order_by("placed_at", "pk")
    )
    pool_keys = _pools(user, admin_of)
    first = among(pool_keys.order_by("phase_since", "pk")[:most])
    asked = approvable(user).filter(pool=OuterRef("pk"))
    asks = {
        **{name: Subquery(asked.values(of)[:1]) for name, of in RESIZE.items()},
        "to_approve": number_of(approvable(user)),
        "unsized": Exists(_unsized(user).filter(pool=OuterRef("pk"))),
        "unfitted": Exists(_unfitted(user).filter(pool=OuterRef("pk"))),
        "undecided": Subquery(_undecided(user).filter(pool=OuterRef("pk")).values("pk")[:1]),
    }
    shown = pools_shown().filter(first).annotate(of=number_of(pool_keys), **asks)
    pools = list(shown.order_by("phase_since", "pk"))
    found = [
        *(Need(kind=_need(order), order=order) for order in orders),
        *(Need(kind="watch", watch=watch) for watch in over),
        *(Need(kind=_trouble(pool), order=pool.order, pool=pool) for pool in pools),
    ]
    counted: list[Any] = [rows[0] for rows in (orders, pools) if rows]
    to_decide = getattr(orders[0], "to_decide") if orders else 0  # noqa: B009 - it was annotated
    to_approve = getattr(pools[0], "to_approve") if pools else 0  # noqa: B009 - it was annotated
    return Needs(found[:most], sum(row.of for row in counted) + len(over), to_decide + to_approve)


def _orders(user: User, admin_of: Any) -> OrderQuerySet:
    """Orders that wait for the user. By five ways, each through an index, for there are few of any kind."""
    first, *others = _ways(user, admin_of)
    named = Mention.objects.unseen_by(user).order_by().values("order_id")
    told = Order.objects.visible_to(user).filter(placed_by_id=user.pk, state=OrderState.ACCEPTED, reminders_told__gt=0)
    return Order.objects.filter(Q(pk__in=_keys(first).union(*map(_keys, others), named, _keys(told.waiting()))))


def _ways(user: User, admin_of: Any) -> list[OrderQuerySet]:
    """Orders that ask the user for an act: to be decided, to be resolved, and their own in trouble."""
    of_theirs = Order.objects.visible_to(user)
    to_resolve = of_theirs.filter(team_id__in=admin_of, state__in=ON_THE_WAY, needs_person=True)
    own = of_theirs.filter(still_of_interest(), Q(state=OrderState.REFUSED) | Q(state__in=STUCK), placed_by_id=user.pk)
    return [decidable(user), to_resolve, own]


def _named(user: User, admin_of: Any) -> dict[str, Any]:
    """Of an order: whether it asks for an act, and who named the user there last, in which words."""
    asks = Q()
    for way in _ways(user, admin_of):
        asks |= Q(pk__in=_keys(way))
    last = Mention.objects.unseen_by(user).filter(order=OuterRef("pk")).order_by("-comment__at", "-pk")
    return {
        "asks": ExpressionWrapper(asks, output_field=BooleanField()),
        "named_by": Subquery(last.values("comment__by__username")[:1]),
        "named_in": Subquery(last.values("comment__text")[:1]),
    }


def _keys(rows: QuerySet[Any]) -> Any:
    return rows.order_by().values("pk")


def _need(order: Order) -> NeedKind:
    if not getattr(order, "asks", True):
        return "mention" if getattr(order, "named_by", None) else "waits"
    kinds: dict[str, NeedKind] = {
        OrderState.ACCEPTED: "decide",
        OrderState.REFUSED: "refused",
        OrderState.HELD: "held",
    }
    doubt: NeedKind = "resolve" if order.needs_person else "doubt"
    return kinds.get(order.state, doubt)


def _trouble(pool: Pool) -> NeedKind:
    if getattr(pool, "asks", None):
        return "resize"
    if getattr(pool, "undecided", None):
        return "undecided"
    if getattr(pool, "unsized", False):
        return "unsized"
    if getattr(pool, "unfitted", False):
        return "unfitted"
    if pool.phase in FAILED:
        return "failed"
    return "drift" if pool.drift_since and pool.phase in {Phase.RUNNING, Phase.ABNORMAL} else "overdue"


def _pools(user: User, admin_of: Any) -> PoolQuerySet:
    """Pools that wait for the user. By six ways, as above."""
    teams = Membership.objects.filter(user_id=user.pk).values("team_id")
    of_theirs = Pool.objects.living().filter(team_id__in=teams)
    concerned = Q(order__placed_by_id=user.pk) | Q(team_id__in=admin_of)
    overdue = of_theirs.filter(concerned, pk__in=Stretch.objects.overdue().values("pool_id"))
    drifted = of_theirs.standing().filter(concerned, drift_since__isnull=False)
    failed = _failed(of_theirs, user, admin_of)
    asked = (approvable(user), _unsized(user), _undecided(user), _unfitted(user))
    alterations = [rows.order_by().values("pool_id") for rows in asked]
    return Pool.objects.filter(pk__in=_keys(failed).union(_keys(overdue), _keys(drifted), *alterations))


def _unsized(user: User) -> ResizeQuerySet:
    """Their own resizes that came to nothing, of pools that they still see."""
    theirs = Resize.objects.in_vain_lately().filter(by_id=user.pk, pool__gone_at__isnull=True)
    return theirs.filter(pool__team__memberships__user_id=user.pk)


def _undecided(user: User) -> ResizeQuerySet:
    """Their own resizes that nobody decides, once whoever can was told again."""
    theirs = Resize.objects.awaited().filter(by_id=user.pk, pool__gone_at__isnull=True, reminders_told__gt=0)
    return theirs.filter(pool__team__memberships__user_id=user.pk)


def _unfitted(user: User) -> RefitQuerySet:
    """As `_unsized`, of job types and drivers."""
    theirs = Refit.objects.in_vain_lately().filter(by_id=user.pk, pool__gone_at__isnull=True)
    return theirs.filter(pool__team__memberships__user_id=user.pk)


def _failed(of_theirs: PoolQuerySet, user: User, admin_of: Any) -> PoolQuerySet:
    deleted = Deletion.objects.standing().filter(pool=OuterRef("pk"))
    # A rejected order ends as a failed creation. Whoever ordered it may mend it; to the admins it is settled.
    unwanted = Decision.objects.standing().filter(order=OuterRef("order"), verdict=Decision.Verdict.REJECTED)
    concerned = Q(order__placed_by_id=user.pk) | (Q(team_id__in=admin_of) & ~Exists(unwanted))
    return of_theirs.filter(concerned, ~Exists(deleted), phase__in=FAILED)
