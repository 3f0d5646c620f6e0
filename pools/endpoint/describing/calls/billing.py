"""The billing centre."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.endpoint.views.billing import OrderAsked, OrdersAsked, Page
from pools.wire.errors import Code
from pools.wire.orders import (
    BillingOrderDetail,
    BillingOrderList,
    CouponList,
    DiscountList,
    OrderCancellation,
    OrderPayment,
    ServiceTypeList,
)
from pools.wire.prices import DemandInquiry, DemandRating, PeriodInquiry, PeriodRating
from pools.wire.subscriptions import (
    AutoRenewal,
    RefundList,
    ResourceQuery,
    SubscribedResourceList,
    Unsubscription,
    UnsubscriptionOutcome,
)
from pools.wire.words import words

_MONEY = (Code.BILLING_BALANCE, Code.BILLING_CAPACITY)
_PAYMENT = (*_MONEY, Code.BILLING_NO_SUCH_ORDER, Code.BILLING_NOT_PAYABLE, Code.BILLING_TOO_LATE)
_PRICES = (Code.BILLING_NO_PRODUCT, Code.BILLING_AMOUNT)
_PRODUCT = {
    "id": "1",
    "cloud_service_type": "hws.service.type.modelarts",
    "resource_type": "hws.resource.type.modelarts",
    "resource_spec": "modelarts.vm.cpu.8ud",
    "region": "cn-north-4",
    "subscription_num": 2,
}

SECTION = Section(
    words("Billing"),
    words(
        "The orders of an account and what they paid for: paying, cancelling, renewing, giving back. "
        "Any credentials of the account do."
    ),
    {
        "ListCustomerOrders": Call(
            says=words("List billing orders"),
            more=words("Newest first."),
            query=OrdersAsked,
            answer=BillingOrderList,
            example={"query": {"limit": 1}},
        ),
        "ShowCustomerOrderDetails": Call(
            says=words("Show a billing order"),
            query=Page,
            answer=BillingOrderDetail,
            refuses=(Code.BILLING_NO_SUCH_ORDER,),
        ),
        "PayOrders": Call(
            says=words("Pay a billing order"),
            more=words(
                "Of a pay-per-use order: its approval. The pool, or the change of one, that waited for it begins."
            ),
            body=OrderPayment,
            status=204,
            refuses=_PAYMENT,
            example={"body": {"order_id": "{order_id}", "use_coupon": "NO", "use_discount": "NO"}},
        ),
        "PayOrdersV2": Call(
            says=words("Pay a billing order, in the older form"),
            body=OrderPayment,
            status=204,
            refuses=_PAYMENT,
            example={"body": {"order_id": "{order_id}"}},
        ),
        "CancelCustomerOrder": Call(
            says=words("Cancel a billing order"),
            more=words(
                "Only one that waits to be paid. Its pool becomes CreationFailed; nodes that it would have added "
                "do not come."
            ),
            body=OrderCancellation,
            status=204,
            refuses=(Code.BILLING_NO_SUCH_ORDER, Code.BILLING_NOT_CANCELLABLE),
            example={"body": {"order_id": "{order_id}"}},
        ),
        "ListOrderCouponsByOrderId": Call(
            says=words("List the coupons for an order"),
            more=words("There are none here."),
            query=OrderAsked,
            answer=CouponList,
            refuses=(Code.BILLING_NO_SUCH_ORDER,),
            example={"query": {"order_id": "{order_id}"}},
        ),
        "ListOrderDiscounts": Call(
            says=words("List the discounts for an order"),
            more=words("There are none here."),
            query=OrderAsked,
            answer=DiscountList,
            refuses=(Code.BILLING_NO_SUCH_ORDER,),
            example={"query": {"order_id": "{order_id}"}},
        ),
        "ListOnDemandResourceRatings": Call(
            says=words("Ask what nodes cost by use"),
            body=DemandInquiry,
            answer=DemandRating,
            refuses=(Code.BILLING_USAGE_FACTOR, Code.BILLING_USAGE_UNIT, *_PRICES),
            example={
                "body": {
                    "project_id": "{project_id}",
                    "product_infos": [
                        {**_PRODUCT, "usage_factor": "Duration", "usage_value": 1, "usage_measure_id": 4}
                    ],
                }
            },
        ),
        "ListRateOnPeriodDetail": Call(
            says=words("Ask what nodes cost by the month or year"),
            more=words("An order for them then comes to the same."),
            body=PeriodInquiry,
            answer=PeriodRating,
            refuses=_PRICES,
            example={
                "body": {
                    "project_id": "{project_id}",
                    "product_infos": [{**_PRODUCT, "period_type": 2, "period_num": 1}],
                }
            },
        ),
        "ShowRefundOrderDetails": Call(
            says=words("Show what an unsubscription gave back"),
            more=words("For every term of every resource: what was given back, and what had been used."),
            query=OrderAsked,
            answer=RefundList,
            refuses=(Code.BILLING_NO_SUCH_ORDER,),
            example={"query": {"order_id": "{order_id}"}},
        ),
        "ListPayPerUseCustomerResources": Call(
            says=words("List what is paid for by the month or year"),
            more=words("Pools and their nodes; flavors are parts of their pool. The newest pools first."),
            body=ResourceQuery,
            answer=SubscribedResourceList,
            refuses=(Code.BILLING_NO_SUCH_ORDER,),
            example={"body": {"only_main_resource": 1, "status_list": [2]}},
        ),
        "CancelResourcesSubscription": Call(
            says=words("Unsubscribe from nodes and pools"),
            more=words(
                "Each goes with an order of its own. The last node takes its pool with it, a pool's own resource "
                "everything. It is refused where nothing could be given back; else what could not is in the answer."
            ),
            body=Unsubscription,
            answer=UnsubscriptionOutcome,
            refuses=(
                Code.BILLING_RESOURCE_GONE,
                Code.BILLING_LOCKED,
                Code.BILLING_FROZEN,
                Code.BILLING_NOT_RENEWED,
            ),
            example={"body": {"resource_ids": ["{resource_id}", "maos-nobody-abcde"], "unsubscribe_type": 1}},
        ),
        "AutoRenewalResources": Call(
            says=words("Switch auto-renewal on"),
            more=words("Of a pool: of all its nodes that are paid for. It is charged a week before the period ends."),
            body=AutoRenewal,
            body_may_lack=True,
            status=204,
            refuses=(Code.BILLING_NO_SUCH_RESOURCE, Code.BILLING_NOT_RENEWABLE),
            example={"body": {"auto_renew_times": 0}},
        ),
        "CancelAutoRenewalResources": Call(
            says=words("Switch auto-renewal off"),
            status=204,
            refuses=(Code.BILLING_NO_SUCH_RESOURCE, Code.BILLING_NOT_RENEWING),
        ),
        "ListServiceTypes": Call(says=words("List what can be bought"), query=Page, answer=ServiceTypeList),
    },
)
