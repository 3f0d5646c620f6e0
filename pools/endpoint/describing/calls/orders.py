"""Work orders: how a change is carried out."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import PoolOrderAsked, WorkOrdersAsked
from pools.wire.errors import Code
from pools.wire.orders import OrderOpened, OrderOpening, WorkOrderItemList, WorkOrderList
from pools.wire.words import words

SECTION = Section(
    words("Work orders"),
    words("How a creation, a change or a deletion is carried out, node by node."),
    {
        "ListOrders": Call(
            says=words("List work orders"),
            more=words("Newest first, of the last 31 days; 100 on a page unless told otherwise."),
            query=WorkOrdersAsked,
            answer=WorkOrderList,
            example={"query": {"involvedName": "{pool_name}", "limit": 10}},
        ),
        "ShowOrder": Call(
            says=words("Show what a work order is about"),
            answer=WorkOrderItemList,
            refuses=(Code.TEMPLATE_NOT_FOUND,),
        ),
        "CreateOrderId": Call(
            says=words("Have a pool paid by the month"),
            more=words(
                "Opens the billing order for its nodes that are paid by use, for a month. Nothing changes until it is "
                "paid; then pool and nodes are yearly/monthly."
            ),
            query=PoolOrderAsked,
            body=OrderOpening,
            answer=OrderOpened,
            refuses=(Code.POOL_NOT_FOUND, Code.POOL_EXISTS),
            example={"query": {"actionType": "toPeriod"}, "body": {"actionType": "toPeriod"}},
        ),
    },
)
