"""The next phase of one pool: what happens is told, and so is why nothing does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker
from tests.endpoint.steering.sandbox import SANDBOX, Neighbour, host, look, phase, steer


@pytest.fixture(autouse=True)
def slow(slowly: Any) -> Any:
    return slowly


def step(speaker: Speaker, name: str = "pool-ae01", **how: Any) -> dict[str, Any]:
    return steer(speaker, f"pools/{ident(name)}/next-phase", **how)


def test_a_pool_alone_is_moved_to_its_next_phase(speaker: Speaker) -> None:
    moved, left = host(speaker, "pool-moved"), host(speaker, "pool-left")
    told = step(speaker, "pool-moved")
    assert (told["was"], told["phase"], told["moved"], told["by"]) == ("Creating", "Running", True, "pool")
    assert (phase(speaker, moved), phase(speaker, left)) == ("Running", "Creating")
    assert look(speaker, "clock")["ahead"] == 0.0


def test_or_the_clock_is_moved_and_everything_with_it(speaker: Speaker) -> None:
    host(speaker, "pool-moved")
    other = host(speaker, "pool-too")
    told = step(speaker, "pool-moved", by="clock")
    assert told["phase"] == "Running"
    assert look(speaker, "clock")["ahead"] == told["seconds"]
    assert phase(speaker, other) == "Running"


@pytest.mark.parametrize(
    ("fate", "phases"),
    [
        ("", ["Running"]),
        ("fate-creationfailed", ["CreationFailed", ""]),
        ("fate-abnormal", ["Running", "Abnormal"]),
        ("fate-recovering", ["Running", "Abnormal", "Running"]),
        ("fate-scalingfailed", ["Running", "ScalingFailed"]),
        ("fate-error", ["Running", "Error"]),
    ],
)
def test_step_by_step_a_pool_lives_its_fate(speaker: Speaker, fate: str, phases: list[str]) -> None:
    pool = host(speaker, prefix=fate)
    for expected in phases:
        assert step(speaker)["phase"] == expected
        assert phase(speaker, pool) == expected


def test_a_deletion_is_stepped_to_its_end(speaker: Speaker) -> None:
    pool = host(speaker)
    step(speaker)
    speaker.delete(pool)
    told = step(speaker)
    assert (told["was"], told["phase"]) == ("Deleting", "")
    assert "is gone" in told["message"]
    assert phase(speaker, pool) == ""


def test_a_pool_that_waits_for_payment_stays_and_says_so(speaker: Speaker) -> None:
    pool = host(speaker, console=True)
    told = step(speaker)
    assert (told["moved"], told["reason"]) == (False, "waits_for_payment")
    assert told["until"]
    assert phase(speaker, pool) == "Waiting"


def test_it_is_paid_if_that_is_asked_for(speaker: Speaker) -> None:
    host(speaker, console=True)
    told = step(speaker, waiting="pay")
    assert (told["was"], told["phase"], told["paid"]) == ("Waiting", "Creating", True)
    order = speaker.get("/v2/orders/customer-orders").json()["order_infos"][0]
    assert order["status"] == 3  # being booked, as after any payment


def test_or_expires_if_that_is_asked_for(speaker: Speaker) -> None:
    host(speaker, console=True)
    told = step(speaker, waiting="expire")
    assert (told["was"], told["phase"]) == ("Waiting", "CreationFailed")
    order = speaker.get("/v2/orders/customer-orders").json()["order_infos"][0]
    assert order["status"] == 4


def test_an_order_that_cannot_be_paid_is_told(speaker: Speaker) -> None:
    host(speaker, console=True, prefix="fate-unpayable")
    assert step(speaker, waiting="pay")["reason"] == "cannot_be_paid"


def test_paying_means_nothing_to_a_pool_that_waits_for_nothing(speaker: Speaker) -> None:
    host(speaker)
    told = step(speaker, waiting="pay")
    assert (told["phase"], told["paid"]) == ("Running", False)


@pytest.mark.parametrize(("fate", "phases"), [("fate-stuck", "Creating"), ("fate-undeletable", "Deleting")])
def test_what_its_fate_holds_for_ever_is_told(speaker: Speaker, fate: str, phases: str) -> None:
    pool = host(speaker, prefix=fate)
    if phases == "Deleting":
        step(speaker)
        speaker.delete(pool)
    told = step(speaker)
    assert (told["phase"], told["moved"], told["reason"]) == (phases, False, "stays_for_ever")


def test_a_running_pool_with_nothing_to_come_is_told(speaker: Speaker, slow: Any) -> None:
    host(speaker)
    slow.tick(600)
    told = step(speaker)
    assert (told["phase"], told["reason"], told["until"]) == ("Running", "settled", None)


def test_a_running_pool_says_what_is_still_under_way(speaker: Speaker, slow: Any) -> None:
    pool = host(speaker)
    slow.tick(600)
    speaker.patch(pool, {"spec": {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 3}]}})
    told = step(speaker)
    assert told["reason"] == "settled_with_things_under_way"
    assert told["until"]


def test_a_failing_expansion_is_stepped_into(speaker: Speaker, slow: Any) -> None:
    pool = host(speaker, prefix="fate-nogrowth")
    slow.tick(600)
    speaker.patch(pool, {"spec": {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 3}]}})
    assert step(speaker)["phase"] == "ScalingFailed"


def test_two_clicks_are_one_step(speaker: Speaker) -> None:
    pool = host(speaker, prefix="fate-abnormal")
    step(speaker, seen="Creating")
    told = step(speaker, seen="Creating")
    assert (told["moved"], told["reason"]) == (False, "moved_already")
    assert phase(speaker, pool) == "Running"


def test_everything_about_a_pool_is_moved_together(speaker: Speaker) -> None:
    pool = host(speaker, console=True)
    step(speaker, waiting="pay")
    step(speaker)
    orders = speaker.get(f"/v1/{PROJECT}/orders").json()["items"]
    assert orders[0]["phase"] == "successed"
    assert orders[0]["creationTimestamp"] <= orders[0]["beginTimestamp"] <= orders[0]["endTimestamp"]
    events = speaker.get(f"/v1/{PROJECT}/events?resource=pools&name={pool.rpartition('/')[2]}&ascend=true").json()
    assert "to Running" in [one["message"] for one in events["items"] if one["reason"] == "PoolStatusChange"][-1]


def test_a_pool_that_is_not_there_is_not_found(speaker: Speaker) -> None:
    assert step(speaker, "pool-none", expected=404)["error_code"] == "ModelArts.50015001"


@pytest.mark.parametrize("body", [{"by": "magic"}, {"waiting": 1}, {"seen": 5}, {"x": 1}, {"seen": "x" * 33}], ids=str)
def test_a_step_that_means_nothing_is_told(speaker: Speaker, body: dict[str, Any]) -> None:
    pool = host(speaker)
    step(speaker, expected=400, **body)
    assert phase(speaker, pool) == "Creating"


def test_a_neighbours_pool_is_not_found_and_not_moved(speaker: Speaker, neighbour: Neighbour) -> None:
    theirs = neighbour.create()
    answer = speaker.post(f"{SANDBOX}/pools/{theirs.rpartition('/')[2]}/next-phase", {})
    assert answer.status_code == 404
    assert phase(neighbour.speaker, theirs) == "Creating"


def test_a_pool_of_the_same_name_in_another_project_stays(speaker: Speaker, neighbour: Neighbour) -> None:
    theirs = neighbour.create()
    host(speaker)
    step(speaker)
    assert phase(neighbour.speaker, theirs) == "Creating"
    assert phase(speaker, f"{POOLS}/{ident()}") == "Running"


def test_a_pool_that_is_paid_for_steps_to_the_end_of_its_time(speaker: Speaker) -> None:
    said = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
    annotations = {f"os.modelarts/{key}": value for key, value in said.items()}
    speaker.post(POOLS, creation(annotations=annotations))
    assert [step(speaker)["phase"] for _ in range(3)] == ["Running", "Deleting", ""]
