"""A team's dashboard: its rows page by page, and the counters that filter them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from pools.models import Membership, Order, Pool, Project, Team, User
from pools.models.orders import OrderQuerySet
from pools.models.pools import PoolQuerySet
from pools.queries.rows import as_lines, rows_of
from pools.states import ON_THE_WAY, OrderState
from pools.wire.enums import Phase

ROWS_A_PAGE = 50
# A refused order stays on the dashboard until it was placed again, and this long at most.
REFUSED_FOR = timedelta(days=7)
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
    lines = as_lines(pools, "pool", "created_abroad").union(as_lines(orders, "order", "placed_at"), all=True)
    shown = _Counted(lines.order_by("-at", "-key"), total).get_page(page)
    shown.object_list = rows_of(list(shown.object_list))
    return shown


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
    orders = Order.objects.visible_to(user).filter(team=team).filter(still_of_interest())
    if filters.phase:
        orders = orders.filter(state__in=filters.words)
    if filters.text:
        orders = orders.filter(pool_name__icontains=filters.text)
    return orders.filter(placed_by=user) if filters.mine else orders


def still_of_interest() -> Q:
    """On the way; or refused lately and not placed again since with its mistake mended."""
    placed_again = Order.objects.filter(draft=OuterRef("draft"), revision__gt=OuterRef("revision"))
    lately = Q(state=OrderState.REFUSED, placed_at__gte=timezone.now() - REFUSED_FOR)
    return Q(state__in=ON_THE_WAY) | (lately & ~Q(Exists(placed_again)))
