"""How a hosted pool moves with time: a function of what happened, its fate and its pace, and of nothing else."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from pools.endpoint import scenario
from pools.endpoint.apps import check_words
from pools.endpoint.scenario import TIMETABLES, Fate, Life, Pace
from pools.wire.enums import Phase, WorkOrderPhase

T0 = datetime(2026, 3, 1, 8, tzinfo=UTC)
SPEC = {
    "scope": ["Train", "Infer"],
    "resources": [{"flavor": "a", "count": 3, "maxCount": 3}, {"flavor": "b", "count": 2, "maxCount": 2}],
}
ZONES = [[["az1", 2], ["az2", 1]], [["az1", 2]]]


def life(**what: Any) -> Life:
    usual: dict[str, Any] = {
        "fate": Fate.FINE,
        "pace": Pace.DEMO,
        "accepted_at": T0,
        "started_at": T0,
        "pay_until": None,
        "withdrawn_at": None,
        "deleted_at": None,
    }
    return Life(**{**usual, **what})


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def status(one: Life, seconds: float) -> dict[str, Any]:
    found = scenario.status(one, after(seconds), ident="x", spec=SPEC, zones=ZONES, drivers={"gpu": "1"})
    assert found is not None
    return found


def nodes(one: dict[str, Any], state: str) -> int:
    return sum(entry["count"] for entry in one["resources"].get(state, []))


@pytest.mark.shows("Life.creating-running")
def test_an_ordinary_pool_is_creating_and_then_running() -> None:
    phases = [scenario.phase(life(), after(second)) for second in range(60)]
    assert [was for was, became in pairwise(phases) if was != became] == [Phase.CREATING]
    assert phases[-1] is Phase.RUNNING


@pytest.mark.shows("Life.drivers-later")
def test_at_demo_pace_everything_is_settled_within_a_minute() -> None:
    done = status(life(), 60)
    assert [scope["state"] for scope in done["scope"]] == ["Enabled", "Enabled"]
    assert done["driver"]["gpu"]["state"] == "Running"


@pytest.mark.shows("Life.real-pace")
def test_at_real_pace_a_pool_takes_about_twenty_minutes() -> None:
    slow = life(pace=Pace.REAL)
    assert scenario.phase(slow, after(900)) is Phase.CREATING
    assert scenario.phase(slow, after(1200)) is Phase.RUNNING


@pytest.mark.shows("Life.waiting")
def test_at_instant_pace_a_pool_waits_for_its_order_all_the_same() -> None:
    waiting = life(pace=Pace.INSTANT, started_at=None, pay_until=after(9e9))
    assert scenario.phase(waiting, after(3600)) is Phase.WAITING
    assert scenario.phase(life(pace=Pace.INSTANT), T0) is Phase.RUNNING


@pytest.mark.shows("Life.nodes-arrive")
def test_nodes_arrive_one_by_one() -> None:
    seen = [nodes(status(life(), second / 2), "available") for second in range(90)]
    assert sorted(set(seen)) == [0, 1, 2, 3, 4, 5]
    assert seen == sorted(seen)


@pytest.mark.shows("Life.nodes-arrive")
def test_nodes_that_are_up_and_nodes_that_come_are_all_nodes_each_in_its_zone() -> None:
    for second in range(36):
        one = status(life(), second)
        entries = [entry for state in one["resources"].values() for entry in state]
        assert sum(entry["count"] for entry in entries) == 5
        assert all(sum(az["count"] for az in entry["azs"]) == entry["count"] for entry in entries)


@pytest.mark.shows("Life.racks")
def test_nodes_of_a_rack_arrive_together() -> None:
    step = {"step": 4, "type": "rack"}
    spec = {"resources": [{"flavor": "a", "count": 8, "creatingStep": step}]}
    seen = set()
    for second in range(60):
        one = scenario.status(life(), after(second), ident="x", spec=spec, zones=[[["az1", 8]]], drivers={})
        assert one is not None
        seen.add(nodes(one, "available"))
    assert seen == {0, 4, 8}


@pytest.mark.shows("Life.scopes-later")
def test_job_types_are_enabled_after_their_plug_ins_run() -> None:
    for second in range(60):
        for scope in status(life(), second)["scope"]:
            running = all(plugin["phase"] == "Running" for plugin in scope["plugins"])
            assert running or scope["state"] == "Enabling"


@pytest.mark.shows("Life.deleting-gone")
def test_a_deleted_pool_is_deleting_and_then_gone() -> None:
    ending = life(deleted_at=after(100))
    assert scenario.phase(ending, after(105)) is Phase.DELETING
    assert scenario.phase(ending, after(111)) is None
    assert scenario.status(ending, after(111), ident="x", spec=SPEC, zones=ZONES, drivers={}) is None


@pytest.mark.shows("Life.expires")
def test_an_unpaid_order_expires_by_itself() -> None:
    waiting = life(started_at=None, pay_until=after(60))
    assert scenario.phase(waiting, after(59)) is Phase.WAITING
    assert status(waiting, 60)["phase"] == "CreationFailed"
    assert status(waiting, 60)["message"] == "order expired"


@pytest.mark.shows("Life.failed-three-days")
def test_a_failed_creation_is_forgotten_after_three_days() -> None:
    failed = life(started_at=None, withdrawn_at=T0)
    assert scenario.phase(failed, T0 + timedelta(days=3, seconds=-1)) is Phase.CREATION_FAILED
    assert scenario.phase(failed, T0 + timedelta(days=3)) is None


ENDS = {
    Fate.FINE: Phase.RUNNING,
    Fate.CREATION_FAILED: Phase.CREATION_FAILED,
    Fate.STUCK: Phase.CREATING,
    Fate.PARTIAL: Phase.RUNNING,
    Fate.ABNORMAL: Phase.ABNORMAL,
    Fate.RECOVERING: Phase.RUNNING,
    Fate.SCALING_FAILED: Phase.SCALING_FAILED,
    Fate.ERROR: Phase.ERROR,
    Fate.SCOPE_FAILED: Phase.RUNNING,
    Fate.DRIVER_FAILED: Phase.RUNNING,
    Fate.UNPAYABLE: Phase.RUNNING,
    Fate.EXPIRING: Phase.RUNNING,
    Fate.UNDELETABLE: Phase.RUNNING,
    Fate.NO_GROWTH: Phase.RUNNING,
}


@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize("fate", Fate)
def test_every_fate_has_its_end_at_every_pace(fate: Fate, pace: Pace) -> None:
    assert scenario.phase(life(fate=fate, pace=pace), T0 + timedelta(hours=2)) is ENDS[fate]


@pytest.mark.shows("Life.every-phase")
def test_every_phase_but_two_can_be_seen_by_choosing_a_fate() -> None:
    assert {*ENDS.values()} == {*Phase} - {Phase.WAITING, Phase.DELETING}


@pytest.mark.parametrize(
    ("prefix", "fate"),
    [("fate-error", Fate.ERROR), ("fate-error-", Fate.ERROR), ("fate-unheard-of", Fate.FINE), ("error", Fate.FINE),
     ("", Fate.FINE), (None, Fate.FINE)],
)  # fmt: skip
def test_a_node_prefix_chooses_the_fate(prefix: object, fate: Fate) -> None:
    assert Fate.chosen_by(prefix) is fate


@pytest.mark.shows("Life.abnormal-and-back")
def test_a_recovering_pool_is_abnormal_for_a_while() -> None:
    phases = [scenario.phase(life(fate=Fate.RECOVERING), after(second)) for second in range(120)]
    changes = [became for was, became in pairwise(phases) if was != became]
    assert changes == [Phase.RUNNING, Phase.ABNORMAL, Phase.RUNNING]


@pytest.mark.shows("Life.scope-fails")
def test_a_job_type_that_fails_says_why() -> None:
    last = status(life(fate=Fate.SCOPE_FAILED), 120)["scope"][-1]
    assert last["state"] == "EnableFailed"
    assert last["message"]
    assert last["plugins"][-1]["phase"] == "Abnormal"


@pytest.mark.shows("Life.partial")
def test_a_partial_pool_runs_with_a_node_less() -> None:
    partial = life(fate=Fate.PARTIAL)
    assert nodes(status(partial, 120), "available") == 4
    assert scenario.creation_work(partial, after(120)).phase is WorkOrderPhase.PARTIAL_SUCCESSED


@pytest.mark.shows("ListOrders.phases")
@pytest.mark.parametrize(
    ("one", "phase", "reason"),
    [
        (life(started_at=None, pay_until=after(9e9)), WorkOrderPhase.PENDING, ""),
        (life(), WorkOrderPhase.SUCCESSED, ""),
        (life(fate=Fate.STUCK), WorkOrderPhase.RUNNING, ""),
        (life(started_at=None, withdrawn_at=T0), WorkOrderPhase.FAILED, "order canceled"),
        (life(started_at=None, pay_until=after(60)), WorkOrderPhase.FAILED, "order expired"),
        (life(deleted_at=after(5)), WorkOrderPhase.FAILED, "pool deleted"),
        (life(deleted_at=after(60)), WorkOrderPhase.SUCCESSED, ""),
    ],
)
def test_a_work_order_follows_its_pools_life(one: Life, phase: WorkOrderPhase, reason: str) -> None:
    done = scenario.creation_work(one, after(120))
    assert (done.phase, done.fail_reason) == (phase, reason)


def test_a_work_order_begins_and_ends_within_the_timetable() -> None:
    done = scenario.creation_work(life(), after(120))
    assert done.begun_at == T0
    assert done.ended_at is not None
    assert done.ended_at <= after(TIMETABLES[Pace.DEMO].creation)


@pytest.mark.parametrize("name", ["ENDPOINT_PACE", "ENDPOINT_COMPATIBILITY"])
def test_a_misspelt_setting_is_told_at_the_start(settings: Any, name: str) -> None:
    assert check_words() == []
    setattr(settings, name, "swift")
    (problem,) = check_words()
    assert name in problem.msg


def test_a_status_costs_little_enough_for_ten_thousand_pools() -> None:
    started = datetime.now(UTC)
    for _ in range(1000):
        status(life(), 20)
    # Generous by an order of magnitude: the machine may be busy.
    assert (datetime.now(UTC) - started).total_seconds() < 1
