"""Seeds and reset: what a project holds is replaced as a whole, only where that was said, and nobody else's."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import (
    AccessKey,
    BillingOrder,
    EndpointProject,
    HostedNetwork,
    HostedPool,
    Tenancy,
    WorkOrder,
)
from pools.wire.enums import Phase
from tests.endpoint.guests import POOLS, PROJECT, creation
from tests.endpoint.signed import Speaker
from tests.endpoint.steering.sandbox import SANDBOX, Neighbour, host, look, phase, put, steer

ORDERS = "/v2/orders/customer-orders"


def phases(speaker: Speaker) -> Counter[str]:
    listed = [*speaker.get(POOLS).json()["items"], *speaker.get(f"{POOLS}?status=failed").json()["items"]]
    return Counter(item["status"]["phase"] for item in listed)


def test_every_phase_is_one_pool_for_every_phase(speaker: Speaker) -> None:
    assert steer(speaker, "seed", seed="every-phase") == {"seed": "every-phase", "pools": len(Phase)}
    assert set(phases(speaker)) == {phase.value for phase in Phase}


def test_the_demo_has_something_in_every_state_that_one_talks_about(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "seed", seed="demo")
    assert set(phases(speaker)) == {"Running", "Creating", "Waiting", "Abnormal", "CreationFailed"}
    growing = speaker.get(f"{POOLS}/video-encode-01-{PROJECT}").json()["status"]["resources"]
    assert growing["creating"][0]["count"] == 3


def test_the_demo_moves_on(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "seed", seed="demo")
    slowly.tick(60)
    assert "Creating" not in phases(speaker)


def test_empty_is_the_stock_alone(speaker: Speaker) -> None:
    host(speaker)
    assert steer(speaker, "seed", seed="empty", replace=True)["pools"] == 0
    assert phases(speaker) == Counter()
    assert len(speaker.get(f"/v1/{PROJECT}/networks").json()["items"]) == 4


def test_large_is_as_many_pools_as_asked_for(speaker: Speaker) -> None:
    assert steer(speaker, "seed", seed="large", pools=300)["pools"] == 300
    counted = phases(speaker)
    assert counted.total() == 300
    assert counted["Running"] > 200
    assert {"Waiting", "Creating", "Abnormal", "CreationFailed"} <= set(counted)


def test_pools_of_a_large_project_are_pools_like_any_other(speaker: Speaker) -> None:
    steer(speaker, "seed", seed="large", pools=100)
    pools = speaker.get(POOLS).json()["items"]
    for pool in pools[:20]:
        shown = speaker.get(f"{POOLS}/{pool['metadata']['name']}").json()
        assert shown == pool
        order = shown["metadata"]["labels"]["os.modelarts/order.name"]
        assert speaker.get(f"/v1/{PROJECT}/orders/{order}").json()["count"] > 0
    waiting = next(pool for pool in pools if pool["status"]["phase"] == "Waiting")
    number = waiting["metadata"]["annotations"]["os.modelarts/order.id"]
    paying = {"order_id": number, "use_coupon": "NO", "use_discount": "NO"}
    assert speaker.post("/v3/orders/customer-orders/pay", paying).status_code == 204
    assert phase(speaker, f"{POOLS}/{waiting['metadata']['name']}") == "Running"


def test_a_large_project_has_room_for_more(speaker: Speaker) -> None:
    steer(speaker, "seed", seed="large", pools=150)
    assert speaker.post(POOLS, creation()).status_code == 200


def test_what_is_hosted_stays_unless_it_was_said_that_it_may_go(speaker: Speaker) -> None:
    pool = host(speaker)
    refused = steer(speaker, "seed", seed="demo", expected=409)
    assert "1 pools are hosted" in refused["error_msg"]
    assert phase(speaker, pool) == "Running"
    steer(speaker, "seed", seed="demo", replace=True)
    assert phase(speaker, pool) == ""


def test_seeding_twice_is_the_same_as_once(speaker: Speaker) -> None:
    for _ in range(2):
        steer(speaker, "seed", seed="demo", replace=True)
    assert HostedPool.objects.count() == 8


def test_seeding_leaves_clock_pace_and_rules_alone(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/advance", seconds=60)
    put(speaker, "pace", pace="quick")
    steer(speaker, "faults", kind="drop", expected=201)
    steer(speaker, "seed", seed="demo")
    told = look(speaker)
    assert (told["clock"]["ahead"], told["pace"]["pace"], len(told["faults"])) == (60.0, "quick", 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seed": "huge"},
        {"seed": "demo", "pools": 5},
        {"seed": "large", "pools": 0},
        {"seed": "large", "pools": 50_001},
        {"seed": "large", "pools": "10"},
        {"seed": "large", "pools": 1.5},
        {"seed": "demo", "replace": 1},
        {"seed": ["demo"]},
    ],
    ids=str,
)
def test_a_seed_that_is_none_is_told_and_changes_nothing(speaker: Speaker, body: dict[str, Any]) -> None:
    pool = host(speaker)
    steer(speaker, "seed", expected=400, **body)
    assert phase(speaker, pool) == "Running"


def test_reset_sweeps_pools_orders_and_networks_and_restocks(speaker: Speaker) -> None:
    steer(speaker, "seed", seed="demo")
    speaker.delete(f"/v1/{PROJECT}/networks/network-21e1-{PROJECT}")
    for network in HostedNetwork.objects.exclude(ident=f"network-21e1-{PROJECT}"):
        speaker.patch(f"/v1/{PROJECT}/networks/{network.ident}", {"metadata": {"annotations": {"x": "y"}}})
    assert steer(speaker, "reset")["removed"] == 8
    assert not HostedPool.objects.exists()
    assert not WorkOrder.objects.exists()
    assert not BillingOrder.objects.exists()
    networks = speaker.get(f"/v1/{PROJECT}/networks").json()["items"]
    assert len(networks) == 4
    assert not any("x" in network["metadata"]["annotations"] for network in networks)


def test_reset_sweeps_workspaces_too(speaker: Speaker) -> None:
    workspaces = f"/v1/{PROJECT}/workspaces"
    stock = speaker.get(workspaces).json()
    speaker.post(workspaces, {"name": "blue-team"})
    steer(speaker, "reset")
    assert [one["name"] for one in speaker.get(workspaces).json()["workspaces"]] == [
        one["name"] for one in stock["workspaces"]
    ]


def test_reset_takes_clock_rules_and_log_back(speaker: Speaker, slowly: Any) -> None:
    steer(speaker, "clock/advance", seconds=60)
    steer(speaker, "clock/freeze")
    steer(speaker, "faults", kind="drop", expected=201)
    put(speaker, "log", keeps=True)
    speaker.get(POOLS)
    steer(speaker, "reset")
    told = look(speaker)
    assert (told["clock"]["frozen"], told["clock"]["ahead"], told["faults"]) == (False, 0.0, [])
    assert look(speaker, "log") == {"keeps": True, "calls": []}


def test_reset_leaves_how_the_project_is_set_up(speaker: Speaker) -> None:
    put(speaker, "pace", pace="real")
    put(speaker, "identifiers", seed="tuesday")
    keys = list(AccessKey.objects.values())
    steer(speaker, "reset")
    told = look(speaker)
    assert (told["pace"]["pace"], told["identifiers"]) == ("real", {"seed": "tuesday", "drawn": 0})
    assert list(AccessKey.objects.values()) == keys


def test_reset_takes_the_quotas_back_to_the_stock(speaker: Speaker) -> None:
    steer(speaker, "seed", seed="large", pools=150)
    steer(speaker, "reset")
    assert Tenancy.objects.get(project__project_id=PROJECT).pool_quota == stocking.POOL_QUOTA


def test_reset_twice_is_the_same_as_once(speaker: Speaker) -> None:
    host(speaker)
    assert [steer(speaker, "reset")["removed"] for _ in range(2)] == [1, 0]


def test_a_neighbours_pools_and_networks_stay(speaker: Speaker, neighbour: Neighbour) -> None:
    theirs = neighbour.create()
    stamp = EndpointProject.objects.get(pk=neighbour.project.pk).catalog_stamp
    host(speaker)
    steer(speaker, "reset")
    steer(speaker, "seed", seed="large", pools=10)
    assert phase(neighbour.speaker, theirs) == "Running"
    assert HostedNetwork.objects.filter(project=neighbour.project).count() == 4
    assert EndpointProject.objects.get(pk=neighbour.project.pk).catalog_stamp == stamp


@pytest.mark.parametrize("what", ["reset", "seed"])
def test_a_stranger_sweeps_nothing(speaker: Speaker, stranger: Speaker, neighbour: Neighbour, what: str) -> None:
    pool = host(speaker)
    for somebody in (stranger, neighbour.speaker):
        assert somebody.post(f"{SANDBOX}/{what}", {"seed": "empty", "replace": True}).status_code == 403
    assert phase(speaker, pool) == "Running"


def test_after_a_reset_the_same_calls_make_up_the_same(speaker: Speaker) -> None:
    put(speaker, "identifiers", seed="tuesday")
    made = []
    for _ in range(2):
        document = speaker.post(POOLS, creation(), headers={"request-type": "console"}).json()["metadata"]
        made.append((document["labels"], document["annotations"]))
        steer(speaker, "reset")
    assert made[0] == made[1]


def test_after_a_reset_the_same_workspaces_can_be_made_again(speaker: Speaker) -> None:
    put(speaker, "identifiers", seed="tuesday")
    made = []
    for _ in range(2):
        made.append(speaker.post(f"/v1/{PROJECT}/workspaces", {"name": "blue-team"}).json()["id"])
        steer(speaker, "reset")
    assert made[0] == made[1]


def test_another_seed_goes_on_with_the_count_so_that_nothing_is_made_up_twice(speaker: Speaker) -> None:
    put(speaker, "identifiers", seed="tuesday")
    host(speaker, "pool-one", console=True)
    put(speaker, "identifiers", seed="wednesday")
    put(speaker, "identifiers", seed="tuesday")
    host(speaker, "pool-two", console=True)
    assert BillingOrder.objects.count() == 2
    assert look(speaker, "identifiers") == {"seed": "tuesday", "drawn": 2}


def test_a_seeded_demo_is_the_same_every_time(speaker: Speaker) -> None:
    put(speaker, "identifiers", seed="tuesday")
    made = []
    for _ in range(2):
        steer(speaker, "seed", seed="demo")
        made.append(sorted(WorkOrder.objects.values_list("name", flat=True)))
        steer(speaker, "reset")
    assert made[0] == made[1]


@pytest.mark.parametrize("body", [{}, {"seed": ""}, {"seed": "x" * 65}, {"seed": 7}], ids=str)
def test_identifiers_from_nothing_are_refused(speaker: Speaker, body: dict[str, Any]) -> None:
    put(speaker, "identifiers", expected=400, **body)
    assert look(speaker, "identifiers")["seed"] is None


def test_a_glance_shows_all_that_is_steered(speaker: Speaker) -> None:
    host(speaker)
    told = look(speaker)
    assert set(told) == {"project_id", "name", "clock", "pace", "identifiers", "pools", "faults", "log"}
    assert told["pools"] == {"Running": 1}
