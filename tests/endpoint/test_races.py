"""Many callers at once, in the real product, on SQLite and on PostgreSQL: one wins, the others are told."""

from __future__ import annotations

from functools import partial

import pytest

from tests.endpoint.crowd import CALLERS, at_once, call
from tests.endpoint.guests import POOLS, creation, ident
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("housed")]

ROUNDS = 3


@pytest.mark.shows("CreatePool.at-once")
def test_of_simultaneous_creations_of_one_name_one_is_made_and_the_others_are_told(housed: Product) -> None:
    for number in range(ROUNDS):
        document = creation(name=f"race-{number}")
        told = at_once([partial(call, housed, "POST", POOLS, json=document)] * CALLERS)
        assert sorted(told) == [200] + [409] * (CALLERS - 1)


def test_of_simultaneous_creations_after_a_failure_one_is_made(housed: Product) -> None:
    for number in range(ROUNDS):
        document = creation(name=f"anew-{number}")
        failed = call(housed, "POST", POOLS, json=document, console=True).json()
        order = failed["metadata"]["annotations"]["os.modelarts/order.id"]
        call(housed, "PUT", "/v2/orders/customer-orders/cancel", json={"order_id": order})
        told = at_once([partial(call, housed, "POST", POOLS, json=document)] * CALLERS)
        assert sorted(told) == [200] + [409] * (CALLERS - 1)


def test_simultaneous_creations_of_different_names_are_all_made(housed: Product) -> None:
    calls = [partial(call, housed, "POST", POOLS, json=creation(name=f"crowd-{number}")) for number in range(CALLERS)]
    assert at_once(calls) == [200] * CALLERS


@pytest.mark.shows("PayOrders.or-cancels")
def test_paying_and_cancelling_at_once_one_of_them_counts(housed: Product) -> None:
    for number in range(ROUNDS):
        name = f"torn-{number}"
        made = call(housed, "POST", POOLS, json=creation(name=name), console=True).json()
        order = made["metadata"]["annotations"]["os.modelarts/order.id"]
        paying = {"order_id": order, "use_coupon": "NO", "use_discount": "NO"}
        pay = partial(call, housed, "POST", "/v3/orders/customer-orders/pay", json=paying)
        cancel = partial(call, housed, "PUT", "/v2/orders/customer-orders/cancel", json={"order_id": order})
        paid, cancelled = at_once([pay, cancel])
        assert sorted([paid, cancelled]) == [204, 400]
        phase = call(housed, "GET", f"{POOLS}/{ident(name)}").json()["status"]["phase"]
        assert phase == ("Running" if paid == 204 else "CreationFailed")


@pytest.mark.shows("Life.restart")
def test_paying_for_growth_and_cancelling_it_at_once_one_of_them_counts(housed: Product) -> None:
    more = {"flavor": "modelarts.vm.cpu.8ud", "count": 2}
    month = {f"os.modelarts/{key}": value for key, value in (("billing.mode", "1"), ("period.type", "2"))}
    patch = {
        "metadata": {"annotations": {**month, "os.modelarts/period.num": "1"}},
        "spec": {"resources": [more]},
    }
    for number in range(ROUNDS):
        pool = f"{POOLS}/{ident(f'more-{number}')}"
        call(housed, "POST", POOLS, json=creation(name=f"more-{number}"))
        order = call(housed, "PATCH", pool, json=patch).json()["metadata"]["annotations"]["os.modelarts/order.id"]
        paying = {"order_id": order, "use_coupon": "NO", "use_discount": "NO"}
        pay = partial(call, housed, "POST", "/v3/orders/customer-orders/pay", json=paying)
        cancel = partial(call, housed, "PUT", "/v2/orders/customer-orders/cancel", json={"order_id": order})
        delete = partial(call, housed, "DELETE", pool)
        told = at_once([pay, cancel, delete])
        assert sorted(told[:2]) in ([204, 400], [400, 400])
        assert told[2] == 200


def test_what_is_hosted_survives_a_restart(on_sqlite: Product) -> None:
    before = call(on_sqlite, "POST", POOLS, json=creation(name="survivor"), console=True).json()
    on_sqlite.stop()
    on_sqlite.start()
    after = call(on_sqlite, "GET", f"{POOLS}/{ident('survivor')}").json()
    assert after["status"]["phase"] == "Waiting"
    assert after["metadata"] == before["metadata"]
