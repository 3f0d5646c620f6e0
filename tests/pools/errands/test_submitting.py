"""Creation, exactly once: over a real connection that answers, fails and lies."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from pools import adopting, ordering, settling, speaking, submitting
from pools.endpoint.models import HostedPool
from pools.models import Order, PhaseChange, Pool, Project, Trouble
from pools.states import ErrandState, OrderState
from pools.upstream import Heard
from pools.wire.reading import hear_pool
from tests import builders, faulty
from tests.pools.errands.conftest import PROJECT_ID, READ_TIMEOUT, Abroad, attend_until_settled, fresh, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_accepted_order_has_its_pool_which_is_looked_at_at_once(abroad: Abroad) -> None:
    order = abroad.order()

    submitting.submit(order)

    order = fresh(order)
    assert (order.state, order.due_at, order.lease_until) == (OrderState.ACCEPTED, None, None)
    assert (order.pool.pool_id, order.pool.team) == (f"pool-one-{PROJECT_ID}", abroad.team)
    assert order.pool.look_after is not None
    assert order.pool.look_after <= timezone.now()


def test_what_the_cloud_calls_the_order_is_kept(abroad: Abroad) -> None:
    order = abroad.order()

    submitting.submit(order)

    assert fresh(order).work_order.startswith("order.pool-one-")
    assert fresh(order).billing_order.startswith("CS")


def test_no_phase_is_made_up_before_one_is_heard(abroad: Abroad) -> None:
    submitting.submit(abroad.order())

    assert Pool.objects.get().phase == ""
    assert not PhaseChange.objects.exists()


@pytest.mark.shows("ClientCalls.bytes")
def test_the_body_is_sent_byte_for_byte(abroad: Abroad) -> None:
    order = abroad.order()
    odd = order.body.replace('{"apiVersion"', '{ "apiVersion" ').replace(": ", "  :\t") + "\n"
    Order.objects.update(body=odd)
    sent: list[bytes] = []

    def note(call: faulty.Call) -> None:
        sent.append(call.raw.partition(b"\r\n\r\n")[2])
        faulty.pass_through(call)

    abroad.proxy.next("POST", "/pools", note)
    submitting.submit(fresh(order))

    assert sent == [odd.encode()]
    assert fresh(order).state == OrderState.ACCEPTED


def test_an_order_is_never_sent_with_a_transaction_open(abroad: Abroad) -> None:
    order = abroad.order()

    with transaction.atomic(), pytest.raises(speaking.TransactionOpen):
        submitting.submit(order)

    assert not abroad.proxy.seen
    assert fresh(order).state == OrderState.PLACED


def test_no_transaction_is_open_while_the_cloud_is_spoken_to(abroad: Abroad) -> None:
    """On SQLite an open one would hold the only write lock: the endpoint could not write its own rows."""
    order = abroad.order()
    written: list[int] = []

    def write_meanwhile(call: faulty.Call) -> None:
        written.append(Project.objects.filter(pk=abroad.project.pk).update(failures=7))
        faulty.pass_through(call)

    abroad.proxy.next("POST", "/pools", write_meanwhile)
    submitting.submit(order)

    assert written == [1]
    assert fresh(order).state == OrderState.ACCEPTED


def test_a_second_worker_loses_the_claim(abroad: Abroad) -> None:
    order = abroad.order()
    first, second = fresh(order), fresh(order)

    submitting.submit(first)
    submitting.submit(second)

    assert abroad.proxy.calls("POST", "/pools") == 1
    assert len(abroad.hosted()) == 1


def test_a_worker_that_read_the_row_before_another_ones_whole_attempt_does_not_send(abroad: Abroad) -> None:
    order = abroad.order()
    stale = fresh(order)
    abroad.proxy.next("POST", "/pools", faulty.answer(429, "APIGW.0308", "slow down", Retry_After="60"))
    submitting.submit(fresh(order))

    submitting.submit(stale)

    assert abroad.proxy.calls("POST", "/pools") == 1
    assert fresh(order).state == OrderState.PLACED


REFUSAL = "Bad request. $.spec.network: spec.network is required (R3)"


def test_a_refusal_is_told_with_its_code_words_and_field(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.answer(400, "ModelArts.50004000", REFUSAL))

    submitting.submit(order)

    order = fresh(order)
    assert (order.state, order.failure_code, order.failure_field) == (
        OrderState.REFUSED,
        "ModelArts.50004000",
        "$.spec.network",
    )
    assert order.trouble == REFUSAL
    assert not order.on_the_way_or_living


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (REFUSAL, "$.spec.network"),
        ("Bad request. spec.resources[0].count must be at least 1", "$.spec.resources[0].count"),
        ('Bad request. $.metadata.labels["os.modelarts/name"]: no', '$.metadata.labels["os.modelarts/name"]'),
        ("Bad request", ""),
    ],
)
def test_the_field_is_told_if_the_refusal_names_one(abroad: Abroad, message: str, field: str) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.answer(400, "ModelArts.50004000", message))

    submitting.submit(order)

    assert fresh(order).failure_field == field


@pytest.mark.shows("ClientCredentials.held")
@pytest.mark.parametrize("status", [401, 403])
def test_an_order_is_held_while_the_credentials_are_refused_and_sent_when_they_work(
    abroad: Abroad, status: int
) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.answer(status, "APIGW.0301", "verify aksk signature fail"))

    submitting.submit(order)
    abroad.project.refresh_from_db()
    assert (fresh(order).state, fresh(order).sends) == (OrderState.HELD, 0)
    assert abroad.project.credentials_refused_at is not None

    pass_time(order, minutes=1)
    submitting.attend(fresh(order))
    assert fresh(order).state == OrderState.HELD

    Project.objects.update(credentials_refused_at=None)
    attend_until_settled(order)
    assert fresh(order).state == OrderState.ACCEPTED


def test_held_orders_are_released_at_once_when_the_project_is_heard(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.answer(401))
    submitting.submit(order)

    assert submitting.release_held(abroad.project) == 1

    assert list(submitting.due_orders()) == [fresh(order)]
    assert fresh(order).state == OrderState.PLACED


def test_credentials_that_may_list_but_not_create_do_not_make_a_storm(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.answer(403), faulty.answer(403))
    submitting.submit(order)
    submitting.release_held(abroad.project)
    submitting.attend(fresh(order))

    assert submitting.release_held(abroad.project) == 0
    assert fresh(order).state == OrderState.HELD


def test_credentials_sealed_with_another_key_hold_the_order(abroad: Abroad, settings: Any) -> None:
    order = abroad.order()
    settings.CREDENTIALS_KEYS = ["YW5vdGhlci1rZXktb2YtZXhhY3RseS0zMi1ieXRlcyE="]

    submitting.submit(order)

    assert fresh(order).state == OrderState.HELD
    assert not abroad.proxy.seen


@pytest.mark.shows("ClientErrors.retry-after")
def test_a_throttled_order_is_not_sent_before_the_cloud_wants_it(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.answer(429, "APIGW.0308", "slow down", Retry_After="120"))

    submitting.submit(order)

    order = fresh(order)
    assert order.state == OrderState.PLACED
    assert order.due_at is not None
    assert order.due_at > timezone.now() + timedelta(seconds=110)
    assert not submitting.due_orders()


def test_an_order_that_never_left_was_never_sent(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.close()

    submitting.submit(order)

    order = fresh(order)
    assert (order.state, order.sends, order.first_sent_at) == (OrderState.PLACED, 0, None)
    assert order.due_at is not None
    assert order.due_at > timezone.now()


def test_the_pause_grows_while_the_cloud_is_out_of_reach(abroad: Abroad) -> None:
    order = abroad.order()
    Project.objects.update(embedded=False)
    abroad.proxy.close()
    pauses = []
    for _ in range(4):
        begun = timezone.now()
        submitting.submit(fresh(order))
        pauses.append((fresh(order).due_at or begun) - begun)

    assert pauses[3] > 3 * pauses[0]


LOST = {
    "the answer is dropped": faulty.drop_answer,
    "the answer is cut in half": faulty.half_answer,
    "the answer is no JSON": faulty.broken_json,
    "the answer comes too late": faulty.delay_answer(3 * READ_TIMEOUT),
    "the answer is a 500 although it was done": faulty.done_but(500),
    "the answer is a 502 although it was done": faulty.done_but(502),
}


@pytest.mark.shows("ClientErrors.in-doubt")
@pytest.mark.parametrize("fault", LOST.values(), ids=LOST.keys())
def test_a_creation_whose_answer_is_lost_ends_accepted_with_one_pool(abroad: Abroad, fault: faulty.Fault) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", fault)

    submitting.submit(order)
    assert fresh(order).state == OrderState.IN_DOUBT

    attend_until_settled(order)
    assert fresh(order).state == OrderState.ACCEPTED
    assert len(abroad.hosted()) == 1
    assert abroad.proxy.calls("POST", "/pools") == 1


NEVER_ARRIVED = {
    "the request is dropped": faulty.drop_request,
    "the answer is a 500 and nothing was done": faulty.answer(500, "ModelArts.50005000", "internal error"),
    "the answer is a 503 and nothing was done": faulty.answer(503),
}


@pytest.mark.parametrize("fault", NEVER_ARRIVED.values(), ids=NEVER_ARRIVED.keys())
def test_a_creation_that_never_arrived_is_sent_again_by_itself(abroad: Abroad, fault: faulty.Fault) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", fault)

    submitting.submit(order)
    assert fresh(order).state == OrderState.IN_DOUBT

    attend_until_settled(order)
    assert (fresh(order).state, fresh(order).sends) == (OrderState.ACCEPTED, 2)
    assert len(abroad.hosted()) == 1


def test_a_pool_as_deep_as_we_read_hides_no_other_from_a_doubt(abroad: Abroad) -> None:
    """In a list it stands two levels deeper than by itself."""
    abroad.accepted(name="pool-deep")
    [deep] = abroad.hosted("pool-deep")
    deep.document["spec"]["odd"] = json.loads("[" * 198 + "1" + "]" * 198)
    deep.save()
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_request)

    submitting.submit(order)
    attend_until_settled(order)

    assert (fresh(order).state, fresh(order).sends) == (OrderState.ACCEPTED, 2)


def test_an_order_is_not_called_absent_while_its_request_may_still_arrive(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_request)
    submitting.submit(order)

    for _ in range(5):
        Order.objects.update(due_at=timezone.now())
        submitting.attend(fresh(order))

    assert (fresh(order).state, fresh(order).absences) == (OrderState.IN_DOUBT, 0)


def test_a_request_that_arrives_after_we_gave_up_is_found(abroad: Abroad) -> None:
    order = abroad.order()
    late = faulty.delay_request(1.5 * READ_TIMEOUT)
    abroad.proxy.next("POST", "/pools", late)
    submitting.submit(order)
    submitting.attend(fresh(order))
    assert fresh(order).state == OrderState.IN_DOUBT

    deadline = timezone.now() + timedelta(seconds=5)
    while not abroad.hosted() and timezone.now() < deadline:
        pass
    attend_until_settled(order)

    assert (fresh(order).state, fresh(order).sends) == (OrderState.ACCEPTED, 1)
    assert len(abroad.hosted()) == 1


def test_two_shows_are_needed_to_call_an_order_absent(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_request)
    submitting.submit(order)
    pass_time(order, minutes=1)

    submitting.attend(fresh(order))

    assert (fresh(order).state, fresh(order).absences) == (OrderState.IN_DOUBT, 1)
    assert abroad.proxy.calls("POST", "/pools") == 1


def test_a_look_that_fails_proves_nothing(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_request)
    abroad.proxy.next("GET", "/pools", *[faulty.answer(500)] * 6)
    submitting.submit(order)

    for _ in range(3):
        pass_time(order, minutes=1)
        submitting.attend(fresh(order))

    assert (fresh(order).state, fresh(order).absences) == (OrderState.IN_DOUBT, 0)


def test_after_three_sends_a_person_is_asked(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", *[faulty.drop_request] * 3)

    attend_until_settled(order, looks=20)

    order = fresh(order)
    assert (order.state, order.needs_person, order.failure_code) == (OrderState.IN_DOUBT, True, Trouble.LOST)
    assert abroad.proxy.calls("POST", "/pools") == 3


def test_a_persons_word_sends_it_once_more(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", *[faulty.drop_request] * 3)
    attend_until_settled(order, looks=20)

    ordering.resolve(fresh(order), by=abroad.admin, as_=Order.Resolution.SEND_AGAIN)
    attend_until_settled(order)

    assert fresh(order).state == OrderState.ACCEPTED
    assert abroad.proxy.calls("POST", "/pools") == 4


def test_a_work_order_without_a_pool_keeps_the_order_from_being_sent_again(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    submitting.submit(order)
    hidden = faulty.answer(404, "ModelArts.50015001", "pool not found")
    for _ in range(5):
        abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", hidden)
        abroad.proxy.next("GET", "/pools", faulty.say({"items": []}))
        pass_time(order, minutes=1)
        submitting.attend(fresh(order))

    assert fresh(order).state == OrderState.IN_DOUBT
    assert abroad.proxy.calls("POST", "/pools") == 1
    attend_until_settled(order)
    assert fresh(order).state == OrderState.ACCEPTED


def test_a_work_order_that_shows_no_pool_for_long_is_put_before_a_person(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    submitting.submit(order)
    pass_time(order, hours=1)
    for _ in range(2):
        abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", faulty.answer(404))
        abroad.proxy.next("GET", "/pools", faulty.say({"items": []}))
        Order.objects.update(due_at=timezone.now())
        submitting.attend(fresh(order))

    assert (fresh(order).needs_person, fresh(order).failure_code) == (True, Trouble.IN_WORK)


def test_a_work_order_older_than_our_sending_is_none_of_ours(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_request)
    day_before = int((timezone.now() - timedelta(days=1)).timestamp() * 1000)
    older = {"orderName": "order.pool-one-old", "operation": "apply", "creationTimestamp": day_before}
    abroad.proxy.next("GET", "/orders", *[faulty.say({"count": 1, "items": [older]})] * 4)

    attend_until_settled(order)

    assert (fresh(order).state, abroad.proxy.calls("POST", "/pools")) == (OrderState.ACCEPTED, 2)


def test_a_worker_that_died_while_sending_leaves_a_doubt_that_is_settled(abroad: Abroad) -> None:
    order = abroad.order()
    dead = fresh(order)
    dead.claim(OrderState.SENDING, until=timezone.now() + timedelta(seconds=30))
    assert not submitting.due_orders()

    pass_time(order, minutes=1)
    attend_until_settled(order)

    assert fresh(order).state == OrderState.ACCEPTED
    assert len(abroad.hosted()) == 1


def test_a_worker_that_comes_back_after_its_lease_records_nothing(abroad: Abroad) -> None:
    order = abroad.order()
    slept = fresh(order)
    slept.claim(OrderState.SENDING, until=timezone.now())
    submitting.attend(fresh(order))

    assert slept.move(OrderState.REFUSED) is False
    assert fresh(order).state == OrderState.IN_DOUBT


def other_pool(abroad: Abroad, **changed: Any) -> None:
    """Somebody else makes a pool of the same name, past us."""
    rival = abroad.order(name="rival-one")
    rival.body = rival.body.replace("rival-one", "pool-one")
    for was, becomes in changed.items():
        rival.body = rival.body.replace(was, becomes)
    with override_settings(UPSTREAM_READ_TIMEOUT=30):  # what is only set up may take its time
        speaking.client_for(abroad.project.pk).create_pool(rival.body)
    rival.delete()


@pytest.mark.shows("ClientErrors.ours-or-taken")
def test_a_name_that_an_older_pool_has_is_taken(abroad: Abroad) -> None:
    other_pool(abroad)
    HostedPool.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    order = abroad.order()

    submitting.submit(order)

    order = fresh(order)
    assert (order.state, order.failure_code) == (OrderState.REFUSED, Trouble.NAME_TAKEN)
    assert not order.on_the_way_or_living


def test_an_older_failed_creation_of_that_name_does_not_end_a_doubt(abroad: Abroad) -> None:
    failed = builders.heard(
        name="pool-one",
        pool_id=f"pool-one-{PROJECT_ID}",
        phase="CreationFailed",
        created=timezone.now() - timedelta(hours=1),
    )
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_request)
    abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", *[faulty.say(failed)] * 2)

    attend_until_settled(order)

    assert (fresh(order).state, fresh(order).sends) == (OrderState.ACCEPTED, 2)


def test_a_pool_of_another_name_under_the_expected_id_says_nothing_of_ours(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    stranger = builders.heard(name="another", pool_id=f"pool-one-{PROJECT_ID}", created=timezone.now())
    abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", faulty.say(stranger))

    submitting.submit(order)
    submitting.attend(fresh(order))

    assert fresh(order).state == OrderState.ACCEPTED
    assert len(abroad.hosted()) == 1


def test_two_long_names_that_share_an_id_are_told_as_taken(abroad: Abroad) -> None:
    order = abroad.order()
    stranger = builders.heard(
        name="another", pool_id=f"pool-one-{PROJECT_ID}", created=timezone.now() - timedelta(hours=1)
    )
    abroad.proxy.next("POST", "/pools", faulty.answer(409, "ModelArts.50015000", "Pool already exists."))
    abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", faulty.say(stranger))

    submitting.submit(order)

    assert (fresh(order).state, fresh(order).failure_code) == (OrderState.REFUSED, Trouble.NAME_TAKEN)


def test_a_worker_that_lost_the_race_for_a_doubt_leaves_the_winners_record_alone(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    submitting.submit(order)

    def be_outrun(call: faulty.Call) -> None:
        faulty.pass_through(call)
        pass_time(order, minutes=5)
        rival = fresh(order)
        Order.objects.filter(pk=order.pk).update(due_at=None, lease_until=None, state=OrderState.ACCEPTED)
        assert rival.state == OrderState.IN_DOUBT

    abroad.proxy.next("GET", f"/pools/pool-one-{PROJECT_ID}", be_outrun)
    submitting.attend(fresh(order))

    assert (fresh(order).state, fresh(order).needs_person, fresh(order).due_at) == (OrderState.ACCEPTED, False, None)


@pytest.mark.shows("ClientErrors.ours-or-taken")
def test_a_409_may_be_our_own_earlier_success(abroad: Abroad) -> None:
    """The answer was lost, the look went wrong, a person said to send it again: the pool was there all the time."""
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    submitting.submit(order)
    fresh(order).move(OrderState.PLACED, due_at=timezone.now())

    submitting.attend(fresh(order))

    assert fresh(order).state == OrderState.ACCEPTED
    assert len(abroad.hosted()) == 1


def test_a_pool_of_that_name_that_differs_and_is_no_older_is_put_before_a_person(abroad: Abroad) -> None:
    order = abroad.order()

    def be_outrun(call: faulty.Call) -> None:
        other_pool(abroad, **{'"Train"': '"Infer"'})
        faulty.pass_through(call)

    abroad.proxy.next("POST", "/pools", be_outrun)
    submitting.submit(order)

    order = fresh(order)
    assert (order.state, order.needs_person, order.failure_code) == (OrderState.IN_DOUBT, True, Trouble.UNPROVEN)
    assert not Pool.objects.exists()


@pytest.mark.parametrize(
    ("word", "state"), [("ours", OrderState.ACCEPTED), ("not_ours", OrderState.REFUSED)], ids=["ours", "not ours"]
)
def test_a_persons_word_ends_a_doubt_that_nothing_proves(abroad: Abroad, word: str, state: OrderState) -> None:
    order = abroad.order(state=OrderState.IN_DOUBT, needs_person=True)
    other_pool(abroad, **{'"Train"': '"Infer"'})

    ordering.resolve(order, by=abroad.admin, as_=Order.Resolution(word))
    submitting.attend(fresh(order))

    assert fresh(order).state == state
    assert Pool.objects.filter(order=order).count() == (1 if word == "ours" else 0)


def a_minute_ago() -> datetime:
    return timezone.now() - timedelta(minutes=1)


def adopted_by_another_team(abroad: Abroad) -> Pool:
    """The hosted pool, on record as one that another team of the project took in."""
    hosted, other = abroad.hosted()[0], builders.team()
    abroad.project.teams.add(other)
    pool = builders.pool(
        project=abroad.project,
        name="pool-one",
        pool_id=hosted.ident,
        created_abroad=hosted.created_at.replace(microsecond=0),
    )
    adopting.adopt(pool, team=other, by=builders.person(admin_of=other))
    return pool


def test_a_persons_word_takes_no_pool_from_the_team_that_adopted_it(abroad: Abroad) -> None:
    other_pool(abroad, **{'"Train"': '"Infer"'})
    pool = adopted_by_another_team(abroad)
    order = abroad.order(state=OrderState.IN_DOUBT, needs_person=True, first_sent_at=a_minute_ago())

    ordering.resolve(order, by=abroad.admin, as_=Order.Resolution.OURS)
    submitting.attend(fresh(order))

    assert (fresh(order).state, fresh(order).failure_code) == (OrderState.REFUSED, Trouble.NAME_TAKEN)
    assert Pool.objects.filter(order=None, team=pool.team).exists()


def test_a_persons_word_takes_no_pool_that_was_adopted_while_the_cloud_was_asked(abroad: Abroad) -> None:
    """What is found is compared before it is taken in: in between it was free."""
    other_pool(abroad, **{'"Train"': '"Infer"'})
    pool = adopted_by_another_team(abroad)
    order = abroad.order(state=OrderState.IN_DOUBT)
    document = builders.heard(name="pool-one", pool_id=pool.pool_id, created=pool.created_abroad)

    heard = Heard(document=document, hear=hear_pool)
    assert not settling.accept(order, heard, at=timezone.now(), proved=False)

    assert fresh(order).state == OrderState.IN_DOUBT
    assert Pool.objects.filter(order=None, team=pool.team).exists()


def test_a_persons_word_keeps_a_pool_that_their_own_team_adopted(abroad: Abroad) -> None:
    other_pool(abroad, **{'"Train"': '"Infer"'})
    adopted_by_another_team(abroad)
    Pool.objects.update(team=abroad.team)
    order = abroad.order(state=OrderState.IN_DOUBT, needs_person=True, first_sent_at=a_minute_ago())

    ordering.resolve(order, by=abroad.admin, as_=Order.Resolution.OURS)
    submitting.attend(fresh(order))

    assert Pool.objects.filter(order=order, team=abroad.team).exists()


def test_proof_takes_a_pool_from_the_team_that_adopted_it_and_no_deletion_of_theirs_is_sent(abroad: Abroad) -> None:
    first = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    submitting.submit(first)
    # Adopted before adopting looked at orders on their way.
    Order.objects.filter(pk=first.pk).update(state=OrderState.REFUSED)
    pool = adopted_by_another_team(abroad)
    Order.objects.filter(pk=first.pk).update(state=OrderState.IN_DOUBT)
    deletion = ordering.delete(pool, by=pool.adoption.by, typed_name="pool-one")

    attend_until_settled(first)
    submitting.attend(fresh(deletion))

    assert Pool.objects.filter(order=first, team=abroad.team).exists()
    assert (fresh(deletion).state, fresh(deletion).failure_code) == (ErrandState.FAILED, Trouble.CHANGED_HANDS)
    assert abroad.proxy.calls("DELETE", "/pools/") == 0


def test_a_persons_word_makes_no_pool_where_there_is_none(abroad: Abroad) -> None:
    order = abroad.order(state=OrderState.IN_DOUBT, needs_person=True)

    ordering.resolve(order, by=abroad.admin, as_=Order.Resolution.OURS)
    submitting.attend(fresh(order))

    order = fresh(order)
    assert (order.state, order.failure_code, order.resolved_as) == (OrderState.IN_DOUBT, Trouble.NOTHING_FOUND, "")


def test_a_pool_that_another_order_made_is_not_ours_however_alike(abroad: Abroad) -> None:
    first = abroad.order()
    submitting.submit(first)
    Order.objects.filter(pk=first.pk).update(on_the_way_or_living=False)
    order = abroad.order(state=OrderState.IN_DOUBT, first_sent_at=timezone.now() - timedelta(minutes=1))

    submitting.settle(order)

    assert fresh(order).failure_code == Trouble.NAME_TAKEN
    assert Pool.objects.get().order == first


def test_a_pool_that_the_sweep_found_first_is_claimed(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_answer)
    submitting.submit(order)
    hosted = abroad.hosted()[0]
    builders.pool(
        project=abroad.project,
        name="pool-one",
        pool_id=hosted.ident,
        created_abroad=hosted.created_at.replace(microsecond=0),
        observed_at=timezone.now(),
    )

    attend_until_settled(order)

    assert (Pool.objects.get().order, Pool.objects.get().team) == (order, abroad.team)


def test_an_older_pool_of_the_same_id_that_we_had_not_seen_go_makes_room(abroad: Abroad) -> None:
    old = builders.pool(
        project=abroad.project,
        name="pool-one",
        pool_id=f"pool-one-{PROJECT_ID}",
        created_abroad=timezone.now() - timedelta(days=1),
        observed_at=timezone.now() - timedelta(minutes=1),
    )
    order = abroad.order()

    submitting.submit(order)

    old.refresh_from_db()
    assert old.gone_at is not None
    assert fresh(order).pool != old


def test_an_order_looked_for_costs_pages_nothing(abroad: Abroad) -> None:
    order = abroad.order()
    abroad.proxy.next("POST", "/pools", faulty.drop_request)
    submitting.submit(order)
    before = fresh(order).changed_at

    pass_time(order, minutes=1)
    submitting.attend(fresh(order))

    assert fresh(order).changed_at == before


def test_an_answer_that_names_another_orders_pool_gives_it_to_nobody_else(abroad: Abroad) -> None:
    first, second = abroad.order(), abroad.order(name="pool-two")
    submitting.submit(first)
    abroad.proxy.next("POST", "/pools", faulty.say(Pool.objects.get().document))

    submitting.submit(second)

    assert fresh(second).state == OrderState.SENDING
    assert Pool.objects.get().order == first
    attend_until_settled(second)
    assert fresh(second).state == OrderState.ACCEPTED
    assert fresh(second).pool.name == "pool-two"


def test_a_worker_that_slept_past_its_lease_says_nothing(abroad: Abroad, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others may have settled the order meanwhile, and sent it again."""
    order = abroad.order()
    monkeypatch.setattr(speaking, "RECORDING", timedelta(milliseconds=-1))

    submitting.submit(order)

    assert abroad.proxy.calls("POST", "/pools") == 0
    order = fresh(order)
    assert (order.state, order.sends, order.first_sent_at) == (OrderState.PLACED, 0, None)
