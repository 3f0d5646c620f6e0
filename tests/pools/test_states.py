"""The law of ours: every pair of states, walked."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations, product
from typing import Any

import pytest
from django.utils import timezone

from pools.models import Decision, Deletion, Order, Watch
from pools.states import ErrandState, ForbiddenMove, OrderState, WatchState, allows, is_final
from tests import builders

pytestmark = pytest.mark.django_db

ALLOWED_ORDERS = {
    ("placed", "sending"),
    ("placed", "held"),
    ("placed", "withdrawn"),
    ("sending", "accepted"),
    ("sending", "refused"),
    ("sending", "held"),
    ("sending", "placed"),
    ("sending", "in_doubt"),
    ("in_doubt", "accepted"),
    ("in_doubt", "refused"),
    ("in_doubt", "placed"),
    ("held", "placed"),
    ("held", "withdrawn"),
}
ALLOWED_ERRANDS = {
    ("recorded", "sending"),
    ("recorded", "failed"),
    ("recorded", "withdrawn"),
    ("sending", "done"),
    ("sending", "failed"),
    ("sending", "recorded"),
    ("sending", "in_doubt"),
    ("in_doubt", "done"),
    ("in_doubt", "failed"),
    ("in_doubt", "recorded"),
}


def order(state: OrderState = OrderState.PLACED, **fields: Any) -> Order:
    team = builders.team()
    return builders.order(team=team, placed_by=builders.person(member_of=team), state=state, **fields)


def decision(state: ErrandState) -> Decision:
    return builders.decision(order=order(OrderState.ACCEPTED), by=builders.person(), state=state)


def deletion(state: ErrandState) -> Deletion:
    return builders.deletion(pool=builders.pool(), by=builders.person(), state=state)


@pytest.mark.parametrize(("was", "to"), list(product(OrderState, OrderState)), ids=str)
def test_an_order_moves_where_the_table_says_and_nowhere_else(was: OrderState, to: OrderState) -> None:
    row = order(was)
    if (was, to) in ALLOWED_ORDERS:
        assert row.move(to) is True
        row.refresh_from_db()
        assert row.state == to
    else:
        with pytest.raises(ForbiddenMove):
            row.move(to)


@pytest.mark.parametrize("make", [decision, deletion])
@pytest.mark.parametrize(("was", "to"), list(product(ErrandState, ErrandState)), ids=str)
def test_an_errand_moves_where_the_table_says_and_nowhere_else(make: Any, was: ErrandState, to: ErrandState) -> None:
    row = make(was)
    if (was, to) in ALLOWED_ERRANDS:
        assert row.move(to) is True
        row.refresh_from_db()
        assert row.state == to
    else:
        with pytest.raises(ForbiddenMove):
            row.move(to)


def test_a_watch_is_placed_or_ends_and_never_comes_back() -> None:
    allowed = {pair for pair in product(WatchState, WatchState) if allows(*pair)}
    assert allowed == {("watching", "placed"), ("watching", "ended")}
    with pytest.raises(ForbiddenMove):
        Watch.objects.all().move(WatchState.WATCHING)


def test_states_of_different_kinds_never_meet() -> None:
    kinds: list[Any] = [OrderState, ErrandState, WatchState]
    pairs = [pair for one, other in permutations(kinds, 2) for pair in product(one, other)]
    assert not [(was, to) for was, to in pairs if allows(was, to)]
    with pytest.raises(ForbiddenMove):
        order().move(ErrandState.SENDING)


def test_of_two_moves_from_one_reading_one_wins() -> None:
    first = order()
    second = Order.objects.get(pk=first.pk)

    assert first.move(OrderState.SENDING) is True
    assert second.move(OrderState.WITHDRAWN) is False
    assert second.state == OrderState.PLACED


def test_a_row_that_went_a_whole_round_is_not_what_it_was() -> None:
    """Placed, claimed, put back: somebody who read it before must not claim it on what they read then."""
    stale = order()
    row = Order.objects.get(pk=stale.pk)
    row.claim(OrderState.SENDING, until=timezone.now())
    row.move(OrderState.PLACED)

    assert stale.claim(OrderState.SENDING, until=timezone.now()) is False


def test_of_two_looks_at_a_doubt_one_is_taken() -> None:
    first = order(OrderState.IN_DOUBT)
    second = Order.objects.get(pk=first.pk)
    until = timezone.now() + timedelta(minutes=1)

    assert [first.take(until=until), second.take(until=until)] == [True, False]


def test_a_claim_counts_the_sending_and_keeps_the_first_time() -> None:
    row = order()
    row.claim(OrderState.SENDING, until=timezone.now())
    first = row.first_sent_at
    row.move(OrderState.PLACED)
    row.claim(OrderState.SENDING, until=timezone.now())

    row.refresh_from_db()
    assert (row.sends, row.first_sent_at) == (2, first)
    assert row.last_sent_at is not None
    assert first is not None
    assert row.last_sent_at > first


@pytest.mark.parametrize("state", [state for state in OrderState if is_final(state)])
def test_nothing_is_due_for_an_order_that_has_come_to_its_end(state: OrderState) -> None:
    row = order(OrderState.IN_DOUBT if state is not OrderState.WITHDRAWN else OrderState.HELD, needs_person=True)

    row.move(state, due_at=timezone.now())

    row.refresh_from_db()
    assert (row.due_at, row.lease_until, row.needs_person) == (None, None, False)


@pytest.mark.parametrize("state", [OrderState.REFUSED, OrderState.WITHDRAWN])
def test_an_order_without_a_future_gives_its_name_free(state: OrderState) -> None:
    row = order(OrderState.SENDING if state is OrderState.REFUSED else OrderState.PLACED)

    row.move(state)

    row.refresh_from_db()
    assert not row.on_the_way_or_living
