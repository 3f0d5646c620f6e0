"""Reading: requests strictly, answers leniently, and hostile JSON never past the door."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

import pydantic_core

from pools.wire.flavors import ResourceFlavorList
from pools.wire.networks import Network, NetworkList
from pools.wire.orders import BillingOrderDetail, BillingOrderList, WorkOrderItemList, WorkOrderList
from pools.wire.pool import Pool, PoolList
from pools.wire.shape import Shape

S = TypeVar("S", bound=Shape)


class NotJson(ValueError):
    """The bytes are not a JSON document we are willing to hold. `line` and `column` count from 1; 0 means unknown."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"{reason} at line {line} column {column}" if line else reason)
        self.reason, self.line, self.column = reason, line, column


_PLACE: Final = re.compile(r"^(?P<reason>.*) at line (?P<line>\d+) column (?P<column>\d+)$", re.DOTALL)


def parse_json(raw: bytes | str) -> Any:
    """The document in `raw`, which must be UTF-8 without a byte order mark. Raises NotJson and nothing else."""
    try:
        return pydantic_core.from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        place = _PLACE.match(str(error))
        if place is None:
            raise NotJson(str(error)) from None
        raise NotJson(place["reason"], int(place["line"]), int(place["column"])) from None


def hear(shape: type[S], document: object) -> S:
    """Read an answer leniently: odd parts stay raw, nothing raises."""
    return shape.model_validate(document, by_alias=True, by_name=False)


def hear_pool(document: object) -> Pool:
    return hear(Pool, document)


def hear_pools(document: object) -> list[Pool]:
    return hear(PoolList, document).items or []


def hear_network(document: object) -> Network:
    return hear(Network, document)


def hear_networks(document: object) -> NetworkList:
    return hear(NetworkList, document)


def hear_flavors(document: object) -> ResourceFlavorList:
    return hear(ResourceFlavorList, document)


def hear_work_orders(document: object) -> WorkOrderList:
    return hear(WorkOrderList, document)


def hear_work_order_items(document: object) -> WorkOrderItemList:
    return hear(WorkOrderItemList, document)


def hear_billing_orders(document: object) -> BillingOrderList:
    return hear(BillingOrderList, document)


def hear_billing_order(document: object) -> BillingOrderDetail:
    return hear(BillingOrderDetail, document)
