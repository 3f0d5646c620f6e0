"""What pages read: only what the person may see, and as many statements for three rows as for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools import queries
from pools.models import Order, Pool, Project, Team, User
from pools.queries import Filters
from pools.states import ErrandState, OrderState
from pools.wire.enums import Phase
from tests import builders

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    team: Team
    project: Project
    member: User
    admin: User
    stranger: User


@pytest.fixture
def scene() -> Scene:
    """Two teams on one project, so that there is something to leak."""
    team, other = builders.team(), builders.team()
    project = builders.project(teams=(team, other))
    stranger = builders.person(admin_of=other)
    builders.pool(order=builders.order(team=other, placed_by=stranger, project=project, state=OrderState.ACCEPTED))
    builders.order(team=other, placed_by=stranger, project=project)
    builders.waiting_order(team=other, placed_by=builders.person(member_of=other), project=project)
    return Scene(
        team=team,
        project=project,
        member=builders.person(member_of=team),
        admin=builders.person(admin_of=team),
        stranger=stranger,
    )


def order(scene: Scene, **fields: Any) -> Order:
    return builders.order(**{"team": scene.team, "placed_by": scene.member, "project": scene.project, **fields})


def pool(scene: Scene, phase: str = Phase.RUNNING, **fields: Any) -> Pool:
    return builders.pool(order=order(scene, state=OrderState.ACCEPTED), phase=phase, **fields)


def accepted(scene: Scene) -> Order:
    ordered = order(scene, state=OrderState.ACCEPTED)
    builders.pool(order=ordered)
    return ordered


def read_through(rows: Iterable[queries.Row]) -> list[object]:
    """Everything a page shows of a row: what was not fetched with it would cost a statement here."""
    return [
        (
            row.key,
            row.name,
            row.phase,
            row.state,
            row.since,
            row.project and row.project.name,
            row.ordered_by and row.ordered_by.username,
            row.pool and row.pool.document,
            row.decision and (row.decision.verdict, row.decision.by.username),
            row.deletion and (row.deletion.state, row.deletion.by.username),
        )
        for row in rows
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_dashboard_costs_the_same_for_many_rows(
    scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        builders.decision(order=accepted(scene), by=scene.admin)
        builders.deletion(pool=pool(scene), by=scene.member)
        order(scene)

    # Orders without a pool, and the team's pools.
    with django_assert_num_queries(2):
        read_through(queries.dashboard(scene.member, scene.team).rows)


def test_a_dashboard_shows_pools_and_orders_without_one_as_one_list_the_newest_first(scene: Scene) -> None:
    now = timezone.now()
    oldest = pool(scene, created_abroad=now - timedelta(hours=2))
    middle = order(scene, placed_at=now - timedelta(hours=1))
    newest = pool(scene, created_abroad=now)

    rows = queries.dashboard(scene.member, scene.team).rows

    assert [row.name for row in rows] == [newest.name, middle.pool_name, oldest.name]
    assert [row.key for row in rows] == [f"order-{newest.order_id}", f"order-{middle.pk}", f"order-{oldest.order_id}"]


def test_an_accepted_order_and_its_pool_are_one_row(scene: Scene) -> None:
    pool(scene)

    assert len(queries.dashboard(scene.member, scene.team).rows) == 1


def test_a_stranger_sees_nothing_of_a_team_by_naming_it(scene: Scene) -> None:
    pool(scene)
    order(scene)

    assert not queries.dashboard(scene.stranger, scene.team).rows
    assert not queries.phase_counts(scene.stranger, scene.team)


def test_unclaimed_pools_are_shown_to_the_teams_admins_alone(scene: Scene) -> None:
    builders.pool(project=scene.project, name="found")
    unclaimed = Filters(unclaimed=True)

    assert [row.name for row in queries.dashboard(scene.admin, scene.team, unclaimed).rows] == ["found"]
    assert not queries.dashboard(scene.member, scene.team, unclaimed).rows


@pytest.mark.parametrize("gone", [False, True])
def test_unclaimed_pools_are_not_counted_among_the_teams(scene: Scene, *, gone: bool) -> None:
    builders.pool(project=scene.project, gone_at=timezone.now() if gone else None)
    pool(scene)

    assert len(queries.dashboard(scene.admin, scene.team).rows) == 1
    counts = queries.counted(scene.admin, scene.team)
    assert (counts.rows, counts.unclaimed) == ({"Running": 1}, 0 if gone else 1)


def test_an_admin_of_another_team_sees_no_unclaimed_pool_on_this_teams_dashboard(scene: Scene) -> None:
    builders.pool(project=scene.project)
    scene.stranger.memberships.create(team=scene.team)

    assert not queries.dashboard(scene.stranger, scene.team, Filters(unclaimed=True)).rows


def test_what_is_gone_and_what_was_withdrawn_leave_the_dashboard(scene: Scene) -> None:
    pool(scene, gone_at=timezone.now())
    order(scene, state=OrderState.WITHDRAWN)

    assert not queries.dashboard(scene.member, scene.team).rows


def test_a_refused_order_is_shown_until_it_is_placed_again(scene: Scene) -> None:
    refused = order(scene, state=OrderState.REFUSED, name="pool-one")
    assert [row.state for row in queries.dashboard(scene.member, scene.team).rows] == ["refused"]

    order(scene, draft=refused.draft, revision=2, name="pool-one")

    assert [row.state for row in queries.dashboard(scene.member, scene.team).rows] == ["placed"]


def test_an_order_refused_long_ago_is_history(scene: Scene) -> None:
    order(scene, state=OrderState.REFUSED, placed_at=timezone.now() - timedelta(days=8))

    assert not queries.dashboard(scene.member, scene.team).rows


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(phase="Running"), {"vision-run"}),
        (Filters(phase="Creating"), {"vision-make", "fresh-pool"}),
        (Filters(phase="placed"), {"vision-ask"}),
        (Filters(phase="Ordered"), {"vision-ask"}),
        (Filters(phase="Failed"), set()),
        (Filters(text="VISION"), {"vision-run", "vision-make", "vision-ask"}),
        (Filters(text="vision", phase="Running"), {"vision-run"}),
        (Filters(mine=True), {"fresh-pool"}),
        (Filters(text="%"), set()),
    ],
)
def test_a_filter_narrows_pools_and_orders_alike(scene: Scene, filters: Filters, names: set[str]) -> None:
    pool(scene, Phase.RUNNING, name="vision-run")
    pool(scene, Phase.CREATING, name="vision-make")
    order(scene, name="vision-ask")
    mine = order(scene, placed_by=scene.admin, state=OrderState.ACCEPTED)
    builders.pool(order=mine, phase="", name="fresh-pool")

    assert {row.name for row in queries.dashboard(scene.admin, scene.team, filters).rows} == names


def test_phases_are_counted_with_our_own_states_beside_them(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pool(scene, Phase.RUNNING)
    pool(scene, Phase.RUNNING)
    pool(scene, "")
    pool(scene, "Frozen")
    order(scene)

    with django_assert_num_queries(1):
        assert queries.phase_counts(scene.member, scene.team) == {
            "Running": 2,
            "Creating": 1,
            "Frozen": 1,
            "placed": 1,
        }


@pytest.mark.parametrize("rows", [1, 3])
def test_what_needs_me_costs_the_same_for_many_rows(
    scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        builders.waiting_order(team=scene.team, placed_by=scene.member, project=scene.project)
        order(scene, state=OrderState.IN_DOUBT, needs_person=True)

    with django_assert_num_queries(2):
        needs = queries.needs_me(scene.admin).shown
        orders = [need.order for need in needs if need.order]
        assert len([(order.team.name, order.placed_by.username, order.project.name) for order in orders]) == 2 * rows


def test_each_person_is_told_what_needs_them(scene: Scene) -> None:
    waiting = builders.waiting_order(team=scene.team, placed_by=scene.member, project=scene.project)
    doubtful = order(scene, state=OrderState.IN_DOUBT, needs_person=True)
    refused = order(scene, state=OrderState.REFUSED)
    held = order(scene, state=OrderState.HELD)
    failed = pool(scene, Phase.CREATION_FAILED).order

    def told(user: User) -> set[tuple[str, Order | None]]:
        return {(need.kind, need.order) for need in queries.needs_me(user).shown}

    assert told(scene.admin) == {("decide", waiting), ("resolve", doubtful), ("failed", failed)}
    own = {("refused", refused), ("held", held), ("resolve", doubtful), ("failed", failed)}
    assert told(scene.member) == own


def test_a_failed_pool_that_is_being_deleted_needs_nobody(scene: Scene) -> None:
    builders.deletion(pool=pool(scene, Phase.ERROR), by=scene.member)

    assert not queries.needs_me(scene.admin).total


def test_counters_follow_the_search_but_not_the_chosen_phase(scene: Scene) -> None:
    pool(scene, Phase.RUNNING, name="vision-run")
    pool(scene, Phase.RUNNING, name="other-run")
    order(scene, name="vision-ask")

    counts = queries.phase_counts(scene.member, scene.team, Filters(text="vision", phase="Running"))

    assert counts == {"Running": 1, "placed": 1}


def test_rows_are_named_by_order_or_pool_and_told_once(scene: Scene) -> None:
    made, alone = pool(scene), order(scene)
    assert made.order is not None
    rows = queries.rows_named(scene.member, orders=[made.order.pk, alone.pk], pools=[made.pk])

    assert {row.key for row in rows} == {f"order-{made.order.pk}", f"order-{alone.pk}"}
    assert {row.pool for row in rows} == {made, None}


def test_a_row_brings_the_decision_and_the_deletion_that_stand_and_no_failed_one(scene: Scene) -> None:
    decided, plain = accepted(scene), pool(scene)
    builders.decision(order=decided, by=scene.admin, state=ErrandState.FAILED)
    standing = builders.decision(order=decided, by=scene.admin)
    builders.deletion(pool=plain, by=scene.member, state=ErrandState.FAILED)

    rows = {row.pool: row for row in queries.dashboard(scene.member, scene.team).rows}

    assert rows[decided.pool].decision == standing
    assert rows[plain].deletion is None
    assert len(rows) == 2


def test_a_named_row_stays_hidden_from_a_stranger(scene: Scene) -> None:
    made, alone = pool(scene), order(scene)

    assert not queries.rows_named(scene.stranger, orders=[alone.pk], pools=[made.pk])


def test_the_first_cursor_repeats_the_last_seconds_and_misses_nothing(scene: Scene) -> None:
    cursor = queries.cursor_from_now(timezone.now())
    late = order(scene)

    assert late.pk in queries.changes(scene.member, cursor).orders


def test_an_own_order_needs_another_admin_where_the_team_wants_four_eyes(scene: Scene) -> None:
    builders.waiting_order(team=scene.team, placed_by=scene.admin, project=scene.project)

    assert not queries.needs_me(scene.admin).total


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_costs_the_same_for_many_rows(
    scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        builders.waiting_order(team=scene.team, placed_by=scene.member, project=scene.project)

    with django_assert_num_queries(2):
        waiting = queries.waiting_orders(scene.admin)
        assert len([(each.team.name, each.placed_by.username, each.pool.phase) for each in waiting]) == rows


def test_the_desk_says_which_orders_are_the_persons_to_decide(scene: Scene) -> None:
    theirs = builders.waiting_order(team=scene.team, placed_by=scene.member, project=scene.project)
    own = builders.waiting_order(team=scene.team, placed_by=scene.admin, project=scene.project)

    desk = {each: each.may_decide for each in queries.waiting_orders(scene.admin)}  # type: ignore[attr-defined]

    assert desk == {theirs: True, own: False}


@pytest.mark.parametrize("rows", [1, 3])
def test_decided_orders_cost_the_same_for_many_rows(
    scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        builders.decision(order=accepted(scene), by=scene.admin, state=ErrandState.DONE)

    with django_assert_num_queries(1):
        decided = queries.decided_orders(scene.member)
        told = [(each.by.username, each.order.placed_by.username, each.order.pool.name) for each in decided]
        assert len(told) == rows


def test_nobody_is_told_of_decisions_of_other_teams(scene: Scene) -> None:
    builders.decision(order=accepted(scene), by=scene.admin)

    assert not queries.decided_orders(scene.stranger)


def test_a_feed_begins_with_nothing_but_a_cursor(scene: Scene) -> None:
    order(scene)

    *told, cursor = queries.changes(scene.member)

    assert (told, bool(cursor)) == ([[], [], []], True)


def test_a_feed_stands_still_while_nothing_moves_at_the_cost_of_one_statement(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order(scene)
    cursor = queries.changes(scene.member).cursor

    with django_assert_num_queries(1):
        assert queries.changes(scene.member, cursor) == ([], [], [], cursor)


def test_a_feed_names_what_moved_and_then_stands_still(scene: Scene) -> None:
    moved, still = order(scene), pool(scene)
    Order.objects.update(changed_at=timezone.now() - timedelta(minutes=1))
    Pool.objects.update(changed_at=timezone.now() - timedelta(minutes=1))
    cursor = queries.changes(scene.member).cursor

    moved.move(OrderState.WITHDRAWN)
    *told, after = queries.changes(scene.member, cursor)

    assert told == [[moved.pk], [], []]
    assert queries.changes(scene.member, after) == ([], [], [], after)
    Pool.objects.filter(pk=still.pk).update(changed_at=timezone.now())
    assert queries.changes(scene.member, after).pools == [still.pk]


def test_a_feed_does_not_miss_a_row_stamped_before_the_cursor_and_committed_after(scene: Scene) -> None:
    early, late = order(scene), order(scene)
    Order.objects.filter(pk=late.pk).update(changed_at=timezone.now() - timedelta(hours=1))
    Order.objects.filter(pk=early.pk).update(changed_at=timezone.now())
    cursor = queries.changes(scene.member).cursor

    Order.objects.filter(pk=late.pk).update(changed_at=timezone.now() - timedelta(seconds=3))

    assert late.pk in queries.changes(scene.member, cursor).orders


def test_a_feed_tells_nobody_of_other_teams_rows(scene: Scene) -> None:
    cursor = queries.changes(scene.stranger).cursor

    order(scene).move(OrderState.WITHDRAWN)
    pool(scene)

    assert queries.changes(scene.stranger, cursor).cursor == cursor


@pytest.mark.parametrize("since", ["", "x", "-", "-x", "9" * 40 + "-a", "1e3-b", "\x00"])
def test_a_cursor_that_is_none_of_ours_begins_anew(scene: Scene, since: str) -> None:
    order(scene)

    *told, cursor = queries.changes(scene.member, since)

    assert told == [[], [], []]
    assert cursor not in {"", since}


def test_after_too_many_changes_the_page_is_told_to_read_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pools.queries.feed.MOST_CHANGES", 2)
    cursor = queries.changes(scene.member).cursor
    for _ in range(3):
        order(scene)

    *told, after = queries.changes(scene.member, cursor)

    assert told == [[], [], []]
    assert after != cursor


def test_freshness_is_told_for_the_projects_of_the_persons_teams_alone(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    builders.project(teams=(scene.team,))
    builders.project()
    scene.member.memberships.create(team=builders.team())

    with django_assert_num_queries(1):
        told = [(each.name, each.heard_at, each.failing_since) for each in queries.project_freshness(scene.member)]

    assert len(told) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_a_pools_page_costs_the_same_for_a_long_history(
    scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ordered = accepted(scene)
    shown = ordered.pool
    for _ in range(rows):
        builders.phase_change(pool=shown, became=Phase.RUNNING)
        builders.deletion(pool=shown, by=scene.member, state=ErrandState.FAILED)
        builders.decision(order=ordered, by=scene.admin, state=ErrandState.FAILED)

    with django_assert_num_queries(9):
        page = queries.pool_page(scene.member, shown.pk)
        read_through([queries.Row(order=page.order, pool=page)])
        assert len(page.phase_changes.all()) == rows
        assert page.document
        assert page.order
        assert page.order.body


def test_a_strangers_page_is_not_found(scene: Scene) -> None:
    with pytest.raises(Pool.DoesNotExist):
        queries.pool_page(scene.stranger, pool(scene).pk)
    with pytest.raises(Order.DoesNotExist):
        queries.order_page(scene.stranger, order(scene).pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_an_orders_page_costs_the_same_for_many_decisions(
    scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shown = accepted(scene)
    for _ in range(rows):
        builders.decision(order=shown, by=scene.admin, state=ErrandState.FAILED)

    with django_assert_num_queries(2):
        page = queries.order_page(scene.member, shown.pk)
        assert len([decision.by.username for decision in page.decisions.all()]) == rows


@pytest.mark.parametrize(
    "read", [lambda s: queries.dashboard(s.member, s.team).rows, lambda s: queries.project_freshness(s.member)]
)
def test_pages_live_without_the_key_that_opens_credentials(
    scene: Scene, read: Callable[[Scene], list[object]], settings: Any
) -> None:
    pool(scene)
    settings.CREDENTIALS_KEYS = ["YW5vdGhlci1rZXktb2YtZXhhY3RseS0zMi1ieXRlcyE="]

    assert read(scene)


def test_the_catalog_names_what_is_taken_whosever_it_is(scene: Scene) -> None:
    taken = {order(scene, name="mine").pool_name, *Pool.objects.values_list("name", flat=True)}
    order(scene, name="free-again", state=OrderState.WITHDRAWN)

    names = queries.catalog_of(scene.project).pool_names

    assert names is not None
    assert taken <= names
    assert "free-again" not in names


def test_a_catalog_never_heard_is_not_known(scene: Scene) -> None:
    facts = queries.catalog_of(scene.project)

    assert (facts.flavors, facts.networks, facts.workspaces, facts.drivers, facts.pool_quota) == (None,) * 5


@pytest.mark.parametrize(
    "read",
    [
        lambda scene: queries.dashboard(scene.member, scene.team).rows,
        lambda scene: queries.whole(scene.member, scene.team, Filters(), most=1000),
    ],
    ids=["page", "export"],
)
def test_an_order_that_gets_its_pool_while_it_is_read_is_one_row(
    scene: Scene, read: Callable[[Scene], Iterable[queries.Row]]
) -> None:
    ordered, got = order(scene, state=OrderState.SENDING), list[Pool]()

    def meanwhile(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith('SELECT "pools_pool"') and not got:
            got.append(builders.pool(order=ordered))
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        rows = list(read(scene))
    assert [(row.order, row.pool) for row in rows] == [(ordered, got[0])]
