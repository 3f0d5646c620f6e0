"""How the database finds what is asked for all the time: through an index, in the order it is wanted, on both engines.

Plans are told for the very statements that the product runs, among three thousand pools of several teams.
"""

from __future__ import annotations

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

    def middle(self) -> str:
        pool = Pool.objects.filter(team=self.team, gone_at=None).order_by("created_abroad")[1000]
        return str(Cursor((None, (pool.created_abroad, pool.pk), None), 1000))


@pytest.fixture
def town() -> Town:
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
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    return Town(team, admin, projects)


@contextmanager
def planned() -> Iterator[list[str]]:
    """The plans of all statements that read pools or orders meanwhile."""
    plans: list[str] = []
    word = "EXPLAIN QUERY PLAN " if SQLITE else "EXPLAIN "

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "(SELECT")) and re.search(r"pools_(pool|order)\b", sql):
            cursor = context["cursor"].cursor
            cursor.execute(word + sql, params)
            plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield plans


READS_ALL = re.compile(
    r"^SCAN (?!pools_(project|membership|team|user)\b|CONSTANT|qualify|\()|Seq Scan on pools_(pool|order)\b",
    re.MULTILINE,
)
SORTS = re.compile(r"TEMP B-TREE FOR (LAST|ORDER)|\bSort\b")


def plans_of(read: Callable[[], object]) -> list[str]:
    with planned() as plans:
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
    unclaimed = plans_of(page(town))[-1]

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
    "needs": lambda town: lambda: queries.needs_me(town.admin),
    "the feed": read_nothing_new,
    "the desk's number": lambda town: lambda: queries.desk_count(town.admin),
    "what is due": lambda town: lambda: list(tasks._to_hand_out()),
}


@pytest.mark.parametrize("read", READS)
def test_nothing_that_is_asked_all_the_time_reads_a_whole_table(town: Town, read: str) -> None:
    act = READS[read](town)

    assert [plan for plan in plans_of(act) if READS_ALL.search(plan)] == []


def test_counters_read_no_row_of_a_team(town: Town) -> None:
    if not SQLITE:
        # Before its first vacuum a table's rows are looked at in any case, and then any index will do.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off")
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
