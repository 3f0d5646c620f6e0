"""Reminding of orders that nobody decides: when, of what, and once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import queries, reminding
from pools.models import Order, Pool, Resize
from pools.wire.enums import Phase
from tests import builders

pytestmark = pytest.mark.django_db


def waits(days: float, **fields: Any) -> Order:
    team = builders.team()
    order = builders.waiting_order(team=team, placed_by=builders.person(member_of=team), **fields)
    Pool.objects.filter(order=order).update(phase_since=timezone.now() - timedelta(days=days))
    return order


def told(order: Order) -> list[str]:
    reminding.remind()
    order.refresh_from_db()
    return [one["kind"] for one in order.reminders]


@pytest.mark.parametrize(
    ("days", "kinds"), [(0.9, []), (1, ["day_1"]), (2.9, ["day_1"]), (3, ["day_3"]), (6.5, ["day_6"])]
)
def test_of_what_waits_for_days_is_told_again(days: float, kinds: list[str]) -> None:
    assert told(waits(days)) == kinds


def test_each_is_told_of_once_and_one_after_the_other() -> None:
    order = waits(1.5)

    for days in (1.5, 1.6, 3.5, 6.5, 6.6):
        Pool.objects.update(phase_since=timezone.now() - timedelta(days=days))
        told(order)

    assert told(order) == ["day_1", "day_3", "day_6"]


@pytest.mark.parametrize(("ahead", "kinds"), [(2, []), (1, ["needed"]), (0, ["needed"]), (-5, ["needed"])])
def test_of_what_is_needed_tomorrow_is_told_once(ahead: int, kinds: list[str]) -> None:
    needed: date = timezone.localdate() + timedelta(days=ahead)
    order = waits(0, needed_by=needed)

    told(order)

    assert told(order) == kinds


def test_of_two_that_remind_at_once_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    order = waits(1)
    tell = reminding._tell

    def tell_after_another(row: Order, kinds: list[str], **also: Any) -> bool:
        assert tell(row, kinds, **also)
        return tell(row, kinds, **also)

    monkeypatch.setattr(reminding, "_tell", tell_after_another)

    assert reminding.remind() == 0
    assert Order.objects.get(pk=order.pk).reminders_told == 1


def test_of_what_is_decided_or_waits_no_more_nobody_is_told() -> None:
    decided, begun = waits(2), waits(2)
    builders.decision(order=decided, by=builders.person(admin_of=decided.team))
    Pool.objects.filter(order=begun).update(phase=Phase.CREATING)

    assert (told(decided), told(begun)) == ([], [])


def test_whoever_ordered_and_whoever_can_decide_are_told() -> None:
    order = waits(3)
    admin = builders.person(admin_of=order.team)
    assert queries.needs_me(order.placed_by).shown == []

    told(order)

    [mine], [theirs] = queries.needs_me(order.placed_by).shown, queries.needs_me(admin).shown
    assert (mine.kind, theirs.kind) == ("waits", "decide")
    assert theirs.order
    assert theirs.order.last_reminder
    assert theirs.order.last_reminder[0] == "day_3"


@pytest.mark.parametrize(("days", "kinds"), [(0.9, []), (1, ["day_1"]), (3, ["day_3"]), (6.5, ["day_6"])])
def test_of_more_nodes_that_wait_for_days_is_told_again(days: float, kinds: list[str]) -> None:
    team = builders.team()
    resize = builders.resize(pool=builders.pool(team=team), by=builders.person(member_of=team))
    Resize.objects.update(at=timezone.now() - timedelta(days=days))

    for _ in range(2):
        reminding.remind()

    resize.refresh_from_db()
    assert [one["kind"] for one in resize.reminders] == kinds


def test_whoever_asked_for_more_nodes_is_told_that_nobody_decides() -> None:
    team = builders.team()
    member, admin = builders.person(member_of=team), builders.person(admin_of=team)
    builders.resize(pool=builders.pool(team=team), by=member)
    assert queries.needs_me(member).shown == []
    Resize.objects.update(at=timezone.now() - timedelta(days=3))

    reminding.remind()

    [mine], [theirs] = queries.needs_me(member).shown, queries.needs_me(admin).shown
    assert (mine.kind, theirs.kind) == ("undecided", "resize")


def test_nothing_is_done_once_the_worker_is_told_to_stop() -> None:
    waits(3)

    assert reminding.remind(go_on=lambda: False) == 0
