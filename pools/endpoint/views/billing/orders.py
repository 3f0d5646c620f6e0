"""The orders of an account: listed, shown, paid and cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock, paying, pricing, renewals
from pools.endpoint.errors import Refused
from pools.endpoint.models import BillingOrder, HostedPool, HostedPoolQuerySet
from pools.endpoint.transport import AccountView
from pools.endpoint.views.billing.asking import (
    SERVICE,
    TIME,
    BillingView,
    OrderAsked,
    OrdersAsked,
    Page,
    asked,
    invalid,
    no_such_order,
    read,
)
from pools.wire.enums import BillingStatus
from pools.wire.errors import Code
from pools.wire.orders import OrderCancellation, OrderPayment


class Orders(BillingView):
    """`GET /v2/orders/customer-orders`, newest first."""

    operations = {"get": "ListCustomerOrders"}

    def get(self, request: Request) -> Response:
        query = asked(OrdersAsked, request)
        first, last = query.offset, query.offset + query.limit
        written = self._matching(query)
        renewed = [one for one in self._renewed() if _is_meant(one, query)] if self._is_here(query) else []
        if query.status is None and not renewed:
            total, page = written.count(), list(written[first:last])
        else:
            # What status an order has, and what was renewed, depends on the time: the database cannot choose.
            found = sorted(
                [one for one in (*renewed, *written) if query.status in {None, status_of(one)}],
                key=lambda one: one.created_at,
                reverse=query.order_by != "createTime",
            )
            total, page = len(found), found[first:last]
        return Response({"total_count": total, "order_infos": [told(order) for order in page]})

    def _is_here(self, query: OrdersAsked) -> bool:
        """Whether orders of this account and service can be meant at all."""
        own = query.customer_id in {None, self.caller.account.domain_id}
        return own and query.service_type_code in {None, SERVICE["service_type_code"]}

    def _matching(self, query: OrdersAsked) -> QuerySet[BillingOrder]:
        orders = _orders_of(self).defer("pool__document", "pool__zones", "pool__drivers")
        if not self._is_here(query):
            return orders.none()
        wanted = {
            "order_id": query.order_id,
            "order_type": query.order_type,
            "created_at__gte": query.create_time_begin,
            "created_at__lte": query.create_time_end,
            "paid_at__gte": query.payment_time_begin,
            "paid_at__lte": query.payment_time_end,
        }
        orders = orders.filter(**{key: value for key, value in wanted.items() if value is not None})
        return orders.reverse() if query.order_by == "createTime" else orders

    def _renewed(self) -> Iterator[BillingOrder]:
        yield from (one.bill for one in renewals.among(_pools_of(self)))


def _is_meant(order: BillingOrder, query: OrdersAsked) -> bool:
    """Whether an order that stands in no table is what is asked for."""
    begins, ends = (
        [at for at in some if at is not None]
        for some in (
            (query.create_time_begin, query.payment_time_begin),
            (query.create_time_end, query.payment_time_end),
        )
    )
    at = order.created_at
    return (
        query.order_id in {None, order.order_id}
        and query.order_type in {None, order.order_type}
        and all(begin <= at for begin in begins)
        and all(at <= end for end in ends)
    )


class OrderDetails(BillingView):
    """`GET /v2/orders/customer-orders/details/{order_id}`."""

    operations = {"get": "ShowCustomerOrderDetails"}

    def get(self, request: Request, order_id: str) -> Response:
        page = asked(Page, request)
        order = find(self, order_id)
        lines = _lines(order)
        shown = lines[page.offset : page.offset + page.limit]
        info = told(order) | {"pending_payment_end_time": f"{order.deadline:{TIME}}"}
        return Response({"total_count": len(lines), "order_info": info, "order_line_items": shown})


class Payment(BillingView):
    """`POST /v3/orders/customer-orders/pay`. Of a pay-per-use order: its approval."""

    operations = {"post": "PayOrders"}

    def post(self, request: Request) -> Response:
        payment = read(OrderPayment, request)
        _refuse_rebates(payment)
        try:
            paying.pay(find(self, payment.order_id))
        except paying.TooLate:
            raise Refused(400, Code.BILLING_TOO_LATE, "The deadline for paying the order has passed.") from None
        except paying.BalanceInsufficient:
            raise Refused(400, Code.BILLING_BALANCE, "The balance of the account is insufficient.") from None
        except paying.CapacityInsufficient:
            raise Refused(400, Code.BILLING_CAPACITY, "What was ordered is sold out.") from None
        except paying.NotPayable:
            raise Refused(
                400, Code.BILLING_NOT_PAYABLE, "The status of the order has changed; it cannot be paid."
            ) from None
        return Response(status=204)


class OlderPayment(Payment):
    """`POST /v2/orders/customer-orders/pay`, the older form."""

    operations = {"post": "PayOrdersV2"}


class Cancellation(BillingView):
    """`PUT /v2/orders/customer-orders/cancel`: only an order that awaits payment."""

    operations = {"put": "CancelCustomerOrder"}

    def put(self, request: Request) -> Response:
        cancellation = read(OrderCancellation, request)
        try:
            paying.cancel(find(self, cancellation.order_id))
        except paying.NotCancellable:
            raise Refused(
                400, Code.BILLING_NOT_CANCELLABLE, "The status of the order does not allow cancelling it."
            ) from None
        return Response(status=204)


class Coupons(BillingView):
    """`GET /v2/orders/customer-orders/order-coupons`: those that an order could be paid with; there are none here."""

    operations = {"get": "ListOrderCouponsByOrderId"}

    def get(self, request: Request) -> Response:
        find(self, asked(OrderAsked, request).order_id)
        return Response({"count": 0, "user_coupons": [], "coupon_max_use_quantity": []})


class Discounts(BillingView):
    """`GET /v2/orders/customer-orders/order-discounts`: those that an order could be paid with; there are none here."""

    operations = {"get": "ListOrderDiscounts"}

    def get(self, request: Request) -> Response:
        find(self, asked(OrderAsked, request).order_id)
        return Response({"discounts": []})


class ServiceTypes(BillingView):
    """`GET /v2/products/service-types`: what can be bought here."""

    operations = {"get": "ListServiceTypes"}

    def get(self, request: Request) -> Response:
        page = asked(Page, request)
        kinds = [{**SERVICE, "abbreviation": "ModelArts"}]
        return Response({"total_count": 1, "service_types": kinds[page.offset : page.offset + page.limit]})


def _orders_of(view: AccountView) -> QuerySet[BillingOrder]:
    orders = BillingOrder.objects.filter(project__account=view.caller.account)
    return orders.select_related("pool", "project__account", "work_order__change")


def _pools_of(view: AccountView) -> HostedPoolQuerySet:
    return HostedPool.objects.filter(project__account=view.caller.account)


def find(view: AccountView, order_id: str) -> BillingOrder:
    """The account's order of this number, be it a renewal that nobody placed. Raises `Refused` (CBC.30000010)."""
    order = _orders_of(view).filter(order_id=order_id).first()
    if order is not None:
        return order
    for renewal in renewals.among(_pools_of(view)):
        if renewal.order_id == order_id:
            return renewal.bill
    raise no_such_order()


def status_of(order: BillingOrder) -> BillingStatus:
    return order.status_at(clock.now(order.project))


def _refuse_rebates(payment: OrderPayment) -> None:
    """There are no coupons and discounts to be had here; asking for one is an error."""
    for name, value in {"use_coupon": payment.use_coupon, "use_discount": payment.use_discount}.items():
        if value != "NO":
            raise invalid(f"{name}: the account has none; say NO.")


def told(order: BillingOrder) -> dict[str, Any]:
    """The order as lists tell it."""
    info: dict[str, Any] = {
        "order_id": order.order_id,
        "customer_id": order.project.account.domain_id,
        **SERVICE,
        "source_type": 1,
        "status": status_of(order).value,
        "order_type": order.order_type,
        "amount_after_discount": float(order.amount),
        "official_amount": float(order.amount),
        "measure_id": 1,
        "currency": pricing.CURRENCY,
        "create_time": f"{order.created_at:{TIME}}",
        "amount_info": {"discounts": []},
    }
    return info | ({"payment_time": f"{order.paid_at:{TIME}}"} if order.paid_at else {})


def _lines(order: BillingOrder) -> list[dict[str, Any]]:
    """What the order is for, line by line."""
    times: dict[str, Any] = {}
    if order.period_num:
        times = {"period_type": int(order.period_type), "period_num": order.period_num}
        if order.paid_at:
            begins, ends = order.period
            times |= {"effective_time": f"{begins:{TIME}}", "expire_time": f"{ends:{TIME}}"}
    return [
        {
            "order_line_item_id": f"{order.order_id}-{number:06d}",
            "order_id": order.order_id,
            **SERVICE,
            "product_id": line["product"],
            "product_spec_desc": line["product"],
            "subscription_num": line["count"],
            "amount_after_discount": float(line["amount"]),
            "official_amount": float(line["amount"]),
            "currency": pricing.CURRENCY,
            **times,
        }
        for number, line in enumerate(order.lines, start=1)
    ]
