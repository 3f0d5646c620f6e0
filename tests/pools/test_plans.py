"""How the database finds what is asked for all the time: through an index, in the order it is wanted, on both engines.

Plans are told for the very statements that the product runs, among three thousand pools of several teams.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pools import queries, tasks
from pools.models import Pool, Project, Team, User
from pools.queries import Filters
from pools.queries.paging import Cursor
from tests import builders, crowd

pytestmark = pytest.mark.django_db

SQLITE = connection.vendor == "sqlite"


@dataclass
class Town:
    team: Team
    admin: User
    projects: list[Project]

    def some(self) -> list[int]:
        return list(Pool.objects.filter(team=self.team).values_list("pk", flat=True)[:5])

    def middle(self) -> str:
        pool = Pool.objects.filter(team=self.team, gone_at=None).order_by("created_abroad")[1000]
        return str(Cursor((None, (pool.created_abroad, pool.pk)), 1000))


@pytest.fixture
def town() -> Town:
    if not SQLITE:
        # What earlier tests deleted still lies about, and would be reckoned with.
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE pools_pool, pools_order, pools_membership, pools_stretch CASCADE")
    team, other = builders.team(), builders.team()
    projects = [builders.project(teams=(team, other)) for _ in range(4)]
    admin, stranger = builders.person(admin_of=team), builders.person(admin_of=other)
    crowd.gather(2000, mark="own", projects=projects, team=team, person=admin)
    crowd.gather(400, mark="other", projects=projects, team=other, person=stranger)
    crowd.gather(300, mark="found", projects=projects)
    crowd.gather(300, mark="gone", projects=projects, team=team, person=admin, gone=True)
    with connection.cursor() as cursor:
        if not SQLITE:
            cursor.execute("ANALYZE pools_pool; ANALYZE pools_order; ANALYZE pools_membership; ANALYZE pools_stretch")
            # Three thousand rows are few enough to read them all, and to sort them; here it is asked what would be done
            # for millions. Where there is no other way, it is still read and sorted.
            for way in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "jit"):
                cursor.execute(f"SET LOCAL {way} = off")
            # And rows of millions lie wherever they lie, on a disk that minds no more than a little.
            cursor.execute("SET LOCAL random_page_cost = 1.1")
    return Town(team, admin, projects)


# What tells a plan: as it is meant or, where the engine can say so, as it went.
MEANT = "EXPLAIN QUERY PLAN " if SQLITE else "EXPLAIN "
MEASURED = MEANT if SQLITE else "EXPLAIN (ANALYZE, FORMAT JSON) "


@contextmanager
def planned(told: str) -> Iterator[list[str]]:
    """The plans of all statements that read pools or orders meanwhile."""
    plans: list[str] = []

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "(SELECT")) and re.search(r"pools_(pool|order)\b", sql):
            cursor = context["cursor"].cursor
            cursor.execute(told + sql, params)
            rows = [row[-1] for row in cursor.fetchall()]
            plans.append("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield plans


@contextmanager
def without(way: str) -> Iterator[None]:
    """Have PostgreSQL avoid a way meanwhile, and not longer: foreign keys are looked up once the test is over."""
    words = [] if SQLITE else [f"SET LOCAL enable_{way} = off", f"SET LOCAL enable_{way} = on"]
    with connection.cursor() as cursor:
        for word in words[:1]:
            cursor.execute(word)
        yield
        for word in words[1:]:
            cursor.execute(word)


READS_ALL = re.compile(
    r"^SCAN (?!pools_(project|membership|team|user)\b|CONSTANT|qualify|\()|Seq Scan on pools_(pool|order)\b",
    re.MULTILINE,
)
SORTS = re.compile(r"TEMP B-TREE FOR (LAST|ORDER)|\bSort\b")


def plans_of(read: Callable[[], object], *, told: str = MEANT) -> list[str]:
    with planned(told) as plans:
        read()
    assert plans
    return plans


def page(town: Town, *, sort: str = "newest", at: str = "", **filters: Any) -> Callable[[], object]:
    return lambda: queries.dashboard(town.admin, town.team, Filters(**filters), sort=sort, at=at)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "pool_team_newest"),
        ({"sort": "oldest"}, "pool_team_newest"),
        ({"sort": "name"}, "pool_team_name"),
        ({"sort": "name-down"}, "pool_team_name"),
        ({"sort": "changed"}, "pool_team_changed"),
        ({"sort": "unchanged"}, "pool_team_changed"),
        ({"phase": "Running"}, "pool_team_phase"),
        ({"phase": "Gone"}, "pool_team_gone"),
    ],
)
def test_a_page_of_pools_comes_out_of_an_index_in_order(town: Town, asked: dict[str, str], index: str) -> None:
    own = next(plan for plan in plans_of(page(town, **asked)) if index in plan)

    assert not SORTS.search(own)


def test_what_nobody_claimed_comes_in_order_too(town: Town) -> None:
    unclaimed = plans_of(page(town, unclaimed=True))[-1]

    assert "pool_team_newest" in unclaimed or "pool_unclaimed_newest" in unclaimed
    assert not SORTS.search(unclaimed)


def test_a_page_in_the_middle_begins_where_it_begins(town: Town) -> None:
    own = next(plan for plan in plans_of(page(town, at=town.middle())) if "pool_team_newest" in plan)

    assert re.search(r"created_abroad(<\?| <= )", own)
    assert not SORTS.search(own)


def read_nothing_new(town: Town) -> Callable[[], object]:
    cursor = queries.changes(town.admin).cursor
    return lambda: queries.changes(town.admin, cursor)


READS: dict[str, Callable[[Town], Callable[[], object]]] = {
    "a page": page,
    "a page of one project": lambda town: page(town, project=town.projects[0].pk),
    "a page of failed ones": lambda town: page(town, phase="Failed"),
    "a page of overdue ones": lambda town: page(town, phase="Overdue"),
    "a page of orders": lambda town: page(town, phase="Ordered"),
    "a page of one flavor": lambda town: page(town, flavor="modelarts.vm.cpu.16u64g.d"),
    "a page of one's own": lambda town: page(town, mine=True),
    "counters": lambda town: lambda: queries.phase_counts(town.admin, town.team),
    "quotas": lambda town: lambda: queries.project_freshness(town.admin, quotas_for=town.team),
    "needs": lambda town: lambda: queries.needs_me(town.admin),
    "the feed": read_nothing_new,
    "the desk's number": lambda town: lambda: queries.desk_count(town.admin),
    "what flavors are in use": lambda town: lambda: queries.flavors_in_use(town.team),
    "what networks and drivers are in use": lambda town: lambda: queries.uses_in(town.projects[0]),
    "what is due": lambda town: lambda: list(tasks._to_hand_out()),
}


@pytest.mark.parametrize("read", READS)
def test_nothing_that_is_asked_all_the_time_reads_a_whole_table(town: Town, read: str) -> None:
    act = READS[read](town)

    assert [plan for plan in plans_of(act) if READS_ALL.search(plan)] == []


FEW: dict[str, Callable[[Town], Callable[[], object]]] = {
    "what waits for a person": lambda town: lambda: queries.needs_me(town.admin, most=5),
    "the rows that a feed named": lambda town: lambda: queries.rows_named(town.admin, orders=[], pools=town.some()),
}


@pytest.mark.parametrize("read", FEW)
def test_what_a_row_shows_is_joined_to_the_few_that_are_shown(town: Town, read: str) -> None:
    shown = next(plan for plan in plans_of(FEW[read](town), told=MEASURED) if "pools_deletion" in plan)

    if SQLITE:
        assert "SEARCH pools_pool USING INTEGER PRIMARY KEY" in shown
    else:
        assert max(rows_read(json.loads(shown)[0]["Plan"])) <= 50


def rows_read(node: dict[str, Any]) -> Iterator[int]:
    """How many rows of pools or orders each node of a measured plan looked at, all its rounds together."""
    if node.get("Relation Name") in {"pools_pool", "pools_order"}:
        yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for part in node.get("Plans", []):
        yield from rows_read(part)


def test_counters_read_no_row_of_a_team(town: Town) -> None:
    # Before its first vacuum a table's rows are looked at in any case, and then any index will do.
    with without("indexscan"):
        [plan] = plans_of(READS["counters"](town))

    assert re.search(r"COVERING INDEX pool_team_nodes|Index Only Scan using pool_team_nodes", plan)


def test_the_feed_reads_a_range_of_what_changed(town: Town) -> None:
    [plan] = plans_of(read_nothing_new(town))

    for index in ("pool_team_changed", "order_team_changed"):
        assert index in plan
    assert re.search(r"changed_at(>\?| >= )", plan)


def test_a_sweep_finds_the_pools_of_its_project_and_their_paces(town: Town) -> None:
    from pools.tracking.comparing import _sort
    from pools.tracking.sweeping import _pause
    from pools.upstream.skimming import Skimmed

    project, now = town.projects[0], timezone.now()

    pools, paces = plans_of(lambda: (_sort(project, Skimmed({}, clock_skew=None), at=now), _pause(project, at=now)))

    assert not READS_ALL.search(pools)
    assert "pool_pace" in paces


def test_what_changed_lately_is_found_among_very_many(town: Town) -> None:
    Pool.objects.filter(name="own-7").update(changed_at=timezone.now() - timedelta(seconds=1))

    assert len(queries.changes(town.admin, queries.cursor_from_now(timezone.now())).pools) == 1
