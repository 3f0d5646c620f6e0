"""Orders abroad: the work order says how a change is carried out, the billing order (CS…) is paid or cancelled."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from pools.wire.enums import WorkItemAction, WorkItemStatus, WorkOrderOperation, WorkOrderPhase
from pools.wire.pool import PoolResourceFlavorCount
from pools.wire.shape import Heard, Millis, Shape, Whole
from pools.wire.words import words

_OTHER_SPELLINGS: Final = {
    "processing": WorkOrderPhase.RUNNING,
    "succeeded": WorkOrderPhase.SUCCESSED,
    "succeed": WorkOrderPhase.SUCCESSED,
    "success": WorkOrderPhase.SUCCESSED,
}


class WorkOrder(Shape):
    """One line of the list of work orders. Times are milliseconds since the epoch; 0 means not yet."""

    order_name: str | None = Field(default=None, alias="orderName", description=words("Name of the work order."))
    order_id: str | None = Field(
        default=None, alias="orderId", description=words("Its billing order; empty where there is none.")
    )
    resource_name: str | None = Field(
        default=None, alias="resourceName", description=words("Identifier of the pool it is about.")
    )
    resource_display_name: str | None = Field(
        default=None, alias="resourceDisplayName", description=words("Name of that pool.")
    )
    workspace_id: str | None = Field(default=None, alias="workspaceId", description=words("Workspace of that pool."))
    creation_timestamp: Millis | None = Field(
        default=None, alias="creationTimestamp", description=words("When it was ordered, in milliseconds.")
    )
    begin_timestamp: Millis | None = Field(
        default=None, alias="beginTimestamp", description=words("When it began, in milliseconds; 0 means not yet.")
    )
    end_timestamp: Millis | None = Field(
        default=None, alias="endTimestamp", description=words("When it ended, in milliseconds; 0 means not yet.")
    )
    init_count: list[PoolResourceFlavorCount] | None = Field(
        default=None, alias="initCount", description=words("Nodes before it.")
    )
    spec_count: list[PoolResourceFlavorCount] | None = Field(
        default=None, alias="specCount", description=words("Nodes as it wants them.")
    )
    result_count: list[PoolResourceFlavorCount] | None = Field(
        default=None, alias="resultCount", description=words("Nodes as it left them.")
    )
    operation: Annotated[WorkOrderOperation | str, Heard] | None = Field(
        default=None, description=words("What is done.")
    )
    phase: Annotated[WorkOrderPhase | str, Heard] | None = Field(default=None, description=words("How far it is."))
    fail_reason: str | None = Field(default=None, alias="failReason", description=words("Why it failed."))
    billing_mode: str | None = Field(default=None, alias="billingMode", description=words("How the pool is paid for."))
    period_type: str | None = Field(
        default=None, alias="periodType", description=words("Paid in advance by months (2) or years (3).")
    )
    period_num: str | None = Field(
        default=None, alias="periodNum", description=words("How many months (1 to 9) or years (1 to 3).")
    )
    result: Annotated[WorkOrderPhase | str, Heard] | None = Field(
        default=None, description=words("How it ended, once it has.")
    )

    @property
    def outcome(self) -> WorkOrderPhase | str | None:
        """The phase in the contract's spelling; `completed` is told by its result, an unknown word stays as it is."""
        word = self.result or self.phase if self.phase == "completed" else self.phase
        return word if word is None else _OTHER_SPELLINGS.get(word, word)


class WorkOrderList(Shape):
    count: Whole | None = Field(default=None, description=words("How many there are in all."))
    items: list[WorkOrder] | None = Field(default=None, description=words("The work orders of this page."))


class WorkOrderItem(Shape):
    """One resource of a work order: the pool itself or a node. Times are milliseconds as strings."""

    resource_name: str | None = Field(
        default=None, alias="resourceName", description=words("The pool's identifier, or the node's name.")
    )
    action: Annotated[WorkItemAction | str, Heard] | None = Field(default=None, description=words("What is done."))
    status: Annotated[WorkItemStatus | str, Heard] | None = Field(default=None, description=words("How far it is."))
    begin_timestamp: str | None = Field(
        default=None, alias="beginTimestamp", description=words("When it began, in milliseconds; 0 means not yet.")
    )
    update_timestamp: str | None = Field(
        default=None, alias="updateTimestamp", description=words("When it was seen last, in milliseconds.")
    )
    message: str | None = Field(default=None, description=words("Why it failed."))


class WorkOrderItemList(Shape):
    """The answer to showing one work order."""

    count: Whole | None = Field(default=None, description=words("How many there are."))
    items: list[WorkOrderItem] | None = Field(default=None, description=words("The pool and its nodes."))


class ServiceOfOrder(Shape):
    service_type_code: str | None = Field(default=None, description=words("The service, as billing knows it."))
    service_type_name: str | None = Field(default=None, description=words("The service, told to people."))


class AmountInfo(Shape):
    discounts: list[dict[str, object]] | None = Field(default=None, description=words("What was taken off."))


class BillingOrder(ServiceOfOrder):
    """A billing order. `status` is one of `enums.BillingStatus`, or another number kept as it is."""

    order_id: str | None = Field(default=None, description=words("Identifier of the billing order (CS…)."))
    customer_id: str | None = Field(default=None, description=words("Account it is billed to."))
    source_type: Whole | None = Field(default=None, description=words("1: the customer ordered it."))
    status: Whole | None = Field(
        default=None, description=words("3 is processing, 4 cancelled, 5 completed, 6 waits to be paid.")
    )
    order_type: Whole | None = Field(
        default=None, description=words("1 is a purchase, 2 a renewal, 4 an unsubscription, 11 a change to prepaid.")
    )
    create_time: str | None = Field(default=None, description=words("When it was ordered, in UTC."))
    payment_time: str | None = Field(default=None, description=words("When it was paid, in UTC."))
    pending_payment_end_time: str | None = Field(default=None, description=words("Until when it can be paid, in UTC."))
    amount_after_discount: float | None = Field(default=None, description=words("What it costs."))
    official_amount: float | None = Field(default=None, description=words("What it costs without discounts."))
    measure_id: Whole | None = Field(default=None, description=words("Unit of the amounts: 1 is the currency's own."))
    currency: str | None = Field(default=None, description=words("Currency of the amounts."))
    amount_info: AmountInfo | None = Field(default=None, description=words("How the amount came about."))


class BillingOrderList(Shape):
    total_count: Whole | None = Field(default=None, description=words("How many there are in all."))
    order_infos: list[BillingOrder] | None = Field(default=None, description=words("The orders of this page."))


class BillingOrderLine(ServiceOfOrder):
    """`period_type` is 2 for months, 3 for years."""

    id: str | None = Field(default=None, description=words("Identifier of the line."))
    order_line_item_id: str | None = Field(default=None, description=words("Identifier of the line."))
    order_id: str | None = Field(default=None, description=words("Identifier of the billing order (CS…)."))
    product_id: str | None = Field(default=None, description=words("What is bought."))
    product_spec_desc: str | None = Field(default=None, description=words("The flavor."))
    period_type: Whole | None = Field(default=None, description=words("Paid in advance by months (2) or years (3)."))
    period_num: Whole | None = Field(default=None, description=words("How many months (1 to 9) or years (1 to 3)."))
    effective_time: str | None = Field(default=None, description=words("Since when it is paid, in UTC."))
    expire_time: str | None = Field(default=None, description=words("Until when it is paid, in UTC."))
    subscription_num: Whole | None = Field(default=None, description=words("How many."))
    amount_after_discount: float | None = Field(default=None, description=words("What it costs."))
    official_amount: float | None = Field(default=None, description=words("What it costs without discounts."))
    currency: str | None = Field(default=None, description=words("Currency of the amounts."))


class BillingOrderDetail(Shape):
    """The answer to showing one billing order."""

    total_count: Whole | None = Field(default=None, description=words("How many lines it has."))
    order_info: BillingOrder | None = Field(default=None, description=words("The order itself."))
    order_line_items: list[BillingOrderLine] | None = Field(
        default=None, description=words("Its lines, one for each kind of node.")
    )


class OrderPayment(Shape):
    """What is sent to pay a billing order; of a pay-per-use order, paying means approving."""

    order_id: str = Field(description=words("Identifier of the billing order (CS…)."))
    use_coupon: str = Field(default="NO", description=words("NO: there are no coupons here."))
    use_discount: str = Field(default="NO", description=words("NO: there are no discounts here."))


class OrderCancellation(Shape):
    """What is sent to cancel an unpaid billing order."""

    order_id: str = Field(description=words("Identifier of the billing order (CS…)."))


class ServiceType(ServiceOfOrder):
    abbreviation: str | None = Field(default=None, description=words("Its short name."))


class ServiceTypeList(Shape):
    total_count: Whole | None = Field(default=None, description=words("How many there are in all."))
    service_types: list[ServiceType] | None = Field(default=None, description=words("What can be bought here."))


class CouponList(Shape):
    """The coupons that an order could be paid with."""

    count: Whole | None = Field(default=None, description=words("How many there are."))
    user_coupons: list[dict[str, object]] | None = Field(default=None, description=words("The coupons."))
    coupon_max_use_quantity: list[dict[str, object]] | None = Field(
        default=None, description=words("How many can be used at once.")
    )


class DiscountList(Shape):
    """The discounts that an order could be paid with."""

    discounts: list[dict[str, object]] | None = Field(default=None, description=words("The discounts."))


class OrderOpening(Shape):
    """What is sent to have a pool paid for otherwise. The only way is from use to the month."""

    action_type: Literal["toPeriod"] = Field(
        default="toPeriod", alias="actionType", description=words("What the order is for: toPeriod.")
    )


class OrderOpened(Shape):
    """The answer: an order that waits to be paid."""

    id: str | None = Field(default=None, description=words("Identifier of the billing order (CS…)."))
