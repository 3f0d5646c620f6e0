"""Hosted rows as the wire's documents, at a moment."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pools.endpoint import course, ledger, linking, passing, roster, scenario
from pools.endpoint.models import (
    HostedNetwork,
    HostedPool,
    HostedWorkspace,
    PoolChange,
)
from pools.endpoint.scenario import Fate, Pace
from pools.wire.enums import (
    ControlMode,
    NetworkPhase,
    Phase,
    ScopeState,
)
from pools.wire.options import WorkspaceStatus

Document = dict[str, Any]


def timestamp(at: datetime) -> str:
    """Objects of the service carry seconds, in UTC."""
    return f"{at.isoformat()[:19]}Z"


def milliseconds(at: datetime | None) -> int:
    """Orders carry milliseconds; 0 has not happened."""
    return int(at.timestamp() * 1000) if at else 0


def _dated(pool: HostedPool, ended_at: datetime | None) -> Document:
    dates = {"creationTimestamp": timestamp(pool.created_at)}
    if ended_at is not None:
        dates["deletionTimestamp"] = timestamp(ended_at)
    return {"name": pool.ident, **dates, **pool.document["metadata"]} | {"name": pool.ident}


def pool_created(pool: HostedPool) -> Document:
    """The answer to a creation: the pool without a phase, for nothing has been done yet."""
    return {**pool.document, "metadata": _dated(pool, pool.deleted_at), "status": {"resources": {}}}


def pool(row: HostedPool, *, now: datetime) -> Document | None:
    """The pool as it is at `now` (Tables 22-47); None once it is gone."""
    passing.settle(row, now)
    status = _status(row, now)
    if status is None:
        return None
    metadata = _dated(row, row.life.deleted_at if status["phase"] == Phase.DELETING else None)
    metadata["annotations"] = {**metadata["annotations"], **_dependencies(status.get("scope", ()))}
    answer = {**row.document, "metadata": metadata, "status": status}
    ended = row.paid_until is not None and now >= row.paid_until
    return _ageing(row, answer, now) if ended and status["phase"] != Phase.DELETING else answer


def _ageing(row: HostedPool, answer: Document, now: datetime) -> Document:
    """What becomes of a pool of which something is not paid for any more: it says so, and in the end it is frozen."""
    said = f"Paid for until {timestamp(row.paid_until)}." if row.paid_until else ""
    if not ledger.is_frozen(row, now):
        return {**answer, "status": {**answer["status"], "message": answer["status"]["message"] or said}}
    was = answer["spec"].get("controlMode")
    frozen = {"controlMode": (was if isinstance(was, int) else 0) | ControlMode.FROZEN}
    message = f"The resource pool is frozen. {said}"
    return {**answer, "spec": {**answer["spec"], **frozen}, "status": {**answer["status"], "message": message}}


def enabled(row: HostedPool, now: datetime) -> dict[str, datetime]:
    """The job types that work at `now`, or did when the deletion began, and since when."""
    life = row.life._replace(deleted_at=None)
    now = min(now, row.deleted_at or now)
    status = scenario.status(life, now, ident=row.ident, spec=row.founded_spec, zones=row.zones, drivers={}) or {}
    scopes = course.scopes(status.get("scope", ()), row.story.switches, life, now)
    first = life.moment(scenario.SCOPES_READY) or now
    switched = {name: one.begun_at for one in row.story.switches for name in one.on}
    change = timedelta(seconds=life.timetable.change)
    return {
        name: switched[name] + change if name in switched else first
        for name in (scope["scopeType"] for scope in scopes if scope["state"] == ScopeState.ENABLED)
    }


def _status(row: HostedPool, now: datetime) -> Document | None:
    life, spec = row.life, row.founded_spec
    status = scenario.status(life, now, ident=row.ident, spec=spec, zones=row.zones, drivers=row.drivers)
    if status is None or row.founding is None:
        return status
    status["resources"] = roster.counts(roster.present(row.roster(), life, now))
    if status["message"] == "" and (waiting := row.waiting(now)):
        status["message"] = _awaited(row, waiting)
    if "scope" in status and status["phase"] != Phase.DELETING:
        scopes = course.scopes(status["scope"], row.story.switches, life, now)
        status["scope"] = course.updated(scopes, row.story.installations, life, now)
    if "driver" in status or row.story.upgrades:
        status["driver"] = course.drivers(status.get("driver", {}), row.story.upgrades, life, now)
    return status


def _awaited(row: HostedPool, waiting: PoolChange) -> str:
    unpaid = f"The order {waiting.detail['order_id']} could not be paid: the balance of the account is insufficient."
    return unpaid if row.fate == Fate.UNPAYABLE else f"The order {waiting.detail['order_id']} is awaiting payment."


_DEPENDENCY_MET = json.dumps({"type": ScopeState.ENABLED.value, "status": "True", "message": ""}, separators=(",", ":"))


def _dependencies(scopes: Sequence[Document]) -> Document:
    """Table 25: what a job type needs from outside the pool is told once the job type works."""
    return {
        f"os.modelarts.pool/scope.external.dependency.{scope['scopeType']}": _DEPENDENCY_MET
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
