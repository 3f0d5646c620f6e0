"""How the billing centre is asked: its queries and bodies, and what it says to those that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from pools.endpoint.errors import Refused
from pools.endpoint.transport import AccountView, answer_error, document
from pools.wire.errors import Code
from pools.wire.reading import Malformed, read_plainly
from pools.wire.shape import Shape
from pools.wire.words import words

S = TypeVar("S", bound=Shape)
Q = TypeVar("Q", bound=BaseModel)

TIME = "%Y-%m-%dT%H:%M:%SZ"
RESOURCE_TYPE = {"resource_type_code": "hws.resource.type.modelarts", "resource_type_name": "Dedicated resource pool"}
SERVICE = {"service_type_code": "hws.service.type.modelarts", "service_type_name": "ModelArts"}


def moment(text: object) -> datetime:
    """A time of the wire, in UTC. Raises ValueError."""
    return datetime.strptime(str(text), TIME).replace(tzinfo=UTC)


Moment = Annotated[datetime, BeforeValidator(moment)]


class Page(BaseModel):
    """Which part of a list is asked for."""

    limit: int = Field(10, ge=1, le=500, description=words("How many there are on a page."))
    offset: int = Field(0, ge=0, le=10**9, description=words("How many are passed over."))


class OrderAsked(BaseModel):
    """The query about one order."""

    order_id: str = Field("", description=words("Identifier of the billing order (CS…)."))


class OrdersAsked(Page):
    """The query of the list of orders."""

    order_id: str | None = Field(None, description=words("Only this order."))
    customer_id: str | None = Field(None, description=words("Only orders of this account."))
    service_type_code: str | None = Field(None, description=words("Only of this service."))
    status: int | None = Field(None, description=words("Only orders of this status, such as 6: waits to be paid."))
    order_type: Annotated[int, Field(ge=0, le=10**6)] | None = Field(
        None, description=words("Only orders of this type, such as 1: purchases.")
    )
    create_time_begin: Moment | None = Field(None, description=words("Only what was ordered since, in UTC."))
    create_time_end: Moment | None = Field(None, description=words("Only what was ordered until then, in UTC."))
    payment_time_begin: Moment | None = Field(None, description=words("Only what was paid since, in UTC."))
    payment_time_end: Moment | None = Field(None, description=words("Only what was paid until then, in UTC."))
    order_by: Literal["createTime", "-createTime"] = Field(
        "-createTime", description=words("Oldest first, or with the hyphen newest first.")
    )


class BillingView(AccountView):
    """A view of the billing centre, which has a code of its own for what nobody expected."""

    @override
    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return _answer_error


def _answer_error(error: Exception, context: dict[str, Any]) -> Response:
    answer = answer_error(error, context)
    if answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR and isinstance(answer.data, dict):
        answer.data["error_code"] = Code.BILLING_INTERNAL
    return answer


def asked(shape: type[Q], request: Request) -> Q:
    """Read the query, blank parameters as absent. Raises `Refused` (CBC.0101)."""
    try:
        return shape.model_validate({key: value for key, value in request.query_params.items() if value})
    except ValidationError as why:
        wrong = why.errors(include_url=False, include_input=False)[0]
        raise invalid(f"{wrong['loc'][0]}: {wrong['msg']}") from None


def read(shape: type[S], request: Request) -> S:
    """Read the body. Raises `Refused` (CBC.0100 where it cannot be read, CBC.0101 where it is of another shape)."""
    try:
        return read_plainly(shape, document(request))
    except Malformed as why:
        raise invalid(f"Invalid parameters: {', '.join(breach.path for breach in why.breaches)}") from None
    except Refused as why:
        raise Refused(why.status, Code.BILLING_BAD_PARAMETER, why.message) from None


def invalid(detail: str) -> Refused:
    """A parameter that is not what it should be."""
    return Refused(400, Code.BILLING_INVALID_PARAMETER, detail)


def no_such_order() -> Refused:
    return Refused(400, Code.BILLING_NO_SUCH_ORDER, "The order does not exist.")
