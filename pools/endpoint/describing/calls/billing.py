"""The billing centre."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.endpoint.views.billing import OrdersAsked, Page
from pools.wire.errors import Code
from pools.wire.orders import BillingOrderDetail, BillingOrderList, OrderCancellation, OrderPayment, ServiceTypeList
from pools.wire.words import words

_PAYMENT = (Code.BILLING_NO_SUCH_ORDER, Code.BILLING_NOT_PAYABLE, Code.BILLING_TOO_LATE, Code.BILLING_BALANCE)

SECTION = Section(
    words("Billing"),
    words("The orders of an account: what they cost, paying and cancelling them. Any credentials of the account do."),
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
            more=words("Of a pay-per-use order: its approval. The pool that waited begins to be made."),
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
            more=words("Only one that waits to be paid. Its pool becomes CreationFailed."),
            body=OrderCancellation,
            status=204,
            refuses=(Code.BILLING_NO_SUCH_ORDER, Code.BILLING_NOT_CANCELLABLE),
            example={"body": {"order_id": "{order_id}"}},
        ),
        "ListServiceTypes": Call(says=words("List what can be bought"), query=Page, answer=ServiceTypeList),
    },
)
