"""What is paid for by the month or year, as the billing centre asks and tells: resources, their end, their renewal."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from pools.wire.orders import ServiceOfOrder
from pools.wire.shape import Shape, Whole
from pools.wire.words import words


class ResourceQuery(Shape):
    """What is sent to list resources. Everything narrows; times are UTC, `2026-03-01T08:00:00Z`."""

    order_id: str | None = Field(default=None, description=words("Those that this order bought, renewed or gave back."))
    resource_ids: list[str] | None = Field(
        default=None, max_length=50, description=words("These, and what is a part of them.")
    )
    only_main_resource: Whole | None = Field(default=None, ge=0, le=1, description=words("1 leaves parts out."))
    status_list: list[Whole] | None = Field(
        default=None, description=words("2 is in use, 3 closed, 4 frozen, 5 expired.")
    )
    expire_time_begin: str | None = Field(default=None, description=words("Those that end then or later, in UTC."))
    expire_time_end: str | None = Field(default=None, description=words("Those that end then or earlier, in UTC."))
    service_type_code: str | None = Field(default=None, description=words("The service, as billing knows it."))
    customer_id: str | None = Field(
        default=None, description=words("Not looked at: it is always the caller's account.")
    )
    limit: Whole | None = Field(
        default=None, ge=1, le=500, description=words("How many at most; 10 if it is not said.")
    )
    offset: Whole | None = Field(default=None, ge=0, description=words("How many are left out before the first."))


class ResourceType(ServiceOfOrder):
    resource_type_code: str | None = Field(default=None, description=words("The kind of thing, as billing knows it."))
    resource_type_name: str | None = Field(default=None, description=words("The kind of thing, told to people."))
    region_code: str | None = Field(default=None, description=words("The region it is in."))


class EnterpriseProject(Shape):
    id: str | None = Field(
        default=None, description=words("Identifier of the enterprise project; 0 is the default one.")
    )
    name: str | None = Field(default=None, description=words("Name of the enterprise project."))


class SubscribedResource(ResourceType):
    """One resource. `status` is one of `enums.ResourceStatus`, `expire_policy` one of `enums.ExpirePolicy`."""

    id: str | None = Field(default=None, description=words("Billing's own identifier."))
    resource_id: str | None = Field(default=None, description=words("What pools and nodes call it, in their labels."))
    resource_name: str | None = Field(
        default=None, description=words("Name of the pool or node; of a part, its flavor.")
    )
    resource_spec_code: str | None = Field(default=None, description=words("The flavor; empty for a pool."))
    project_id: str | None = Field(default=None, description=words("Project it is in."))
    product_id: str | None = Field(default=None, description=words("What was bought."))
    product_spec_desc: str | None = Field(default=None, description=words("The flavor."))
    parent_resource_id: str | None = Field(default=None, description=words("What it is a part of."))
    is_main_resource: Whole | None = Field(default=None, description=words("1 for what can be given back by itself."))
    status: Whole | None = Field(default=None, description=words("2 is in use, 3 closed, 4 frozen, 5 expired."))
    effective_time: str | None = Field(default=None, description=words("Since when it is paid, in UTC."))
    expire_time: str | None = Field(default=None, description=words("Until when it is paid, in UTC."))
    expire_policy: Whole | None = Field(default=None, description=words("3 renews by itself, 0 does not."))
    enterprise_project: EnterpriseProject | None = Field(default=None, description=words("Its enterprise project."))


class SubscribedResourceList(Shape):
    total_count: Whole | None = Field(default=None, description=words("How many there are in all."))
    data: list[SubscribedResource] | None = Field(default=None, description=words("The resources of this page."))


class Unsubscription(Shape):
    """What is sent to give resources back: all of it (1), or only what was renewed and has not begun (2)."""

    resource_ids: list[str] = Field(
        min_length=1, max_length=10, description=words("Nodes and pools, by their resources.")
    )
    unsubscribe_type: Annotated[int, Strict(), Field(ge=1, le=2)] = Field(
        description=words("1 gives all back, 2 only what was renewed ahead.")
    )
    unsubscribe_reason_type: Whole | None = Field(
        default=None, ge=1, le=5, description=words("Why, in numbers: 5 is another reason.")
    )
    unsubscribe_reason: str | None = Field(default=None, max_length=255, description=words("Why, in words."))


class FailedResource(Shape):
    """A resource that could not be given back, beside others that could."""

    resource_id: str | None = Field(default=None, description=words("The resource."))
    error_code: str | None = Field(default=None, description=words("Error code."))
    error_msg: str | None = Field(default=None, description=words("What is wrong."))


class UnsubscriptionOutcome(Shape):
    """The answer: an order for each resource that was given back. That some were not is no error."""

    order_ids: list[str] | None = Field(default=None, description=words("The billing orders by which they go."))
    fail_resource_infos: list[FailedResource] | None = Field(default=None, description=words("What could not go."))


class AutoRenewal(Shape):
    """What may be sent to switch auto-renewal on."""

    auto_renew_times: Whole | None = Field(default=None, ge=0, le=99, description=words("0: without end."))
    period_type: str | None = Field(default=None, description=words("MONTH or YEAR; it renews as it was bought."))


class Refund(ResourceType):
    """One line of the detail of an unsubscription."""

    id: str | None = Field(default=None, description=words("Identifier of the line."))
    amount: float | None = Field(
        default=None, description=words("Below zero it was given back, above it had been used.")
    )
    measure_id: str | None = Field(default=None, description=words("Unit of the amounts: 1 is the currency's own."))
    customer_id: str | None = Field(default=None, description=words("Account it is billed to."))
    base_order_id: str | None = Field(default=None, description=words("The billing order that had paid for it."))


class RefundList(Shape):
    total_count: Whole | None = Field(default=None, description=words("How many there are."))
    refund_infos: list[Refund] | None = Field(default=None, description=words("What came of the order."))
