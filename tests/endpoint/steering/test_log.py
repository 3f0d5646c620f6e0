"""The log of calls: switched on by whoever wants it, bounded, and nothing secret in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError

from pools.endpoint.models import CallRecord, EndpointProject
from pools.endpoint.steering import hushing, logbook
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker, ask_token, send
from tests.endpoint.steering.sandbox import SANDBOX, Neighbour, look, put, steer

SECRETS = ("first-secret", "second-secret", "third-secret", "a-good-password")


@pytest.fixture
def kept(speaker: Speaker) -> None:
    """A log that is switched on."""
    put(speaker, "log", keeps=True)


def calls(speaker: Speaker, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = look(speaker, f"log{query}")["calls"]
    return found


def test_until_it_is_switched_on_nothing_is_kept_and_nothing_is_asked(
    speaker: Speaker, django_assert_num_queries: Any
) -> None:
    speaker.post(POOLS, creation())
    with django_assert_num_queries(2):
        speaker.get(f"{POOLS}/{ident()}")
    assert look(speaker, "log") == {"keeps": False, "calls": []}


def test_a_call_is_told_with_its_answer(speaker: Speaker, kept: None) -> None:
    made = speaker.post(POOLS, creation(), headers={"request-type": "console"})
    told = calls(speaker)[0]
    assert (told["method"], told["path"], told["operation"], told["status"]) == ("POST", POOLS, "CreatePool", 200)
    assert told["request_id"] == made["X-Request-Id"]
    assert json.loads(told["request"]["body"]) == creation()
    assert json.loads(told["answer"]["body"]) == made.json()
    assert told["request"]["headers"]["Request-Type"] == "console"
    assert 0 < told["duration"] < 60


def test_the_newest_call_stands_first_and_queries_are_told(speaker: Speaker, kept: None) -> None:
    speaker.get(POOLS)
    speaker.get(f"{POOLS}?status=failed")
    assert [call["path"] for call in calls(speaker)] == [f"{POOLS}?status=failed", POOLS]


def test_one_operations_calls_and_a_number_of_them_are_asked_for(speaker: Speaker, kept: None) -> None:
    speaker.get(POOLS)
    for _ in range(3):
        speaker.get(f"{POOLS}/nothing")
    assert len(calls(speaker, "?operation=ShowPool&limit=2")) == 2
    assert {call["status"] for call in calls(speaker, "?operation=ShowPool")} == {404}


def test_only_so_many_are_kept(speaker: Speaker, kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "KEPT", 3)
    for number in range(5):
        speaker.get(f"{POOLS}/pool-{number}")
    assert [call["path"][-1] for call in calls(speaker)] == ["4", "3", "2"]


def test_a_refusal_is_told_too(speaker: Speaker, kept: None) -> None:
    speaker.post(POOLS, {"kind": "Nothing"})
    told = calls(speaker)[0]
    assert told["status"] == 400
    assert "ModelArts.50004000" in told["answer"]["body"]


def test_the_rule_that_hit_a_call_is_told(speaker: Speaker, kept: None) -> None:
    rule = steer(speaker, "faults", kind="status", status=503, expected=201)["id"]
    steer(speaker, f"faults/{rule}/apply")
    speaker.get(POOLS)
    assert (calls(speaker)[0]["status"], calls(speaker)[0]["fault"]) == (503, f"rule {rule}: status before")


def test_a_connection_that_was_cut_has_no_status(speaker: Speaker, kept: None) -> None:
    rule = steer(speaker, "faults", kind="drop", moment="after", expected=201)["id"]
    steer(speaker, f"faults/{rule}/apply")
    speaker.post(POOLS, creation())
    assert (calls(speaker)[0]["operation"], calls(speaker)[0]["status"]) == ("CreatePool", 0)


def test_calls_that_steer_are_not_told(speaker: Speaker, kept: None) -> None:
    look(speaker)
    put(speaker, "pace", pace="demo")
    assert calls(speaker) == []


def test_who_was_turned_away_from_the_project_is_told(speaker: Speaker, stranger: Speaker, kept: None) -> None:
    Speaker(speaker.access_key, "wrong").get(POOLS)
    stranger.get(POOLS)
    send("GET", POOLS)
    assert [call["status"] for call in calls(speaker)] == [401, 403, 401]


def test_a_neighbours_calls_are_not_told(speaker: Speaker, neighbour: Neighbour, kept: None) -> None:
    neighbour.create()
    assert calls(speaker) == []


def test_a_strangers_look_into_the_log_is_refused(stranger: Speaker, kept: None) -> None:
    assert stranger.get(f"{SANDBOX}/log").status_code == 403
    assert stranger.delete(f"{SANDBOX}/log").status_code == 403


def test_nothing_secret_is_kept(speaker: Speaker, user: Any, kept: None) -> None:
    document = creation(resource={"extendParams": {"postInstall": "Zmlyc3Qtc2VjcmV0"}})
    document["spec"]["userLogin"] = {"password": "first-secret", "nested": [{"a": "second-secret"}]}
    document["spec"]["somewhere"] = [{"deep": {"secretKey": "third-secret", "plain": "shown"}}]
    speaker.post(POOLS, document)
    token = ask_token(scope={"project": {"id": PROJECT}})["X-Subject-Token"]
    send("GET", POOLS, headers={"X-Auth-Token": token})
    send("GET", "/v3/auth/tokens", headers={"X-Auth-Token": token, "X-Subject-Token": token})
    assert len(calls(speaker)) == 4
    stored = json.dumps(list(CallRecord.objects.values()), default=str)
    assert [secret for secret in (*SECRETS, token, speaker.secret_key, "Zmlyc3Qtc2VjcmV0") if secret in stored] == []
    assert "shown" in stored
    assert speaker.get(f"{SANDBOX}/log").json()["calls"][-1]["request"]["headers"]["Authorization"] == "(removed)"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", ""),
        (b"{", "(not JSON, 1 bytes)"),
        (b"\xff\xfe", "(not JSON, 2 bytes)"),
        (b"password=x", "(not JSON, 10 bytes)"),
        (b'{"Pass_Word":"x"}', '{"Pass_Word":"(removed)"}'),
        (b'{"security-token":{"a":1}}', '{"security-token":"(removed)"}'),
        (b'{"postInstall":""}', '{"postInstall":""}'),
        (b"[1]", "[1]"),
    ],
)
def test_a_body_is_told_without_its_secrets(raw: bytes, told: str) -> None:
    assert hushing.body(raw) == told


def test_a_long_body_is_cut() -> None:
    told = hushing.body(json.dumps({"a": "x" * 100_000}).encode())
    assert len(told) < 17_000
    assert told.endswith("(100009 bytes)")


def test_a_body_of_endless_depth_is_not_told() -> None:
    assert hushing.body(b"[" * 100_000).startswith("(not JSON")


def test_a_body_that_is_too_large_is_answered_and_told(speaker: Speaker, kept: None) -> None:
    assert speaker.call("POST", POOLS, body=b'{"a":"' + b"a" * 3_000_000 + b'"}').status_code == 413
    assert calls(speaker)[0]["request"]["body"] == "(not read)"


def test_a_path_of_any_length_is_kept(speaker: Speaker, kept: None) -> None:
    speaker.get(f"{POOLS}?labelSelector=" + "a" * 5000)
    assert len(calls(speaker)[0]["path"]) == logbook.LONGEST_PATH


def test_it_is_switched_off_and_emptied(speaker: Speaker, kept: None) -> None:
    speaker.get(POOLS)
    put(speaker, "log", keeps=False)
    speaker.get(POOLS)
    assert len(calls(speaker)) == 1
    assert speaker.delete(f"{SANDBOX}/log").json() == {"removed": 1}
    assert calls(speaker) == []


def test_a_log_that_cannot_be_written_hurts_no_call(
    speaker: Speaker, kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr(CallRecord.objects, "create", broken)
    assert speaker.get(POOLS).status_code == 200


def test_two_projects_keep_two_logs(speaker: Speaker, neighbour: Neighbour, kept: None) -> None:
    EndpointProject.objects.filter(pk=neighbour.project.pk).update(keeps_log=True)
    neighbour.create()
    speaker.get(POOLS)
    assert [call["operation"] for call in calls(speaker)] == ["ListPools"]


@pytest.mark.parametrize("body", [{}, {"keeps": 1}, {"keeps": None}, {"keeps": True, "x": 1}], ids=str)
def test_a_switch_that_means_nothing_is_told(speaker: Speaker, body: dict[str, Any]) -> None:
    put(speaker, "log", expected=400, **body)


@pytest.mark.parametrize("query", ["limit=x", "limit=201", "limit=-1"])
def test_a_query_that_means_nothing_is_told(speaker: Speaker, query: str) -> None:
    assert speaker.get(f"{SANDBOX}/log?{query}").status_code == 400
