"""Many at once: two clicks, two admins, many workers. Threads with connections of their own, on whatever database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from pools import approving, ordering, submitting
from pools.models import Decision, Deletion, Order, Pool, Reading
from pools.states import ErrandState, OrderState
from tests import builders, faulty
from tests.pools.errands.conftest import Abroad, attend_until_settled, fresh, pass_time

pytestmark = pytest.mark.django_db(transaction=True)

DRAFT = UUID("00000000-0000-0000-0000-00000000d4af")


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment, each in a thread; returns what each returned or raised."""
    start = threading.Barrier(len(acts))
    came: list[Any] = [None] * len(acts)

    def do(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            came[place] = act()
        except Exception as raised:  # noqa: BLE001 - whatever it is, the test judges it
            came[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


def kinds(came: list[Any]) -> list[str]:
    return sorted(type(each).__name__ for each in came)


def placing(abroad: Abroad, **changed: Any) -> Callable[[], Order]:
    body = abroad.order(name="template").body.replace("template", "pool-one")
    Order.objects.all().delete()
    said: dict[str, Any] = {
        "project": abroad.project,
        "team": abroad.team,
        "by": abroad.member,
        "draft": DRAFT,
        "revision": 1,
        "body": body,
        **changed,
    }
    return lambda: ordering.place(**said)


def test_many_clicks_at_once_are_one_order(abroad: Abroad) -> None:
    came = together(*[placing(abroad)] * 6)

    assert {order.pk for order in came} == {Order.objects.get().pk}


def test_of_many_orders_for_one_name_at_once_one_has_it(abroad: Abroad) -> None:
    acts = [placing(abroad, draft=uuid4()) for _ in range(6)]

    assert kinds(together(*acts)) == ["NameTaken"] * 5 + ["Order"]
    assert Order.objects.count() == 1


def test_of_many_admins_at_once_one_decides_and_the_others_are_told_who(abroad: Abroad) -> None:
    order = abroad.accepted()
    admins = [builders.person(admin_of=abroad.team) for _ in range(3)]
    acts = [lambda admin=admin: approving.approve(order, by=admin) for admin in admins]
    acts += [lambda admin=admin: approving.reject(order, by=admin, reason="no") for admin in admins]

    came = together(*acts)

    assert kinds(came) == ["AlreadyDecided"] * 5 + ["Decision"]
    told = {late.decision for late in came if isinstance(late, approving.AlreadyDecided)}
    assert told == {Decision.objects.get()}


def test_many_workers_at_once_send_an_order_once(abroad: Abroad) -> None:
    order = abroad.order()

    together(*[lambda: submitting.attend(fresh(order))] * 8)

    assert abroad.proxy.calls("POST", "/pools") == 1
    assert fresh(order).state == OrderState.ACCEPTED


def test_many_workers_at_once_end_one_doubt_once(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    submitting.submit(order)

    together(*[lambda: submitting.attend(fresh(order))] * 8)

    assert fresh(order).state == OrderState.ACCEPTED
    assert Pool.objects.count() == len(abroad.hosted()) == 1


def test_many_workers_at_once_pay_once(abroad: Abroad) -> None:
    decision = approving.approve(abroad.accepted(), by=abroad.admin)

    together(*[lambda: submitting.attend(fresh(decision))] * 8)

    assert abroad.proxy.calls("POST", "/pay") == 1
    assert fresh(decision).state == ErrandState.DONE


def test_an_undoing_and_workers_at_once_are_either_undone_or_sent(abroad: Abroad) -> None:
    for number in range(6):
        order = abroad.accepted(name=f"pool-{number}-x")
        decision = approving.approve(order, by=abroad.admin)
        before = abroad.proxy.calls("POST", "/pay")

        undone, *_ = together(
            lambda decision=decision: approving.undo(fresh(decision), by=abroad.admin),  # type: ignore[misc]
            lambda decision=decision: approving.undo(fresh(decision), by=abroad.admin),  # type: ignore[misc]
            lambda decision=decision: submitting.attend(fresh(decision)),  # type: ignore[misc]
            lambda decision=decision: submitting.attend(fresh(decision)),  # type: ignore[misc]
        )

        paid, state = abroad.proxy.calls("POST", "/pay") - before, fresh(decision).state
        assert (paid, state) in {(0, ErrandState.WITHDRAWN), (1, ErrandState.DONE)}
        assert undone in {True, False}


def test_an_undoing_and_another_admin_at_once_leave_one_decision_at_most(abroad: Abroad) -> None:
    order = abroad.accepted()
    second = builders.person(admin_of=abroad.team)
    decision = approving.approve(order, by=abroad.admin)

    together(
        lambda: approving.undo(fresh(decision), by=abroad.admin),
        lambda: approving.reject(order, by=second, reason="no"),
        lambda: approving.approve(order, by=second),
    )

    assert Decision.objects.standing().count() <= 1
    assert fresh(decision).state == ErrandState.WITHDRAWN


def test_many_workers_at_once_delete_once(abroad: Abroad) -> None:
    order = abroad.accepted()
    deletion = ordering.delete(Pool.objects.get(order=order), by=abroad.member, typed_name="pool-one")

    together(*[lambda: submitting.attend(fresh(deletion))] * 8)

    assert abroad.proxy.calls("DELETE", "/pools/") == 1
    assert fresh(deletion).state == ErrandState.DONE


def test_a_withdrawal_and_a_worker_at_once_leave_no_pool_that_nobody_knows_of(abroad: Abroad) -> None:
    for number in range(6):
        order = abroad.order(name=f"pool-{number}-x")
        withdrawal, _ = together(
            lambda order=order: ordering.withdraw(fresh(order), by=abroad.member),  # type: ignore[misc]
            lambda order=order: submitting.attend(fresh(order)),  # type: ignore[misc]
        )

        state = fresh(order).state
        assert (withdrawal, state) in {(True, OrderState.WITHDRAWN), (False, OrderState.ACCEPTED)}
        assert len(abroad.hosted(order.pool_name)) == (state == OrderState.ACCEPTED)


def test_a_deletion_asked_for_many_times_at_once_is_one(abroad: Abroad) -> None:
    pool = Pool.objects.get(order=abroad.accepted())

    came = together(*[lambda: ordering.delete(pool, by=abroad.member, typed_name="pool-one")] * 6)

    assert set(came) == {Deletion.objects.get()}


@pytest.mark.parametrize("of_a_pool", [True, False])
def test_a_reading_asked_for_many_times_at_once_is_one(abroad: Abroad, of_a_pool: bool) -> None:
    pool = Pool.objects.get(order=abroad.accepted()) if of_a_pool else None

    came = together(*[lambda: ordering.ask_reading(abroad.project, by=abroad.member, pool=pool)] * 6)

    assert set(came) == {Reading.objects.get()}


def test_a_person_and_a_worker_at_once_end_a_doubt_once(abroad: Abroad) -> None:
    for number in range(4):
        order = abroad.order(
            name=f"pool-{number}-x",
            state=OrderState.IN_DOUBT,
            needs_person=True,
            first_sent_at=timezone.now() - timedelta(minutes=1),
            last_sent_at=timezone.now() - timedelta(minutes=1),
            sends=3,
            absences=1,
            due_at=timezone.now(),
        )
        together(
            lambda order=order: ordering.resolve(fresh(order), by=abroad.admin, as_=Order.Resolution.SEND_AGAIN),  # type: ignore[misc]
            lambda order=order: submitting.attend(fresh(order)),  # type: ignore[misc]
        )
        if fresh(order).state == OrderState.IN_DOUBT:
            ordering.resolve(fresh(order), by=abroad.admin, as_=Order.Resolution.SEND_AGAIN)
        pass_time(order, minutes=1)
        attend_until_settled(order)

        assert fresh(order).state == OrderState.ACCEPTED
        assert len(abroad.hosted(order.pool_name)) == 1
