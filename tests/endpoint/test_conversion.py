"""A pool that is paid by use is made yearly/monthly: by an order that has to be paid."""

from datetime import timedelta
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import BillingOrder, EndpointProject
from tests.endpoint.guests import CONSOLE, POOLS, creation, ident
from tests.endpoint.prepaid import (
    CANCEL,
    CPU,
    ORDERS,
    WORK_ORDERS,
    annotated,
    bought,
    code,
    node_resources,
    nodes,
    pay,
    queried,
    resource_of,
    unsubscribe,
    works,
)
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
CONVERT = f"{POOL}/orderid"
MODE = "os.modelarts/billing.mode"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


@pytest.fixture
def plain(speaker: Speaker, slowly: Any) -> dict[str, Any]:
    """A pool of two nodes that runs, paid by use."""
    document: dict[str, Any] = speaker.post(POOLS, creation(resource={"count": 2})).json()
    slowly.tick(60)
    return document


def convert(speaker: Speaker, query: str = "?actionType=toPeriod&workspaceId=0") -> Any:
    return speaker.post(f"{CONVERT}{query}", {"actionType": "toPeriod"})


def shown(speaker: Speaker) -> dict[str, Any]:
    document: dict[str, Any] = speaker.get(POOL).json()
    return document


def grow(speaker: Speaker, count: int, **annotations: str) -> Any:
    resources = {"spec": {"resources": [{"flavor": CPU, "count": count}]}}
    return speaker.patch(POOL, {**resources, "metadata": {"annotations": annotated(**annotations)}})


@pytest.mark.usefixtures("plain")
class TestOpening:
    """The order for it."""

    @pytest.mark.shows("CreateOrderId.opens", "CreateOrderId.period")
    @pytest.mark.parametrize("query", ["", "?actionType=toPeriod&workspaceId=0"])
    def test_it_is_answered_by_its_number(self, speaker: Speaker, query: str) -> None:
        answer = convert(speaker, query)
        assert (answer.status_code, answer.json()["id"][:2]) == (200, "CS")
        order = speaker.get(f"{ORDERS}/details/{answer.json()['id']}").json()
        assert (order["order_info"]["order_type"], order["order_info"]["status"]) == (11, 6)
        assert order["order_info"]["official_amount"] == 360.0
        assert (order["order_line_items"][0]["period_type"], order["order_line_items"][0]["period_num"]) == (2, 1)

    def test_a_body_is_not_needed(self, speaker: Speaker) -> None:
        assert speaker.call("POST", CONVERT).status_code == 200

    @pytest.mark.shows("CreateOrderId.waits")
    def test_until_it_is_paid_nothing_changes(self, speaker: Speaker) -> None:
        number = convert(speaker).json()["id"]
        document = shown(speaker)
        assert (document["metadata"]["annotations"][MODE], document["status"]["phase"]) == ("0", "Running")
        assert document["status"]["message"] == f"The order {number} is awaiting payment."
        assert (works(speaker)[0]["phase"], works(speaker)[0]["orderId"]) == ("pending", number)
        assert queried(speaker) == []

    @pytest.mark.shows("CreateOrderId.conflicts")
    def test_a_second_one_conflicts_with_the_first(self, speaker: Speaker) -> None:
        number = convert(speaker).json()["id"]
        again = convert(speaker)
        assert (again.status_code, number in again.json()["error_msg"]) == (409, True)

    def test_cancelled_it_can_be_opened_anew(self, speaker: Speaker) -> None:
        assert speaker.put(CANCEL, {"order_id": convert(speaker).json()["id"]}).status_code == 204
        assert (works(speaker)[0]["phase"], works(speaker)[0]["failReason"]) == ("failed", "order canceled")
        assert convert(speaker).status_code == 200

    def test_nobody_having_paid_it_can_be_opened_anew(self, speaker: Speaker, slowly: Any) -> None:
        convert(speaker)
        slowly.tick(timedelta(days=7))
        assert works(speaker)[0]["failReason"] == "order expired"
        assert convert(speaker).status_code == 200

    def test_numbers_stand_still_while_it_waits(self, speaker: Speaker) -> None:
        convert(speaker)
        assert grow(speaker, 3).status_code == 400

    @pytest.mark.shows("CreateOrderId.refused")
    @pytest.mark.parametrize("query", ["?actionType=toPostpaid", "?actionType=%20"])
    def test_another_action_is_refused(self, speaker: Speaker, query: str) -> None:
        assert code(convert(speaker, query)) == (400, "ModelArts.50004000")

    @pytest.mark.parametrize("body", [{"actionType": "x"}, {"actionType": 1}, [], "x"])
    def test_a_body_of_another_shape_is_refused(self, speaker: Speaker, body: object) -> None:
        assert code(speaker.post(CONVERT, body)) == (400, "ModelArts.50004000")


@pytest.mark.usefixtures("plain")
class TestPaying:
    """Once it is paid."""

    @pytest.fixture(autouse=True)
    def paid(self, speaker: Speaker, plain: dict[str, Any]) -> str:
        number = str(convert(speaker).json()["id"])
        assert pay(speaker, number).status_code == 204
        return number

    @pytest.mark.shows("CreateOrderId.paid")
    def test_pool_and_nodes_are_prepaid(self, speaker: Speaker) -> None:
        annotations = shown(speaker)["metadata"]["annotations"]
        assert [annotations[f"os.modelarts/{key}"] for key in ("billing.mode", "period.type", "period.num")] == [
            "1",
            "2",
            "1",
        ]
        assert {one["metadata"]["annotations"][MODE] for one in nodes(speaker)} == {"1"}
        assert code(convert(speaker)) == (409, "ModelArts.50015000")

    def test_they_are_resources_of_billing(self, speaker: Speaker, plain: dict[str, Any], paid: str) -> None:
        found = queried(speaker, order_id=paid, only_main_resource=1)
        assert [one["resource_id"] for one in found] == [resource_of(plain), *node_resources(speaker)]

    @pytest.mark.shows("CreateOrderId.paid", "ListOrders.period")
    def test_its_work_order_names_each(self, speaker: Speaker, paid: str, slowly: Any) -> None:
        slowly.tick(3)
        newest = works(speaker)[0]
        assert (newest["phase"], newest["orderId"], newest["operation"]) == ("successed", paid, "modify")
        assert (newest["billingMode"], newest["periodType"], newest["periodNum"]) == ("1", "2", "1")
        items = speaker.get(f"{WORK_ORDERS}/{newest['orderName']}").json()["items"]
        assert [one["action"] for one in items] == ["toPeriodic"] * 3
        assert [one["resourceName"] for one in items] == [ident(), *(one["metadata"]["name"] for one in nodes(speaker))]

    def test_they_end_with_the_month(self, speaker: Speaker, paid: str, slowly: Any) -> None:
        slowly.move_to(BillingOrder.objects.get(order_id=paid).period[1] + timedelta(days=23))
        assert speaker.get(POOL).status_code == 404

    def test_its_nodes_are_given_back_by_billing_alone(self, speaker: Speaker, slowly: Any) -> None:
        assert "billing centre" in grow(speaker, 1).json()["error_msg"]
        assert unsubscribe(speaker, *node_resources(speaker)).status_code == 200
        slowly.tick(10)
        assert speaker.get(POOL).status_code == 404

    def test_what_comes_later_is_paid_like_the_pool(self, speaker: Speaker) -> None:
        grow(speaker, 3)
        assert works(speaker)[0]["phase"] == "pending"
        assert BillingOrder.objects.order_by("-pk")[0].lines == [{"product": CPU, "count": 1, "amount": "180.00"}]


class TestRefusals:
    """What cannot be converted."""

    @pytest.mark.shows("CreateOrderId.conflicts")
    def test_a_prepaid_pool_conflicts(self, speaker: Speaker) -> None:
        bought(speaker)
        assert code(convert(speaker)) == (409, "ModelArts.50015000")

    @pytest.mark.shows("CreateOrderId.refused")
    def test_a_pool_that_does_not_run_is_refused(self, speaker: Speaker) -> None:
        speaker.post(POOLS, creation(), **CONSOLE)
        assert "Waiting" in convert(speaker).json()["error_msg"]

    @pytest.mark.shows("CreateOrderId.refused")
    def test_a_flavor_that_is_only_sold_by_use_is_refused(self, speaker: Speaker) -> None:
        speaker.post(POOLS, creation(resource={"flavor": "modelarts.vm.gpu.t4.x1"}))
        assert "not sold by the month" in convert(speaker).json()["error_msg"]

    def test_a_pool_that_may_not_is_refused(self, speaker: Speaker) -> None:
        speaker.post(POOLS, creation(controlMode=1))
        assert "controlMode" in convert(speaker).json()["error_msg"]

    def test_growth_that_waits_goes_first(self, speaker: Speaker, plain: dict[str, Any]) -> None:
        grow(speaker, 3, **{"billing.mode": "1", "period.type": "2", "period.num": "1"})
        assert convert(speaker).status_code == 409

    def test_a_pool_nobody_made_is_not_found(self, speaker: Speaker) -> None:
        assert code(convert(speaker)) == (404, "ModelArts.50015001")

    @pytest.mark.shows("CreateOrderId.whose")
    def test_strangers_open_nothing(self, stranger: Speaker, plain: dict[str, Any]) -> None:
        assert code(convert(stranger)) == (403, "ModelArts.0210")

    def test_nodes_that_are_prepaid_already_are_not_paid_twice(
        self, speaker: Speaker, plain: dict[str, Any], slowly: Any
    ) -> None:
        grow(speaker, 3, **{"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"})
        slowly.tick(60)
        number = convert(speaker).json()["id"]
        assert BillingOrder.objects.get(order_id=number).lines == [{"product": CPU, "count": 2, "amount": "360.00"}]
        pay(speaker, number)
        assert len(queried(speaker, order_id=number, only_main_resource=1)) == 3
        assert len(queried(speaker, only_main_resource=1)) == 4
