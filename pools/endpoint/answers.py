"""Hosted rows as the wire's documents, at a moment."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pools.endpoint import course, linking, passing, roster, scenario
from pools.endpoint.models import (
    BillingOrder,
    HostedNetwork,
    HostedPool,
    HostedWorkspace,
    PoolChange,
    WorkOrder,
)
from pools.endpoint.scenario import Fate, Pace, Work
from pools.wire.enums import (
    NetworkPhase,
    ScopeState,
    WorkItemAction,
    WorkItemStatus,
    WorkOrderOperation,
    WorkOrderPhase,
)
from pools.wire.options import WorkspaceStatus

Document = dict[str, Any]


def timestamp(at: datetime) -> str:
    """Objects of the service carry seconds, in UTC."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def milliseconds(at: datetime | None) -> int:
    """Orders carry milliseconds; 0 has not happened."""
    return int(at.timestamp() * 1000) if at else 0


def _dated(pool: HostedPool) -> Document:
    metadata = pool.document["metadata"]
    dates = {"creationTimestamp": timestamp(pool.created_at)}
    if pool.deleted_at is not None:
        dates["deletionTimestamp"] = timestamp(pool.deleted_at)
    return {"name": pool.ident, **dates, **{key: value for key, value in metadata.items() if key != "name"}}


def pool_created(pool: HostedPool) -> Document:
    """The answer to a creation: the pool without a phase, for nothing has been done yet."""
    return {**pool.document, "metadata": _dated(pool), "status": {"resources": {}}}


def pool(row: HostedPool, *, now: datetime) -> Document | None:
    """The pool as it is at `now` (Tables 22-47); None once it is gone."""
    passing.settle(row, now)
    status = _status(row, now)
    if status is None:
        return None
    metadata = _dated(row)
    metadata["annotations"] = {**metadata["annotations"], **_dependencies(status.get("scope", ()))}
    return {**row.document, "metadata": metadata, "status": status}


def _status(row: HostedPool, now: datetime) -> Document | None:
    life, spec = row.life, row.founded_spec
    status = scenario.status(life, now, ident=row.ident, spec=spec, zones=row.zones, drivers=row.drivers)
    if status is None or row.founding is None:
        return status
    status["resources"] = roster.counts(roster.present(row.roster(), life, now))
    if status["message"] == "" and (waiting := row.waiting(now)):
        status["message"] = _awaited(row, waiting)
    if "scope" in status and life.deleted_at is None:
        scopes = course.scopes(status["scope"], row.story.switches, life, now)
        status["scope"] = course.updated(scopes, row.story.installations, life, now)
    if "driver" in status or row.story.upgrades:
        status["driver"] = course.drivers(status.get("driver", {}), row.story.upgrades, life, now)
    return status


def _awaited(row: HostedPool, waiting: PoolChange) -> str:
    unpaid = f"The order {waiting.detail['order_id']} could not be paid: the balance of the account is insufficient."
    return unpaid if row.fate == Fate.UNPAYABLE else f"The order {waiting.detail['order_id']} is awaiting payment."


def _dependencies(scopes: Sequence[Document]) -> Document:
    """Table 25: what a job type needs from outside the pool is told once the job type works."""
    told = {"type": ScopeState.ENABLED.value, "status": "True", "message": ""}
    return {
        f"os.modelarts.pool/scope.external.dependency.{scope['scopeType']}": json.dumps(told, separators=(",", ":"))
        for scope in scopes
        if scope["state"] == ScopeState.ENABLED
    }


def network_phase(row: HostedNetwork, *, now: datetime) -> NetworkPhase:
    """Where the network stands at `now`."""
    return scenario.network_phase(Pace(row.pace), Fate(row.fate), row.accepted_at, now)


def network(row: HostedNetwork, *, now: datetime) -> Document:
    """The network as it is at `now`."""
    phase = network_phase(row, now=now)
    status: Document = {"phase": phase.value, "connectionStatus": {}}
    if phase is NetworkPhase.ACTIVE:
        status["subnets"] = [{"networkId": str(row.subnet_id)}]
        connection = row.document["spec"].get("connection") or {}
        status["connectionStatus"] = linking.status(connection, row.linked, row.leaving, now)
    return {**row.document, "status": status}


def workspace(row: HostedWorkspace, *, now: datetime) -> Document:
    """One workspace, without its grants; times in milliseconds."""
    status = row.status_at(now)
    return {
        "id": row.ident,
        "name": row.name,
        "description": row.description,
        "owner": row.owner,
        "auth_type": row.access,
        "enterprise_project_id": row.enterprise_project_id,
        "enterprise_project_name": "default" if row.enterprise_project_id == "0" else "",
        "create_time": milliseconds(row.created_at),
        "update_time": milliseconds(row.updated_at or row.created_at),
        "status": status.value if status else "",
        "status_info": _STATUS_INFO.get(status, "") if status else "",
    }


_STATUS_INFO = {
    WorkspaceStatus.CREATE_FAILED: "The workspace could not be created.",
    WorkspaceStatus.DELETE_FAILED: "The workspace could not be deleted.",
}


def work(order: WorkOrder, *, now: datetime) -> Work:
    """How far the order is."""
    if order.change is not None:
        return scenario.change_work(order.pool.life, now, order.change.bid)
    judge = scenario.deletion_work if order.operation == WorkOrderOperation.DELETE else scenario.creation_work
    return judge(order.pool.life, now)


def work_order(order: WorkOrder, *, now: datetime) -> Document:
    """One line of the list of work orders."""
    done = work(order, now=now)
    before, after = _numbers(order)
    finished = done.phase in {WorkOrderPhase.SUCCESSED, WorkOrderPhase.PARTIAL_SUCCESSED, WorkOrderPhase.FAILED}
    billing = order.bill
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
    if order.change is not None:
        return order.change.detail.get("before", []), order.change.detail.get("after", [])
    asked = [
        {"flavor": one["flavor"], "count": one["count"], "maxCount": one["maxCount"]}
        for one in order.pool.founded_spec["resources"]
    ]
    return ([], asked) if order.operation == WorkOrderOperation.APPLY else (asked, [])


def _results(order: WorkOrder, done: Work, now: datetime) -> list[Document]:
    if order.change is not None:
        return _numbers(order)[0 if done.phase is WorkOrderPhase.FAILED else 1]
    if order.operation != WorkOrderOperation.APPLY:
        return []
    resources = order.pool.founded_spec["resources"]
    up = scenario.nodes_up(order.pool.life, now, resources)
    return [
        {"flavor": one["flavor"], "count": count, "maxCount": count}
        for one, count in zip(resources, up, strict=True)
        if count
    ]


def work_items(order: WorkOrder, *, now: datetime) -> list[Document]:
    """The resources of one work order: the pool itself and its nodes, or the nodes that come or go."""
    if order.change is not None:
        return _changed_nodes(order, now)
    done = work(order, now=now)
    row = order.pool
    deleting = order.operation == WorkOrderOperation.DELETE
    action = WorkItemAction.DELETE_POOL if deleting else WorkItemAction.CREATE_POOL
    status = {
        WorkOrderPhase.SUCCESSED: WorkItemStatus.SUCCEED,
        WorkOrderPhase.PARTIAL_SUCCESSED: WorkItemStatus.SUCCEED,
        WorkOrderPhase.FAILED: WorkItemStatus.FAILED,
    }.get(done.phase, WorkItemStatus.PROCESSING)
    items = [_item(row.ident, action, status, done=done, now=now)]
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


def _item(name: str, action: WorkItemAction, status: WorkItemStatus, *, done: Work, now: datetime) -> Document:
    return {
        "resourceName": name,
        "action": action.value,
        "status": status.value,
        "beginTimestamp": str(milliseconds(done.begun_at)),
        "updateTimestamp": str(milliseconds(done.ended_at or now)),
        "message": done.fail_reason if status is WorkItemStatus.FAILED else "",
    }
