"""A clock that is set back keeps nobody waiting until it has caught up with itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery.beat import ScheduleEntry
from django.apps import apps
from django.db.models import DateTimeField
from django.utils import timezone

from console.celery import Ticking, app
from pools import queries, rewinding
from pools.models import Chore, Order, Pool, Project
from pools.states import OrderState
from tests import builders
from tests.clocks import Clock, freeze_time

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
KINDS: tuple[Any, ...] = (Order, Pool, Project)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stands at noon, which the workers know."""
    with freeze_time(NOON) as frozen:
        assert isinstance(frozen, Clock)
        rewinding.rewind()
        yield frozen


def order(**fields: Any) -> Order:
    team = builders.team()
    return builders.order(team=team, placed_by=builders.person(member_of=team), **fields)


def test_what_was_due_in_a_moment_is_due_in_a_moment(clock: Clock) -> None:
    soon = NOON + 20 * SECOND
    rows = [order(due_at=soon), builders.pool(look_after=soon), builders.project(look_after=soon)]

    clock.move_to(NOON - HOUR)
    assert rewinding.rewind() == HOUR
    assert rewinding.rewind() == timedelta()
    clock.tick(21)

    assert [kind.objects.due().filter(pk=row.pk).exists() for kind, row in zip(KINDS, rows, strict=True)] == [True] * 3


def test_what_was_watched_by_the_wrong_clock_is_watched_no_longer_than_was_asked_for(clock: Clock) -> None:
    team = builders.team()
    mine: dict[str, Any] = {"team": team, "by": builders.person(member_of=team)}
    before = builders.watch(**mine, since=NOON - 2 * HOUR, expires_at=NOON + 24 * HOUR)
    by_it = builders.watch(**mine, since=NOON, expires_at=NOON + 24 * HOUR)

    clock.move_to(NOON - HOUR)
    rewinding.rewind()
    before.refresh_from_db()
    by_it.refresh_from_db()

    assert (before.expires_at, by_it.expires_at) == (NOON + 24 * HOUR, NOON + 23 * HOUR)


def test_a_lease_lasts_as_long_as_it_had_left(clock: Clock) -> None:
    sent = order()
    assert sent.claim(OrderState.SENDING, until=NOON + 2 * MINUTE)

    clock.move_to(NOON - HOUR)
    rewinding.rewind()
    sent.refresh_from_db()

    assert sent.lease_until == NOON - HOUR + 2 * MINUTE
    assert sent.last_sent_at == timezone.now()
    assert sent.move(OrderState.IN_DOUBT, due_at=timezone.now()), "whoever holds it may still record"


def test_what_was_heard_by_the_wrong_clock_does_not_outlive_what_is_heard_now(clock: Clock) -> None:
    pool = builders.pool(observed_at=NOON - MINUTE)

    clock.move_to(NOON - HOUR)
    assert not Pool.objects.not_heard_since(timezone.now()).filter(pk=pool.pk).exists()
    rewinding.rewind()

    assert Pool.objects.not_heard_since(timezone.now()).filter(pk=pool.pk).exists()


def test_history_stays_in_order(clock: Clock) -> None:
    pool = builders.pool()
    builders.phase_change(pool=pool, became="Creating", at=NOON - 2 * MINUTE)
    builders.phase_change(pool=pool, became="Running", at=NOON - MINUTE)

    clock.move_to(NOON - HOUR)
    rewinding.rewind()
    builders.phase_change(pool=pool, became="Abnormal", at=timezone.now() + SECOND)

    assert [change.became for change in pool.phase_changes.all()] == ["Creating", "Running", "Abnormal"]


@pytest.mark.parametrize("seconds", [600, 10, 0, -2, -20])
def test_time_that_goes_on_and_clocks_that_nearly_agree_move_nothing(clock: Clock, seconds: int) -> None:
    builders.project(look_after=NOON + HOUR)
    clock.move_to(NOON + seconds * SECOND)

    assert rewinding.rewind() == timedelta()
    assert Project.objects.get().look_after == NOON + HOUR


def test_a_clock_that_nearly_agrees_does_not_hide_the_latest_time(clock: Clock) -> None:
    clock.move_to(NOON - 20 * SECOND)
    rewinding.rewind()

    assert Chore.objects.get(name=rewinding.CLOCK).done_at == NOON


def test_what_was_leased_since_is_not_taken_for_a_lease_of_then(clock: Clock) -> None:
    clock.move_to(NOON - HOUR)
    project = builders.project(lease_until=timezone.now() + 2 * MINUTE)

    rewinding.rewind()

    assert Project.objects.get(pk=project.pk).lease_until == NOON - HOUR + 2 * MINUTE


# Dates that nothing waits for: the cloud's own, those of a calendar, and that by which this is noticed.
LEFT_ALONE = {
    "User.last_login", "User.date_joined", "Membership.since", "Project.disconnected_at", "Order.resolved_at",
    "Order.reminded_at", "Resize.reminded_at", "Pool.created_abroad", "Comment.at", "Chore.done_at",
    "Detail.kept_since", "Stretch.late_after", "Adoption.at", "Watch.expires_at", "Watch.seen_at", "Mention.seen_at",
}  # fmt: skip


def test_every_date_is_brought_back_or_named_as_one_that_is_not() -> None:
    moved = {
        f"{model.__name__}.{name}"
        for dates in (rewinding.AWAITED, rewinding.PAST)
        for model, names in dates.items()
        for name in names
    }
    dates = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("pools").get_models()
        for field in model._meta.fields
        if isinstance(field, DateTimeField)
    }

    assert moved | LEFT_ALONE == dates
    assert not moved & LEFT_ALONE


def test_an_open_page_begins_anew(clock: Clock) -> None:
    team = builders.team()
    member = builders.person(member_of=team)
    cursor = queries.changes(member).cursor

    clock.move_to(NOON - HOUR)
    changes = queries.changes(member, cursor)

    assert (changes.orders, changes.pools) == ([], [])
    assert changes.cursor == queries.changes(member).cursor


def test_a_beat_ticks_on(clock: Clock) -> None:
    sent: list[str] = []

    class Told(Ticking):
        def apply_async(self, entry: ScheduleEntry, *_: Any, **__: Any) -> Any:
            sent.append(str(entry.name))

    beat = Told(app)
    for _ in range(4):
        clock.tick(0.3)
        beat.tick()
    before = sent.count("wake")
    clock.move_to(NOON - HOUR)
    for _ in range(8):
        clock.tick(0.3)
        beat.tick()

    assert before
    assert sent.count("wake") >= before + 2
