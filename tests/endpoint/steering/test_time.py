"""The clock is stopped, moved on and run again, and the pace chosen, by whoever has the project's credentials."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools.endpoint.models import EndpointProject
from tests.endpoint.guests import POOLS, PROJECT, creation
from tests.endpoint.signed import Speaker
from tests.endpoint.steering.sandbox import SANDBOX, Neighbour, host, look, phase, put, steer

NETWORK: dict[str, Any] = {
    "kind": "Network",
    "apiVersion": "v1",
    "metadata": {"labels": {"os.modelarts/name": "network-new"}},
    "spec": {"cidr": "10.9.0.0/16"},
}
GROWN: dict[str, Any] = {"spec": {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 3}]}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_clock_runs_with_real_time_until_somebody_turns_it(speaker: Speaker, slowly: Any) -> None:
    told = look(speaker, "clock")
    assert (told["frozen"], told["ahead"], told["now"]) == (False, 0.0, told["real"])


def test_frozen_it_stands_while_real_time_goes_on(speaker: Speaker, slowly: Any) -> None:
    stands = steer(speaker, "clock/freeze")["now"]
    slowly.tick(300)
    told = look(speaker, "clock")
    assert (told["now"], told["frozen"]) == (stands, True)
    assert at(told["real"]) - at(stands) == timedelta(seconds=300)


def test_it_can_be_frozen_at_a_moment_to_come(speaker: Speaker, slowly: Any) -> None:
    later = (timezone.now() + timedelta(hours=3)).isoformat()
    assert at(steer(speaker, "clock/freeze", at=later)["now"]) == at(later)


def test_run_again_it_goes_on_from_where_it_stood(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/freeze")
    slowly.tick(300)
    assert steer(speaker, "clock/run")["ahead"] == -300.0


def test_running_a_clock_that_runs_changes_nothing(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/advance", seconds=60)
    assert steer(speaker, "clock/run")["ahead"] == 60.0


def test_a_clock_that_is_behind_catches_up(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/freeze")
    slowly.tick(300)
    assert steer(speaker, "clock/run", in_step=True)["ahead"] == 0.0


def test_a_clock_that_is_ahead_does_not_go_back(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/advance", seconds=60)
    refused = steer(speaker, "clock/run", in_step=True, expected=400)
    assert "does not go back" in refused["error_msg"]
    assert look(speaker, "clock")["ahead"] == 60.0


@pytest.mark.parametrize("frozen", [True, False])
def test_advancing_tells_what_happened(speaker: Speaker, slowly: Any, frozen: bool) -> None:
    host(speaker)
    if frozen:
        steer(speaker, "clock/freeze")
    told = steer(speaker, "clock/advance", seconds=40)
    assert told["advanced"] == 40.0
    assert told["happened"] == [{"what": f"pool-ae01-{PROJECT}", "was": "Creating", "phase": "Running"}]


def test_a_frozen_clock_that_is_advanced_stands_still_there(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/freeze")
    steer(speaker, "clock/advance", seconds=40)
    slowly.tick(10)
    assert look(speaker, "clock")["ahead"] == 30.0


def test_two_advances_add_up(speaker: Speaker, slowly: Any) -> None:
    for _ in range(2):
        steer(speaker, "clock/advance", seconds=3600)
    assert look(speaker, "clock")["ahead"] == 7200.0


def test_until_the_next_thing_happens_goes_from_one_to_the_next(speaker: Speaker, slowly: Any) -> None:
    # At the demo pace: Running at 80 % of 45 s, drivers for accelerators only, job types at 100 %.
    pool = host(speaker)
    assert look(speaker, "clock")["next"]["what"] == "phase"
    assert steer(speaker, "clock/advance", until="next")["happened"][0]["phase"] == "Running"
    assert phase(speaker, pool) == "Running"
    assert look(speaker, "clock")["next"]["what"] == "job-types"
    steer(speaker, "clock/advance", until="next")
    assert speaker.get(pool).json()["status"]["scope"][0]["state"] == "Enabled"


def test_where_nothing_is_to_come_the_clock_stays(speaker: Speaker, slowly: Any) -> None:
    told = steer(speaker, "clock/advance", until="next")
    assert (told["advanced"], told["happened"], look(speaker, "clock")["next"]) == (0.0, [], None)


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda speaker, pool: speaker.post(f"/v1/{PROJECT}/networks", NETWORK), "network"),
        (lambda speaker, pool: speaker.patch(pool, GROWN), "change"),
        (lambda speaker, pool: speaker.delete(pool), "phase"),
        (lambda speaker, pool: speaker.post(f"{pool}/nodes/batch-reboot", {"nodeNames": nodes(speaker, pool)}), "job"),
    ],
    ids=["a network", "an expansion", "a deletion", "a job"],
)
def test_what_was_begun_is_what_comes_next(speaker: Speaker, slowly: Any, act: Any, what: str) -> None:
    pool = host(speaker)
    slowly.tick(3600)
    assert look(speaker, "clock")["next"] is None
    assert act(speaker, pool).status_code == 200
    assert look(speaker, "clock")["next"]["what"] == what
    assert steer(speaker, "clock/advance", until="next")["advanced"] > 0


def nodes(speaker: Speaker, pool: str) -> list[str]:
    return [node["metadata"]["name"] for node in speaker.get(f"{pool}/nodes").json()["items"]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seconds": 1, "until": "next"},
        {"seconds": -1},
        {"seconds": "1"},
        {"seconds": 1e12},
        {"seconds": True},
        {"to": "2020-01-01T00:00:00Z"},
        {"to": "2999-01-01T00:00:00Z"},
        {"to": "2030-01-01T00:00:00"},
        {"to": 5},
        {"to": "tomorrow"},
        {"until": "then"},
        {"seconds": 1, "hurry": True},
    ],
    ids=str,
)
def test_an_advance_that_means_nothing_is_told_and_moves_nothing(speaker: Speaker, body: dict[str, Any]) -> None:
    steer(speaker, "clock/advance", expected=400, **body)
    assert look(speaker, "clock")["ahead"] == 0.0


def test_freezing_in_the_past_is_refused(speaker: Speaker) -> None:
    steer(speaker, "clock/freeze", at="2020-01-01T00:00:00Z", expected=400)
    assert not look(speaker, "clock")["frozen"]


def test_another_projects_clock_is_left_alone(speaker: Speaker, neighbour: Neighbour, slowly: Any) -> None:
    pool = neighbour.create()
    steer(speaker, "clock/advance", seconds=86400)
    assert phase(neighbour.speaker, pool) == "Creating"


def test_the_pace_is_the_settings_until_the_project_has_its_own(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_PACE = "demo"
    assert look(speaker, "pace") == {"pace": "demo", "own": False, "setting": "demo"}
    assert put(speaker, "pace", pace="real") == {"pace": "real", "own": True, "setting": "demo"}
    assert put(speaker, "pace", pace=None)["own"] is False


def test_what_is_accepted_after_a_change_of_pace_moves_by_it(speaker: Speaker, slowly: Any) -> None:
    before = host(speaker, "pool-slow")
    put(speaker, "pace", pace="instant")
    after = host(speaker, "pool-quick")
    assert (phase(speaker, before), phase(speaker, after)) == ("Creating", "Running")


@pytest.mark.parametrize("body", [{}, {"pace": "fast"}, {"pace": 3}, {"pace": "demo", "x": 1}], ids=str)
def test_a_pace_that_is_none_is_told(speaker: Speaker, body: dict[str, Any]) -> None:
    put(speaker, "pace", expected=400, **body)


def test_a_stranger_with_a_good_key_turns_no_clock(stranger: Speaker, home: EndpointProject) -> None:
    assert stranger.post(f"{SANDBOX}/clock/freeze", {}).status_code == 403
    home.refresh_from_db()
    assert home.clock_stands_at is None


def test_a_key_of_another_project_of_the_account_turns_no_clock(neighbour: Neighbour, home: EndpointProject) -> None:
    assert neighbour.speaker.post(f"{SANDBOX}/clock/freeze", {}).status_code == 403
    home.refresh_from_db()
    assert home.clock_stands_at is None


def test_what_is_hosted_during_a_freeze_is_as_old_as_the_clock_says(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/freeze")
    speaker.post(POOLS, creation())
    slowly.tick(86400)
    steer(speaker, "clock/run")
    slowly.tick(40)
    assert phase(speaker, f"{POOLS}/pool-ae01-{PROJECT}") == "Running"
