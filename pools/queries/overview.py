"""A team's dashboard: its rows page by page, and the counters that filter them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Sum, Value
from django.utils import timezone

from pools.models import Membership, Order, PhaseChange, Pool, Stretch, Team, User
from pools.models.orders import OrderQuerySet
from pools.models.pools import NODES, PoolQuerySet
from pools.queries.among import among
from pools.queries.paging import Cursor, Found, Source, page
from pools.queries.rows import Row, poolless_shown, pools_shown
from pools.states import ON_THE_WAY, OrderState
from pools.wire.enums import Phase
from pools.wire.gist import TraitKind, read_census

ROWS_A_PAGE = 50
ROWS_AT_ONCE = 500
# A refused order stays on the dashboard until it was placed again, and this long at most.
REFUSED_FOR = timedelta(days=7)
FAILED = frozenset({Phase.ERROR, Phase.CREATION_FAILED, Phase.SCALING_FAILED})
# Our word for what the cloud does not know any more.
GONE = "Gone"
# Ours too: on its way for longer than such things take. It is beside the phase and not instead of it.
OVERDUE = "Overdue"
# Marks the counts of pools that are nobody's, beside 0, and +1 and -1 for what came and left.
_UNCLAIMED = 2
# And what the team's pools have of each flavor.
_CENSUS = 3
# The counters of a dashboard: the word in the address, and the phases (as heard) and states (ours) it stands for.
# Accepted a moment ago and not heard of since counts as Creating, which is what the service means by no phase.
GROUPS: Mapping[str, frozenset[str]] = {
    "Ordered": frozenset(ON_THE_WAY),
    "Waiting": frozenset({Phase.WAITING}),
    "Creating": frozenset({Phase.CREATING, ""}),
    "Running": frozenset({Phase.RUNNING}),
    "Abnormal": frozenset({Phase.ABNORMAL}),
    "Failed": FAILED,
    OVERDUE: frozenset({OVERDUE}),
    "Deleting": frozenset({Phase.DELETING}),
    "Refused": frozenset({OrderState.REFUSED}),
    GONE: frozenset({GONE}),
}


@dataclass(frozen=True)
class Sorting:
    """By which field of a pool, and of an order without one; downwards from the latest, or upwards."""

    pool: str
    order: str
    down: bool
    dated: bool = True


SORTS: Mapping[str, Sorting] = {
    "newest": Sorting("created_abroad", "placed_at", down=True),
    "oldest": Sorting("created_abroad", "placed_at", down=False),
    "changed": Sorting("changed_at", "changed_at", down=True),
    "unchanged": Sorting("changed_at", "changed_at", down=False),
    "name": Sorting("name", "pool_name", down=False, dated=False),
    "name-down": Sorting("name", "pool_name", down=True, dated=False),
}
NEWEST = "newest"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a dashboard: `phase` is one of `GROUPS`, a phase as heard or an order's state; `text` is part of a
    name or ID; `unclaimed` leaves what no team has; `project` is a primary key; `flavor`,
    `zone` and `job` are whole words of the cloud's.
    """

    phase: str = ""
    text: str = ""
    mine: bool = False
    unclaimed: bool = False
    project: int | None = None
    flavor: str = ""
    zone: str = ""
    job: str = ""

    @property
    def words(self) -> frozenset[str]:
        """The phases and states that `phase` stands for."""
        return GROUPS.get(self.phase, frozenset({self.phase}))

    @property
    def traits(self) -> dict[TraitKind, str]:
        """The words that were asked for, by what they name."""
        asked: dict[TraitKind, str] = {"flavor": self.flavor, "zone": self.zone, "job": self.job}
        return {kind: value for kind, value in asked.items() if value}

    @property
    def wants_orders(self) -> bool:
        return not self.phase or bool(self.words & set(OrderState))

    @property
    def wants_pools(self) -> bool:
        return not self.phase or bool(self.words - set(OrderState))


def dashboard(
    user: User, team: Team, filters: Filters | None = None, *, sort: str = NEWEST, at: str = ""
) -> Found[Row]:
    """One page of `Row`s: the team's pools, its orders on the way, and those refused lately; gone pools if asked for.

    Or, if they are asked for, and to the team's admins alone, the unclaimed pools of the projects that serve it. `sort`
    is one of `SORTS`; `at` is the cursor of a neighbour of an earlier page, and where it is none of ours, the first
    page is given.
    """
    filters, sorting = filters or Filters(), SORTS.get(sort, SORTS[NEWEST])
    sources = list(_sources(user, team, filters, sorting))
    cursor = Cursor.read(at, sources=sources, dated=sorting.dated)
    found = page(sources, cursor, down=sorting.down, most=ROWS_A_PAGE)
    return replace(found, rows=_each_once(found.rows))


def whole(user: User, team: Team, filters: Filters, *, sort: str = NEWEST, most: int) -> Iterator[Row]:
    """Every row of all pages, one after the other and at most so many; never more than some hundred in memory."""
    sorting = SORTS.get(sort, SORTS[NEWEST])
    sources = list(_sources(user, team, filters, sorting))
    cursor: Cursor | None = Cursor((None,) * len(sources))
    told = set[str]()
    while cursor and most > 0:
        found = page(sources, cursor, down=sorting.down, most=min(ROWS_AT_ONCE, most))
        rows = [row for row in _each_once(found.rows) if row.key not in told]
        told.update(row.key for row in rows if row.order)
        yield from rows
        most -= len(found.rows)
        cursor = found.next


def _each_once(found: Iterable[Order | Pool]) -> list[Row]:
    """As rows. Orders are read before pools: one that got its pool between the two statements is that pool's row."""
    rows = [Row(order=one, pool=None) if isinstance(one, Order) else Row(order=one.order, pool=one) for one in found]
    spoken_for = {row.key for row in rows if row.pool}
    return [row for row in rows if row.pool or row.key not in spoken_for]


@dataclass(frozen=True, kw_only=True)
class NodeCount:
    """Nodes of all the team's living pools: `wanted` by their specs, and told to stand in each state."""

    wanted: int = 0
    available: int = 0
    creating: int = 0
    abnormal: int = 0
    deleting: int = 0

    @classmethod
    def of(cls, numbers: Iterable[int]) -> NodeCount:
        """From numbers in the order of the fields."""
        wanted, available, creating, abnormal, deleting = numbers
        return cls(wanted=wanted, available=available, creating=creating, abnormal=abnormal, deleting=deleting)


@dataclass(frozen=True)
class Counts:
    """How many of the dashboard's rows stand in each phase (as heard) or state (ours), how many of them are `OVERDUE`,
    and how many are `GONE`; what is absent is zero. And the nodes of the living pools among them.
    """

    rows: dict[str, int]
    nodes: NodeCount
    # By how many more of the team's own pools stand in each phase than a day ago; empty where pools are narrowed.
    moved: dict[str, int]
    # How many pools no team has, where the rows are the team's own.
    unclaimed: int = 0
    # The nodes again, flavor by flavor.
    flavors: dict[str, NodeCount] = field(default_factory=dict)


def counted(user: User, team: Team, filters: Filters | None = None) -> Counts:
    """The filters narrow what is counted, but for their phase: the counters are how one chooses it.

    One statement. Without a text or a trait to look for it reads no row, only indexes.
    """
    filters = replace(filters or Filters(), phase="")
    living = _pools(user, team, filters).living()
    parts = [
        _counted(living, "phase", *NODES),
        _counted(living, "census", sign=_CENSUS),
        _counted(_orders(user, team, filters), "state"),
        _counted(_overdue(living).annotate(word=Value(OVERDUE)), "word"),
        _counted(_pools(user, team, filters).gone().annotate(word=Value(GONE)), "word"),
        *(_beside(user, team) if filters == Filters() else []),
    ]
    rows, moved, nodes, nobodys = Counter[str](), Counter[str](), [0] * len(NODES), 0
    flavors: dict[str, list[int]] = {}
    for word, number, sign, *states in parts[0].union(*parts[1:], all=True):
        if sign == _CENSUS:
            _add(flavors, word, number)
            continue
        if sign == _UNCLAIMED:
            nobodys += number
            continue
        if sign:
            moved[word] += sign * number
            continue
        rows[word or Phase.CREATING.value] += number
        nodes = [sum(pair) for pair in zip(nodes, states, strict=True)]
    by_flavor = {flavor: NodeCount.of(numbers) for flavor, numbers in flavors.items()}
    shown = {word: number for word, number in rows.items() if number}
    return Counts(shown, NodeCount.of(nodes), dict(moved), nobodys, by_flavor)


def _add(flavors: dict[str, list[int]], census: str, pools: int) -> None:
    """Add what so many pools of the same census have."""
    for flavor, numbers in read_census(census).items():
        sums = flavors.setdefault(flavor, [0] * len(NODES))
        flavors[flavor] = [had + number * pools for had, number in zip(sums, numbers, strict=True)]


def _beside(user: User, team: Team) -> Iterator[Any]:
    """What stands beside the counters of a dashboard that nothing narrows."""
    unclaimed = Pool.objects.unclaimed_beside(team, seen_by=user).living()
    yield _counted(unclaimed, "phase", sign=_UNCLAIMED)
    yield from _moves(user, team)


def _moves(user: User, team: Team) -> Iterator[Any]:
    """What came into a phase since yesterday, and what left it: for another one, or with its pool."""
    yesterday = timezone.now() - timedelta(days=1)
    own = Pool.objects.of_team(team, seen_by=user)
    # Not by the team's index: there are fewer changes in a day than pools.
    changes = PhaseChange.objects.annotate(of=F("pool__team_id") + 0).filter(heard_at__gte=yesterday, of=team.pk)
    seen = changes.filter(Exists(Membership.objects.filter(team=team, user_id=user.pk)))
    ended = own.gone().filter(gone_at__gte=yesterday)
    yield _counted(seen, "became", sign=1)
    yield _counted(seen.exclude(was=""), "was", sign=-1)
    yield _counted(ended, "phase", sign=-1)
    yield _counted(ended.annotate(word=Value(GONE)), "word", sign=1)


def phase_counts(user: User, team: Team, filters: Filters | None = None) -> dict[str, int]:
    """As `counted`, without the nodes."""
    return counted(user, team, filters).rows


def total(counts: Mapping[str, int], filters: Filters) -> int:
    """How many rows the dashboard has, by what `phase_counts` said for the same filters."""
    if filters.phase:
        return sum(number for word, number in counts.items() if word in filters.words)
    return sum(number for word, number in counts.items() if word not in {GONE, OVERDUE})


def _counted(rows: Any, word: str, *sums: str, sign: int = 0) -> Any:
    """Rows of a word, how many have it, and the sums of these fields over them; zeros where there is nothing to add.

    With a sign of one they are no rows of the dashboard but what came or left.
    """
    added = {f"of_{name}": Sum(name) if sums else Value(0, output_field=IntegerField()) for name in NODES}
    # Of everything, not of keys: an index that holds none tells it as well.
    told = rows.order_by().values(word).annotate(number=Count("*"), sign=Value(sign, IntegerField()), **added)
    return told.values_list(word, "number", "sign", *added)


def _sources(user: User, team: Team, filters: Filters, sorting: Sorting) -> Iterable[Source]:
    if filters.wants_orders:
        orders = _orders(user, team, filters, shown=poolless_shown())
        yield Source(orders.filter(state__in=filters.words) if filters.phase else orders, sorting.order)
    pools = _pools(user, team, filters, shown=pools_shown())
    if filters.phase == GONE:
        yield Source(pools.gone(), sorting.pool)
    elif filters.wants_pools:
        yield Source(_in_phase(pools.living(), filters.words) if filters.phase else pools.living(), sorting.pool)


def _overdue(pools: PoolQuerySet) -> PoolQuerySet:
    return pools.filter(pk__in=Stretch.objects.overdue().values("pool_id"))


def _in_phase(pools: PoolQuerySet, words: frozenset[str]) -> PoolQuerySet:
    """Of a single phase an index holds the rows in order, if it is asked for as a single one."""
    if OVERDUE in words:
        return pools.filter(among(Stretch.objects.overdue(), named="pool_id"))
    return pools.filter(phase=next(iter(words))) if len(words) == 1 else pools.filter(phase__in=words)


def _pools(user: User, team: Team, filters: Filters, shown: PoolQuerySet | None = None) -> PoolQuerySet:
    """The team's own, or those that nobody claimed: never both, for these are not to be counted among the team's."""
    rows = Pool.objects.all() if shown is None else shown
    if filters.unclaimed:
        return _narrowed(rows.unclaimed_beside(team, seen_by=user), filters)
    own = rows.of_team(team, seen_by=user)
    return _narrowed(own.filter(order__placed_by=user) if filters.mine else own, filters)


def _narrowed(pools: PoolQuerySet, filters: Filters) -> PoolQuerySet:
    if filters.project is not None:
        pools = pools.filter(project_id=filters.project)
    for kind, value in filters.traits.items():
        pools = pools.with_trait(kind, value)
    if filters.text:
        pools = pools.filter(Q(name__icontains=filters.text) | Q(pool_id__icontains=filters.text))
    return pools


def _orders(user: User, team: Team, filters: Filters, shown: OrderQuerySet | None = None) -> OrderQuerySet:
    rows = Order.objects.all() if shown is None else shown
    orders = rows.visible_to(user).filter(team=team).filter(still_of_interest())
    if filters.project is not None:
        orders = orders.filter(project_id=filters.project)
    for value in filters.traits.values():
        orders = orders.naming(value)
    if filters.text:
        orders = orders.filter(pool_name__icontains=filters.text)
    if filters.unclaimed:
        return orders.none()
    return orders.filter(placed_by=user) if filters.mine else orders


def still_of_interest() -> Q:
    """On the way; or refused lately and not placed again since with its mistake mended."""
    placed_again = Order.objects.filter(draft=OuterRef("draft"), revision__gt=OuterRef("revision"))
    lately = Q(placed_at__gte=timezone.now() - REFUSED_FOR) & ~Q(Exists(placed_again))
    # The states first, and alone: so an index finds the few among all that ever were.
    return Q(state__in=[*ON_THE_WAY, OrderState.REFUSED]) & (~Q(state=OrderState.REFUSED) | lately)
