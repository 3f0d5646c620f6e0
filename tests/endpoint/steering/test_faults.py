"""Fault rules: armed they do nothing, applied the first that fits hits, and all come to an end by themselves."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools.endpoint.models import EndpointProject, FaultRule, HeldCall, HostedPool
from pools.endpoint.steering import faults
from pools.endpoint.steering.faults import Aim, Harm
from pools.endpoint.steering.harming import ConnectionCut
from tests.clocks import freeze_time
from tests.endpoint.guests import POOLS, PROJECT, creation
from tests.endpoint.signed import Speaker, ask_token
from tests.endpoint.steering.sandbox import SANDBOX, Neighbour, host, look, put, steer

ORDERS = "/v2/orders/customer-orders"


def arm(speaker: Speaker, **rule: Any) -> dict[str, Any]:
    return steer(speaker, "faults", expected=201, **{"kind": "status", "status": 503, **rule})


def apply(speaker: Speaker, **rule: Any) -> dict[str, Any]:
    """Arm and apply a rule; returns the answer to applying it."""
    return steer(speaker, f"faults/{arm(speaker, **rule)['id']}/apply")


def drop(**rule: Any) -> dict[str, Any]:
    return {"kind": "drop", "status": None, **rule}


def listed(speaker: Speaker) -> Any:
    return speaker.get(POOLS)


def is_cut(answer: Any) -> bool:
    try:
        return b"".join(answer) is None
    except ConnectionCut:
        return True


def test_an_armed_rule_does_nothing(speaker: Speaker) -> None:
    arm(speaker)
    assert listed(speaker).status_code == 200


def test_applied_it_hits_the_next_call_and_no_other(speaker: Speaker) -> None:
    apply(speaker)
    assert [listed(speaker).status_code for _ in range(2)] == [503, 200]


def test_the_answer_is_in_the_apis_form(speaker: Speaker) -> None:
    apply(speaker, status=429, retry_after=7)
    answer = listed(speaker)
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")
    assert answer.json()["error_code"] == "APIGW.0308"
    assert answer.json()["request_id"] == answer["X-Request-Id"]


def test_its_code_is_the_rules(speaker: Speaker) -> None:
    apply(speaker, status=500, code="ModelArts.50009999")
    assert listed(speaker).json()["error_code"] == "ModelArts.50009999"


def test_applying_tells_what_will_be_hit(speaker: Speaker) -> None:
    told = apply(speaker, operation="CreatePool", count=3)
    assert told["hits_calls"] == [{"operation": "CreatePool", "method": "POST", "path": "/v2/{project_id}/pools"}]
    assert told["message"] == "CreatePool: answered 503, the next 3."
    assert (told["state"], told["left"]) == ("applied", 3)


def test_a_rule_for_any_call_tells_all_of_them_and_never_those_that_steer(speaker: Speaker) -> None:
    names = [call["operation"] for call in apply(speaker)["hits_calls"]]
    assert {"CreatePool", "PayOrders", "KeystoneCreateUserTokenByPassword"} <= set(names)
    assert not [name for name in names if "Sandbox" in name]


def test_a_rule_behind_another_is_told_so(speaker: Speaker) -> None:
    first = apply(speaker, operation="CreatePool")
    assert apply(speaker, operation="CreatePool")["behind_rules"] == [first["id"]]
    assert apply(speaker, operation="DeletePool")["behind_rules"] == []


def test_applying_twice_is_the_same_as_once(speaker: Speaker, slowly: Any) -> None:
    told = apply(speaker)
    slowly.tick(60)
    assert steer(speaker, f"faults/{told['id']}/apply")["ends_at"] == told["ends_at"]


def test_only_the_named_call_is_hit(speaker: Speaker) -> None:
    apply(speaker, operation="CreatePool")
    assert listed(speaker).status_code == 200
    assert speaker.post(POOLS, creation()).status_code == 503


def test_only_paths_that_hold_the_part_are_hit(speaker: Speaker) -> None:
    one, other = host(speaker, "pool-one"), host(speaker, "pool-other")
    apply(speaker, operation="ShowPool", path_part="pool-one")
    assert (speaker.get(other).status_code, speaker.get(one).status_code) == (200, 503)


def test_the_first_rule_that_fits_wins(speaker: Speaker) -> None:
    for status in (500, 502, 503):
        apply(speaker, status=status)
    assert [listed(speaker).status_code for _ in range(4)] == [500, 502, 503, 200]


def test_a_number_of_calls_is_hit_and_the_hits_are_counted(speaker: Speaker) -> None:
    told = apply(speaker, count=2)
    assert [listed(speaker).status_code for _ in range(3)] == [503, 503, 200]
    rule = look(speaker, f"faults/{told['id']}")
    assert (rule["state"], rule["left"], rule["hits"]) == ("used-up", 0, 2)


def test_a_probability_hits_some(speaker: Speaker, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(speaker, probability=0.25)
    rolls = iter([0.1, 0.9, 0.2, 0.25])
    monkeypatch.setattr(faults._LUCK, "random", lambda: next(rolls))
    assert [listed(speaker).status_code for _ in range(4)] == [503, 200, 503, 200]


def test_a_certain_rule_hits_until_its_time_is_over(speaker: Speaker, slowly: Any) -> None:
    apply(speaker, probability=1, lasts=60)
    assert [listed(speaker).status_code for _ in range(3)] == [503] * 3
    slowly.tick(60)
    assert listed(speaker).status_code == 200
    assert look(speaker, "faults") == {"faults": []}


def test_an_armed_rule_that_nobody_applies_is_gone_too(speaker: Speaker, slowly: Any) -> None:
    told = arm(speaker, lasts=60)
    slowly.tick(60)
    steer(speaker, f"faults/{told['id']}/apply", expected=404)


def test_its_time_begins_anew_when_it_is_applied(speaker: Speaker, slowly: Any) -> None:
    told = arm(speaker, lasts=60)
    slowly.tick(50)
    steer(speaker, f"faults/{told['id']}/apply")
    slowly.tick(50)
    assert listed(speaker).status_code == 503


def test_its_time_is_real_while_the_clock_stands(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/freeze")
    apply(speaker, probability=1, lasts=60)
    slowly.tick(60)
    assert listed(speaker).status_code == 200


def test_before_the_effect_nothing_is_done(speaker: Speaker) -> None:
    apply(speaker, operation="CreatePool", moment="before")
    assert speaker.post(POOLS, creation()).status_code == 503
    assert not HostedPool.objects.exists()


def test_after_the_effect_it_is_done_and_told_otherwise(speaker: Speaker) -> None:
    apply(speaker, operation="CreatePool", moment="after")
    assert speaker.post(POOLS, creation()).status_code == 503
    assert HostedPool.objects.count() == 1


@pytest.mark.parametrize(("moment", "made"), [("before", 0), ("after", 1)])
def test_a_cut_connection_is_heard_by_nobody(speaker: Speaker, moment: str, made: int) -> None:
    apply(speaker, **drop(operation="CreatePool", moment=moment))
    answer = speaker.post(POOLS, creation())
    assert is_cut(answer)
    assert int(answer["Content-Length"]) > 0
    assert HostedPool.objects.count() == made


@pytest.mark.parametrize(("moment", "made"), [("before", 0), ("after", 1)])
def test_a_call_is_held_up_before_its_effect_or_after_it(
    speaker: Speaker, monkeypatch: pytest.MonkeyPatch, moment: str, made: int
) -> None:
    seen, sleep = set(), time.sleep

    def watch(seconds: float) -> None:
        seen.add(HostedPool.objects.count())
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", watch)
    apply(speaker, kind="delay", status=None, seconds=0.2, moment=moment, operation="CreatePool")
    begun = time.monotonic()
    assert speaker.post(POOLS, creation()).status_code == 200
    assert time.monotonic() - begun >= 0.2
    assert seen == {made}


def test_while_one_call_is_held_up_others_pass(speaker: Speaker) -> None:
    HeldCall.objects.create(until=timezone.now() + timedelta(seconds=60))
    apply(speaker, kind="delay", status=None, seconds=100)
    begun = time.monotonic()
    assert listed(speaker).status_code == 200
    assert time.monotonic() - begun < 50


def test_a_process_that_died_holds_nothing_up_for_ever(speaker: Speaker) -> None:
    HeldCall.objects.create(until=timezone.now() - timedelta(seconds=1))
    apply(speaker, kind="delay", status=None, seconds=0.2)
    begun = time.monotonic()
    listed(speaker)
    assert time.monotonic() - begun >= 0.2
    assert not HeldCall.objects.exists()


def test_a_call_is_let_go_when_its_rule_is_removed(
    speaker: Speaker, home: EndpointProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(speaker, kind="delay", status=None, seconds=100)
    monkeypatch.setattr(time, "sleep", lambda _: faults.remove_all(home))
    begun = time.monotonic()
    assert listed(speaker).status_code == 200
    assert time.monotonic() - begun < 50


def test_orders_of_billing_are_hit_by_the_rules_of_the_callers_project(speaker: Speaker) -> None:
    apply(speaker, operation="ListCustomerOrders")
    assert [speaker.get(ORDERS).status_code for _ in range(2)] == [503, 200]


def test_a_token_is_refused_by_the_rules_of_the_project_it_is_for(speaker: Speaker, user: Any) -> None:
    apply(speaker, operation="KeystoneCreateUserTokenByPassword")
    scope = {"project": {"id": PROJECT}}
    assert [ask_token(scope=scope).status_code for _ in range(2)] == [503, 201]


def test_a_wrong_password_uses_no_rule_up(speaker: Speaker, user: Any) -> None:
    apply(speaker, operation="KeystoneCreateUserTokenByPassword")
    clerk = {"name": "clerk", "password": "wrong", "domain": {"name": "poolhouse"}}
    assert ask_token(told=clerk, scope={"project": {"id": PROJECT}}).status_code == 401
    assert look(speaker, "faults")["faults"][0]["hits"] == 0


def test_whoever_is_turned_away_uses_no_rule_up(speaker: Speaker, stranger: Speaker, neighbour: Neighbour) -> None:
    apply(speaker)
    assert [somebody.get(POOLS).status_code for somebody in (stranger, neighbour.speaker)] == [403, 403]
    assert Speaker(speaker.access_key, "wrong").get(POOLS).status_code == 401
    assert look(speaker, "faults")["faults"][0]["hits"] == 0


def test_a_neighbour_is_not_hit(speaker: Speaker, neighbour: Neighbour) -> None:
    apply(speaker, probability=1)
    neighbour.create()


def test_calls_that_steer_are_never_hit(speaker: Speaker) -> None:
    apply(speaker, probability=1)
    assert look(speaker)["faults"]
    put(speaker, "pace", pace="demo")


def test_a_method_that_is_not_served_uses_no_rule_up(speaker: Speaker) -> None:
    apply(speaker)
    assert speaker.put(POOLS, {}).status_code == 405
    assert listed(speaker).status_code == 503


def test_a_rule_is_removed(speaker: Speaker) -> None:
    told = apply(speaker, probability=1)
    apply(speaker, operation="CreatePool")
    assert speaker.delete(f"{SANDBOX}/faults/{told['id']}").json() == {"removed": 1}
    assert listed(speaker).status_code == 200
    assert len(look(speaker, "faults")["faults"]) == 1


def test_all_rules_are_removed(speaker: Speaker) -> None:
    for _ in range(3):
        apply(speaker, probability=1)
    assert speaker.delete(f"{SANDBOX}/faults").json() == {"removed": 3}
    assert listed(speaker).status_code == 200


def test_once_there_are_no_rules_calls_no_longer_ask_for_them(speaker: Speaker, django_assert_num_queries: Any) -> None:
    pool = host(speaker)
    apply(speaker, operation="CreatePool")
    with django_assert_num_queries(3):
        speaker.get(pool)
    speaker.delete(f"{SANDBOX}/faults")
    with django_assert_num_queries(2):
        speaker.get(pool)


def test_rules_that_are_over_cost_no_query(speaker: Speaker, django_assert_num_queries: Any) -> None:
    pool = host(speaker)
    apply(speaker, lasts=60)
    with freeze_time(timezone.now() + timedelta(seconds=61)), django_assert_num_queries(2):
        speaker.get(pool)


def test_a_number_is_used_up_by_whoever_comes_first(home: EndpointProject) -> None:
    rule = faults.arm(home, Aim(count=1), Harm(FaultRule.Kind.DROP, FaultRule.Moment.BEFORE), lasts=60)
    read_twice = [FaultRule.objects.get(pk=rule.pk) for _ in range(2)]
    assert [one.take() for one in read_twice] == [True, False]


@pytest.mark.parametrize("fault_id", ["0", "-1", "x", "999999", "9" * 40, "%00", "1.5", "٣"])
def test_a_rule_that_is_not_there_is_not_found(speaker: Speaker, fault_id: str) -> None:
    assert speaker.get(f"{SANDBOX}/faults/{fault_id}").status_code in {400, 404}
    assert speaker.post(f"{SANDBOX}/faults/{fault_id}/apply", {}).status_code in {400, 404}


def test_a_neighbours_rule_is_not_found(speaker: Speaker, neighbour: Neighbour) -> None:
    told = arm(speaker)
    theirs = f"/_sandbox/v1/{neighbour.project.project_id}/faults/{told['id']}"
    assert neighbour.speaker.post(f"{theirs}/apply", {}).status_code == 404
    assert neighbour.speaker.delete(theirs).status_code == 404
    assert look(speaker, f"faults/{told['id']}")["state"] == "armed"


def test_a_stranger_arms_nothing(speaker: Speaker, stranger: Speaker) -> None:
    assert stranger.post(f"{SANDBOX}/faults", {"kind": "drop"}).status_code == 403
    assert not FaultRule.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "explode"},
        {"kind": "status"},
        {"kind": "status", "status": 200},
        {"kind": "status", "status": 302},
        {"kind": "status", "status": 600},
        {"kind": "status", "status": "503"},
        {"kind": "drop", "status": 503},
        {"kind": "drop", "code": "X"},
        {"kind": "drop", "retry_after": 1},
        {"kind": "drop", "seconds": 1},
        {"kind": "delay"},
        {"kind": "delay", "seconds": 0},
        {"kind": "delay", "seconds": 131},
        {"kind": "delay", "seconds": -1},
        {"kind": "drop", "count": 0},
        {"kind": "drop", "count": 1.5},
        {"kind": "drop", "probability": 0},
        {"kind": "drop", "probability": 1.1},
        {"kind": "drop", "count": 1, "probability": 0.5},
        {"kind": "drop", "lasts": 0},
        {"kind": "drop", "lasts": 86_401},
        {"kind": "drop", "operation": "Nothing"},
        {"kind": "drop", "operation": "ArmSandboxFault"},
        {"kind": "drop", "operation": 5},
        {"kind": "drop", "path_part": "x" * 201},
        {"kind": "drop", "moment": "meanwhile"},
        {"kind": "drop", "applied": True},
    ],
    ids=str,
)
def test_a_rule_that_means_nothing_is_told_and_not_armed(speaker: Speaker, body: dict[str, Any]) -> None:
    steer(speaker, "faults", expected=400, **body)
    assert not FaultRule.objects.exists()


def test_there_are_not_endless_rules(speaker: Speaker) -> None:
    for _ in range(faults.MOST_RULES):
        arm(speaker)
    steer(speaker, "faults", kind="drop", expected=400)


def test_an_unknown_call_is_answered_with_the_known_ones(speaker: Speaker) -> None:
    assert "CreatePool" in steer(speaker, "faults", kind="drop", operation="createPool", expected=400)["error_msg"]
