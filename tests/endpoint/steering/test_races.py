"""Steering in the real product, with two web processes, while clients go on calling."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest
import requests

from tests.endpoint.crowd import CALLERS, at_once, call
from tests.endpoint.guests import POOLS, creation, ident
from tests.endpoint.steering.sandbox import SANDBOX
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("housed")]

ROUNDS = 2
NETWORKS = POOLS.replace("/v2/", "/v1/").replace("/pools", "/networks")
JOBS = POOLS.replace("/pools", "/jobs")


@pytest.fixture(autouse=True)
def clean(housed: Product) -> None:
    steer(housed, "PUT", "identifiers", seed=None)
    steer(housed, "POST", "reset")


def steer(product: Product, method: str, what: str, **body: Any) -> requests.Response:
    answer = call(product, method, f"{SANDBOX}/{what}", json=body)
    assert answer.status_code in {200, 201}, answer.text
    return answer


def look(product: Product) -> dict[str, Any]:
    told: dict[str, Any] = call(product, "GET", SANDBOX).json()
    return told


def test_a_number_of_calls_is_hit_exactly_however_many_come_at_once(housed: Product) -> None:
    for _ in range(ROUNDS):
        rule = steer(housed, "POST", "faults", kind="status", status=503, operation="ListJobs", count=3).json()["id"]
        steer(housed, "POST", f"faults/{rule}/apply")
        told = at_once([partial(call, housed, "GET", JOBS)] * CALLERS)
        assert Counter(told) == {503: 3, 200: CALLERS - 3}


def test_two_processes_draw_from_one_sequence(housed: Product) -> None:
    steer(housed, "PUT", "identifiers", seed="tuesday")
    made = [
        partial(call, housed, "POST", POOLS, json=creation(name=f"drawn-{n}"), console=True) for n in range(CALLERS)
    ]
    assert at_once(made) == [200] * CALLERS
    orders = call(housed, "GET", "/v2/orders/customer-orders?limit=50").json()["order_infos"]
    assert len({order["order_id"] for order in orders}) == CALLERS
    assert look(housed)["identifiers"]["drawn"] == CALLERS


def test_advances_at_once_add_up(housed: Product) -> None:
    path = f"{SANDBOX}/clock/advance"
    assert at_once([partial(call, housed, "POST", path, json={"seconds": 60})] * CALLERS) == [200] * CALLERS
    assert look(housed)["clock"]["ahead"] == 60.0 * CALLERS


def test_clicks_at_once_are_one_step(housed: Product) -> None:
    steer(housed, "PUT", "pace", pace="real")
    call(housed, "POST", POOLS, json=creation(name="stepped", prefix="fate-abnormal"))
    steer(housed, "PUT", "pace", pace=None)
    path = f"{SANDBOX}/pools/{ident('stepped')}/next-phase"
    assert at_once([partial(call, housed, "POST", path, json={"seen": "Creating"})] * CALLERS) == [200] * CALLERS
    assert call(housed, "GET", f"{POOLS}/{ident('stepped')}").json()["status"]["phase"] == "Running"


def test_seeds_and_resets_at_once_leave_one_of_them_whole(housed: Product) -> None:
    seed = partial(call, housed, "POST", f"{SANDBOX}/seed", json={"seed": "every-phase", "replace": True})
    reset = partial(call, housed, "POST", f"{SANDBOX}/reset", json={})
    for _ in range(ROUNDS):
        assert at_once([seed, seed, reset, seed]) == [200] * 4
        assert sum(look(housed)["pools"].values()) in {0, 8}


def test_creations_during_a_reset_are_before_it_or_after_it(housed: Product) -> None:
    for number in range(ROUNDS):
        names = [f"during-{number}-{n}" for n in range(CALLERS)]
        created = [partial(call, housed, "POST", POOLS, json=creation(name=name)) for name in names]
        assert at_once([*created, partial(call, housed, "POST", f"{SANDBOX}/reset", json={})]) == [200] * (CALLERS + 1)
        standing = call(housed, "GET", POOLS).json()["items"]
        orders = call(housed, "GET", POOLS.replace("/v2/", "/v1/").replace("/pools", "/orders")).json()
        assert orders["count"] == len(standing)
        assert len(call(housed, "GET", NETWORKS).json()["items"]) == 4


def test_whatever_clients_do_during_resets_they_hear_of_no_failure_of_ours(housed: Product) -> None:
    for number in range(ROUNDS):
        name, waits = f"swept-{number}", f"waits-{number}"
        pool = f"{POOLS}/{ident(name)}"
        call(housed, "POST", POOLS, json=creation(name=name, resource={"count": 3}))
        made = call(housed, "POST", POOLS, json=creation(name=waits), console=True).json()
        order = made["metadata"]["annotations"]["os.modelarts/order.id"]
        node = call(housed, "GET", f"{pool}/nodes").json()["items"][0]["metadata"]["name"]
        grown = {"spec": {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 5}]}}
        reset = partial(call, housed, "POST", f"{SANDBOX}/reset", json={})
        told = at_once(
            [
                reset,
                partial(call, housed, "PATCH", pool, json=grown),
                partial(call, housed, "DELETE", pool),
                partial(call, housed, "POST", f"{pool}/nodes/batch-reboot", json={"nodeNames": [node]}),
                partial(call, housed, "POST", f"{pool}/nodes/batch-lock", json=locking(node)),
                partial(call, housed, "POST", "/v3/orders/customer-orders/pay", json=paying(order)),
                partial(call, housed, "POST", f"{SANDBOX}/pools/{ident(waits)}/next-phase", json={"waiting": "expire"}),
                reset,
            ]
        )
        assert [status for status in told if status >= 500] == []
        assert (told[0], told[-1]) == (200, 200)


def locking(node: str) -> dict[str, Any]:
    return {"nodeNames": [node], "actions": ["delete"]}


def paying(order: str) -> dict[str, str]:
    return {"order_id": order, "use_coupon": "NO", "use_discount": "NO"}


def test_a_restart_keeps_all_that_is_steered(housed: Product) -> None:
    steer(housed, "POST", "clock/advance", seconds=3600)
    steer(housed, "POST", "clock/freeze")
    steer(housed, "PUT", "pace", pace="real")
    steer(housed, "PUT", "identifiers", seed="tuesday")
    rule = steer(housed, "POST", "faults", kind="status", status=503, operation="ListJobs", count=2).json()["id"]
    steer(housed, "POST", f"faults/{rule}/apply")
    assert call(housed, "GET", JOBS).status_code == 503
    before = look(housed)
    housed.stop()
    housed.start()
    after = look(housed)
    for part in ("pace", "identifiers", "faults"):
        assert after[part] == before[part]
    assert after["clock"]["now"] == before["clock"]["now"]
    assert [call(housed, "GET", JOBS).status_code for _ in range(2)] == [503, 200]
    steer(housed, "PUT", "pace", pace=None)
