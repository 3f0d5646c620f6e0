"""Hosted rows as the wire's documents, at a moment."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pools.endpoint import naming, scenario
from pools.endpoint.models import BillingOrder, HostedNetwork, HostedPool, HostedWorkspace, WorkOrder
from pools.endpoint.scenario import Fate, Pace, Work
from pools.wire.enums import (
    NetworkPhase,
    ScopeState,
    WorkItemAction,
    WorkItemStatus,
    WorkOrderOperation,
    WorkOrderPhase,
)

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
    spec = row.document["spec"]
    status = scenario.status(row.life, now, ident=row.ident, spec=spec, zones=row.zones, drivers=row.drivers)
    if status is None:
        return None
    metadata = _dated(row)
    metadata["annotations"] = {**metadata["annotations"], **_dependencies(status.get("scope", ()))}
    return {**row.document, "metadata": metadata, "status": status}


def _dependencies(scopes: Sequence[Document]) -> Document:
    """Table 25: what a job type needs from outside the pool is told once the job type works."""
    told = {"type": ScopeState.ENABLED.value, "status": "True", "message": ""}
    return {
        f"os.modelarts.pool/scope.external.dependency.{scope['scopeType']}": json.dumps(told, separators=(",", ":"))
        for scope in scopes
        if scope["state"] == ScopeState.ENABLED
    }


def network(row: HostedNetwork, *, now: datetime) -> Document:
    """The network as it is at `now`."""
    phase = scenario.network_phase(Pace(row.pace), Fate(row.fate), row.accepted_at, now)
    status: Document = {"phase": phase.value, "connectionStatus": {}}
    if phase is NetworkPhase.ACTIVE:
        status["subnets"] = [{"networkId": str(row.subnet_id)}]
        status["connectionStatus"] = _connections(row.document["spec"].get("connection") or {})
    return {**row.document, "status": status}


def _connections(asked: Document) -> Document:
    answer: Document = {}
    if asked.get("peerConnectionList"):
        answer["peerConnectionStatus"] = [{**one, "phase": "Active"} for one in asked["peerConnectionList"]]
    if asked.get("sfsTurboConnectionList"):
        answer["sfsTurboStatus"] = [
            {**one, "connectionType": "VpcPort", "status": "Active"} for one in asked["sfsTurboConnectionList"]
        ]
    return answer


def workspace(row: HostedWorkspace) -> Document:
    """One workspace; times in milliseconds."""
    return {
        "id": row.ident,
        "name": row.name,
        "description": row.description,
        "owner": row.owner,
        "auth_type": "public",
        "enterprise_project_id": "0",
        "enterprise_project_name": "default",
        "create_time": milliseconds(row.created_at),
        "update_time": milliseconds(row.created_at),
        "status": "NORMAL",
        "status_info": "",
    }


def work(order: WorkOrder, *, now: datetime) -> Work:
    """How far the order is."""
    judge = scenario.deletion_work if order.operation == WorkOrderOperation.DELETE else scenario.creation_work
    return judge(order.pool.life, now)


def work_order(order: WorkOrder, *, now: datetime) -> Document:
    """One line of the list of work orders."""
    done = work(order, now=now)
    resources = order.pool.document["spec"]["resources"]
    asked = [{"flavor": one["flavor"], "count": one["count"], "maxCount": one["maxCount"]} for one in resources]
    creating = order.operation == WorkOrderOperation.APPLY
    finished = done.phase in {WorkOrderPhase.SUCCESSED, WorkOrderPhase.PARTIAL_SUCCESSED, WorkOrderPhase.FAILED}
    billing: BillingOrder | None = getattr(order.pool, "billing_order", None)
    return {
        "orderName": order.name,
        "orderId": billing.order_id if billing and creating else "",
        "resourceName": order.pool.ident,
        "resourceDisplayName": order.pool.name,
        "workspaceId": order.pool.workspace_id,
        "creationTimestamp": milliseconds(order.created_at),
        "beginTimestamp": milliseconds(done.begun_at),
        "endTimestamp": milliseconds(done.ended_at),
        "initCount": [] if creating else asked,
        "specCount": asked if creating else [],
        "resultCount": _results(order, now) if finished and creating else [],
        "operation": order.operation,
        "phase": done.phase.value,
        "failReason": done.fail_reason,
        "billingMode": order.pool.document["metadata"]["annotations"]["os.modelarts/billing.mode"],
        "periodType": billing.period_type if billing else "",
        "periodNum": str(billing.period_num) if billing and billing.period_num else "",
        **({"result": done.phase.value} if finished else {}),
    }


def _results(order: WorkOrder, now: datetime) -> list[Document]:
    resources = order.pool.document["spec"]["resources"]
    up = scenario.nodes_up(order.pool.life, now, resources)
    return [
        {"flavor": one["flavor"], "count": count, "maxCount": count}
        for one, count in zip(resources, up, strict=True)
        if count
    ]


def work_items(order: WorkOrder, *, now: datetime) -> list[Document]:
    """The resources of one work order: the pool itself and, while it is created, its nodes."""
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
    resources = row.document["spec"]["resources"]
    up = sum(scenario.nodes_up(row.life, now, resources))
    prefix = row.document["metadata"]["labels"]["os.modelarts/node.prefix"]
    pending = WorkItemStatus.PROCESSING if done.ended_at is None else WorkItemStatus.FAILED
    for index, name in enumerate(naming.nodes(prefix, sum(one["count"] for one in resources), dice=row.dice)):
        state = WorkItemStatus.SUCCEED if index < up else pending
        items.append(_item(name, WorkItemAction.CREATE_NODE, state, done=done, now=now))
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
