"""The official billing client against the real HTTP server: what was bought is listed, renewed, given back."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkbss import v2 as bss
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkmodelarts import v1 as modelarts

from tests.endpoint.guests import PROJECT, ident
from tests.endpoint.test_official_sdk import creation, shown


@pytest.fixture
def bought(sdk: tuple[Any, Any]) -> list[str]:
    """A pool of two nodes paid for a month: its resource, then theirs."""
    pools, _ = sdk
    pools.create_pool(creation(os_modelarts_auto_pay="true"))
    own = shown(pools).metadata.labels.os_modelarts_resource_id
    nodes = pools.list_pool_nodes(modelarts.ListPoolNodesRequest(pool_name=ident())).items
    return [own, *(node.metadata.labels.os_modelarts_resource_id for node in nodes)]


def resources(billing: Any, **query: Any) -> Any:
    request = bss.ListPayPerUseCustomerResourcesRequest(body=bss.QueryResourcesReq(limit=100, **query))
    return billing.list_pay_per_use_customer_resources(request)


def unsubscribed(billing: Any, *idents: str) -> Any:
    body = bss.UnsubscribeResourcesReq(
        resource_ids=list(idents), unsubscribe_type=1, unsubscribe_reason_type=5, unsubscribe_reason="a rehearsal"
    )
    return billing.cancel_resources_subscription(bss.CancelResourcesSubscriptionRequest(body=body))


@pytest.mark.shows("ListPayPerUseCustomerResources.parses")
def test_what_was_bought_is_listed(sdk: tuple[Any, Any], bought: list[str]) -> None:
    _, billing = sdk
    [order] = billing.list_customer_orders(bss.ListCustomerOrdersRequest()).order_infos
    found = resources(billing, order_id=order.order_id, only_main_resource=1, status_list=[2])
    assert [one.resource_id for one in found.data] == bought
    assert {(one.status, one.expire_policy, one.is_main_resource) for one in found.data} == {(2, 0, 1)}
    assert found.data[0].effective_time < found.data[0].expire_time


@pytest.mark.shows("AutoRenewalResources.parses", "CancelAutoRenewalResources.parses")
def test_auto_renewal_is_switched(sdk: tuple[Any, Any], bought: list[str]) -> None:
    _, billing = sdk
    billing.auto_renewal_resources(bss.AutoRenewalResourcesRequest(resource_id=bought[0]))
    assert resources(billing, resource_ids=bought[:1]).data[0].expire_policy == 3
    billing.cancel_auto_renewal_resources(bss.CancelAutoRenewalResourcesRequest(resource_id=bought[0]))
    assert resources(billing, resource_ids=bought[:1]).data[0].expire_policy == 0
    with pytest.raises(ClientRequestException) as off:
        billing.cancel_auto_renewal_resources(bss.CancelAutoRenewalResourcesRequest(resource_id=bought[0]))
    assert (off.value.status_code, off.value.error_code) == (400, "CBC.99003605")


@pytest.mark.shows("CancelResourcesSubscription.parses", "ShowRefundOrderDetails.parses")
def test_nodes_and_the_pool_are_given_back(sdk: tuple[Any, Any], bought: list[str]) -> None:
    pools, billing = sdk
    outcome = unsubscribed(billing, bought[1], "nobody")
    [number] = outcome.order_ids
    assert [one.error_code for one in outcome.fail_resource_infos] == ["CBC.30000067"]
    details = billing.show_customer_order_details(bss.ShowCustomerOrderDetailsRequest(order_id=number))
    assert (details.order_info.order_type, details.order_info.status) == (4, 5)
    refunds = billing.show_refund_order_details(bss.ShowRefundOrderDetailsRequest(order_id=number)).refund_infos
    assert refunds[0].amount < 0
    assert (
        refunds[0].base_order_id
        == billing.list_customer_orders(bss.ListCustomerOrdersRequest(order_type="1")).order_infos[0].order_id
    )

    assert len(unsubscribed(billing, bought[0]).order_ids) == 1
    with pytest.raises(ClientRequestException) as gone:
        shown(pools)
    assert gone.value.status_code == 404
    with pytest.raises(ClientRequestException) as again:
        unsubscribed(billing, bought[0])
    assert (again.value.status_code, again.value.error_code) == (400, "CBC.30000067")
    assert resources(billing, status_list=[2]).total_count == 0


PRODUCT = {
    "id": "1",
    "cloud_service_type": "hws.service.type.modelarts",
    "resource_type": "hws.resource.type.modelarts",
    "resource_spec": "modelarts.vm.gpu.v100.x1",
    "region": "cn-north-4",
    "subscription_num": 2,
}


@pytest.mark.shows("ListOnDemandResourceRatings.parses", "ListRateOnPeriodDetail.parses")
def test_prices_are_asked_for_and_are_what_is_paid(sdk: tuple[Any, Any], bought: list[str]) -> None:
    _, billing = sdk
    hour = bss.DemandProductInfo(
        **PRODUCT, usage_factor="Duration", usage_value=1, usage_measure_id=4, resource_size=1, size_measure_id=14
    )
    hourly = billing.list_on_demand_resource_ratings(
        bss.ListOnDemandResourceRatingsRequest(body=bss.RateOnDemandReq(project_id=PROJECT, product_infos=[hour]))
    )
    assert (float(hourly.amount), hourly.product_rating_results[0].id) == (6.04, "1")
    month = bss.PeriodProductInfo(**PRODUCT, period_type=2, period_num=1)
    monthly = billing.list_rate_on_period_detail(
        bss.ListRateOnPeriodDetailRequest(body=bss.RateOnPeriodReq(project_id=PROJECT, product_infos=[month]))
    )
    [order] = billing.list_customer_orders(bss.ListCustomerOrdersRequest()).order_infos
    assert float(monthly.official_website_rating_result.official_website_amount) == order.official_amount
    assert hourly.currency == monthly.currency == order.currency


@pytest.mark.shows("ListOrderCouponsByOrderId.parses", "ListOrderDiscounts.parses")
def test_rebates_for_an_order_are_listed(sdk: tuple[Any, Any]) -> None:
    pools, billing = sdk
    pools.create_pool(creation())
    order_id = shown(pools).metadata.annotations.os_modelarts_order_id
    coupons = billing.list_order_coupons_by_order_id(bss.ListOrderCouponsByOrderIdRequest(order_id=order_id))
    discounts = billing.list_order_discounts(bss.ListOrderDiscountsRequest(order_id=order_id))
    assert (coupons.count, coupons.user_coupons, discounts.discounts) == (0, [], [])


@pytest.mark.shows("CreateOrderId.parses")
def test_a_pool_is_made_monthly(sdk: tuple[Any, Any]) -> None:
    pools, billing = sdk
    pools.create_pool(creation(os_modelarts_billing_mode="0", os_modelarts_period_type="", os_modelarts_period_num=""))
    body = modelarts.CreateOrderRequestBody(action_type="toPeriod")
    asked = modelarts.CreateOrderIdRequest(name=ident(), action_type="toPeriod", workspace_id="0", body=body)
    number = pools.create_order_id(asked).id
    pay = bss.PayCustomerOrderV3Req(order_id=number, use_coupon="NO", use_discount="NO")
    billing.pay_orders(bss.PayOrdersRequest(body=pay))
    assert shown(pools).metadata.annotations.os_modelarts_billing_mode == "1"
    assert len(resources(billing, order_id=number, only_main_resource=1).data) == 3
