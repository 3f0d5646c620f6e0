"""Work orders as the wire's documents, at a moment: how far they are, what they are about, and each thing they do."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pools.endpoint import scenario
from pools.endpoint.answers import milliseconds
from pools.endpoint.entries import brief
from pools.endpoint.models import BillingOrder, PoolChange, WorkOrder
from pools.endpoint.scenario import Bid, Work
from pools.wire.enums import WorkItemAction, WorkItemStatus, WorkOrderOperation, WorkOrderPhase

Document = dict[str, Any]
STATUSES = {
    WorkOrderPhase.SUCCESSED: WorkItemStatus.SUCCEED,
    WorkOrderPhase.PARTIAL_SUCCESSED: WorkItemStatus.SUCCEED,
    WorkOrderPhase.FAILED: WorkItemStatus.FAILED,
}
ENDED = frozenset(STATUSES)


def work(order: WorkOrder, *, now: datetime) -> Work:
    """How far the order is."""
    life = order.pool.life
    if order.renews:
        return scenario.change_work(life, now, Bid(order.created_at), lasts=life.timetable.booking)
    if order.change is not None:
        books = order.change.kind == PoolChange.Kind.BILLING
        return scenario.change_work(life, now, order.change.bid, lasts=life.timetable.booking if books else None)
    judge = scenario.deletion_work if order.operation == WorkOrderOperation.DELETE else scenario.creation_work
    return judge(life, now)


def work_order(order: WorkOrder, *, now: datetime) -> Document:
    """One line of the list of work orders."""
    done = work(order, now=now)
    before, after = _numbers(order)
    finished, billing = done.phase in ENDED, order.bill
    return {
        "orderName": order.name,
        "orderId": billing.order_id if billing else "",
        "resourceName": order.pool.ident,
        "resourceDisplayName": order.pool.name,
        "workspaceId": order.pool.workspace_id,
        "creationTimestamp": milliseconds(order.created_at),
        "beginTimestamp": milliseconds(done.begun_at),
        "endTimestamp": milliseconds(done.ended_at),
        "initCount": before,
        "specCount": after,
        "resultCount": _results(order, done, now) if finished else [],
        "operation": order.operation,
        "phase": done.phase.value,
        "failReason": done.fail_reason,
        "billingMode": _mode(order, billing),
        "periodType": billing.period_type if billing else "",
        "periodNum": str(billing.period_num) if billing and billing.period_num else "",
        **({"result": done.phase.value} if finished else {}),
    }


def _mode(order: WorkOrder, billing: BillingOrder | None) -> str:
    """How the order's nodes are paid for, or else the pool."""
    if billing is not None:
        return billing.billing_mode
    mode = order.change and order.change.detail.get("billing_mode")
    return str(mode or order.pool.document["metadata"]["annotations"]["os.modelarts/billing.mode"])


def _numbers(order: WorkOrder) -> tuple[list[Document], list[Document]]:
    """Nodes before the order and as it wants them; neither where it is not about numbers."""
    if order.renews:
        return [], []
    if order.change is not None:
        return order.change.detail.get("before", []), order.change.detail.get("after", [])
    if order.operation == WorkOrderOperation.APPLY:
        return [], brief(order.pool.founded_spec["resources"])
    return brief(order.pool.document["spec"]["resources"]), []


def _results(order: WorkOrder, done: Work, now: datetime) -> list[Document]:
    if order.renews:
        return []
    if order.change is not None:
        before, after = _numbers(order)
        return before if done.phase is WorkOrderPhase.FAILED else _without(after, _lost(order))
    if order.operation != WorkOrderOperation.APPLY:
        return []
    resources = order.pool.founded_spec["resources"]
    up = scenario.nodes_up(order.pool.life, now, resources)
    return [
        {"flavor": one["flavor"], "count": count, "maxCount": count}
        for one, count in zip(resources, up, strict=True)
        if count
    ]


def _lost(order: WorkOrder) -> Counter[str]:
    """How many nodes of which flavor never came because they were sold out."""
    names = set(order.change.detail.get("lost", ())) if order.change else set()
    return (
        Counter(node.resource["flavor"] for node in order.pool.roster() if node.name in names) if names else Counter()
    )


def _without(entries: list[Document], lost: Counter[str]) -> list[Document]:
    """The newest entries have them last."""
    left = []
    for one in reversed(entries):
        count = one["count"] - min(lost[one["flavor"]], one["count"])
        lost[one["flavor"]] -= one["count"] - count
        left.append({**one, "count": count, "maxCount": count} if count < one["count"] else one)
    return [one for one in reversed(left) if one["count"]]


def work_items(order: WorkOrder, *, now: datetime) -> list[Document]:
    """The resources of one work order: the pool itself and its nodes, or the nodes that come or go."""
    done = work(order, now=now)
    if order.change is not None and order.change.kind == PoolChange.Kind.BILLING:
        return _each([order.pool.ident, *order.change.detail["nodes"]], WorkItemAction.TO_PERIODIC, done, now)
    if order.change is not None:
        return _changed_nodes(order, now)
    if order.renews:
        return _each(order.renews, WorkItemAction.RENEW, done, now)
    row = order.pool
    deleting = order.operation == WorkOrderOperation.DELETE
    action = WorkItemAction.DELETE_POOL if deleting else WorkItemAction.CREATE_POOL
    items = _each([row.ident], action, done, now)
    if deleting or done.begun_at is None:
        return items
    resources = row.founded_spec["resources"]
    up = sum(scenario.nodes_up(row.life, now, resources))
    pending = WorkItemStatus.PROCESSING if done.ended_at is None else WorkItemStatus.FAILED
    first = row.roster()[: sum(one["count"] for one in resources)]
    for index, node in enumerate(first):
        state = WorkItemStatus.SUCCEED if index < up else pending
        items.append(_item(node.name, WorkItemAction.CREATE_NODE, state, done=done, now=now))
    return items


def _changed_nodes(order: WorkOrder, now: datetime) -> list[Document]:
    """Nodes that a change brings or removes. A move of workspace touches none."""
    change, done = order.change, work(order, now=now)
    if change is None or change.kind != PoolChange.Kind.SCALE or change.begun_at is None:
        return []
    items = []
    pending = WorkItemStatus.PROCESSING if done.ended_at is None else WorkItemStatus.FAILED
    for node in order.pool.roster():
        if node.name in change.detail["removed"]:
            gone = node.gone_at is not None and now >= node.gone_at
            state = WorkItemStatus.SUCCEED if gone else WorkItemStatus.PROCESSING
            items.append(_item(node.name, WorkItemAction.DELETE_NODE, state, done=done, now=now))
        elif node.begun_at == change.begun_at and change.detail["lots"]:
            state = WorkItemStatus.SUCCEED if node.due_at is not None and now >= node.due_at else pending
            items.append(_item(node.name, WorkItemAction.CREATE_NODE, state, done=done, now=now))
    return items


def _each(names: Iterable[str], action: WorkItemAction, done: Work, now: datetime) -> list[Document]:
    """Things that are as far as their order is."""
    status = STATUSES.get(done.phase, WorkItemStatus.PROCESSING)
    return [_item(name, action, status, done=done, now=now) for name in names]


def _item(name: str, action: WorkItemAction, status: WorkItemStatus, *, done: Work, now: datetime) -> Document:
    return {
        "resourceName": name,
        "action": action.value,
        "status": status.value,
        "beginTimestamp": str(milliseconds(done.begun_at)),
        "updateTimestamp": str(milliseconds(done.ended_at or now)),
        "message": done.fail_reason if status is WorkItemStatus.FAILED else "",
    }
