"""Work orders: listed before anybody asks, followed to their end, never hidden while open."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools.endpoint import paying, stocking
from pools.endpoint.models import BillingOrder, EndpointProject
from tests.clocks import freeze_time
from tests.endpoint.guests import CONSOLE, EXAMPLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

ORDERS = f"/v1/{PROJECT}/orders"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def listed(speaker: Speaker, query: str = "") -> list[dict[str, Any]]:
    return list(speaker.get(f"{ORDERS}{query}").json()["items"])


def milliseconds(back: timedelta) -> int:
    return int((timezone.now() - back).timestamp() * 1000)


@pytest.mark.shows("ListOrders.at-once", "CreatePool.order-name")
def test_the_order_of_a_creation_is_listed_as_soon_as_it_is_answered(speaker: Speaker) -> None:
    name = speaker.post(POOLS, EXAMPLE).json()["metadata"]["labels"]["os.modelarts/order.name"]
    (order,) = listed(speaker)
    assert order["orderName"] == name
    assert (order["resourceName"], order["resourceDisplayName"]) == (ident(), "pool-ae01")
    assert (order["operation"], order["phase"], order["result"]) == ("apply", "successed", "successed")
    assert order["specCount"] == [{"flavor": "modelarts.vm.cpu.8ud", "count": 1, "maxCount": 1}]


@pytest.mark.shows("ListOrders.by-name-or-id")
@pytest.mark.parametrize("name", ["pool-ae01", ident()])
def test_orders_are_found_by_the_pools_name_and_by_its_id(speaker: Speaker, name: str) -> None:
    speaker.post(POOLS, EXAMPLE)
    speaker.post(POOLS, creation(name="pool-two"))
    assert len(listed(speaker, f"?involvedName={name}")) == 1


@pytest.mark.shows("ListOrders.times", "ShowOrder.times")
def test_times_are_milliseconds_as_numbers_in_the_list_and_as_texts_in_the_detail(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    now = timezone.now().timestamp() * 1000
    (order,) = listed(speaker)
    first, *_ = speaker.get(f"{ORDERS}/{order['orderName']}").json()["items"]
    assert 0 <= now - order["creationTimestamp"] < 60_000
    assert first["beginTimestamp"] == str(order["beginTimestamp"])


@pytest.mark.shows("CreatePool.names")
def test_names_that_are_made_up_have_the_services_forms(speaker: Speaker) -> None:
    metadata = speaker.post(POOLS, EXAMPLE, **CONSOLE).json()["metadata"]
    paying.pay(BillingOrder.objects.get())
    [node] = speaker.get(f"{POOLS}/{ident()}/nodes").json()["items"]
    for form, name in (
        (r"order\.pool-ae01-[a-z0-9]{5}", metadata["labels"]["os.modelarts/order.name"]),
        (r"maos-pool-ae01-[a-z0-9]{5}", metadata["labels"]["os.modelarts/resource.id"]),
        (r"CS\d{10}[A-Z0-9]{5}", metadata["annotations"]["os.modelarts/order.id"]),
        (r"os-node-created-[a-z0-9]{5}", node["metadata"]["name"]),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", metadata["creationTimestamp"]),
    ):
        assert re.fullmatch(form, name), name


@pytest.mark.shows("ListOrders.phases", "ListOrders.billing-order")
def test_an_unpaid_order_is_pending_and_names_its_billing_order(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    (order,) = listed(speaker)
    assert (order["phase"], order["beginTimestamp"], order["endTimestamp"]) == ("pending", 0, 0)
    assert order["orderId"] == BillingOrder.objects.get().order_id


@pytest.mark.shows("ListOrders.cancelled")
def test_a_cancelled_order_failed(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    paying.cancel(BillingOrder.objects.get())
    (order,) = listed(speaker)
    assert (order["phase"], order["failReason"]) == ("failed", "order canceled")


@pytest.mark.shows("ListOrders.newest-first", "ListOrders.deletion")
def test_a_deletion_has_an_order_of_its_own_newest_first(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    speaker.delete(f"{POOLS}/{ident()}")
    assert [(order["operation"], order["phase"]) for order in listed(speaker)] == [
        ("delete", "successed"),
        ("apply", "successed"),
    ]


@pytest.mark.shows("ListOrders.since")
def test_an_open_order_is_never_hidden_by_since(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    speaker.post(POOLS, creation(name="pool-two"))
    with freeze_time(timezone.now() + timedelta(hours=2)):
        found = listed(speaker, f"?since={milliseconds(timedelta(hours=1))}")
    assert [order["resourceDisplayName"] for order in found] == ["pool-ae01"]


@pytest.mark.shows("ListOrders.narrowed")
@pytest.mark.parametrize(("phase", "found"), [("pending", ["pool-two"]), ("successed", ["pool-ae01"]), ("failed", [])])
def test_orders_are_narrowed_to_a_phase(speaker: Speaker, phase: str, found: list[str]) -> None:
    speaker.post(POOLS, EXAMPLE)
    speaker.post(POOLS, creation(name="pool-two"), **CONSOLE)
    assert [order["resourceDisplayName"] for order in listed(speaker, f"?phase={phase}")] == found
    assert [order["resourceDisplayName"] for order in listed(speaker, f"?result={phase}")] == found


@pytest.mark.shows("ListOrders.pages")
def test_orders_come_in_pages(speaker: Speaker) -> None:
    for name in ("pool-one", "pool-two", "pool-three"):
        speaker.post(POOLS, creation(name=name))
    page = speaker.get(f"{ORDERS}?limit=2&offset=2").json()
    assert page["count"] == 3
    assert [order["resourceDisplayName"] for order in page["items"]] == ["pool-one"]
    assert listed(speaker, "?limit=500&offset=500") == []


@pytest.mark.shows("ListOrders.out-of-range")
@pytest.mark.parametrize("query", ["limit=501", "limit=-1", "offset=x", "since=1e9", "involvedName=%00"])
def test_a_query_out_of_range_is_told(speaker: Speaker, query: str) -> None:
    assert speaker.get(f"{ORDERS}?{query}").status_code == 400


@pytest.mark.shows("ListOrders.out-of-range")
@pytest.mark.parametrize(
    "query", ["since=999999999999999", "until=999999999999999", "resource=nodes", "limit=", "limit=0"]
)
def test_a_query_at_the_edge_is_answered(speaker: Speaker, query: str) -> None:
    assert speaker.get(f"{ORDERS}?{query}").status_code == 200


@pytest.mark.shows("ShowOrder.items")
def test_the_detail_of_an_order_holds_the_pool_and_its_nodes(speaker: Speaker) -> None:
    document = creation(resource={"count": 2}, prefix="blue")
    name = speaker.post(POOLS, document).json()["metadata"]["labels"]["os.modelarts/order.name"]
    detail = speaker.get(f"{ORDERS}/{name}").json()
    assert detail["count"] == 3
    assert [item["action"] for item in detail["items"]] == ["createPool", "createNode", "createNode"]
    assert {item["status"] for item in detail["items"]} == {"succeed"}
    assert all(item["resourceName"].startswith("blue-") for item in detail["items"][1:])
    assert detail == speaker.get(f"{ORDERS}/{name}").json()


@pytest.mark.shows("ShowOrder.unknown")
def test_an_order_nobody_made_is_not_found(speaker: Speaker) -> None:
    answer = speaker.get(f"{ORDERS}/order.nobody-x")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50005101")
