"""One list covers every pool of a project."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pools import tracking
from pools.models import Order, PhaseChange, Pool, Project
from pools.states import ErrandState, OrderState
from pools.upstream import Client, Heard, Skimmed, Spent, Unreachable
from pools.wire.reading import hear_pool
from tests import builders
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import Behaviour, answering, hanging_up, resetting

pytestmark = pytest.mark.django_db


def again(project: Project) -> list[PhaseChange]:
    """Sweep as a worker would that has just read the row."""
    return tracking.sweep(Project.objects.get(pk=project.pk))


def ordered_pool(cloud: Cloud, name: str, phase: str = "Running") -> Pool:
    """A pool that a team ordered and that the cloud lists."""
    project = cloud.project()
    team = builders.team()
    project.teams.add(team)
    order = builders.order(
        team=team, placed_by=builders.person(member_of=team), project=project, name=name, state=OrderState.ACCEPTED
    )
    made = cloud.has(name, phase)
    created = datetime.fromisoformat(made["metadata"]["creationTimestamp"])
    return tracking_of(project, name, order=order, phase=phase, created_abroad=created)


def tracking_of(project: Project, name: str, **fields: object) -> Pool:
    return builders.pool(project=project, name=name, pool_id=f"{name}-id", **fields)  # type: ignore[arg-type]


def test_a_pool_that_nobody_here_ordered_is_taken_in_unclaimed(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("found", "Running")

    changes = again(project)

    pool = Pool.objects.get()
    assert (pool.team, pool.order, pool.phase, pool.name) == (None, None, "Running", "found")
    assert [(change.was, change.became) for change in changes] == [("", "Running")]


def test_a_pool_whose_order_is_on_its_way_is_left_to_it(cloud: Cloud) -> None:
    project, team = cloud.project(), builders.team()
    builders.order(team=team, placed_by=builders.person(), project=project, name="mine", state=OrderState.IN_DOUBT)
    cloud.has("mine", "Creating")

    again(project)

    assert not Pool.objects.exists()


def test_it_is_taken_in_once_its_order_is_decided_otherwise(cloud: Cloud) -> None:
    project, team = cloud.project(), builders.team()
    builders.order(team=team, placed_by=builders.person(), project=project, name="mine", state=OrderState.REFUSED)
    cloud.has("mine", "Creating")

    again(project)

    assert Pool.objects.get().team is None


def test_failed_creations_of_strangers_are_not_taken_in(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("broken", "CreationFailed")

    again(project)

    assert not Pool.objects.exists()


def test_every_new_phase_of_a_list_is_recorded(cloud: Cloud) -> None:
    project = cloud.project()
    for name in ("one", "two", "three"):
        cloud.has(name, "Creating")
    again(project)
    cloud.has("one", "Running")
    cloud.has("three", "CreationFailed")

    changes = again(project)

    assert {(change.pool.name, change.became) for change in changes} == {
        ("one", "Running"),
        ("three", "CreationFailed"),
    }
    assert PhaseChange.objects.count() == 5


def test_an_unchanged_pool_is_only_seen_again(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("one")
    again(project)
    read_at = Pool.objects.get().read_at

    again(project)

    assert Pool.objects.get().read_at > read_at


def test_an_unchanged_pool_is_not_written(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("one")
    again(project)
    before = Pool.objects.values().get()

    again(project)

    assert Pool.objects.values().get() == before


def test_news_asked_for_before_a_single_look_do_not_overwrite_it(cloud: Cloud) -> None:
    project = cloud.project()
    tracking_of(project, "one", phase="Running", observed_at=timezone.now() + timedelta(minutes=1))
    cloud.has("one", "Creating")

    assert again(project) == []

    assert Pool.objects.get().phase == "Running"


def queries_of_a_sweep(cloud: Cloud, pools: int, *, change: bool) -> int:
    project = cloud.project()
    cloud.listed.clear()
    names = [f"pool-{project.pk}-{number}" for number in range(pools)]
    for name in names:
        cloud.has(name, "Creating")
    again(project)
    for name in names if change else []:
        cloud.has(name, "Running")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        again(project)
    return len(captured)


@pytest.mark.parametrize("change", [False, True])
def test_thirty_pools_take_no_more_queries_than_one(cloud: Cloud, change: bool) -> None:
    assert queries_of_a_sweep(cloud, 30, change=change) == queries_of_a_sweep(cloud, 1, change=change)


def test_a_worker_that_finds_the_project_taken_asks_nothing(cloud: Cloud) -> None:
    project = cloud.project(lease_until=timezone.now() + timedelta(minutes=1), lease_token=uuid4())

    assert again(project) == []

    assert cloud.asked() == []


def test_a_lease_that_ran_out_is_anybodys(cloud: Cloud) -> None:
    project = cloud.project(lease_until=timezone.now() - timedelta(seconds=1), lease_token=uuid4())

    again(project)

    project.refresh_from_db()
    assert project.heard_at
    assert project.lease_token is None


def test_a_result_is_dropped_when_the_lease_went_to_somebody_else(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = cloud.project()
    cloud.has("one")
    theirs = uuid4()
    skim_pools = Client.skim_pools

    def slowly(client: Client) -> Skimmed:
        heard = skim_pools(client)
        Project.objects.update(lease_token=theirs)
        return heard

    monkeypatch.setattr(Client, "skim_pools", slowly)

    assert again(project) == []

    assert not Pool.objects.exists()
    assert Project.objects.get().lease_token == theirs


def test_a_failure_is_not_told_over_what_the_worker_that_took_over_heard(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, theirs = cloud.project(), uuid4()

    def slowly(_: Client) -> Skimmed:
        Project.objects.update(lease_token=theirs)
        raise Unreachable("no answer")

    monkeypatch.setattr(Client, "skim_pools", slowly)

    again(project)

    project.refresh_from_db()
    assert (project.failures, project.failing_since, project.lease_token) == (0, None, theirs)


@pytest.mark.parametrize(
    "trouble",
    [
        hanging_up,
        resetting,
        answering(None, status=500),
        answering(b"<html>"),
        answering({"items": None}),
        answering({"error_code": "X", "error_msg": "slow down"}, status=429),
        answering({"error_code": "X", "error_msg": "who are you"}, status=401),
    ],
)
def test_a_failed_reading_changes_freshness_and_no_pool(cloud: Cloud, trouble: Behaviour) -> None:
    project = cloud.project()
    cloud.has("one")
    again(project)
    before = Pool.objects.values().get()
    cloud.fails_at("pools", trouble)

    again(project)

    project.refresh_from_db()
    assert Pool.objects.values().get() == before
    assert project.failing_since
    assert project.failures == 1
    assert project.failure_message
    assert project.look_after > timezone.now()
    assert project.lease_token is None


def test_failing_since_is_when_it_began(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.fails_at("pools", hanging_up)
    again(project)
    began = Project.objects.get().failing_since

    again(project)

    project.refresh_from_db()
    assert project.failing_since == began
    assert project.failures == 2


def test_the_pause_grows_with_failures_to_a_bound(cloud: Cloud) -> None:
    project = cloud.project(failures=50)
    cloud.fails_at("pools", hanging_up)

    again(project)

    project.refresh_from_db()
    pause = project.look_after - timezone.now()
    assert timedelta(minutes=3) < pause < timedelta(minutes=7)


def test_a_throttled_project_waits_as_long_as_it_was_told(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.fails_at("pools", answering(None, status=429, headers={"Retry-After": "900"}))

    again(project)

    project.refresh_from_db()
    assert project.look_after - timezone.now() > timedelta(seconds=890)


def test_a_budget_of_ours_that_is_spent_says_nothing_ill_of_the_cloud(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Client) -> Skimmed:
        raise Spent("for now", retry_after=3)

    project = cloud.project()
    monkeypatch.setattr(Client, "skim_pools", refuse)

    again(project)

    project.refresh_from_db()
    assert (project.failing_since, project.lease_until) == (None, None)
    assert Project.objects.due().exists()


def test_refused_credentials_are_told_apart(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.fails_at("pools", answering(None, status=403))

    again(project)

    project.refresh_from_db()
    assert project.credentials_refused_at


def test_refused_credentials_stay_refused_until_the_cloud_takes_them(cloud: Cloud) -> None:
    refused = timezone.now() - timedelta(minutes=1)
    project = cloud.project(credentials_refused_at=refused)
    cloud.fails_at("pools", hanging_up)

    again(project)

    project.refresh_from_db()
    assert project.credentials_refused_at == refused


def test_the_first_success_clears_every_failure(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.fails_at("pools", answering(None, status=401))
    again(project)
    cloud.recovers()

    again(project)

    project.refresh_from_db()
    assert (project.failing_since, project.failures, project.failure_message) == (None, 0, "")
    assert project.credentials_refused_at is None
    assert project.heard_at


def test_the_next_sweep_comes_when_the_most_urgent_pool_wants_it(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("calm", "Running")
    cloud.has("eager", "Creating")

    again(project)

    project.refresh_from_db()
    assert timedelta(seconds=15) < project.look_after - timezone.now() < timedelta(seconds=25)


@pytest.mark.shows("ClientWatching.own-404")
def test_a_pool_missing_from_the_list_is_looked_at_by_itself(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    again(pool.project)
    cloud.loses("one")

    again(pool.project)

    pool.refresh_from_db()
    assert pool.look_after
    assert (pool.misses, pool.gone_at, pool.phase) == (0, None, "Running")


def test_lists_that_lack_a_pool_neither_count_nor_forgive_its_misses(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    cloud.loses("one")

    def listed_thrice_and_asked_for() -> int:
        for _ in range(3):
            again(pool.project)
        tracking.look(Pool.objects.get())
        return Pool.objects.get().misses

    assert [listed_thrice_and_asked_for() for _ in range(2)] == [1, 2]
    listed_thrice_and_asked_for()
    assert Pool.objects.get().gone_at


@pytest.mark.shows("ClientWatching.gone-or-failed")
def test_a_failed_pool_is_found_in_the_list_of_the_failed(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one", "Creating")
    again(pool.project)
    cloud.failed["one-id"] = cloud.has("one", "CreationFailed", message="sold out")
    cloud.loses("one")

    [change] = again(pool.project)

    assert (change.became, change.message) == ("CreationFailed", "sold out")


def test_a_pool_missing_from_the_list_is_not_taken_for_an_earlier_failure(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one", "Creating")
    again(pool.project)
    cloud.failed["one-id"] = cloud.has("one", "CreationFailed", created=timezone.now() - timedelta(hours=2))
    cloud.loses("one")

    assert again(pool.project) == []

    pool.refresh_from_db()
    assert (pool.phase, pool.gone_at) == ("Creating", None)
    assert pool.look_after


def test_of_several_failures_under_one_id_the_latest_counts(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one", "Creating")
    again(pool.project)
    mine = cloud.has("one", "CreationFailed", message="sold out")
    earlier = cloud.has("one", "CreationFailed", created=timezone.now() - timedelta(hours=2), message="order canceled")
    cloud.loses("one")
    cloud.failed = {"first": mine, "second": earlier}

    [change] = again(pool.project)

    assert change.message == "sold out"


def test_a_failed_pool_does_not_cost_a_second_list_every_time(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one", "Creating")
    cloud.failed["one-id"] = cloud.has("one", "CreationFailed")
    cloud.loses("one")
    again(pool.project)
    cloud.stranger.heard.clear()

    again(pool.project)

    assert cloud.asked() == ["pools"]


def test_a_name_ordered_anew_is_a_new_pool_beside_the_old_one(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    cloud.has("one", "Creating", created=timezone.now())

    again(pool.project)

    pool.refresh_from_db()
    assert pool.gone_at
    new = Pool.objects.living().get()
    assert (new.phase, new.team) == ("Creating", None)
    assert pool.order
    pool.order.refresh_from_db()
    assert not pool.order.on_the_way_or_living


def test_a_pool_taken_for_gone_that_is_listed_again_comes_back_to_its_team(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    again(pool.project)
    pool.refresh_from_db()
    Pool.objects.update(created_abroad=tracking.Sight.of(cloud.listed["one-id"]).created)
    tracking.retire(pool, at=timezone.now())

    again(pool.project)

    pool.refresh_from_db()
    assert pool.gone_at is None
    assert pool.order
    pool.order.refresh_from_db()
    assert pool.order.on_the_way_or_living
    assert Pool.objects.count() == 1


def test_that_a_pool_is_back_is_news_although_nothing_else_changed(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("found")
    again(project)
    tracking.retire(Pool.objects.get(), at=timezone.now())
    gone = Pool.objects.get()

    again(project)

    assert Pool.objects.get().gone_at is None
    assert Pool.objects.get().changed_at > gone.changed_at


def test_a_list_asked_for_before_the_pool_was_found_gone_does_not_bring_it_back(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    Pool.objects.update(created_abroad=tracking.Sight.of(cloud.listed["one-id"]).created)
    tracking.retire(pool, at=timezone.now() + timedelta(seconds=5))

    again(pool.project)

    pool.refresh_from_db()
    assert pool.gone_at


def test_a_list_tells_orders_what_the_cloud_calls_them(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    heard = cloud.has("one", "Waiting", created=pool.created_abroad)
    heard["metadata"]["labels"]["os.modelarts/order.name"] = "order.one-1"
    heard["metadata"].setdefault("annotations", {})["os.modelarts/order.id"] = "CS1"

    again(pool.project)

    order = Order.objects.get()
    assert (order.work_order, order.billing_order) == ("order.one-1", "CS1")


def test_a_pool_that_comes_back_leaves_its_name_to_the_order_that_took_it(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    Pool.objects.update(created_abroad=tracking.Sight.of(cloud.listed["one-id"]).created)
    tracking.retire(pool, at=timezone.now())
    assert pool.order
    newer = builders.order(
        team=pool.order.team, placed_by=pool.order.placed_by, project=pool.project, name="one", state=OrderState.REFUSED
    )
    Order.objects.filter(pk=newer.pk).update(state=OrderState.HELD, on_the_way_or_living=True)

    again(pool.project)

    pool.refresh_from_db()
    assert pool.gone_at is None
    assert list(Order.objects.filter(on_the_way_or_living=True)) == [newer]


def test_a_look_wanted_while_the_list_was_read_is_not_forgotten(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    wanted = timezone.now() + timedelta(seconds=5)
    Pool.objects.update(look_after=wanted)

    again(pool.project)

    pool.refresh_from_db()
    assert pool.look_after == wanted


def test_a_pool_being_deleted_stays_until_its_own_404(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one", "Deleting")
    builders.deletion(pool=pool, by=builders.person(), state=ErrandState.DONE)
    cloud.loses("one")

    again(pool.project)

    pool.refresh_from_db()
    assert pool.gone_at is None


def test_a_single_look_that_crossed_a_list_asked_for_later_changes_nothing(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one", "Running")
    again(pool.project)
    before_the_list = timezone.now()
    again(pool.project)

    stale = builders.heard(name="one", phase="Creating", created=pool.created_abroad)
    heard = Heard(document=stale, hear=hear_pool)

    assert tracking.observe(Pool.objects.get(), heard, at=before_the_list) is None
    assert Pool.objects.get().phase == "Running"


def test_a_404_that_crossed_a_list_asked_for_later_does_not_end_a_pool(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    before_the_list = timezone.now()
    again(pool.project)

    assert not tracking.retire(Pool.objects.get(), at=before_the_list)
    assert Pool.objects.get().gone_at is None


def test_a_list_that_repeats_itself_after_a_single_look_is_news(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one", "Creating")
    again(pool.project)
    said = cloud.listed["one-id"]
    cloud.has("one", "Running")
    tracking.look(Pool.objects.get())
    cloud.listed["one-id"] = said

    [change] = again(pool.project)

    assert (change.was, change.became) == ("Running", "Creating")


def test_a_document_that_is_only_written_otherwise_is_no_change(cloud: Cloud) -> None:
    project = cloud.project()
    said = cloud.has("one")
    again(project)
    before = Pool.objects.get()
    cloud.listed["one-id"] = dict(reversed(said.items()))

    again(project)

    after = Pool.objects.get()
    assert after.changed_at == before.changed_at
    assert after.list_print != before.list_print


def test_a_pool_that_left_the_list_is_as_old_as_the_last_list_that_held_it(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    again(pool.project)
    heard_at = Project.objects.get().heard_at
    cloud.loses("one")

    again(pool.project)

    assert Pool.objects.get().read_at == heard_at


def test_a_pool_that_is_gone_ages_with_no_list(cloud: Cloud) -> None:
    pool = ordered_pool(cloud, "one")
    again(pool.project)
    tracking.retire(Pool.objects.get(), at=timezone.now())
    read_at = Pool.objects.get().read_at
    cloud.loses("one")

    again(pool.project)

    assert Pool.objects.get().read_at == read_at


def test_how_late_how_long_and_how_much_is_kept_with_the_project(cloud: Cloud) -> None:
    project = cloud.project(look_after=timezone.now() - timedelta(seconds=90))
    cloud.has("one")
    cloud.has("two")

    again(project)

    project.refresh_from_db()
    assert 90 < project.sweep_late < 120
    assert 0 < project.sweep_seconds < 30
    assert project.pools_listed == 2


def test_a_list_that_is_late_once_is_no_alarm_for_the_workers_may_have_been_away(cloud: Cloud) -> None:
    project = cloud.project(look_after=timezone.now() - timedelta(seconds=90))
    said = []
    for late in (90, 90, 0):
        Project.objects.update(look_after=timezone.now() - timedelta(seconds=late))
        again(Project.objects.get())
        project.refresh_from_db()
        said.append(project.is_read_late)

    assert said == [False, True, False]


def test_a_list_of_pools_at_rest_costs_one_statement_that_reads_them(cloud: Cloud) -> None:
    project = cloud.project()
    for name in ("one", "two", "three"):
        cloud.has(name)
    again(project)

    with CaptureQueriesContext(connection) as captured:
        again(project)

    # The project, its lease, a savepoint; its lock, the pools, their phases, the project; and the savepoint's end.
    assert len(captured) == 8
    assert sum('FROM "pools_pool"' in query["sql"] for query in captured) == 2
    assert not [query for query in captured if 'UPDATE "pools_pool"' in query["sql"]]
