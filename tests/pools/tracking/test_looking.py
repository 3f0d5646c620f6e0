"""Looking at one pool by itself, and when it counts as gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import tracking
from pools.models import Pool
from pools.states import ErrandState
from pools.upstream import Client, Heard
from pools.wire import pool as wire
from tests import builders
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import answering, hanging_up

pytestmark = pytest.mark.django_db


def missing_pool(cloud: Cloud, **fields: Any) -> Pool:
    """A pool that the cloud does not know any more."""
    return builders.pool(project=cloud.project(), name="one", pool_id="one-id", **fields)


def during(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Have `act` happen while the cloud is being asked for a pool."""
    get_pool = Client.get_pool

    def slowly(client: Client, pool_id: str) -> Heard[wire.Pool]:
        act()
        return get_pool(client, pool_id)

    monkeypatch.setattr(Client, "get_pool", slowly)


def test_a_look_hears_the_phase_and_needs_no_other_look(cloud: Cloud) -> None:
    pool = missing_pool(cloud, phase="Creating", look_after=timezone.now())
    cloud.has("one", "Running", created=pool.created_abroad)

    change = tracking.look(pool)

    assert change
    assert change.became == "Running"
    pool.refresh_from_db()
    assert pool.look_after is None


def test_one_miss_is_not_gone(cloud: Cloud) -> None:
    pool = missing_pool(cloud)

    tracking.look(pool)

    pool.refresh_from_db()
    assert (pool.misses, pool.gone_at) == (1, None)
    assert pool.look_after
    assert pool.look_after > timezone.now() + timedelta(seconds=10)


@pytest.mark.shows("ClientWatching.own-404")
def test_three_misses_in_a_row_are_gone(cloud: Cloud) -> None:
    pool = missing_pool(cloud)
    gone = []

    for _ in range(3):
        tracking.look(Pool.objects.get())
        gone.append(Pool.objects.get().gone_at is not None)

    assert gone == [False, False, True]
    pool.refresh_from_db()
    assert pool.phase == "Running"
    assert pool.look_after is None


def test_being_heard_of_starts_the_count_anew(cloud: Cloud) -> None:
    pool = missing_pool(cloud, misses=2)
    cloud.has("one", created=pool.created_abroad)

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.misses == 0


@pytest.mark.parametrize("trouble", [hanging_up, answering(None, status=500), answering(None, status=401)])
def test_not_hearing_is_not_a_miss(cloud: Cloud, trouble: Any) -> None:
    pool = missing_pool(cloud, misses=2)
    cloud.fails_at("pools", trouble)

    assert tracking.look(pool) is None

    pool.refresh_from_db()
    assert (pool.misses, pool.gone_at) == (2, None)
    assert pool.look_after
    assert pool.look_after > timezone.now()


@pytest.mark.shows("ClientWatching.fresh-404")
def test_a_pool_made_less_than_a_minute_ago_is_never_missed(cloud: Cloud) -> None:
    pool = missing_pool(cloud, created_abroad=timezone.now() - timedelta(seconds=30))

    for _ in range(4):
        tracking.look(pool)

    pool.refresh_from_db()
    assert (pool.misses, pool.gone_at) == (0, None)


@pytest.mark.parametrize(("ahead", "counted"), [(120, 0), (-120, 0), (-20, 1)])
def test_how_young_a_pool_is_goes_by_the_clock_that_dated_it(cloud: Cloud, ahead: int, counted: int) -> None:
    """Made 50 seconds ago, but for the last: 70 seconds ago."""
    made = timezone.now() - timedelta(seconds=70 if counted else 50)
    pool = missing_pool(cloud, created_abroad=made + timedelta(seconds=ahead))
    pool.project.clock_skew = ahead
    pool.project.save()

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.misses == counted


@pytest.mark.shows("ClientWatching.gone-or-failed")
@pytest.mark.parametrize("state", [ErrandState.SENDING, ErrandState.IN_DOUBT, ErrandState.DONE])
def test_a_pool_we_deleted_is_gone_at_its_first_miss(cloud: Cloud, state: ErrandState) -> None:
    pool = missing_pool(cloud)
    builders.deletion(pool=pool, by=builders.person(), state=state)

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.gone_at


@pytest.mark.parametrize("state", [ErrandState.RECORDED, ErrandState.FAILED])
def test_a_deletion_that_was_never_sent_changes_nothing(cloud: Cloud, state: ErrandState) -> None:
    pool = missing_pool(cloud)
    builders.deletion(pool=pool, by=builders.person(), state=state)

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.gone_at is None


def test_a_pool_seen_deleting_is_gone_at_its_first_miss(cloud: Cloud) -> None:
    pool = missing_pool(cloud, phase="Deleting")

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.gone_at


def test_a_gone_pool_gives_its_name_free(cloud: Cloud) -> None:
    project, team = cloud.project(), builders.team()
    order = builders.order(team=team, placed_by=builders.person(), project=project, name="one")
    pool = builders.pool(order=order, phase="Deleting", pool_id="one-id")

    tracking.look(pool)

    order.refresh_from_db()
    assert not order.on_the_way_or_living


def test_a_404_asked_for_before_the_pool_was_seen_does_not_end_it(cloud: Cloud) -> None:
    pool = missing_pool(cloud, phase="Deleting", observed_at=timezone.now() + timedelta(minutes=1))

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.gone_at is None


def test_a_404_asked_for_before_the_pool_was_seen_does_not_count(cloud: Cloud) -> None:
    pool = missing_pool(cloud, observed_at=timezone.now() + timedelta(minutes=1))

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.misses == 0


def test_no_other_worker_looks_while_one_does(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = missing_pool(cloud, look_after=timezone.now())
    due: list[int] = []
    during(monkeypatch, lambda: due.append(Pool.objects.due().count()))

    tracking.look(pool)

    assert due == [0]


def test_a_look_wanted_while_we_asked_is_not_forgotten(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = missing_pool(cloud)
    cloud.has("one", created=pool.created_abroad)
    wanted = timezone.now()
    during(monkeypatch, lambda: Pool.objects.update(look_after=wanted))

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.look_after == wanted


def test_a_failed_creation_is_looked_at_ever_more_rarely(cloud: Cloud) -> None:
    pool = missing_pool(cloud, phase="CreationFailed", phase_since=timezone.now() - timedelta(days=2))
    cloud.failed["one-id"] = builders.heard(
        name="one", pool_id="one-id", phase="CreationFailed", created=pool.created_abroad
    )

    tracking.look(pool)

    pool.refresh_from_db()
    assert pool.look_after
    assert pool.look_after - timezone.now() > timedelta(minutes=4)


def test_a_look_brings_the_next_list_forward(cloud: Cloud) -> None:
    pool = missing_pool(cloud, phase="Waiting")
    pool.project.look_after = timezone.now() + timedelta(hours=1)
    pool.project.save()
    cloud.has("one", "Creating", created=pool.created_abroad)

    tracking.look(pool)

    pool.project.refresh_from_db()
    assert pool.project.look_after < timezone.now() + timedelta(seconds=21)


def test_refused_credentials_are_told_to_the_project(cloud: Cloud) -> None:
    pool = missing_pool(cloud)
    cloud.fails_at("pools", answering(None, status=403))

    tracking.look(pool)

    pool.project.refresh_from_db()
    assert pool.project.credentials_refused_at
