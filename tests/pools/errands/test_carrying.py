"""Decisions and deletions, exactly once: over a real connection that answers, fails and lies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from pools import approving, carrying, ordering, speaking, submitting, tracking
from pools.endpoint.models import BillingOrder, HostedPool
from pools.models import Decision, Deletion, Membership, Order, Pool, Project, Trouble
from pools.states import ErrandState, OrderState
from pools.wire.enums import BillingStatus
from tests import builders, faulty
from tests.pools.errands.conftest import PROJECT_ID, READ_TIMEOUT, Abroad, attend_until_settled, fresh, pass_time

pytestmark = pytest.mark.django_db(transaction=True)

PAID = {BillingStatus.PROCESSING, BillingStatus.COMPLETED}
PAY, CANCEL = ("POST", "/orders/customer-orders/pay"), ("PUT", "/orders/customer-orders/cancel")
DELETE = ("DELETE", "/pools/")


def approved(abroad: Abroad) -> Decision:
    return approving.approve(abroad.accepted(), by=abroad.admin)


def rejected(abroad: Abroad) -> Decision:
    return approving.reject(abroad.accepted(), by=abroad.admin, reason="too large")


def deleted(abroad: Abroad) -> Deletion:
    order = abroad.accepted()
    # Long enough ago that a 404 of it means something.
    an_hour_ago = (timezone.now() - timedelta(hours=1)).replace(microsecond=0)
    HostedPool.objects.update(created_at=an_hour_ago)
    Pool.objects.update(created_abroad=an_hour_ago)
    return ordering.delete(Pool.objects.get(order=order), by=abroad.member, typed_name="pool-one")


def status_of(abroad: Abroad, decision: Decision) -> BillingStatus:
    return BillingStatus(abroad.bill(decision.order).status)


def is_deleted(abroad: Abroad) -> bool:
    return all(hosted.deleted_at for hosted in abroad.hosted())


@pytest.mark.shows("ClientWatching.pays-once")
def test_an_approval_pays_the_clouds_order(abroad: Abroad) -> None:
    decision = approved(abroad)

    carrying.carry_out(decision)

    assert (fresh(decision).state, fresh(decision).due_at) == (ErrandState.DONE, None)
    assert status_of(abroad, decision) in PAID


def test_a_rejection_cancels_the_clouds_order(abroad: Abroad) -> None:
    decision = rejected(abroad)

    carrying.carry_out(decision)

    assert fresh(decision).state == ErrandState.DONE
    assert status_of(abroad, decision) == BillingStatus.CANCELLED


def test_after_a_rejection_the_same_name_can_be_ordered_again(abroad: Abroad) -> None:
    carrying.carry_out(rejected(abroad))
    first = Pool.objects.get()
    tracking.look(first)
    again = abroad.order()

    submitting.submit(again)
    Pool.objects.living().update(look_after=None)
    tracking.sweep(Project.objects.get())

    assert fresh(again).state == OrderState.ACCEPTED
    assert fresh(again).pool.phase == "Waiting"
    assert (fresh(again).pool.pool_id, fresh(again).pool.pk) != (first.pool_id, first.pk)
    assert Pool.objects.get(pk=first.pk).gone_at
    assert fresh(again).on_the_way_or_living


def test_a_deletion_deletes_the_pool(abroad: Abroad) -> None:
    deletion = deleted(abroad)

    carrying.carry_out(deletion)

    assert fresh(deletion).state == ErrandState.DONE
    assert is_deleted(abroad)


@pytest.mark.parametrize("make", [approved, rejected, deleted])
def test_the_pool_is_looked_at_once_it_is_done(abroad: Abroad, make: Any) -> None:
    errand = make(abroad)
    Pool.objects.update(look_after=None)

    carrying.carry_out(errand)

    look_after = Pool.objects.get().look_after
    assert look_after is not None
    assert look_after <= timezone.now()


@pytest.mark.parametrize("make", [approved, rejected, deleted])
def test_nothing_is_sent_with_a_transaction_open(abroad: Abroad, make: Any) -> None:
    errand = make(abroad)

    with transaction.atomic(), pytest.raises(speaking.TransactionOpen):
        carrying.carry_out(errand)
    with transaction.atomic(), pytest.raises(speaking.TransactionOpen):
        carrying.settle_errand(errand)

    assert fresh(errand).state == ErrandState.RECORDED


SAID = [(approved, *PAY), (rejected, *CANCEL), (deleted, *DELETE)]
LOST = {
    "dropped": faulty.drop_answer,
    "too late": faulty.delay_answer(3 * READ_TIMEOUT),
    "a 500 although it was done": faulty.done_but(500),
}
NEVER_ARRIVED = {
    "dropped": faulty.drop_request,
    "a 500 and nothing done": faulty.answer(500),
    "late": faulty.delay_request(1.5 * READ_TIMEOUT),
}


def is_carried_out(abroad: Abroad, errand: Decision | Deletion) -> bool:
    if isinstance(errand, Deletion):
        return is_deleted(abroad)
    status = status_of(abroad, errand)
    return status in PAID if errand.verdict == Decision.Verdict.APPROVED else status == BillingStatus.CANCELLED


@pytest.mark.shows("ClientWatching.pays-once")
@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST.keys())
def test_an_errand_whose_answer_is_lost_is_done_once(
    abroad: Abroad, make: Any, method: str, part: str, fault: faulty.Fault
) -> None:
    errand = make(abroad)
    abroad.proxy.next(method, part, fault)

    carrying.carry_out(errand)
    assert fresh(errand).state == ErrandState.IN_DOUBT

    attend_until_settled(errand)
    assert fresh(errand).state == ErrandState.DONE
    assert is_carried_out(abroad, errand)
    assert abroad.proxy.calls(method, part) == 1


@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
@pytest.mark.parametrize("fault", NEVER_ARRIVED.values(), ids=NEVER_ARRIVED.keys())
def test_an_errand_that_never_arrived_in_time_is_done_in_the_end(
    abroad: Abroad, make: Any, method: str, part: str, fault: faulty.Fault
) -> None:
    errand = make(abroad)
    abroad.proxy.next(method, part, fault)

    carrying.carry_out(errand)
    assert fresh(errand).state == ErrandState.IN_DOUBT

    attend_until_settled(errand)
    assert fresh(errand).state == ErrandState.DONE
    assert is_carried_out(abroad, errand)


@pytest.mark.parametrize(("make", "method", "part"), SAID[:2], ids=["approval", "rejection"])
@pytest.mark.parametrize("fault", [faulty.say({}), faulty.answer(200), faulty.answer(202)], ids=["{}", "200", "202"])
def test_a_success_that_billing_does_not_speak_is_a_doubt(
    abroad: Abroad, make: Any, method: str, part: str, fault: faulty.Fault
) -> None:
    """It says 204; whoever stands between may call anything a success, while billing was down."""
    errand = make(abroad)
    abroad.proxy.next(method, part, fault)

    carrying.carry_out(errand)
    assert fresh(errand).state == ErrandState.IN_DOUBT
    carrying.settle_errand(fresh(errand))
    carrying.carry_out(fresh(errand))

    assert fresh(errand).state == ErrandState.DONE
    assert status_of(abroad, errand) != BillingStatus.PENDING_PAYMENT


SOMEBODY_ELSE = {"metadata": {"name": "another-pool", "deletionTimestamp": "2026-03-01T08:00:00Z"}}


@pytest.mark.shows("ClientErrors.other-deletion")
@pytest.mark.parametrize(
    "fault", [faulty.say({}), faulty.answer(200), faulty.say(SOMEBODY_ELSE)], ids=["{}", "200", "other"]
)
def test_a_success_that_does_not_name_the_pool_as_deleted_is_a_doubt(abroad: Abroad, fault: faulty.Fault) -> None:
    deletion = deleted(abroad)
    abroad.proxy.next(*DELETE, fault)

    carrying.carry_out(deletion)
    assert fresh(deletion).state == ErrandState.IN_DOUBT
    carrying.settle_errand(fresh(deletion))
    carrying.carry_out(fresh(deletion))

    assert fresh(deletion).state == ErrandState.DONE
    assert is_deleted(abroad)


@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
def test_an_errand_that_never_left_was_never_sent(abroad: Abroad, make: Any, method: str, part: str) -> None:
    errand = make(abroad)
    abroad.proxy.close()

    carrying.carry_out(errand)

    errand = fresh(errand)
    assert (errand.state, errand.sends, errand.first_sent_at) == (ErrandState.RECORDED, 0, None)
    assert errand.due_at is not None
    assert errand.due_at > timezone.now()


@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
def test_a_throttled_errand_is_not_sent_before_the_cloud_wants_it(
    abroad: Abroad, make: Any, method: str, part: str
) -> None:
    errand = make(abroad)
    abroad.proxy.next(method, part, faulty.answer(429, "APIGW.0308", "slow down", Retry_After="120"))

    carrying.carry_out(errand)

    errand = fresh(errand)
    assert (errand.state, errand.sends) == (ErrandState.RECORDED, 0)
    assert errand.due_at is not None
    assert errand.due_at > timezone.now() + timedelta(seconds=110)


@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
def test_refused_credentials_are_told_to_the_project_and_the_errand_waits(
    abroad: Abroad, make: Any, method: str, part: str
) -> None:
    errand = make(abroad)
    abroad.proxy.next(method, part, faulty.answer(401, "APIGW.0301", "no"))

    carrying.carry_out(errand)

    assert fresh(errand).state == ErrandState.RECORDED
    assert Project.objects.get().credentials_refused_at is not None
    attend_until_settled(errand)
    assert fresh(errand).state == ErrandState.DONE


@pytest.mark.parametrize("make", [approved, rejected, deleted])
def test_credentials_sealed_with_another_key_make_the_errand_wait(abroad: Abroad, make: Any, settings: Any) -> None:
    errand = make(abroad)
    seen = len(abroad.proxy.seen)
    # Of either kind: those that are not in use may be stored too.
    Project.objects.update(iam_user="poolhouse", iam_password="secret")
    settings.CREDENTIALS_KEYS = ["YW5vdGhlci1rZXktb2YtZXhhY3RseS0zMi1ieXRlcyE="]

    carrying.carry_out(errand)

    assert fresh(errand).state == ErrandState.RECORDED
    assert len(abroad.proxy.seen) == seen


@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
def test_a_second_worker_loses_the_claim_of_an_errand(abroad: Abroad, make: Any, method: str, part: str) -> None:
    errand = make(abroad)
    first, second = fresh(errand), fresh(errand)

    carrying.carry_out(first)
    carrying.carry_out(second)

    assert abroad.proxy.calls(method, part) == 1


@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
def test_a_worker_that_slept_past_its_lease_changes_nothing_abroad(
    abroad: Abroad, make: Any, method: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it was to delete or to pay may be another pool's by now."""
    errand = make(abroad)
    # Time enough to ask, and none to act once the answer is there.
    monkeypatch.setattr(speaking, "RECORDING", timedelta(seconds=0.3 - 8 * READ_TIMEOUT))
    abroad.proxy.next("GET", "/", faulty.delay_answer(0.4))

    carrying.carry_out(errand)

    assert abroad.proxy.calls(method, part) == 0
    assert (fresh(errand).state, fresh(errand).sends) == (ErrandState.RECORDED, 0)


@pytest.mark.parametrize(("make", "method", "part"), SAID, ids=["approval", "rejection", "deletion"])
def test_a_worker_that_died_with_an_errand_leaves_a_doubt_that_is_settled(
    abroad: Abroad, make: Any, method: str, part: str
) -> None:
    errand = make(abroad)
    fresh(errand).claim(ErrandState.SENDING, until=timezone.now() + timedelta(seconds=30))

    pass_time(errand, minutes=1)
    attend_until_settled(errand)

    assert fresh(errand).state == ErrandState.DONE
    assert is_carried_out(abroad, errand)


def test_a_balance_that_does_not_suffice_fails_the_approval_and_puts_the_order_back(abroad: Abroad) -> None:
    decision = approved(abroad)
    abroad.proxy.next(*PAY, faulty.answer(400, "CBC.99005003", "The balance is insufficient."))

    carrying.carry_out(decision)

    decision = fresh(decision)
    assert (decision.state, decision.failure_code) == (ErrandState.FAILED, "CBC.99005003")
    assert decision.trouble == "The balance is insufficient."
    assert Order.objects.waiting().filter(pk=decision.order_id).exists()


def test_what_was_paid_elsewhere_is_not_paid_again(abroad: Abroad) -> None:
    decision = approved(abroad)
    speaking.client_for(abroad.project.pk).pay_order(decision.order.billing_order)

    carrying.carry_out(decision)

    assert fresh(decision).state == ErrandState.DONE
    assert abroad.proxy.calls(*PAY) == 1


@pytest.mark.parametrize(
    ("make", "before", "trouble"),
    [(approved, "cancel_order", Trouble.CANCELLED), (rejected, "pay_order", Trouble.PAID)],
    ids=["approved but cancelled", "rejected but paid"],
)
def test_a_decision_that_comes_too_late_fails_and_says_why(
    abroad: Abroad, make: Any, before: str, trouble: Trouble
) -> None:
    decision = make(abroad)
    getattr(speaking.client_for(abroad.project.pk), before)(decision.order.billing_order)

    carrying.carry_out(decision)

    assert (fresh(decision).state, fresh(decision).failure_code) == (ErrandState.FAILED, trouble)
    assert fresh(decision).trouble


@pytest.mark.parametrize(
    ("make", "said", "race", "state"),
    [
        (approved, (*PAY, "CBC.99003106"), "pay_order", ErrandState.DONE),
        (approved, (*PAY, "CBC.99003106"), "cancel_order", ErrandState.FAILED),
        (rejected, (*CANCEL, "CBC.99005010"), "cancel_order", ErrandState.DONE),
        (rejected, (*CANCEL, "CBC.99005010"), "pay_order", ErrandState.FAILED),
    ],
)
def test_an_order_that_changed_between_asking_and_acting_is_asked_about_again(
    abroad: Abroad, make: Any, said: tuple[str, str, str], race: str, state: ErrandState
) -> None:
    decision = make(abroad)
    client = speaking.client_for(abroad.project.pk)

    def be_outrun(call: faulty.Call) -> None:
        getattr(client, race)(decision.order.billing_order)
        faulty.answer(400, code, "status changed")(call)

    method, part, code = said
    abroad.proxy.next(method, part, be_outrun)
    carrying.carry_out(decision)
    attend_until_settled(decision)

    assert fresh(decision).state == state


def test_a_decision_that_never_takes_effect_fails_in_the_end(abroad: Abroad) -> None:
    decision = approved(abroad)
    abroad.proxy.next(*PAY, *[faulty.answer(400, "CBC.99003106", "status changed")] * 9)

    attend_until_settled(decision, looks=30)

    assert (fresh(decision).state, fresh(decision).failure_code) == (ErrandState.FAILED, "CBC.99003106")
    assert abroad.proxy.calls(*PAY) == carrying.MOST_SENDS


def test_the_name_of_the_clouds_order_is_learned_if_the_creation_did_not_tell_it(abroad: Abroad) -> None:
    decision = approved(abroad)
    Order.objects.update(billing_order="")

    carrying.carry_out(fresh(decision))

    assert fresh(decision).state == ErrandState.DONE
    assert fresh(decision.order).billing_order.startswith("CS")


def test_a_decision_waits_for_the_cloud_to_name_its_order(abroad: Abroad) -> None:
    decision = approved(abroad)
    Order.objects.update(billing_order="")
    unnamed = builders.heard(name="pool-one", pool_id=f"pool-one-{PROJECT_ID}", phase="Waiting")
    abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", faulty.say(unnamed))

    carrying.carry_out(fresh(decision))

    assert fresh(decision).state == ErrandState.RECORDED
    attend_until_settled(decision)
    assert fresh(decision).state == ErrandState.DONE


def test_a_decision_does_not_wait_for_ever_for_the_name_of_the_clouds_order(abroad: Abroad) -> None:
    decision = approved(abroad)
    Order.objects.update(billing_order="")
    Decision.objects.update(at=timezone.now() - timedelta(hours=1))
    unnamed = builders.heard(name="pool-one", pool_id=f"pool-one-{PROJECT_ID}", phase="Waiting")
    abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", faulty.say(unnamed))

    carrying.carry_out(fresh(decision))

    assert (fresh(decision).state, fresh(decision).failure_code) == (ErrandState.FAILED, Trouble.NO_BILLING_ORDER)


def test_a_doubt_is_not_ended_by_a_status_we_do_not_know(abroad: Abroad) -> None:
    decision = approved(abroad)
    abroad.proxy.next(*PAY, faulty.drop_request)
    carrying.carry_out(decision)
    BillingOrder.objects.update(status=1)

    pass_time(decision, minutes=1)
    submitting.attend(fresh(decision))

    assert fresh(decision).state == ErrandState.IN_DOUBT
    assert abroad.proxy.calls(*PAY) == 1


def test_a_later_pool_of_the_same_id_is_not_deleted_in_place_of_the_one_that_was_meant(abroad: Abroad) -> None:
    deletion = deleted(abroad)
    HostedPool.objects.update(created_at=timezone.now())

    carrying.carry_out(deletion)

    assert fresh(deletion).state == ErrandState.DONE
    assert not is_deleted(abroad)
    assert abroad.proxy.calls(*DELETE) == 0
    assert Pool.objects.get(pk=deletion.pool_id).gone_at is not None


def test_a_pool_that_is_gone_needs_no_deleting(abroad: Abroad) -> None:
    deletion = deleted(abroad)
    abroad.proxy.next("GET", "/pools/", faulty.answer(404, "ModelArts.50015001", "pool not found"))

    carrying.carry_out(deletion)

    assert fresh(deletion).state == ErrandState.DONE
    assert abroad.proxy.calls(*DELETE) == 0


def test_a_pool_accepted_a_moment_ago_and_not_found_yet_is_not_taken_for_gone(abroad: Abroad) -> None:
    deletion = deleted(abroad)
    Pool.objects.update(created_abroad=timezone.now(), phase="")
    abroad.proxy.next("GET", "/pools/", faulty.answer(404, "ModelArts.50015001", "pool not found"))

    carrying.carry_out(fresh(deletion))

    assert (fresh(deletion).state, fresh(deletion).sends) == (ErrandState.RECORDED, 0)


def test_a_refused_deletion_fails_with_the_clouds_words_and_may_be_asked_for_again(abroad: Abroad) -> None:
    deletion = deleted(abroad)
    abroad.proxy.next(*DELETE, faulty.answer(400, "ModelArts.50004000", "Bad request. prepaid"))

    carrying.carry_out(deletion)

    assert (fresh(deletion).state, fresh(deletion).trouble) == (ErrandState.FAILED, "Bad request. prepaid")
    assert ordering.delete(deletion.pool, by=abroad.member, typed_name="pool-one") != deletion


def test_a_deletion_is_not_sent_for_somebody_who_may_not_delete_the_pool_any_more(abroad: Abroad) -> None:
    deletion = deleted(abroad)
    Membership.objects.filter(user=abroad.member).delete()

    carrying.carry_out(deletion)

    deletion = fresh(deletion)
    assert (deletion.state, deletion.failure_code) == (ErrandState.FAILED, Trouble.NOT_ALLOWED)
    assert (deletion.sends, deletion.due_at) == (0, None)
    assert not is_deleted(abroad)


def test_a_deletion_is_not_sent_when_its_pool_becomes_another_teams_meanwhile(abroad: Abroad) -> None:
    """The worker has it already and asks how things stand: nobody else can call it off any more."""
    deletion = deleted(abroad)

    def change_hands(call: faulty.Call) -> None:
        Pool.objects.update(team=builders.team(), order=None)
        faulty.pass_through(call)

    abroad.proxy.next("GET", "/pools/", change_hands)
    carrying.carry_out(deletion)

    assert fresh(deletion).failure_code == Trouble.NOT_ALLOWED
    assert abroad.proxy.calls(*DELETE) == 0
