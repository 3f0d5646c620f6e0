"""What things cost is told before they are ordered, and is what an order for them comes to."""

from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject, HostedFlavor
from tests.endpoint.guests import POOLS, PROJECT, creation
from tests.endpoint.prepaid import CPU, ORDERS, annotated, code
from tests.endpoint.signed import Speaker

HOURLY = "/v2/bills/ratings/on-demand-resources"
PERIODIC = "/v2/bills/ratings/period-resources/subscribe-rate"
GPU, ONLY_PREPAID, ONLY_BY_USE = "modelarts.vm.gpu.v100.x1", "modelarts.bm.gpu.a800.x8", "modelarts.vm.gpu.t4.x1"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def product(spec: str = CPU, **more: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "cloud_service_type": "hws.service.type.modelarts",
        "resource_type": "hws.resource.type.modelarts",
        "resource_spec": spec,
        "region": "cn-north-4",
        "subscription_num": 1,
        **more,
    }


def hours(spec: str = CPU, **more: Any) -> dict[str, Any]:
    use = {"usage_factor": "Duration", "usage_value": 1, "usage_measure_id": 4}
    return product(spec, **{**use, "resource_size": 1, "size_measure_id": 14, **more})


def months(spec: str = CPU, **more: Any) -> dict[str, Any]:
    return product(spec, **{"period_type": 2, "period_num": 1, **more})


def ask(speaker: Speaker, path: str, *products: dict[str, Any], **more: Any) -> Any:
    return speaker.post(path, {"project_id": PROJECT, "product_infos": list(products), **more})


@pytest.mark.shows("ListOnDemandResourceRatings.hours")
def test_an_hour_of_use_is_told_for_each_product_and_in_all(speaker: Speaker) -> None:
    told = ask(speaker, HOURLY, hours(subscription_num=2), hours(GPU, id="2", usage_value=1.5)).json()
    assert [(one["id"], one["amount"]) for one in told["product_rating_results"]] == [("1", 0.75), ("2", 4.53)]
    assert (told["amount"], told["official_website_amount"], told["discount_amount"]) == (5.28, 5.28, 0)
    assert (told["currency"], told["measure_id"]) == ("CNY", 1)


@pytest.mark.shows("ListOnDemandResourceRatings.precision")
def test_ten_decimals_are_told_if_asked_for(speaker: Speaker) -> None:
    assert ask(speaker, HOURLY, hours(GPU)).json()["amount"] == 3.02
    assert ask(speaker, HOURLY, hours(GPU), inquiry_precision=1).json()["amount"] == 3.0208333333


@pytest.mark.shows("ListRateOnPeriodDetail.as-ordered")
@pytest.mark.parametrize(
    ("period", "said"),
    [
        ({"period_type": 2, "period_num": 1}, {"period.type": "2", "period.num": "1"}),
        ({"period_type": 2, "period_num": 9}, {"period.type": "2", "period.num": "9"}),
        ({"period_type": 3, "period_num": 2}, {"period.type": "3", "period.num": "2"}),
    ],
)
def test_an_order_costs_what_was_told(speaker: Speaker, period: dict[str, Any], said: dict[str, str]) -> None:
    told = ask(speaker, PERIODIC, months(subscription_num=3, **period), months(GPU, id="2", **period)).json()
    resources = [{"flavor": CPU, "count": 3}, {"flavor": GPU, "count": 1}]
    annotations = annotated(**{"billing.mode": "1", **said})
    assert speaker.post(POOLS, creation(annotations=annotations, resources=resources)).status_code == 200
    [order] = speaker.get(ORDERS).json()["order_infos"]
    assert told["official_website_rating_result"]["official_website_amount"] == order["official_amount"]
    assert told["currency"] == order["currency"]
    lines = speaker.get(f"{ORDERS}/details/{order['order_id']}").json()["order_line_items"]
    rated = told["official_website_rating_result"]["product_rating_results"]
    assert [one["official_website_amount"] for one in rated] == [line["official_amount"] for line in lines]


@pytest.mark.shows("ListOnDemandResourceRatings.not-sold", "ListRateOnPeriodDetail.not-sold")
@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (HOURLY, hours("modelarts.vm.nothing")),
        (HOURLY, hours(ONLY_PREPAID)),
        (HOURLY, hours(cloud_service_type="hws.service.type.ecs")),
        (PERIODIC, months("modelarts.vm.nothing")),
        (PERIODIC, months(ONLY_BY_USE)),
        (PERIODIC, months(resource_type="hws.resource.type.vm")),
        (PERIODIC, months(period_type=0)),
        (PERIODIC, months(period_type=4)),
        (PERIODIC, months(period_num=10)),
        (PERIODIC, months(period_type=3, period_num=4)),
    ],
)
def test_what_is_not_sold_so_is_not_found(speaker: Speaker, path: str, asked: dict[str, Any]) -> None:
    assert code(ask(speaker, path, asked)) == (400, "CBC.99006006")


@pytest.mark.shows("ListOnDemandResourceRatings.counted")
@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (hours(usage_measure_id=10), "CBC.99006050"),
        (hours(usage_factor="upflow"), "CBC.99006074"),
        (hours("modelarts.bm.npu.arm.8snt9b", subscription_num=100_000, usage_value=1_000_000), "CBC.99006055"),
    ],
)
def test_what_is_counted_otherwise_or_beyond_measure_is_told(speaker: Speaker, asked: dict[str, Any], why: str) -> None:
    assert code(ask(speaker, HOURLY, asked)) == (400, why)


@pytest.mark.shows("ListOnDemandResourceRatings.nonsense")
@pytest.mark.parametrize(
    "body",
    [
        {"project_id": PROJECT, "product_infos": []},
        {"project_id": PROJECT},
        {"product_infos": [hours()]},
        {"project_id": "0" * 32, "product_infos": [hours()]},
        {"project_id": PROJECT, "product_infos": [hours(), hours()]},
        {"project_id": PROJECT, "product_infos": [hours(subscription_num=0)]},
        {"project_id": PROJECT, "product_infos": [hours(subscription_num="1")]},
        {"project_id": PROJECT, "product_infos": [hours(usage_value=-1)]},
        {"project_id": PROJECT, "product_infos": [hours(usage_value=True)]},
        {"project_id": PROJECT, "product_infos": [hours()] * 101},
        {"project_id": PROJECT, "product_infos": [hours()], "inquiry_precision": 2},
        [],
    ],
)
def test_what_makes_no_sense_is_an_invalid_parameter(speaker: Speaker, body: object) -> None:
    assert code(speaker.post(HOURLY, body)) == (400, "CBC.0101")


@pytest.mark.shows("ListRateOnPeriodDetail.whose")
def test_another_account_has_another_price_list(stranger: Speaker) -> None:
    assert code(ask(stranger, PERIODIC, months())) == (400, "CBC.0101")


def test_another_price_is_told_at_once(speaker: Speaker) -> None:
    HostedFlavor.objects.filter(name=CPU).update(monthly_price=960)
    assert ask(speaker, HOURLY, hours()).json()["amount"] == 2.0


class TestRebates:
    """There are no coupons and no discounts here."""

    @pytest.fixture
    def number(self, speaker: Speaker) -> str:
        document = speaker.post(POOLS, creation(), headers={"request-type": "console"}).json()
        return str(document["metadata"]["annotations"]["os.modelarts/order.id"])

    @pytest.mark.shows("ListOrderCouponsByOrderId.none", "ListOrderDiscounts.none")
    def test_the_lists_for_an_order_are_empty(self, speaker: Speaker, number: str) -> None:
        coupons = speaker.get(f"{ORDERS}/order-coupons?order_id={number}").json()
        assert coupons == {"count": 0, "user_coupons": [], "coupon_max_use_quantity": []}
        assert speaker.get(f"{ORDERS}/order-discounts?order_id={number}").json() == {"discounts": []}

    @pytest.mark.shows("ListOrderCouponsByOrderId.none", "ListOrderDiscounts.none")
    @pytest.mark.parametrize("kind", ["order-coupons", "order-discounts"])
    def test_an_order_nobody_made_has_no_list(
        self, speaker: Speaker, stranger: Speaker, number: str, kind: str
    ) -> None:
        assert code(speaker.get(f"{ORDERS}/{kind}?order_id=CS0")) == (400, "CBC.30000010")
        assert code(speaker.get(f"{ORDERS}/{kind}")) == (400, "CBC.30000010")
        assert code(stranger.get(f"{ORDERS}/{kind}?order_id={number}")) == (400, "CBC.30000010")
