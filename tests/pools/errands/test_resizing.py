"""Resizes, exactly once: over a real connection that answers, fails and lies."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from pools import approving, carrying, ordering, resizing, speaking, submitting, tracking
from pools.carrying import kinds
from pools.endpoint.models import HostedPool
from pools.endpoint.scenario import Fate
from pools.models import Membership, Pool, Resize, Trouble
from pools.states import ErrandState
from pools.wire import resizing as law
from pools.wire.enums import Phase
from tests import faulty
from tests.pools.errands.conftest import READ_TIMEOUT, Abroad, attend_until_settled, fresh

pytestmark = pytest.mark.django_db(transaction=True)

CHANGE = ("PATCH", "/pools/")


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    settings.DECISION_UNDO_SECONDS = 0


def running(abroad: Abroad) -> Pool:
    """A pool of one node, Running abroad and here."""
    carrying.carry_out(approving.approve(abroad.accepted(), by=abroad.admin))
    return looked_at_until(Phase.RUNNING)


def looked_at_until(phase: Phase) -> Pool:
    for _ in range(50):
        tracking.look(Pool.objects.get())
        pool = Pool.objects.get()
        if pool.phase == phase and not pool.moving:
            return pool
        time.sleep(0.1)
    raise AssertionError(pool.phase)


def resized(abroad: Abroad, count: int = 3) -> Resize:
    """Asked for by the member and, as it adds nodes, approved by the admin."""
    pool = running(abroad)
    stands = law.entries(pool.document) or ()
    resize = resizing.ask(pool, by=abroad.member, wanted=[stands[0].of(count)], seen=law.print_of(stands))
    assert resizing.approve(resize, by=abroad.admin)
    return fresh(resize)


def hosted_count(abroad: Abroad) -> int:
    [hosted] = abroad.hosted()
    count: int = hosted.document["spec"]["resources"][0]["count"]
    return count


@pytest.mark.shows("ClientWatching.resizes-once")
def test_an_approved_resize_gives_the_pool_its_nodes(abroad: Abroad) -> None:
    resize = resized(abroad)

    carrying.carry_out(resize)

    assert (fresh(resize).state, fresh(resize).due_at) == (ErrandState.DONE, None)
    assert hosted_count(abroad) == 3


def test_nobody_sends_what_nobody_has_approved(abroad: Abroad) -> None:
    pool = running(abroad)
    stands = law.entries(pool.document) or ()

    resize = resizing.ask(pool, by=abroad.member, wanted=[stands[0].of(2)], seen=law.print_of(stands))

    assert resize.is_awaited
    assert not Resize.objects.due().exists()


@pytest.mark.shows("ClientWatching.resizes-once")
@pytest.mark.parametrize(
    "fault",
    [faulty.drop_answer, faulty.delay_answer(3 * READ_TIMEOUT), faulty.done_but(500)],
    ids=["dropped", "too late", "a 500 although it was done"],
)
def test_a_resize_whose_answer_is_lost_is_done_once(abroad: Abroad, fault: faulty.Fault) -> None:
    resize = resized(abroad)
    abroad.proxy.next(*CHANGE, fault)

    carrying.carry_out(resize)
    assert fresh(resize).state == ErrandState.IN_DOUBT

    attend_until_settled(resize)
    assert fresh(resize).state == ErrandState.DONE
    assert (abroad.proxy.calls(*CHANGE), hosted_count(abroad)) == (1, 3)


def test_a_resize_that_never_arrived_is_sent_again_once_nothing_of_it_can_be_on_its_way(abroad: Abroad) -> None:
    resize = resized(abroad)
    abroad.proxy.next(*CHANGE, faulty.drop_request)
    carrying.carry_out(resize)

    carrying.settle_errand(fresh(resize))
    assert fresh(resize).state == ErrandState.IN_DOUBT

    attend_until_settled(resize)
    assert fresh(resize).state == ErrandState.DONE
    assert (abroad.proxy.calls(*CHANGE), hosted_count(abroad)) == (2, 3)


def test_how_long_it_may_be_on_its_way_counts_from_when_it_was_sent(abroad: Abroad) -> None:
    resize = resized(abroad)
    abroad.proxy.next("GET", "/pools/", faulty.delay_answer(0.6 * READ_TIMEOUT))
    abroad.proxy.next(*CHANGE, faulty.drop_request)
    began = timezone.now()

    carrying.carry_out(resize)

    sent = fresh(resize).last_sent_at
    assert sent
    assert (sent - began).total_seconds() > 0.5 * READ_TIMEOUT


def test_what_another_worker_took_meanwhile_is_not_sent(abroad: Abroad, monkeypatch: pytest.MonkeyPatch) -> None:
    resize = resized(abroad)

    def lose_it(errand: Any) -> Any:
        Resize.objects.update(lease_token=uuid4())
        return kinds.objection(errand)

    monkeypatch.setattr("pools.carrying.objection", lose_it)

    carrying.carry_out(resize)

    assert abroad.proxy.calls(*CHANGE) == 0


def test_what_somebody_changed_meanwhile_is_not_changed_back(abroad: Abroad) -> None:
    resize = resized(abroad)
    [hosted] = abroad.hosted()
    hosted.document["spec"]["resources"][0] |= {"count": 5, "maxCount": 5}
    hosted.save(update_fields=["document"])

    carrying.carry_out(resize)

    assert (fresh(resize).state, fresh(resize).failure_code) == (ErrandState.FAILED, Trouble.OVERTAKEN)
    assert abroad.proxy.calls(*CHANGE) == 0


def test_a_refused_resize_says_why_and_leaves_the_pool(abroad: Abroad) -> None:
    resize = resized(abroad)
    abroad.proxy.next(*CHANGE, faulty.answer(400, "ModelArts.50004000", "no room"))

    carrying.carry_out(resize)

    assert (fresh(resize).state, fresh(resize).trouble) == (ErrandState.FAILED, "no room")
    assert hosted_count(abroad) == 1


def test_an_approval_by_somebody_who_left_sends_nothing(abroad: Abroad) -> None:
    resize = resized(abroad)
    Membership.objects.filter(user=abroad.admin).delete()

    carrying.carry_out(resize)

    assert fresh(resize).failure_code == Trouble.NOT_YOURS
    assert abroad.proxy.calls(*CHANGE) == 0


def test_a_pool_that_is_to_be_deleted_gets_no_more_nodes(abroad: Abroad) -> None:
    resize = resized(abroad)
    ordering.delete(resize.pool, by=abroad.member, typed_name=resize.pool.name)

    carrying.carry_out(resize)

    assert (fresh(resize).state, fresh(resize).failure_code) == (ErrandState.FAILED, Trouble.DELETED)
    assert abroad.proxy.calls(*CHANGE) == 0


def test_of_a_pool_that_is_gone_a_resize_in_doubt_comes_to_an_end(abroad: Abroad) -> None:
    resize = resized(abroad)
    abroad.proxy.next(*CHANGE, faulty.drop_request)
    carrying.carry_out(resize)
    abroad.hosted()[0].delete()

    attend_until_settled(resize)

    assert fresh(resize).failure_code == Trouble.OVERTAKEN


def test_a_pool_that_was_resized_is_as_it_was_ordered(abroad: Abroad) -> None:
    carrying.carry_out(resized(abroad))

    tracking.weighing.weigh(looked_at_until(Phase.RUNNING))

    assert (Pool.objects.get().nodes_wanted, Pool.objects.get().drift) == (3, "")


@pytest.mark.parametrize("was_done", [True, False])
def test_a_worker_that_died_leaves_a_resize_done_once(abroad: Abroad, *, was_done: bool) -> None:
    resize = resized(abroad)
    resize.claim(ErrandState.SENDING, until=timezone.now())
    if was_done:
        speaking.client_for(abroad.project.pk).change_pool(resize.pool.pool_id, resize.body)

    submitting.attend(fresh(resize))
    assert (fresh(resize).state, fresh(resize).failure_code) == (ErrandState.IN_DOUBT, Trouble.DIED)

    attend_until_settled(resize)
    assert fresh(resize).state == ErrandState.DONE
    assert (abroad.proxy.calls(*CHANGE), hosted_count(abroad)) == (1, 3)


def test_of_two_workers_one_sends_it(abroad: Abroad) -> None:
    resize = resized(abroad)
    stale = fresh(resize)

    carrying.carry_out(resize)
    carrying.carry_out(stale)

    assert abroad.proxy.calls(*CHANGE) == 1


def test_what_a_worker_has_is_not_taken_back(abroad: Abroad) -> None:
    resize = resized(abroad)
    before = fresh(resize)
    resize.claim(ErrandState.SENDING, until=timezone.now())

    assert not resizing.take_back(before, by=abroad.member)
    assert not resizing.take_back(fresh(resize), by=abroad.member)


def test_a_growth_that_failed_is_given_up_by_asking_for_what_is_there(abroad: Abroad) -> None:
    resize = resized(abroad)
    HostedPool.objects.update(fate=Fate.NO_GROWTH)
    carrying.carry_out(resize)
    failed = looked_at_until(Phase.SCALING_FAILED)
    stands = law.entries(failed.document) or ()

    carrying.carry_out(resizing.ask(failed, by=abroad.member, wanted=[stands[0].of(1)], seen=law.print_of(stands)))

    assert (stands[0].count, looked_at_until(Phase.RUNNING).nodes_wanted) == (3, 1)
