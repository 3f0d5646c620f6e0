"""What pages read. Every query starts from what the person may see, and costs as much for many rows as for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils import timezone

from pools.models import (
    CatalogPart,
    Decision,
    Deletion,
    Membership,
    Order,
    PhaseChange,
    Pool,
    Project,
    Reading,
    Team,
    User,
)
from pools.models.orders import OrderQuerySet
from pools.models.pools import PoolQuerySet
from pools.states import ON_THE_WAY, ErrandState, OrderState
from pools.wire.enums import Phase
from pools.wire.limits import Catalog

ROWS_A_PAGE = 50
# A refused order stays on the dashboard until it was placed again, and this long at most.
REFUSED_FOR = timedelta(days=7)
# Rows are stamped before they are committed: a feed that looked back less could miss a late commit.
LATEST_COMMIT = timedelta(seconds=5)
MOST_CHANGES = 500


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NeedKind = Literal["decide", "resolve", "refused", "held", "doubt", "failed"]

FAILED = frozenset({Phase.ERROR, Phase.CREATION_FAILED, Phase.SCALING_FAILED})
# The counters of a dashboard: the word in the address, and the phases (as heard) and states (ours) it stands for.
# Accepted a moment ago and not heard of since counts as Creating, which is what the service means by no phase.
GROUPS: Mapping[str, frozenset[str]] = {
    "Ordered": frozenset(ON_THE_WAY),
    "Waiting": frozenset({Phase.WAITING}),
    "Creating": frozenset({Phase.CREATING, ""}),
    "Running": frozenset({Phase.RUNNING}),
    "Abnormal": frozenset({Phase.ABNORMAL}),
    "Failed": FAILED,
    "Deleting": frozenset({Phase.DELETING}),
    "Refused": frozenset({OrderState.REFUSED}),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a dashboard: `phase` is one of `GROUPS`, a phase as heard or an order's state; `text` is part of a
    name or ID.
    """

    phase: str = ""
    text: str = ""
    mine: bool = False

    @property
    def words(self) -> frozenset[str]:
        """The phases and states that `phase` stands for."""
        return GROUPS.get(self.phase, frozenset({self.phase}))


@dataclass(frozen=True)
class Row:
    """One line of a dashboard: a pool, or an order that has no pool yet or never got one."""

    order: Order | None
    pool: Pool | None

    @property
    def key(self) -> str:
        """Names the row on a page: one for a pool and the order that made it."""
        return f"order-{self.order.pk}" if self.order else f"pool-{self.pool.pk}" if self.pool else ""

    @property
    def name(self) -> str:
        return self.pool.name if self.pool else self.order.pool_name if self.order else ""

    @property
    def phase(self) -> str:
        """The cloud's word; empty while there is none."""
        return self.pool.phase if self.pool else ""

    @property
    def state(self) -> str:
        """Our word, where no pool speaks for the order."""
        return self.order.state if self.order and not self.pool else ""

    @property
    def project(self) -> Project | None:
        return self.pool.project if self.pool else self.order.project if self.order else None

    @property
    def ordered_by(self) -> User | None:
        return self.order.placed_by if self.order else None

    @property
    def decision(self) -> Decision | None:
        """The decision that stands on the order whose pool this is."""
        return getattr(self.pool, "standing_decision", None)

    @property
    def deletion(self) -> Deletion | None:
        """The deletion of the pool that stands."""
        return getattr(self.pool, "standing_deletion", None)

    @property
    def since(self) -> datetime | None:
        """Since when it stands where it stands."""
        if self.pool:
            return self.pool.phase_since or self.pool.created_abroad
        return self.order.changed_at if self.order else None


@dataclass(frozen=True, kw_only=True)
class Need:
    """One thing that waits for the user, and what for: an order, or a failed pool."""

    kind: NeedKind
    order: Order | None = None
    pool: Pool | None = None


class Changes(NamedTuple):
    """What moved since a cursor. Nothing did if `cursor` is the one that was asked with: that is a 304.

    With more than `MOST_CHANGES` rows both lists are empty although the cursor moved: the page reloads itself.
    """

    orders: list[int]
    pools: list[int]
    cursor: str


def teams_of(user: User) -> list[Membership]:
    """The user's seats, with their teams."""
    return list(Membership.objects.select_related("team").filter(user_id=user.pk).order_by("team__name"))


class _Counted(Paginator):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A paginator that was told how many rows there are."""

    def __init__(self, rows: Any, total: int) -> None:
        self.total = total
        super().__init__(rows, ROWS_A_PAGE)

    @property
    def count(self) -> int:
        return self.total


def dashboard(
    user: User,
    team: Team,
    filters: Filters | None = None,
    page: int | str = 1,
    *,
    counts: Mapping[str, int] | None = None,
) -> Page[Any]:
    """One page of `Row`s, newest first: the team's pools, its orders on the way, and those refused lately.

    To the team's admins also the unclaimed pools of the projects that serve it. A page number out of range gives the
    nearest page. `counts`, what `phase_counts` said for the same filters, saves counting again.
    """
    filters = filters or Filters()
    counts = phase_counts(user, team, filters) if counts is None else counts
    total = sum(number for word, number in counts.items() if not filters.phase or word in filters.words)
    pools, orders = _pools_of(user, team, filters), _poolless_of(user, team, filters)
    lines = _lines(pools, "pool", "created_abroad").union(_lines(orders, "order", "placed_at"), all=True)
    shown = _Counted(lines.order_by("-at", "-key"), total).get_page(page)
    shown.object_list = _rows(list(shown.object_list))
    return shown


def rows_named(user: User, *, orders: Collection[int], pools: Collection[int]) -> list[Row]:
    """The rows of these orders and pools that the user may see, wherever they stand now, gone and withdrawn included.

    An order that has a pool is that pool's row.
    """
    named = Pool.objects.visible_to(user).filter(Q(pk__in=pools) | Q(order__in=orders)).values_list("pk", flat=True)
    shown = _pools_shown().filter(pk__in=named)
    alone = _poolless_shown().visible_to(user).filter(pk__in=orders, pool__isnull=True)
    return [*(Row(order=pool.order, pool=pool) for pool in shown), *(Row(order=order, pool=None) for order in alone)]


def _lines(rows: QuerySet[Any], kind: str, at: str) -> Any:
    plain = rows.order_by().annotate(kind=Value(kind, output_field=CharField()), key=F("pk"), at=F(at))
    return plain.values_list("kind", "key", "at")


def _rows(lines: list[tuple[str, int, datetime]]) -> list[Row]:
    pools = _pools_shown().in_bulk([key for kind, key, _ in lines if kind == "pool"])
    orders = _poolless_shown().in_bulk([key for kind, key, _ in lines if kind == "order"])
    return [
        Row(order=pools[key].order, pool=pools[key]) if kind == "pool" else Row(order=orders[key], pool=None)
        for kind, key, _ in lines
    ]


def _pools_of(user: User, team: Team, filters: Filters) -> PoolQuerySet:
    administered = Project.objects.filter(
        teams__memberships__user_id=user.pk, teams__memberships__role=Membership.Role.ADMIN, teams=team
    )
    here = Q(team=team) | Q(team__isnull=True, project__in=administered)
    pools = Pool.objects.visible_to(user).living().filter(here)
    if filters.phase:
        pools = pools.filter(phase__in=filters.words)
    if filters.text:
        pools = pools.filter(Q(name__icontains=filters.text) | Q(pool_id__icontains=filters.text))
    return pools.filter(order__placed_by=user) if filters.mine else pools


def _poolless_of(user: User, team: Team, filters: Filters) -> OrderQuerySet:
    orders = Order.objects.visible_to(user).filter(team=team).filter(_still_of_interest())
    if filters.phase:
        orders = orders.filter(state__in=filters.words)
    if filters.text:
        orders = orders.filter(pool_name__icontains=filters.text)
    return orders.filter(placed_by=user) if filters.mine else orders


def _still_of_interest() -> Q:
    """On the way; or refused lately and not placed again since with its mistake mended."""
    placed_again = Order.objects.filter(draft=OuterRef("draft"), revision__gt=OuterRef("revision"))
    lately = Q(state=OrderState.REFUSED, placed_at__gte=timezone.now() - REFUSED_FOR)
    return Q(state__in=ON_THE_WAY) | (lately & ~Q(Exists(placed_again)))


def _pools_shown() -> PoolQuerySet:
    """Pools with all that a row shows, in one statement: at most one deletion and one decision of each stands."""
    standing = {
        "standing_deletion": FilteredRelation("deletions", condition=~Q(deletions__state=ErrandState.FAILED)),
        "standing_decision": FilteredRelation(
            "order__decisions", condition=~Q(order__decisions__state=ErrandState.FAILED)
        ),
    }
    with_them = ("standing_deletion__by", "standing_decision__by")
    shown = Pool.objects.annotate(**standing).select_related("project", "team", "order__placed_by", *with_them)
    return shown.defer("project__access_key", "project__secret_key")


def _poolless_shown() -> OrderQuerySet:
    """Orders that no pool speaks for; there is nothing to decide about them."""
    shown = Order.objects.select_related("project", "team", "placed_by", "resolved_by")
    return shown.defer("project__access_key", "project__secret_key")


def _orders_shown() -> OrderQuerySet:
    return (
        Order.objects.select_related("project", "team", "placed_by", "resolved_by", "pool")
        .defer("project__access_key", "project__secret_key", "pool__document")
        .prefetch_related(Prefetch("decisions", Decision.objects.select_related("by")))
    )


def phase_counts(user: User, team: Team, filters: Filters | None = None) -> dict[str, int]:
    """How many of the dashboard's rows stand in each phase (as heard) or state (ours); what is absent is zero.

    The filters narrow what is counted, but for their phase: the counters are how one chooses it.
    """
    filters = replace(filters or Filters(), phase="")
    pools = _pools_of(user, team, filters).order_by().values_list("phase").annotate(Count("pk"))
    orders = _poolless_of(user, team, filters).order_by().values_list("state").annotate(Count("pk"))
    counts = Counter[str]()
    for word, number in pools.union(orders, all=True):
        counts[word or Phase.CREATING.value] += number
    return dict(counts)


def needs_me(user: User) -> list[Need]:
    """What a person should act on or know of, the oldest first: orders to decide, doubts to resolve, their own orders
    that were refused, are held or in doubt, and failed pools of theirs or of a team they administer.
    """
    admin_of = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN).values("team_id")
    to_decide = Q(pk__in=Order.objects.decidable_by(user).waiting().values("pk"))
    to_resolve = Q(needs_person=True, team_id__in=admin_of)
    stuck = Q(state__in=[OrderState.HELD, OrderState.IN_DOUBT])
    own = Q(placed_by_id=user.pk) & (stuck | (Q(state=OrderState.REFUSED) & _still_of_interest()))
    orders = (
        _poolless_shown()
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
    pools = _pools_shown().visible_to(user).living().filter(~Exists(deleted), phase__in=FAILED)
    return pools.filter(Q(order__placed_by_id=user.pk) | Q(team_id__in=admin_of)).order_by("phase_since", "pk")


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
    return list(
        _orders_shown().visible_to(user).waiting().annotate(may_decide=Exists(mine)).order_by("placed_at", "pk")
    )


def decided_orders(user: User, *, most: int = ROWS_A_PAGE) -> list[Decision]:
    """The latest decisions on orders the user may see, failed ones among them, the newest first."""
    decisions = Decision.objects.filter(order__team__memberships__user_id=user.pk)
    return list(
        decisions.select_related("by", "order__placed_by", "order__team", "order__pool").defer("order__pool__document")[
            :most
        ]
    )


def changes(user: User, since: str | None = None) -> Changes:
    """What the user may see that changed since the cursor `since`; without one, nothing, and the cursor to begin with.

    Take the first cursor before the rows it is for. One statement decides; a row may be told twice, never left out.
    """
    asked = _Cursor.read(since)
    if asked is None:
        now = timezone.now()
        return Changes([], [], str(_Cursor.over(_changed_since(user, now - LATEST_COMMIT), at=now)))
    rows = _changed_since(user, asked.at - LATEST_COMMIT)
    if len(rows) > MOST_CHANGES:
        return changes(user)
    latest = max([asked.at, *(changed_at for _, _, changed_at in rows)])
    if str(_Cursor.over(rows, at=asked.at)) == since:
        return Changes([], [], since)
    fresh = _Cursor.over(rows, at=latest)
    keys = {kind: sorted(key for its, key, _ in rows if its == kind) for kind in ("order", "pool")}
    return Changes(keys["order"], keys["pool"], str(fresh))


def _changed_since(user: User, moment: datetime) -> list[tuple[str, int, datetime]]:
    orders = Order.objects.visible_to(user).filter(changed_at__gte=moment)
    pools = Pool.objects.visible_to(user).filter(changed_at__gte=moment)
    both = _lines(orders, "order", "changed_at").union(_lines(pools, "pool", "changed_at"), all=True)
    return list(both[: MOST_CHANGES + 1])


@dataclass(frozen=True)
class _Cursor:
    """A moment, and a digest of every row seen in the seconds before it: a late commit there changes the digest."""

    at: datetime
    digest: str

    @classmethod
    def over(cls, rows: list[tuple[str, int, datetime]], *, at: datetime) -> _Cursor:
        seen = sorted(row for row in rows if row[2] >= at - LATEST_COMMIT)
        return cls(at, blake2b(repr(seen).encode(), digest_size=8).hexdigest())

    @classmethod
    def read(cls, text: str | None) -> _Cursor | None:
        """The cursor that `text` spells; None for none, and for what is none of ours."""
        micros, _, digest = (text or "").partition("-")
        try:
            return cls(EPOCH + timedelta(microseconds=int(micros)), digest)
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.digest}"


def project_freshness(user: User) -> list[Project]:
    """The projects that serve the user's teams, with when each was last heard and since when it fails; no secrets."""
    served = Project.objects.filter(teams__memberships__user_id=user.pk).distinct()
    return list(served.defer("access_key", "secret_key"))


def cursor_from_now(now: datetime) -> str:
    """A cursor to begin with that costs no query: the first feed repeats the last seconds, which is harmless."""
    return str(_Cursor(now, ""))


def pool_page(user: User, pk: int) -> Pool:
    """One pool with its document, order, decisions, deletions and phase history. Raises `Pool.DoesNotExist`."""
    whole = (
        Pool.objects.select_related("project", "team", "order__placed_by")
        .defer("project__access_key", "project__secret_key")
        .prefetch_related(
            Prefetch("phase_changes", PhaseChange.objects.order_by("heard_at", "pk")),
            Prefetch("deletions", Deletion.objects.select_related("by")),
            Prefetch("order__decisions", Decision.objects.select_related("by")),
            Prefetch("readings", Reading.objects.select_related("asked_by")),
        )
    )
    return whole.visible_to(user).get(pk=pk)


def order_page(user: User, pk: int) -> Order:
    """One order with its pool, if any, and its decisions. Raises `Order.DoesNotExist`."""
    return _orders_shown().visible_to(user).get(pk=pk)


def catalog_of(project: Project) -> Catalog:
    """What the wizard offers and judges by: what was mirrored, and the names in use in the project, whosever."""
    living = Pool.objects.holding_names().filter(project=project).values_list("name", flat=True)
    ordered = Order.objects.filter(project=project, on_the_way_or_living=True).values_list("pool_name", flat=True)
    return replace(CatalogPart.objects.facts_of(project), pool_names=frozenset([*living, *ordered]))


def catalog_ages(project: Project) -> dict[str, CatalogPart]:
    """When each part of the catalog was read, by kind, without the documents."""
    return {part.kind: part for part in project.catalog_parts.defer("document")}


def newest_catalog_reading(project: Project) -> Reading | None:
    """The last time somebody asked to have the catalog of `project` read, answered or not."""
    return project.readings.filter(pool=None).order_by("-asked_at", "-pk").first()


def is_catalog_being_read(project: Project) -> bool:
    return project.readings.filter(pool=None, state=Reading.State.ASKED).exists()
