"""Reading: requests strictly, answers leniently."""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pools.wire.breaches import SHAPE, Breach, Malformed, path_of
from pools.wire.creation import PoolCreation
from pools.wire.flavors import ResourceFlavor, ResourceFlavorList
from pools.wire.insight import EventList, PoolMonitor
from pools.wire.mending import MOST_MISTAKES, Mender, keep_what_reads, leave_out_empty, remember, validate
from pools.wire.networks import Network, NetworkCreation, NetworkList
from pools.wire.nodes import JobList, NodeList, NodesJob, NodesOutcome
from pools.wire.orders import BillingOrderDetail, BillingOrderList, WorkOrderItemList, WorkOrderList
from pools.wire.parsing import NotJson, parse_json
from pools.wire.pool import Pool, PoolList
from pools.wire.prices import DemandRating, PeriodRating, ProductRating
from pools.wire.shape import Shape
from pools.wire.workloads import WorkloadList

__all__ = [
    "Malformed",
    "NotJson",
    "hear",
    "hear_billing_order",
    "hear_billing_orders",
    "hear_events",
    "hear_flavor",
    "hear_flavors",
    "hear_monitor",
    "hear_network",
    "hear_networks",
    "hear_node_jobs",
    "hear_nodes",
    "hear_nodes_job",
    "hear_nodes_outcome",
    "hear_pool",
    "hear_pools",
    "hear_work_order_items",
    "hear_work_orders",
    "parse_json",
    "read",
    "read_creation",
    "read_network_creation",
    "read_plainly",
]

S = TypeVar("S", bound=Shape)

MOST_BREACHES: Final = 100
_WANTED: Final = {
    "missing": "required",
    "string_type": "string",
    "string_unicode": "string",
    "int_type": "integer",
    "bool_type": "boolean",
    "list_type": "array",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "enum": "option",
    "greater_than_equal": "range",
    "less_than_equal": "range",
}


def read(shape: type[S], document: object) -> S:
    """Read a request strictly: no "3" for 3, no true for 1; empty objects and strings stand for absence where a key
    is optional. Raises Malformed. The shape writes again exactly what it was read from."""
    request = read_plainly(shape, document)
    remember(request, document)
    return request


def read_plainly(shape: type[S], document: object, mend: Mender = leave_out_empty, *, known_only: bool = False) -> S:
    """As `read`, but forgetting the document: the order of its keys, and what stood for absence. Cheaper, and with
    `known_only`, which also forgets the keys that the tables do not know, almost twice as cheap."""
    try:
        return validate(shape, document, mend, known_only=known_only)
    except ValidationError as error:
        if error.error_count() > MOST_MISTAKES:
            raise Malformed([Breach(SHAPE, "$", {"problem": "many", "number": error.error_count()})]) from None
        problems = error.errors(include_url=False, include_input=False)[:MOST_BREACHES]
        raise Malformed([_breach(problem) for problem in problems]) from None


def read_creation(document: object) -> PoolCreation:
    return read(PoolCreation, document)


def read_network_creation(document: object) -> NetworkCreation:
    return read(NetworkCreation, document)


def hear(shape: type[S], document: object) -> S:
    """Read an answer leniently; never raises. What cannot be read is None (or missing from its list) on the typed
    side, and still written by `wire()`; words no table knows stay as they are."""
    heard = _heard(shape, document)
    remember(heard, document)
    return heard


def _heard(shape: type[S], document: object) -> S:
    try:
        return validate(shape, document, keep_what_reads)
    except ValidationError:
        return cast(S, shape.model_construct())


def hear_pool(document: object) -> Pool:
    return hear(Pool, document)


def hear_pools(document: object) -> list[Pool]:
    return hear(PoolList, document).items or []


def hear_network(document: object) -> Network:
    return hear(Network, document)


def hear_networks(document: object) -> NetworkList:
    return hear(NetworkList, document)


def hear_flavor(document: object) -> ResourceFlavor:
    return hear(ResourceFlavor, document)


def hear_flavors(document: object) -> ResourceFlavorList:
    return hear(ResourceFlavorList, document)


def hear_rating(document: object) -> list[ProductRating]:
    """What each product costs, of an answer about prices by use or in advance."""
    ahead = hear(PeriodRating, document).official_website_rating_result
    by_use = hear(DemandRating, document).product_rating_results
    return list(by_use or (ahead and ahead.product_rating_results) or [])


def hear_nodes(document: object) -> NodeList:
    return hear(NodeList, document)


def hear_nodes_outcome(document: object) -> NodesOutcome:
    return hear(NodesOutcome, document)


def hear_nodes_job(document: object) -> NodesJob:
    return hear(NodesJob, document)


def hear_node_jobs(document: object) -> JobList:
    return hear(JobList, document)


def hear_events(document: object) -> EventList:
    return hear(EventList, document)


def hear_monitor(document: object) -> PoolMonitor:
    return hear(PoolMonitor, document)


def hear_workloads(document: object) -> WorkloadList:
    return hear(WorkloadList, document)


def hear_work_orders(document: object) -> WorkOrderList:
    return hear(WorkOrderList, document)


def hear_work_order_items(document: object) -> WorkOrderItemList:
    return hear(WorkOrderItemList, document)


def hear_billing_orders(document: object) -> BillingOrderList:
    return hear(BillingOrderList, document)


def hear_billing_order(document: object) -> BillingOrderDetail:
    return hear(BillingOrderDetail, document)


def _breach(problem: ErrorDetails) -> Breach:
    values: dict[str, Any] = {"problem": _WANTED.get(problem["type"], problem["type"])}
    if problem["type"] == "enum":
        values["options"] = problem.get("ctx", {}).get("expected", "")
    return Breach(SHAPE, path_of(problem["loc"]), values)
