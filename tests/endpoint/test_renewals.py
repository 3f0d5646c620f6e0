"""What is paid for ends, unless it is renewed: by nobody, over time, and without anything being written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import BillingOrder, EndpointProject, HostedPool, PoolChange, WorkOrder
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.prepaid import (
    AUTO_RENEW,
    CPU,
    MONTH,
    ORDERS,
    PAY,
    REFUNDS,
    WORK_ORDERS,
    annotated,
    bought,
    code,
    node_resources,
    nodes,
    order_of,
    pay,
    queried,
    resource_of,
    unsubscribe,
    works,
)
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
Move = Callable[[float], None]


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


@pytest.fixture
def days(slowly: Any) -> Move:
    """Moves the clock so many days from the end of the first period."""

    def move(number: float) -> None:
        slowly.move_to(BillingOrder.objects.order_by("pk")[0].period[1] + timedelta(days=number))

    return move


def shown(speaker: Speaker) -> dict[str, Any]:
    document: dict[str, Any] = speaker.get(POOL).json()
    return document


def statuses(speaker: Speaker) -> set[int]:
    return {one["status"] for one in queried(speaker)}


class TestExpiring:
    """Nobody renews."""

    def test_a_day_before_it_is_in_use(self, speaker: Speaker, days: Move) -> None:
        bought(speaker)
        days(-1)
        assert statuses(speaker) == {2}
        assert shown(speaker)["status"]["message"] == ""

    @pytest.mark.shows("ListPayPerUseCustomerResources.expired")
    def test_then_it_is_expired_and_works(self, speaker: Speaker, days: Move) -> None:
        bought(speaker)
        days(1)
        assert statuses(speaker) == {5}
        assert shown(speaker)["status"]["phase"] == "Running"
        assert shown(speaker)["status"]["message"].startswith("Paid for until")
        assert speaker.patch(POOL, {"spec": {"scope": ["Infer"]}}).status_code == 200

    @pytest.mark.shows("ListPayPerUseCustomerResources.expired", "CancelResourcesSubscription.frozen")
    def test_after_a_week_it_is_frozen(self, speaker: Speaker, days: Move) -> None:
        bought(speaker)
        days(8)
        assert statuses(speaker) == {4}
        assert shown(speaker)["spec"]["controlMode"] == 8
        assert {one["metadata"]["labels"]["os.modelarts/billing.status"] for one in nodes(speaker)} == {"1"}
        assert "frozen" in speaker.patch(POOL, {"spec": {"scope": ["Infer"]}}).json()["error_msg"]
        assert code(unsubscribe(speaker, *node_resources(speaker))) == (400, "CBC.99003656")

    @pytest.mark.shows("ListPayPerUseCustomerResources.expired")
    def test_after_fifteen_days_more_it_is_gone(self, speaker: Speaker, days: Move, slowly: Any) -> None:
        bought(speaker)
        days(22)
        document = shown(speaker)
        assert (document["status"]["phase"], "deletionTimestamp" in document["metadata"]) == ("Deleting", True)
        slowly.tick(10)
        assert speaker.get(POOL).status_code == 404
        assert speaker.get(POOLS).json()["items"] == []
        assert statuses(speaker) == {3}

    @pytest.mark.shows("AutoRenewalResources.computed")
    def test_nothing_is_written_by_that(self, speaker: Speaker, days: Move) -> None:
        bought(speaker)
        before = HostedPool.objects.values().get()
        days(60)
        speaker.get(POOL)
        queried(speaker)
        assert (HostedPool.objects.values().get(), WorkOrder.objects.count()) == (before, 1)

    def test_its_name_is_free_again_and_its_place_too(
        self, speaker: Speaker, days: Move, home: EndpointProject
    ) -> None:
        home.tenancy.pool_quota = 1
        home.tenancy.save()
        bought(speaker)
        days(30)
        assert speaker.post(POOLS, creation(name="pool-two")).status_code == 200
        home.tenancy.pool_quota = 2
        home.tenancy.save()
        assert speaker.post(POOLS, creation()).status_code == 200

    def test_it_is_told_as_events(self, speaker: Speaker, days: Move) -> None:
        bought(speaker)
        days(22.5)
        assert speaker.get(POOL).status_code == 404
        days(22)
        events = speaker.get(f"/v1/{PROJECT}/events?resource=pools&name={ident()}").json()["items"]
        assert "from Running to Deleting" in " ".join(one["message"] for one in events)

    def test_deleting_what_is_going_anyway_changes_nothing(self, speaker: Speaker, days: Move, slowly: Any) -> None:
        bought(speaker)
        days(22)
        slowly.tick(5)
        assert speaker.delete(POOL).status_code == 200
        slowly.tick(5)
        assert speaker.get(POOL).status_code == 404

    def test_an_approved_pool_begins_when_it_is_paid(self, speaker: Speaker, slowly: Any, days: Move) -> None:
        waiting = bought(speaker, {"auto.pay": "0"})
        slowly.tick(timedelta(days=5))
        assert pay(speaker, order_of(waiting)).status_code == 204
        days(-1)
        assert statuses(speaker) == {2}
        days(1)
        assert statuses(speaker) == {5}


class TestNodesOfDifferentAge:
    """Nodes that were bought later end later; each goes by itself, and the pool with the last."""

    @pytest.fixture
    def grown(self, speaker: Speaker, slowly: Any) -> None:
        """Two nodes for one month, and a third for three."""
        bought(speaker)
        slowly.tick(60)
        said = annotated(**{**MONTH, "period.num": "3", "auto.pay": "1"})
        more = {"spec": {"resources": [{"flavor": CPU, "count": 3}]}, "metadata": {"annotations": said}}
        assert speaker.patch(POOL, more).status_code == 200
        slowly.tick(60)

    @pytest.mark.shows("ListPayPerUseCustomerResources.by-itself")
    @pytest.mark.usefixtures("grown")
    def test_the_older_ones_go_and_the_pool_stays(self, speaker: Speaker, days: Move) -> None:
        days(23)
        document = shown(speaker)
        assert (document["status"]["phase"], document["spec"]["resources"][0]["count"]) == ("Running", 1)
        assert len(nodes(speaker)) == 1
        assert speaker.get(POOLS).json()["items"] == [document]
        assert PoolChange.objects.count() == 1

    @pytest.mark.usefixtures("grown")
    def test_what_went_is_taken_away_once(self, speaker: Speaker, days: Move, slowly: Any) -> None:
        days(23)
        more = {"spec": {"resources": [{"flavor": CPU, "count": 2}]}}
        more["metadata"] = {"annotations": annotated(**{"billing.mode": "0"})}  # type: ignore[dict-item]
        assert speaker.patch(POOL, more).status_code == 200
        slowly.tick(60)
        assert shown(speaker)["spec"]["resources"][0]["count"] == 2
        assert shown(speaker)["status"]["resources"]["available"][0]["count"] == 2

    @pytest.mark.usefixtures("grown")
    def test_only_frozen_nodes_say_so(self, speaker: Speaker, days: Move) -> None:
        days(8)
        told = [one["metadata"]["labels"]["os.modelarts/billing.status"] for one in nodes(speaker)]
        assert told == ["1", "1", "0"]
        assert "controlMode" not in shown(speaker)["spec"]

    @pytest.mark.shows("ListPayPerUseCustomerResources.by-itself")
    @pytest.mark.usefixtures("grown")
    def test_the_pool_goes_with_the_last(self, speaker: Speaker, days: Move) -> None:
        days(22 + 63)
        assert speaker.get(POOL).status_code == 404

    def test_a_node_paid_by_use_keeps_the_pool(self, speaker: Speaker, days: Move, slowly: Any) -> None:
        speaker.post(POOLS, creation())
        slowly.tick(60)
        said = annotated(**MONTH, **{"auto.pay": "1"})
        more = {"spec": {"resources": [{"flavor": CPU, "count": 3}]}, "metadata": {"annotations": said}}
        speaker.patch(POOL, more)
        days(300)
        assert shown(speaker)["status"]["resources"] == {
            "available": [
                {
                    "flavor": CPU,
                    "count": 1,
                    "maxCount": 1,
                    "azs": shown(speaker)["status"]["resources"]["available"][0]["azs"],
                }
            ]
        }


class TestAutoRenewal:
    """It renews by itself, or is told to."""

    @pytest.mark.shows("AutoRenewalResources.renews")
    def test_a_pool_bought_so_goes_on(self, speaker: Speaker, days: Move) -> None:
        bought(speaker, {"auto.renew": "1"})
        first = queried(speaker)[0]
        days(100)
        assert statuses(speaker) == {2}
        later = queried(speaker)[0]
        assert first["expire_policy"] == later["expire_policy"] == 3
        assert first["expire_time"] < later["expire_time"]
        assert shown(speaker)["status"]["phase"] == "Running"

    @pytest.mark.shows("AutoRenewalResources.renews")
    def test_a_week_before_the_end_it_is_charged(self, speaker: Speaker, days: Move) -> None:
        document = bought(speaker, {"auto.renew": "1"})
        days(-7.5)
        assert speaker.get(f"{ORDERS}?order_type=2").json()["total_count"] == 0
        days(-6.5)
        [order] = speaker.get(f"{ORDERS}?order_type=2").json()["order_infos"]
        assert (order["status"], order["amount_after_discount"]) == (5, 360.0)
        every = speaker.get(ORDERS).json()["order_infos"]
        assert [one["order_id"] for one in every] == [order["order_id"], order_of(document)]
        line = speaker.get(f"{ORDERS}/details/{order['order_id']}").json()["order_line_items"][0]
        assert (line["subscription_num"], line["period_type"], line["period_num"]) == (2, 2, 1)
        assert (
            line["effective_time"]
            == speaker.get(f"{ORDERS}/details/{order_of(document)}").json()["order_line_items"][0]["expire_time"]
        )

    @pytest.mark.shows("AutoRenewalResources.computed")
    def test_a_renewal_is_the_same_whenever_it_is_asked_for(self, speaker: Speaker, days: Move) -> None:
        bought(speaker, {"auto.renew": "1"})
        days(0)
        [first] = speaker.get(f"{ORDERS}?order_type=2").json()["order_infos"]
        days(90)
        orders = speaker.get(f"{ORDERS}?order_type=2&order_by=createTime").json()["order_infos"]
        assert (orders[0], len(orders)) == (first, 4)
        assert BillingOrder.objects.count() == WorkOrder.objects.count() == 1

    def test_it_pays_for_the_nodes_and_the_pool(self, speaker: Speaker, days: Move) -> None:
        document = bought(speaker, {"auto.renew": "1"})
        days(0)
        [order] = speaker.get(f"{ORDERS}?order_type=2&status=5").json()["order_infos"]
        found = queried(speaker, order_id=order["order_id"], only_main_resource=1)
        assert [one["resource_id"] for one in found] == [resource_of(document), *node_resources(speaker)]

    def test_it_cannot_be_paid_or_cancelled(self, speaker: Speaker, days: Move) -> None:
        bought(speaker, {"auto.renew": "1"})
        days(0)
        [order] = speaker.get(f"{ORDERS}?order_type=2").json()["order_infos"]
        assert code(speaker.post(PAY, {"order_id": order["order_id"]})) == (400, "CBC.99003106")
        assert code(speaker.put(f"{ORDERS}/cancel", {"order_id": order["order_id"]})) == (400, "CBC.99005010")

    @pytest.mark.shows("AutoRenewalResources.renews", "ListOrders.period")
    def test_it_is_a_work_order_of_the_pool(self, speaker: Speaker, days: Move) -> None:
        bought(speaker, {"auto.renew": "1"})
        days(0)
        newest = works(speaker)[0]
        [order] = speaker.get(f"{ORDERS}?order_type=2").json()["order_infos"]
        assert (newest["orderId"], newest["phase"], newest["operation"]) == (order["order_id"], "successed", "modify")
        assert (newest["billingMode"], newest["periodType"], newest["periodNum"]) == ("1", "2", "1")
        items = speaker.get(f"{WORK_ORDERS}/{newest['orderName']}").json()["items"]
        assert [(one["action"], one["status"]) for one in items] == [("renew", "succeed")] * 2
        assert [one["resourceName"] for one in items] == [one["metadata"]["name"] for one in nodes(speaker)]

    @pytest.mark.parametrize(
        ("query", "there"),
        [
            ("", True),
            ("phase=successed", True),
            ("phase=failed", False),
            ("until=1", False),
            (f"involvedName={ident('other')}", False),
            ("workspaceId=0", True),
            ("workspaceId=nowhere", False),
            ("resource=nodes", False),
        ],
    )
    def test_its_work_order_is_narrowed_like_others(
        self, speaker: Speaker, days: Move, query: str, there: bool
    ) -> None:
        bought(speaker, {"auto.renew": "1"})
        days(0)
        listed = speaker.get(f"{WORK_ORDERS}?{query}").json()
        assert (listed["count"] > 0 and any(one["orderId"] != "" for one in listed["items"][:1])) == there

    def test_a_node_given_back_is_renewed_no_more(self, speaker: Speaker, days: Move) -> None:
        bought(speaker, {"auto.renew": "1"})
        days(-20)
        unsubscribe(speaker, node_resources(speaker)[0])
        days(0)
        [order] = speaker.get(f"{ORDERS}?order_type=2").json()["order_infos"]
        assert order["amount_after_discount"] == 180.0

    @pytest.mark.shows("AutoRenewalResources.switched", "CancelAutoRenewalResources.ends")
    def test_it_is_switched_on_and_off(self, speaker: Speaker, days: Move) -> None:
        pool = resource_of(bought(speaker))
        days(-10)
        assert speaker.call("POST", f"{AUTO_RENEW}/{pool}").status_code == 204
        assert {one["expire_policy"] for one in queried(speaker)} == {3}
        assert shown(speaker)["metadata"]["annotations"]["os.modelarts/auto.renew"] == "1"
        days(40)
        assert statuses(speaker) == {2}
        assert speaker.delete(f"{AUTO_RENEW}/{pool}").status_code == 204
        assert {one["expire_policy"] for one in queried(speaker)} == {0}
        days(90)
        assert speaker.get(POOL).status_code == 404

    @pytest.mark.shows("AutoRenewalResources.switched")
    def test_of_one_node_it_is_its_own(self, speaker: Speaker, days: Move) -> None:
        bought(speaker)
        days(-10)
        chosen = node_resources(speaker)[1]
        assert (
            speaker.post(f"{AUTO_RENEW}/{chosen}", {"auto_renew_times": 0, "period_type": "MONTH"}).status_code == 204
        )
        days(23)
        assert node_resources(speaker) == [chosen]
        assert shown(speaker)["spec"]["resources"][0]["count"] == 1

    @pytest.mark.shows("AutoRenewalResources.switched", "CancelAutoRenewalResources.off")
    def test_switching_on_again_changes_nothing_and_off_again_is_told(self, speaker: Speaker, days: Move) -> None:
        pool = resource_of(bought(speaker, {"auto.renew": "1"}))
        assert speaker.call("POST", f"{AUTO_RENEW}/{pool}").status_code == 204
        speaker.delete(f"{AUTO_RENEW}/{pool}")
        assert code(speaker.delete(f"{AUTO_RENEW}/{pool}")) == (400, "CBC.99003605")

    @pytest.mark.shows("AutoRenewalResources.expired")
    @pytest.mark.parametrize("day", [1, 8])
    def test_what_has_expired_cannot_be_switched_on(self, speaker: Speaker, days: Move, day: int) -> None:
        pool = resource_of(bought(speaker))
        days(day)
        assert code(speaker.call("POST", f"{AUTO_RENEW}/{pool}")) == (400, "CBC.99003602")

    @pytest.mark.shows("AutoRenewalResources.unknown")
    @pytest.mark.parametrize("resource", ["maos-nobody-abcde", "x", "maos-"])
    def test_what_nobody_bought_has_no_renewal(self, speaker: Speaker, resource: str) -> None:
        assert code(speaker.call("POST", f"{AUTO_RENEW}/{resource}")) == (400, "CBC.99003012")
        assert code(speaker.delete(f"{AUTO_RENEW}/{resource}")) == (400, "CBC.99003012")

    def test_strangers_switch_nothing(self, stranger: Speaker, speaker: Speaker) -> None:
        pool = resource_of(bought(speaker))
        assert code(stranger.call("POST", f"{AUTO_RENEW}/{pool}")) == (400, "CBC.99003012")

    @pytest.mark.shows("AutoRenewalResources.times")
    @pytest.mark.parametrize("body", [{"auto_renew_times": 3}, {"period_type": "DAY"}, {"auto_renew_times": "1"}, []])
    def test_it_renews_as_it_was_bought_and_no_otherwise(self, speaker: Speaker, body: object) -> None:
        pool = resource_of(bought(speaker))
        assert code(speaker.post(f"{AUTO_RENEW}/{pool}", body)) == (400, "CBC.0101")


class TestGivingRenewalsBack:
    """A renewal that was charged ahead can be given back alone."""

    @pytest.mark.shows("CancelResourcesSubscription.renewals")
    def test_it_is_given_back_and_the_pool_ends_when_it_would_have(self, speaker: Speaker, days: Move) -> None:
        pool = resource_of(bought(speaker, {"auto.renew": "1"}))
        days(-3)
        [renewal] = speaker.get(f"{ORDERS}?order_type=2").json()["order_infos"]
        [number] = unsubscribe(speaker, pool, kind=2).json()["order_ids"]
        infos = speaker.get(f"{REFUNDS}?order_id={number}").json()["refund_infos"]
        assert [(one["amount"], one["base_order_id"]) for one in infos] == [(-180.0, renewal["order_id"])] * 2
        assert speaker.get(f"{ORDERS}?order_type=2").json()["order_infos"] == [renewal]
        assert statuses(speaker) == {2}
        days(1)
        assert statuses(speaker) == {5}

    @pytest.mark.shows("CancelResourcesSubscription.renewals")
    def test_what_was_not_renewed_or_has_begun_cannot(self, speaker: Speaker, days: Move) -> None:
        pool = resource_of(bought(speaker, {"auto.renew": "1"}))
        for day in (-10, 1):
            days(day)
            assert code(unsubscribe(speaker, pool, kind=2)) == (400, "CBC.99003128")

    def test_of_one_node_it_is_its_own(self, speaker: Speaker, days: Move) -> None:
        bought(speaker, {"auto.renew": "1"})
        days(-3)
        first, second = node_resources(speaker)
        answer = unsubscribe(speaker, first, "x", kind=2).json()
        assert (len(answer["order_ids"]), answer["fail_resource_infos"][0]["error_code"]) == (1, "CBC.30000067")
        days(1)
        told = {one["resource_id"]: one["status"] for one in queried(speaker, resource_ids=[first, second])}
        assert told == {first: 5, second: 2}
