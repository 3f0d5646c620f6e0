"""Work orders: how a change is carried out."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import WorkOrdersAsked
from pools.wire.errors import Code
from pools.wire.orders import WorkOrderItemList, WorkOrderList
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
    },
)
