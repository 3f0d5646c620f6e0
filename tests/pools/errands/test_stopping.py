"""A worker that is told to stop: what it says is finished or in doubt, what it holds is free, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pools import approving, ordering, returning, submitting, tasks
from pools.models import Decision, Pool, Probe, Project, Reading
from pools.states import ErrandState, OrderState
from pools.upstream import silence
from tests import faulty
from tests.faulty import Hold
from tests.pools.errands.conftest import Abroad, attend_until_settled, fresh, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def speech() -> Iterator[None]:
    yield
    silence.end_silence()


@pytest.fixture
def patient(settings: Any) -> None:
    """Waits long enough for a call that a test holds."""
    settings.UPSTREAM_READ_TIMEOUT = 20


class Worker(threading.Thread):
    """A task in a thread of its own, as the worker runs it."""

    def __init__(self, task: Any, pk: int) -> None:
        super().__init__(daemon=True)
        self.task, self.pk = task, pk
        self.start()

    def run(self) -> None:
        try:
            self.task(self.pk)
        finally:
            connection.close()


def test_an_order_that_is_being_sent_is_in_doubt_at_once_and_found_again(abroad: Abroad, patient: None) -> None:
    hold = Hold()
    abroad.proxy.next("POST", "/pools", hold)
    order = abroad.order()
    worker = Worker(tasks.attend_order, order.pk)
    assert hold.held.wait(10)

    returning.begin_to_stop()
    assert returning.give_all_back() == 1

    left = fresh(order)
    assert (left.state, left.failure_code, left.lease_until) == (OrderState.IN_DOUBT, "died", None)
    assert left.due_at is not None
    assert left.due_at <= timezone.now()
    silence.end_silence()  # another worker
    submitting.attend(left)
    assert fresh(order).state == OrderState.ACCEPTED
    hold.let_go.set()
    worker.join(10)
    assert fresh(order).state == OrderState.ACCEPTED
    assert len(abroad.hosted()) == 1


def test_an_answer_that_comes_within_the_grace_is_recorded_as_ever(abroad: Abroad, patient: None) -> None:
    hold = threading.Event()

    def late(call: faulty.Call) -> None:
        hold.wait(10)
        faulty.pass_through(call)

    abroad.proxy.next("POST", "/pools", late)
    order = abroad.order()
    worker = Worker(tasks.attend_order, order.pk)
    while not abroad.proxy.calls("POST", "/pools"):
        pass
    returning.begin_to_stop()
    hold.set()
    worker.join(10)

    assert fresh(order).state == OrderState.ACCEPTED
    assert returning.give_all_back() == 0


def test_an_order_that_was_taken_and_not_yet_said_goes_back_as_it_was(abroad: Abroad) -> None:
    order = abroad.order()
    returning.begin_to_stop()

    submitting.submit(order)

    left = fresh(order)
    assert (left.state, left.sends, left.first_sent_at) == (OrderState.PLACED, 0, None)
    assert left.due_at is not None
    assert left.due_at <= timezone.now()
    assert abroad.proxy.seen == []


def test_a_payment_that_is_being_made_is_in_doubt_at_once_and_made_once(abroad: Abroad, patient: None) -> None:
    order = abroad.accepted()
    decision = approving.approve(order, by=abroad.admin)
    hold = Hold()
    abroad.proxy.next("POST", "/pay", hold)
    Worker(tasks.attend_decision, decision.pk)
    assert hold.held.wait(10)
    returning.begin_to_stop()

    assert returning.give_all_back() == 1

    assert fresh(decision).state == ErrandState.IN_DOUBT
    silence.end_silence()
    attend_until_settled(decision)
    assert fresh(decision).state == ErrandState.DONE
    assert abroad.proxy.calls("POST", "/pay") == 1
    hold.let_go.set()


def test_a_deletion_half_way_says_nothing_more(abroad: Abroad) -> None:
    """It was about to ask how things stand; the act itself would have come after."""
    order = abroad.accepted()
    deletion = ordering.delete(order.pool, by=abroad.member, typed_name=order.pool_name)
    before = abroad.proxy.calls("", "")
    returning.begin_to_stop()

    submitting.attend(deletion)

    assert fresh(deletion).state == ErrandState.RECORDED
    assert abroad.proxy.calls("", "") == before


def test_an_errand_that_somebody_else_took_meanwhile_is_left_to_them(abroad: Abroad) -> None:
    order = abroad.order()
    with returning.held(returning.errand(order)):
        assert order.claim(OrderState.SENDING, until=timezone.now())
        pass_time(order, minutes=1)
        submitting.attend(fresh(order))  # another worker finds the lease over
        assert returning.give_all_back() == 0


def test_what_was_handed_out_and_not_begun_is_not_begun(abroad: Abroad) -> None:
    order = abroad.order()
    returning.begin_to_stop()

    tasks.attend_order(order.pk)
    tasks.sweep(abroad.project.pk)

    assert tasks.wake() == 0
    assert (fresh(order).state, abroad.proxy.seen) == (OrderState.PLACED, [])


def test_a_sweep_that_stops_says_nothing_ill_of_the_cloud(abroad: Abroad, patient: None) -> None:
    hold = Hold()
    abroad.proxy.next("GET", "/pools", hold)
    worker = Worker(tasks.sweep, abroad.project.pk)
    assert hold.held.wait(10)
    returning.begin_to_stop()

    assert returning.give_all_back() == 1

    assert Project.objects.due().get().failing_since is None
    hold.let_go.set()
    worker.join(10)
    assert Project.objects.get().failing_since is None
    assert Project.objects.get().heard_at is None


@pytest.mark.parametrize("kind", ["reading", "pool reading", "probe", "catalog", "look"])
def test_what_else_was_held_is_due_again_at_once(abroad: Abroad, patient: None, kind: str) -> None:
    pool = Pool.objects.get(order=abroad.accepted())
    Pool.objects.update(look_after=timezone.now())
    asked = {"project": abroad.project, "asked_by": abroad.member}
    hold = Hold(before=True)
    made: dict[str, Any] = {
        "reading": lambda: (tasks.answer, Reading.objects.create(**asked).pk, Reading.objects),
        "pool reading": lambda: (tasks.answer, Reading.objects.create(**asked, pool=pool).pk, Reading.objects),
        "probe": lambda: (tasks.probe, Probe.objects.create(**asked).pk, Probe.objects),
        "catalog": lambda: (tasks.mirror, abroad.project.pk, Project.objects),
        "look": lambda: (tasks.look_around, pool.project_id, Pool.objects),
    }
    task, pk, rows = made[kind]()
    of = {"project": pk} if kind == "look" else {"pk": pk}
    due = rows.due_for_mirroring if kind == "catalog" else rows.due
    abroad.proxy.next("GET", "", hold)
    worker = Worker(task, pk)
    assert hold.held.wait(10)
    assert not due().filter(**of).exists()
    returning.begin_to_stop()

    assert returning.give_all_back() == 1

    assert due().filter(**of).exists()
    hold.let_go.set()
    worker.join(10)
    # The call broke only after we were told: nothing of what that looked like is kept.
    assert due().filter(**of).exists() or kind == "probe"


def test_a_decision_is_not_given_back_by_whoever_never_took_it(abroad: Abroad) -> None:
    decision = approving.approve(abroad.accepted(), by=abroad.admin)
    with returning.held(returning.errand(decision)):
        assert returning.give_all_back() == 0
    assert Decision.objects.get().state == ErrandState.RECORDED
