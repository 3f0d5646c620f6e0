"""Orders abroad: the work order says how a change is carried out, the billing order (CS…) is paid or cancelled."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from pools.wire.enums import WorkItemAction, WorkItemStatus, WorkOrderOperation, WorkOrderPhase
from pools.wire.pool import PoolResourceFlavorCount
from pools.wire.shape import Heard, Shape, Whole

_OTHER_SPELLINGS: Final = {
    "processing": WorkOrderPhase.RUNNING,
    "succeeded": WorkOrderPhase.SUCCESSED,
    "succeed": WorkOrderPhase.SUCCESSED,
    "success": WorkOrderPhase.SUCCESSED,
}


class WorkOrder(Shape):
    """One line of the list of work orders. Times are milliseconds since the epoch; 0 means not yet."""

    order_name: str | None = Field(default=None, alias="orderName")
    order_id: str | None = Field(default=None, alias="orderId")
    resource_name: str | None = Field(default=None, alias="resourceName")
    resource_display_name: str | None = Field(default=None, alias="resourceDisplayName")
    workspace_id: str | None = Field(default=None, alias="workspaceId")
    creation_timestamp: Whole | None = Field(default=None, alias="creationTimestamp")
    begin_timestamp: Whole | None = Field(default=None, alias="beginTimestamp")
    end_timestamp: Whole | None = Field(default=None, alias="endTimestamp")
    init_count: list[PoolResourceFlavorCount] | None = Field(default=None, alias="initCount")
    spec_count: list[PoolResourceFlavorCount] | None = Field(default=None, alias="specCount")
    result_count: list[PoolResourceFlavorCount] | None = Field(default=None, alias="resultCount")
    operation: Annotated[WorkOrderOperation | str, Heard] | None = None
    phase: Annotated[WorkOrderPhase | str, Heard] | None = None
    fail_reason: str | None = Field(default=None, alias="failReason")
    billing_mode: str | None = Field(default=None, alias="billingMode")
    period_type: str | None = Field(default=None, alias="periodType")
    period_num: str | None = Field(default=None, alias="periodNum")
    result: Annotated[WorkOrderPhase | str, Heard] | None = None

    @property
    def outcome(self) -> WorkOrderPhase | str | None:
        """The phase in the contract's spelling; `completed` is told by its result, an unknown word stays as it is."""
        word = self.result or self.phase if self.phase == "completed" else self.phase
        return word if word is None else _OTHER_SPELLINGS.get(word, word)


class WorkOrderList(Shape):
    count: Whole | None = None
    items: list[WorkOrder] | None = None


class WorkOrderItem(Shape):
    """One resource of a work order: the pool itself or a node. Times are milliseconds as strings."""

    resource_name: str | None = Field(default=None, alias="resourceName")
    action: Annotated[WorkItemAction | str, Heard] | None = None
    status: Annotated[WorkItemStatus | str, Heard] | None = None
    begin_timestamp: str | None = Field(default=None, alias="beginTimestamp")
    update_timestamp: str | None = Field(default=None, alias="updateTimestamp")
    message: str | None = None


class WorkOrderItemList(Shape):
    """The answer to showing one work order."""

    count: Whole | None = None
    items: list[WorkOrderItem] | None = None


class BillingOrder(Shape):
    """A billing order. `status` is one of `enums.BillingStatus`, or another number kept as it is."""

    order_id: str | None = None
    status: Whole | None = None
    order_type: Whole | None = None
    service_type_code: str | None = None
    create_time: str | None = None
    payment_time: str | None = None
    pending_payment_end_time: str | None = None
    amount_after_discount: float | None = None
    official_amount: float | None = None
    currency: str | None = None


class BillingOrderList(Shape):
    total_count: Whole | None = None
    order_infos: list[BillingOrder] | None = None


class BillingOrderLine(Shape):
    """`period_type` is 2 for months, 3 for years."""

    id: str | None = None
    product_id: str | None = None
    period_type: Whole | None = None
    period_num: Whole | None = None
    effective_time: str | None = None
    expire_time: str | None = None
    subscription_num: Whole | None = None


class BillingOrderDetail(Shape):
    """The answer to showing one billing order."""

    total_count: Whole | None = None
    order_info: BillingOrder | None = None
    order_line_items: list[BillingOrderLine] | None = None


class OrderPayment(Shape):
    """What is sent to pay a billing order; of a pay-per-use order, paying means approving."""

    order_id: str
    use_coupon: str = "NO"
    use_discount: str = "NO"


class OrderCancellation(Shape):
    """What is sent to cancel an unpaid billing order."""

    order_id: str
