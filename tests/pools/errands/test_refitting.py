"""Refits, exactly once: over a real connection that answers, fails and lies."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from pools import approving, carrying, ordering, refitting, speaking, submitting, tracking
from pools.endpoint.models import HostedPool
from pools.endpoint.scenario import Fate
from pools.models import Membership, Pool, Refit, Trouble
from pools.states import ErrandState
from pools.wire import refitting as law
from pools.wire.enums import Phase
from pools.wire.refitting import Fitting
from tests import faulty
from tests.pools.errands.conftest import READ_TIMEOUT, Abroad, attend_until_settled, fresh
from tests.pools.errands.test_resizing import looked_at_until, running

pytestmark = pytest.mark.django_db(transaction=True)

CHANGE, RETRY = ("PATCH", "/pools/"), ("POST", "/retry-scope")


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    settings.DECISION_UNDO_SECONDS = 0


def refitted(abroad: Abroad) -> Refit:
    """A pool that trains is to serve, too."""
    pool = running(abroad)
    stands, wanted = law.fitting(pool.document), Fitting(job_types=("Train", "Infer"))
    return refitting.ask(pool, by=abroad.member, wanted=wanted, seen=law.print_of(stands))


def failed(abroad: Abroad) -> Refit:
    """A pool whose inference could not be switched on, tried again."""
    carrying.carry_out(approving.approve(abroad.accepted(scope=("Train", "Infer")), by=abroad.admin))
    looked_at_until(Phase.RUNNING)
    HostedPool.objects.update(fate=Fate.SCOPE_FAILED)
    tracking.look(Pool.objects.get())
    return refitting.retry(Pool.objects.get(), "Infer", by=abroad.member)


def hosted_scope(abroad: Abroad) -> list[str]:
    [hosted] = abroad.hosted()
    scope: list[str] = hosted.document["spec"]["scope"]
    return scope


@pytest.mark.shows("ClientWatching.refits-once")
def test_a_refit_gives_the_pool_its_job_types_and_is_no_drift(abroad: Abroad) -> None:
    refit = refitted(abroad)

    carrying.carry_out(refit)

    assert (fresh(refit).state, hosted_scope(abroad)) == (ErrandState.DONE, ["Train", "Infer"])
    tracking.weighing.weigh(looked_at_until(Phase.RUNNING))
    assert Pool.objects.get().drift == ""


@pytest.mark.shows("ClientWatching.refits-once")
@pytest.mark.parametrize(
    "fault", [faulty.drop_answer, faulty.delay_answer(3 * READ_TIMEOUT)], ids=["dropped", "too late"]
)
def test_a_refit_whose_answer_is_lost_is_done_once(abroad: Abroad, fault: faulty.Fault) -> None:
    refit = refitted(abroad)
    abroad.proxy.next(*CHANGE, fault)

    carrying.carry_out(refit)
    assert fresh(refit).state == ErrandState.IN_DOUBT

    attend_until_settled(refit)
    assert fresh(refit).state == ErrandState.DONE
    assert (abroad.proxy.calls(*CHANGE), hosted_scope(abroad)) == (1, ["Train", "Infer"])


@pytest.mark.parametrize("was_done", [True, False])
def test_a_worker_that_died_leaves_a_refit_done_once(abroad: Abroad, *, was_done: bool) -> None:
    refit = refitted(abroad)
    refit.claim(ErrandState.SENDING, until=timezone.now())
    if was_done:
        speaking.client_for(abroad.project.pk).change_pool(refit.pool.pool_id, refit.body)

    submitting.attend(fresh(refit))
    assert (fresh(refit).state, fresh(refit).failure_code) == (ErrandState.IN_DOUBT, Trouble.DIED)

    attend_until_settled(refit)
    assert fresh(refit).state == ErrandState.DONE
    assert (abroad.proxy.calls(*CHANGE), hosted_scope(abroad)) == (1, ["Train", "Infer"])


def test_what_somebody_changed_meanwhile_is_not_changed_back(abroad: Abroad) -> None:
    refit = refitted(abroad)
    [hosted] = abroad.hosted()
    hosted.document["spec"]["scope"] = ["Notebook"]
    hosted.save(update_fields=["document"])

    carrying.carry_out(refit)

    assert (fresh(refit).state, fresh(refit).failure_code) == (ErrandState.FAILED, Trouble.OVERTAKEN)
    assert abroad.proxy.calls(*CHANGE) == 0


def test_whoever_left_or_a_pool_that_is_to_go_has_nothing_sent(abroad: Abroad) -> None:
    refit = refitted(abroad)
    ordering.delete(refit.pool, by=abroad.member, typed_name=refit.pool.name)
    carrying.carry_out(refit)
    assert fresh(refit).failure_code == Trouble.DELETED

    Refit.objects.update(state=ErrandState.RECORDED, due_at=timezone.now())
    Membership.objects.filter(user=abroad.member).delete()
    carrying.carry_out(fresh(refit))
    assert fresh(refit).failure_code == Trouble.NOT_YOURS
    assert abroad.proxy.calls(*CHANGE) == 0


@pytest.mark.shows("ClientWatching.retries-once")
@pytest.mark.parametrize("fault", [None, faulty.drop_answer, faulty.drop_request], ids=["heard", "answer lost", "lost"])
def test_a_job_type_is_tried_again_until_the_cloud_has_heard_it(abroad: Abroad, fault: faulty.Fault | None) -> None:
    retry = failed(abroad)
    if fault:
        abroad.proxy.next(*RETRY, fault)

    carrying.carry_out(retry)
    attend_until_settled(retry)

    assert fresh(retry).state == ErrandState.DONE
    assert abroad.proxy.calls(*RETRY) == (2 if fault is faulty.drop_request else 1)


def test_a_job_type_that_works_by_now_is_not_tried_again(abroad: Abroad) -> None:
    retry = failed(abroad)
    HostedPool.objects.update(fate=Fate.FINE)

    carrying.carry_out(retry)

    assert (fresh(retry).state, abroad.proxy.calls(*RETRY)) == (ErrandState.DONE, 0)
