"""The billing centre: the orders of an account, paying them and cancelling them.

An order belongs to the account, so any credentials of the account will do, whatever project they are for.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from django.db.models import QuerySet
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock, hosting, pricing
from pools.endpoint.errors import Refused
from pools.endpoint.models import BillingOrder
from pools.endpoint.transport import AccountView, document
from pools.wire.enums import PeriodType
from pools.wire.errors import Code
from pools.wire.orders import OrderCancellation, OrderPayment
from pools.wire.reading import Malformed, read_plainly
from pools.wire.shape import Shape

S = TypeVar("S", bound=Shape)
Q = TypeVar("Q", bound=BaseModel)

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_SERVICE = {"service_type_code": "hws.service.type.modelarts", "service_type_name": "ModelArts"}


def _moment(text: object) -> datetime:
    return datetime.strptime(str(text), _TIME).replace(tzinfo=UTC)


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Page(BaseModel):
    """Which part of a list is asked for."""

    limit: int = Field(10, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10**9)


class OrdersAsked(Page):
    """The query of the list of orders."""

    order_id: str | None = None
    customer_id: str | None = None
    service_type_code: str | None = None
    status: int | None = None
    order_type: Annotated[int, Field(ge=0, le=10**6)] | None = None
    create_time_begin: Moment | None = None
    create_time_end: Moment | None = None
    payment_time_begin: Moment | None = None
    payment_time_end: Moment | None = None
    order_by: Literal["createTime", "-createTime"] = "-createTime"


class Orders(AccountView):
    """`GET /v2/orders/customer-orders`, newest first."""

    operations = {"get": "ListCustomerOrders"}

    def get(self, request: Request) -> Response:
        asked = _asked(OrdersAsked, request)
        first, last = asked.offset, asked.offset + asked.limit
        orders = self._matching(asked)
        if asked.status is None:
            total, page = orders.count(), list(orders[first:last])
        else:
            # What status an order has depends on the time, so the database cannot choose.
            found = [order for order in orders if order.status_at(clock.now(order.project)) == asked.status]
            total, page = len(found), found[first:last]
        return Response({"total_count": total, "order_infos": [_told(order) for order in page]})

    def _matching(self, asked: OrdersAsked) -> QuerySet[BillingOrder]:
        orders = _orders_of(self).defer("pool__document", "pool__zones", "pool__drivers")
        others = asked.customer_id not in {None, self.caller.account.domain_id}
        if others or not _is_ours(asked):
            return orders.none()
        wanted = {
            "order_id": asked.order_id,
            "order_type": asked.order_type,
            "created_at__gte": asked.create_time_begin,
            "created_at__lte": asked.create_time_end,
            "paid_at__gte": asked.payment_time_begin,
            "paid_at__lte": asked.payment_time_end,
        }
        orders = orders.filter(**{key: value for key, value in wanted.items() if value is not None})
        return orders.reverse() if asked.order_by == "createTime" else orders


class OrderDetails(AccountView):
    """`GET /v2/orders/customer-orders/details/{order_id}`."""

    operations = {"get": "ShowCustomerOrderDetails"}

    def get(self, request: Request, order_id: str) -> Response:
        page = _asked(Page, request)
        order = _order(self, order_id)
        lines = _lines(order)
        shown = lines[page.offset : page.offset + page.limit]
        told = _told(order) | {"pending_payment_end_time": f"{order.deadline:{_TIME}}"}
        return Response({"total_count": len(lines), "order_info": told, "order_line_items": shown})


class Payment(AccountView):
    """`POST /v3/orders/customer-orders/pay`. Of a pay-per-use order: its approval."""

    operations = {"post": "PayOrders"}

    def post(self, request: Request) -> Response:
        asked = _read(OrderPayment, request)
        _refuse_rebates(asked)
        try:
            hosting.pay(_order(self, asked.order_id))
        except hosting.TooLate:
            raise Refused(400, Code.BILLING_TOO_LATE, "The deadline for paying the order has passed.") from None
        except hosting.BalanceInsufficient:
            raise Refused(400, Code.BILLING_BALANCE, "The balance of the account is insufficient.") from None
        except hosting.NotPayable:
            raise Refused(
                400, Code.BILLING_NOT_PAYABLE, "The status of the order has changed; it cannot be paid."
            ) from None
        return Response(status=204)


class OlderPayment(Payment):
    """`POST /v2/orders/customer-orders/pay`, the older form."""

    operations = {"post": "PayOrdersV2"}


class Cancellation(AccountView):
    """`PUT /v2/orders/customer-orders/cancel`: only an order that awaits payment."""

    operations = {"put": "CancelCustomerOrder"}

    def put(self, request: Request) -> Response:
        asked = _read(OrderCancellation, request)
        try:
            hosting.cancel(_order(self, asked.order_id))
        except hosting.NotCancellable:
            raise Refused(
                400, Code.BILLING_NOT_CANCELLABLE, "The status of the order does not allow cancelling it."
            ) from None
        return Response(status=204)


class ServiceTypes(AccountView):
    """`GET /v2/products/service-types`: what can be bought here."""

    operations = {"get": "ListServiceTypes"}

    def get(self, request: Request) -> Response:
        page = _asked(Page, request)
        kinds = [{**_SERVICE, "abbreviation": "ModelArts"}]
        return Response({"total_count": 1, "service_types": kinds[page.offset : page.offset + page.limit]})


def _orders_of(view: AccountView) -> QuerySet[BillingOrder]:
    return BillingOrder.objects.filter(project__account=view.caller.account).select_related("pool", "project__account")


def _order(view: AccountView, order_id: str) -> BillingOrder:
    order = _orders_of(view).filter(order_id=order_id).first()
    if order is None:
        raise Refused(400, Code.BILLING_NO_SUCH_ORDER, "The order does not exist.")
    return order


def _asked(shape: type[Q], request: Request) -> Q:
    """Read the query, blank parameters as absent. Raises `Refused` (CBC.0101)."""
    try:
        return shape.model_validate({key: value for key, value in request.query_params.items() if value})
    except ValidationError as why:
        wrong = why.errors(include_url=False, include_input=False)[0]
        raise Refused(400, Code.BILLING_INVALID_PARAMETER, f"{wrong['loc'][0]}: {wrong['msg']}") from None


def _read(shape: type[S], request: Request) -> S:
    """Read the body. Raises `Refused` (CBC.0100 where it cannot be read, CBC.0101 where it is of another shape)."""
    try:
        return read_plainly(shape, document(request))
    except Malformed as why:
        paths = ", ".join(breach.path for breach in why.breaches)
        raise Refused(400, Code.BILLING_INVALID_PARAMETER, f"Invalid parameters: {paths}") from None
    except Refused as why:
        raise Refused(why.status, Code.BILLING_BAD_PARAMETER, why.message) from None


def _refuse_rebates(asked: OrderPayment) -> None:
    """There are no coupons and discounts to be had here; asking for one is an error."""
    for name, value in {"use_coupon": asked.use_coupon, "use_discount": asked.use_discount}.items():
        if value != "NO":
            raise Refused(400, Code.BILLING_INVALID_PARAMETER, f"{name}: the account has none; say NO.")


def _is_ours(asked: OrdersAsked) -> bool:
    """Whether orders of this endpoint can be meant at all: they are all about this one service."""
    return asked.service_type_code in {None, _SERVICE["service_type_code"]}


def _told(order: BillingOrder) -> dict[str, Any]:
    told: dict[str, Any] = {
        "order_id": order.order_id,
        "customer_id": order.project.account.domain_id,
        **_SERVICE,
        "source_type": 1,
        "status": order.status_at(clock.now(order.project)).value,
        "order_type": order.order_type,
        "amount_after_discount": float(order.amount),
        "official_amount": float(order.amount),
        "measure_id": 1,
        "currency": pricing.CURRENCY,
        "create_time": f"{order.created_at:{_TIME}}",
        "amount_info": {"discounts": []},
    }
    return told | ({"payment_time": f"{order.paid_at:{_TIME}}"} if order.paid_at else {})


def _lines(order: BillingOrder) -> list[dict[str, Any]]:
    """What the order is for, line by line."""
    times: dict[str, Any] = {}
    if order.period_num:
        times = {"period_type": int(order.period_type), "period_num": order.period_num}
        if order.paid_at:
            begin, months = order.paid_at, order.period_num * (12 if order.period_type == PeriodType.YEAR else 1)
            times |= {"effective_time": f"{begin:{_TIME}}", "expire_time": f"{_later(begin, months):{_TIME}}"}
    return [
        {
            "order_line_item_id": f"{order.order_id}-{number:06d}",
            "order_id": order.order_id,
            **_SERVICE,
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


def _later(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or the last one that the month has."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
