"""What is paid for by the month: listed by billing, given back, and gone from the pool then."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pools.endpoint import admitting, stocking
from pools.endpoint.models import Account, BillingOrder, EndpointProject, HostedPool
from tests.endpoint.guests import CONSOLE, POOLS, PROJECT, creation, ident
from tests.endpoint.prepaid import (
    CPU,
    ORDERS,
    QUERY,
    REFUNDS,
    UNSUBSCRIBE,
    WORK_ORDERS,
    annotated,
    bought,
    code,
    node_resources,
    nodes,
    order_of,
    queried,
    resource_of,
    unsubscribe,
    works,
)
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
EVENTS = f"/v1/{PROJECT}/events"
GONE = "This resource has been deleted or the subscription to this resource has not been synchronized to CBC"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


@pytest.fixture
def running(speaker: Speaker, slowly: Any) -> dict[str, Any]:
    """A pool of three nodes that runs, paid for a month."""
    document = bought(speaker, count=3)
    slowly.tick(60)
    return document


def phase(speaker: Speaker) -> str:
    return str(speaker.get(POOL).json()["status"]["phase"])


class TestQuery:
    """The list of resources."""

    @pytest.mark.shows("ListPayPerUseCustomerResources.main")
    def test_a_pool_and_its_nodes_are_main_resources(self, speaker: Speaker, running: dict[str, Any]) -> None:
        found = queried(speaker, only_main_resource=1)
        assert [one["resource_id"] for one in found] == [resource_of(running), *node_resources(speaker)]
        assert {(one["is_main_resource"], one["status"], one["parent_resource_id"]) for one in found} == {(1, 2, "")}

    @pytest.mark.shows("ListPayPerUseCustomerResources.parts")
    def test_its_flavors_are_parts_of_the_pool(self, speaker: Speaker, running: dict[str, Any]) -> None:
        [part] = [one for one in queried(speaker) if not one["is_main_resource"]]
        assert (part["resource_spec_code"], part["parent_resource_id"]) == (CPU, resource_of(running))
        assert part in queried(speaker, resource_ids=[resource_of(running)])
        assert queried(speaker, resource_ids=[part["resource_id"]]) == [part]

    @pytest.mark.shows("ListPayPerUseCustomerResources.period")
    def test_they_tell_their_period(self, speaker: Speaker, running: dict[str, Any]) -> None:
        line = speaker.get(f"{ORDERS}/details/{order_of(running)}").json()["order_line_items"][0]
        for one in queried(speaker, only_main_resource=1):
            assert one["effective_time"] == line["effective_time"]
            assert one["expire_time"] == line["expire_time"]
            assert one["expire_policy"] == 0

    @pytest.mark.shows("ListPayPerUseCustomerResources.of-an-order")
    def test_of_an_order_are_those_it_bought(self, speaker: Speaker, running: dict[str, Any]) -> None:
        other = bought(speaker, name="pool-two", count=1)
        found = queried(speaker, order_id=order_of(other), only_main_resource=1)
        assert [one["resource_name"] for one in found][:1] == ["pool-two"]
        assert len(found) == 2

    @pytest.mark.shows("ListPayPerUseCustomerResources.of-an-order")
    def test_an_unpaid_order_has_none_yet(self, speaker: Speaker) -> None:
        waiting = bought(speaker, {"auto.pay": "0"})
        assert queried(speaker, order_id=order_of(waiting)) == []

    @pytest.mark.shows("ListPayPerUseCustomerResources.pay-per-use")
    def test_pay_per_use_is_none_of_them(self, speaker: Speaker) -> None:
        speaker.post(POOLS, creation(), **CONSOLE)
        assert queried(speaker) == []

    @pytest.mark.shows("ListPayPerUseCustomerResources.narrowed")
    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ({"status_list": [2]}, 4),
            ({"status_list": [3, 4, 5]}, 0),
            ({"status_list": []}, 4),
            ({"resource_ids": []}, 4),
            ({"order_id": ""}, 4),
            ({"expire_time_begin": "2020-01-01T00:00:00Z"}, 4),
            ({"expire_time_end": "2020-01-01T00:00:00Z"}, 0),
            ({"service_type_code": "hws.service.type.modelarts"}, 4),
            ({"service_type_code": "hws.service.type.ecs"}, 0),
            ({"resource_ids": ["maos-nobody-abcde"]}, 0),
        ],
    )
    def test_it_is_narrowed(
        self, speaker: Speaker, running: dict[str, Any], query: dict[str, Any], number: int
    ) -> None:
        assert len(queried(speaker, only_main_resource=1, **query)) == number

    @pytest.mark.shows("ListPayPerUseCustomerResources.pages")
    def test_it_comes_in_pages_of_ten(self, speaker: Speaker) -> None:
        bought(speaker, count=12)
        first = speaker.post(QUERY, {"only_main_resource": 1}).json()
        rest = speaker.post(QUERY, {"only_main_resource": 1, "offset": 10}).json()
        assert (first["total_count"], len(first["data"]), len(rest["data"])) == (13, 10, 3)

    @pytest.mark.shows("ListPayPerUseCustomerResources.whose")
    def test_strangers_see_nothing_of_it(self, stranger: Speaker, speaker: Speaker, running: dict[str, Any]) -> None:
        assert queried(stranger) == queried(stranger, resource_ids=[resource_of(running)]) == []
        assert code(stranger.post(QUERY, {"order_id": order_of(running)})) == (400, "CBC.30000010")

    @pytest.mark.shows("ListPayPerUseCustomerResources.nonsense", "ListPayPerUseCustomerResources.pages")
    @pytest.mark.parametrize(
        "body",
        [
            {"resource_ids": ["x"] * 51},
            {"resource_ids": [1]},
            {"resource_ids": "x"},
            {"only_main_resource": 2},
            {"status_list": ["2"]},
            {"limit": 0},
            {"limit": 501},
            {"offset": -1},
            {"expire_time_begin": "yesterday"},
            [],
        ],
    )
    def test_what_makes_no_sense_is_an_invalid_parameter(self, speaker: Speaker, body: object) -> None:
        assert code(speaker.post(QUERY, body)) == (400, "CBC.0101")

    def test_it_asks_as_often_for_three_pools_as_for_one(
        self, speaker: Speaker, django_assert_num_queries: Any
    ) -> None:
        for number in range(3):
            bought(speaker, name=f"pool-{number}")
        with django_assert_num_queries(4):
            queried(speaker, only_main_resource=1)
        HostedPool.objects.exclude(name="pool-0").delete()
        with django_assert_num_queries(4):
            queried(speaker, only_main_resource=1)


class TestUnsubscribing:
    """Nodes and pools that are given back."""

    @pytest.mark.shows("CancelResourcesSubscription.node")
    def test_a_node_goes_with_an_order_of_its_own(self, speaker: Speaker, running: dict[str, Any], slowly: Any) -> None:
        first, *rest = node_resources(speaker)
        answer = unsubscribe(speaker, first)
        assert (answer.status_code, answer.json()["fail_resource_infos"]) == (200, [])
        [number] = answer.json()["order_ids"]
        assert speaker.get(f"{ORDERS}/details/{number}").json()["order_info"]["order_type"] == 4
        assert {one["status"]["phase"] for one in nodes(speaker)} == {"Available", "Deleting"}
        slowly.tick(8)
        assert node_resources(speaker) == rest
        assert speaker.get(POOL).json()["spec"]["resources"][0]["count"] == 2

    @pytest.mark.shows("CancelResourcesSubscription.node")
    def test_it_has_a_work_order(self, speaker: Speaker, running: dict[str, Any], slowly: Any) -> None:
        chosen = nodes(speaker)[1]
        [number] = unsubscribe(speaker, resource_of(chosen)).json()["order_ids"]
        newest = works(speaker)[0]
        assert (newest["operation"], newest["orderId"], newest["billingMode"]) == ("modify", number, "1")
        slowly.tick(20)
        [item] = speaker.get(f"{WORK_ORDERS}/{newest['orderName']}").json()["items"]
        assert (item["resourceName"], item["action"]) == (chosen["metadata"]["name"], "deleteNode")
        assert works(speaker)[0]["phase"] == "successed"

    @pytest.mark.shows("CancelResourcesSubscription.closed", "ListPayPerUseCustomerResources.of-an-order")
    def test_it_is_closed_for_billing(self, speaker: Speaker, running: dict[str, Any]) -> None:
        chosen = node_resources(speaker)[0]
        [number] = unsubscribe(speaker, chosen).json()["order_ids"]
        assert queried(speaker, resource_ids=[chosen], status_list=[2], only_main_resource=1) == []
        assert [one["status"] for one in queried(speaker, resource_ids=[chosen])] == [3]
        assert [one["resource_id"] for one in queried(speaker, order_id=number)] == [chosen]

    @pytest.mark.shows("CancelResourcesSubscription.last")
    def test_the_last_node_takes_its_pool_with_it(self, speaker: Speaker, running: dict[str, Any], slowly: Any) -> None:
        answer = unsubscribe(speaker, *node_resources(speaker))
        assert len(answer.json()["order_ids"]) == 3
        assert phase(speaker) == "Deleting"
        assert (works(speaker)[0]["operation"], works(speaker)[0]["orderId"]) == (
            "delete",
            answer.json()["order_ids"][0],
        )
        slowly.tick(10)
        assert speaker.get(POOL).status_code == 404

    @pytest.mark.shows("CancelResourcesSubscription.pool")
    def test_the_pools_own_resource_takes_everything(
        self, speaker: Speaker, running: dict[str, Any], slowly: Any
    ) -> None:
        answer = unsubscribe(speaker, resource_of(running))
        assert len(answer.json()["order_ids"]) == 1
        assert phase(speaker) == "Deleting"
        events = speaker.get(f"{EVENTS}?resource=pools&name={ident()}").json()["items"]
        assert "from Running to Deleting" in " ".join(one["message"] for one in events)
        slowly.tick(10)
        assert {one["status"] for one in queried(speaker)} == {3}

    def test_with_its_pool_a_node_is_not_given_back_twice(self, speaker: Speaker, running: dict[str, Any]) -> None:
        answer = unsubscribe(speaker, node_resources(speaker)[0], resource_of(running))
        assert len(answer.json()["order_ids"]) == 1

    @pytest.mark.shows("CancelResourcesSubscription.again")
    def test_asked_again_while_it_leaves_the_order_is_the_same(self, speaker: Speaker, running: dict[str, Any]) -> None:
        first = unsubscribe(speaker, node_resources(speaker)[0]).json()
        assert unsubscribe(speaker, node_resources(speaker)[0]).json() == first
        everything = unsubscribe(speaker, resource_of(running)).json()
        assert unsubscribe(speaker, resource_of(running)).json()["order_ids"] == first["order_ids"]
        assert everything["order_ids"] != first["order_ids"]

    @pytest.mark.shows("CancelResourcesSubscription.none")
    def test_what_is_unknown_or_gone_is_refused_in_known_words(
        self, speaker: Speaker, running: dict[str, Any], slowly: Any
    ) -> None:
        chosen = node_resources(speaker)[0]
        unsubscribe(speaker, chosen)
        slowly.tick(60)
        for resource in (chosen, "invalid-node-id", "maos-x", "maos-pool-ae01-zzzzz", ""):
            answer = unsubscribe(speaker, resource)
            assert code(answer) == (400, "CBC.30000067")
            assert GONE in answer.json()["error_msg"]

    @pytest.mark.shows("CancelResourcesSubscription.partly")
    def test_that_some_cannot_go_is_told_beside_those_that_do(self, speaker: Speaker, running: dict[str, Any]) -> None:
        answer = unsubscribe(speaker, "invalid-node-id", node_resources(speaker)[0])
        assert answer.status_code == 200
        [failed] = answer.json()["fail_resource_infos"]
        assert (failed["resource_id"], failed["error_code"]) == ("invalid-node-id", "CBC.30000067")
        assert GONE in failed["error_msg"]
        assert len(answer.json()["order_ids"]) == 1

    @pytest.mark.shows("CancelResourcesSubscription.locked")
    def test_a_locked_node_stays_until_its_pool_goes(self, speaker: Speaker, running: dict[str, Any]) -> None:
        chosen = nodes(speaker)[0]
        speaker.post(f"{POOL}/nodes/batch-lock", {"nodeNames": [chosen["metadata"]["name"]], "actions": ["delete"]})
        assert code(unsubscribe(speaker, resource_of(chosen))) == (400, "CBC.3002")
        assert unsubscribe(speaker, resource_of(running)).status_code == 200

    def test_nodes_paid_by_use_are_none_of_billings_business(self, speaker: Speaker) -> None:
        document = speaker.post(POOLS, creation(resource={"count": 2})).json()
        assert code(unsubscribe(speaker, node_resources(speaker)[0])) == (400, "CBC.30000067")
        assert code(unsubscribe(speaker, resource_of(document))) == (400, "CBC.30000067")

    def test_a_pool_that_waits_is_not_subscribed_yet(self, speaker: Speaker) -> None:
        waiting = bought(speaker, {"auto.pay": "0"})
        assert code(unsubscribe(speaker, resource_of(waiting))) == (400, "CBC.30000067")

    @pytest.mark.shows("CancelResourcesSubscription.any-phase")
    def test_a_pool_still_being_created_can_be_given_back(self, speaker: Speaker, slowly: Any) -> None:
        document = bought(speaker, prefix="fate-stuck")
        slowly.tick(60)
        assert unsubscribe(speaker, *node_resources(speaker)).status_code == 200
        assert unsubscribe(speaker, resource_of(document)).status_code == 200
        slowly.tick(10)
        assert speaker.get(POOL).status_code == 404

    @pytest.mark.shows("CancelResourcesSubscription.mixed")
    def test_a_prepaid_pool_outlives_its_prepaid_nodes_with_those_paid_by_use(
        self, speaker: Speaker, running: dict[str, Any], slowly: Any
    ) -> None:
        prepaid = node_resources(speaker)
        more = {"spec": {"resources": [{"flavor": CPU, "count": 4}]}}
        speaker.patch(POOL, {**more, "metadata": {"annotations": annotated(**{"billing.mode": "0"})}})
        slowly.tick(60)
        unsubscribe(speaker, *prepaid)
        slowly.tick(60)
        assert phase(speaker) == "Running"
        assert unsubscribe(speaker, resource_of(running)).status_code == 200
        assert phase(speaker) == "Deleting"

    @pytest.mark.shows("CancelResourcesSubscription.whose")
    def test_strangers_take_nothing(self, stranger: Speaker, speaker: Speaker, running: dict[str, Any]) -> None:
        assert code(unsubscribe(stranger, resource_of(running))) == (400, "CBC.30000067")
        assert phase(speaker) == "Running"

    def test_another_project_of_the_account_may(
        self, account: Account, speaker: Speaker, running: dict[str, Any]
    ) -> None:
        key = admitting.issue_key(admitting.open_project(account, name="cn-east-3"))
        assert unsubscribe(Speaker(key.access_key, key.secret_key), resource_of(running)).status_code == 200

    @pytest.mark.shows("CancelResourcesSubscription.ten")
    @pytest.mark.parametrize(
        "body",
        [
            {"resource_ids": ["x"] * 11, "unsubscribe_type": 1},
            {"resource_ids": [], "unsubscribe_type": 1},
            {"resource_ids": ["x"], "unsubscribe_type": 3},
            {"resource_ids": ["x"]},
            {"unsubscribe_type": 1},
            {"resource_ids": ["x"], "unsubscribe_type": 1, "unsubscribe_reason_type": 6},
            {"resource_ids": "x", "unsubscribe_type": 1},
        ],
    )
    def test_what_makes_no_sense_is_an_invalid_parameter(self, speaker: Speaker, body: object) -> None:
        assert code(speaker.post(UNSUBSCRIBE, body)) == (400, "CBC.0101")


class TestRefunds:
    """What comes back for what was not used."""

    @pytest.mark.shows("ShowRefundOrderDetails.refunds", "ShowRefundOrderDetails.share")
    def test_half_a_month_is_half_the_money(self, speaker: Speaker, running: dict[str, Any], slowly: Any) -> None:
        order = BillingOrder.objects.get()
        begins, ends = order.period
        slowly.move_to(begins + (ends - begins) / 2)
        [number] = unsubscribe(speaker, node_resources(speaker)[0]).json()["order_ids"]
        infos = speaker.get(f"{REFUNDS}?order_id={number}").json()["refund_infos"]
        assert [(one["amount"], one["base_order_id"]) for one in infos] == [
            (-90.0, order.order_id),
            (90.0, order.order_id),
        ]
        assert BillingOrder.objects.get(order_id=number).amount == Decimal("-90.00")

    def test_of_a_pool_every_node_has_its_line(self, speaker: Speaker, running: dict[str, Any]) -> None:
        [number] = unsubscribe(speaker, resource_of(running)).json()["order_ids"]
        details = speaker.get(f"{ORDERS}/details/{number}").json()
        assert (details["total_count"], details["order_info"]["status"]) == (3, 3)
        assert details["order_info"]["amount_after_discount"] < -500

    @pytest.mark.shows("ShowRefundOrderDetails.none")
    def test_an_order_that_gave_nothing_back_has_no_refunds(self, speaker: Speaker, running: dict[str, Any]) -> None:
        assert speaker.get(f"{REFUNDS}?order_id={order_of(running)}").json() == {"total_count": 0, "refund_infos": []}
        assert code(speaker.get(f"{REFUNDS}?order_id=CS0")) == (400, "CBC.30000010")

    def test_after_the_end_nothing_is_left_to_give_back(
        self, speaker: Speaker, running: dict[str, Any], slowly: Any
    ) -> None:
        slowly.move_to(BillingOrder.objects.get().period[1] + timedelta(days=1))
        [number] = unsubscribe(speaker, node_resources(speaker)[0]).json()["order_ids"]
        assert speaker.get(f"{REFUNDS}?order_id={number}").json()["total_count"] == 0
