"""Calling every described operation once, as its example says, in a project where everything that is named exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.utils import timezone

from pools.endpoint import admitting, stocking
from pools.endpoint.describing.call import Call
from pools.endpoint.describing.calls import CALLS
from pools.endpoint.models import CallRecord, EndpointProject, IamUser
from pools.endpoint.steering.hushing import REMOVED
from pools.wire.naming import pool_id
from tests.clocks import freeze_time
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.routes import METHODS, SERVED
from tests.endpoint.signed import Speaker, ask_token

MOMENT = "2026-03-01T08:00:00Z"
CPU = "modelarts.vm.cpu.8ud"
SUPERNODE = "modelarts.bm.npu.arm.8snt9c.supernode"
UNSUBSCRIBE = "/v2/orders/subscriptions/resources/unsubscribe"
# Said instead of what is in a request: examples hold no secrets.
UNSAID = {
    "{password}": "your password",
    "{user}": "your user",
    "{domain}": "your account",
    "{token}": "your token",
}
# Told instead of what is in an answer, by its name there.
UNTOLD = {"access": "your access key", "secret": "your secret key", "securitytoken": "your security token"}


@dataclass
class Scene:
    """A project where everything is there that an address or a body can name; `names` are its names."""

    speaker: Speaker
    names: dict[str, str]
    elsewhere: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, operation: str) -> dict[str, str]:
        """The names for one operation; some work only with things made for them."""
        return self.names | self.elsewhere.get(operation, {})


@contextmanager
def at_rest() -> Iterator[None]:
    """A clock that stands still, so that the same calls are answered the same."""
    with freeze_time(MOMENT):
        yield


def scene() -> Scene:
    """Open a project, at instant pace, and make one of everything."""
    account = admitting.open_account("poolhouse", domain_id="d0" * 16)
    home = admitting.open_project(account, name="cn-north-4", project_id=PROJECT)
    EndpointProject.objects.filter(pk=home.pk).update(ids_seed="examples", ids_drawn=0)
    stocking.load(home)
    key = admitting.issue_key(home)
    speaker = Speaker(key.access_key, key.secret_key)
    clerk = admitting.enrol_user(account, name="clerk", password="a-good-password")
    IamUser.objects.filter(pk=clerk.pk).update(user_id="c1" * 16)
    annotations = {"os.modelarts/description": "for training", "os.modelarts/tms.tags": '[{"key":"env","value":"dev"}]'}
    speaker.post(POOLS, creation(annotations=annotations, resource={"count": 2}))
    waiting = speaker.post(POOLS, creation(name="pool-waits"), headers={"request-type": "console"}).json()
    speaker.post(POOLS, creation(name="pool-fails", prefix="fate-scopefailed", scope=["Train", "Infer"]))
    two = [{"flavor": CPU, "count": 2}, {"flavor": CPU, "count": 1, "nodePool": "red"}]
    speaker.post(POOLS, creation(name="pool-two", resources=two))
    node = speaker.get(f"{POOLS}/{ident()}/nodes").json()["items"][0]["metadata"]["name"]
    job = speaker.post(f"{POOLS}/{ident()}/nodes/batch-reboot", {"nodeNames": [node]}).json()["job_id"]
    armed = speaker.post(f"/_sandbox/v1/{PROJECT}/faults", {"kind": "drop", "operation": "CreatePool"}).json()
    _remember_a_call(home)
    names = {
        "project_id": PROJECT,
        "pool_name": ident(),
        "node_name": node,
        "nodepool_name": f"{CPU}-default",
        "network_name": pool_id("network-21e1", PROJECT),
        "order_name": speaker.get(f"{POOLS}/{ident()}").json()["metadata"]["labels"]["os.modelarts/order.name"],
        "order_id": waiting["metadata"]["annotations"]["os.modelarts/order.id"],
        "job_id": job,
        "plugintemplate_name": "gpu-driver",
        "flavor_name": CPU,
        "workspace_id": "0",
        "fault_id": str(armed["id"]),
        "user": "clerk",
        "user_name": "clerk",
        "password": "a-good-password",
        "domain": "poolhouse",
        "token": ask_token()["X-Subject-Token"],
    }
    made = speaker.post(f"/v1/{PROJECT}/workspaces", {"name": "short-lived"}).json()
    bought, renewing = (_bought(speaker, name, said) for name, said in (("pool-paid", "0"), ("pool-renews", "1")))
    [refund] = speaker.post(UNSUBSCRIBE, {"resource_ids": [bought[1]], "unsubscribe_type": 1}).json()["order_ids"]
    supernodes = _supernodes(speaker)
    pool_two = {"pool_name": ident("pool-two"), "nodepool_name": "red"}
    elsewhere = {
        "BatchResizePoolNodes": supernodes,
        "RetryPoolScope": {"pool_name": ident("pool-fails")},
        "AdvanceSandboxPool": {"pool_name": ident("pool-waits")},
        "DeleteNetwork": {"network_name": pool_id("network-training", PROJECT)},
        "DeleteWorkspace": {"workspace_id": made["id"]},
        "ShowRefundOrderDetails": {"order_id": refund},
        "CancelResourcesSubscription": {"resource_id": bought[2]},
        "AutoRenewalResources": {"resource_id": bought[0]},
        "CancelAutoRenewalResources": {"resource_id": renewing[0]},
        **dict.fromkeys(("ShowNodePool", "PatchNodePool", "DeleteNodePool", "ListNodePoolNodes"), pool_two),
    }
    return Scene(speaker, names, elsewhere)


def _remember_a_call(project: EndpointProject) -> None:
    """As the log keeps it; its duration is always the same."""
    CallRecord.objects.create(
        project=project,
        at=timezone.now(),
        method="GET",
        path=POOLS,
        operation="ListPools",
        status=200,
        duration=0.004,
        request_id="5f" * 16,
        request_headers={"Host": "127.0.0.1:8000", "Authorization": REMOVED},
        answer_headers={"Content-Type": "application/json"},
        answer_body='{"kind":"PoolList","apiVersion":"v2","items":[]}',
    )


def paid(renews: str = "0") -> dict[str, str]:
    """The annotations of a pool that is paid for by the month, at once."""
    said = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1", "auto.renew": renews}
    return {f"os.modelarts/{key}": value for key, value in said.items()}


def _supernodes(speaker: Speaker) -> dict[str, str]:
    """A pool of one supernode, and what that is called."""
    resource = {"flavor": SUPERNODE, "count": 8, "creatingStep": {"step": 8, "type": "hyperinstance"}}
    speaker.post(POOLS, creation(name="pool-super", annotations=paid(), resource=resource))
    node = speaker.get(f"{POOLS}/{ident('pool-super')}/nodes?limit=1").json()["items"][0]
    return {"pool_name": ident("pool-super"), "batch_uid": node["metadata"]["labels"]["os.modelarts.node/batch.uid"]}


def _bought(speaker: Speaker, name: str, renews: str) -> list[str]:
    """The resources of a pool that was paid for: its own, and its nodes'."""
    pool = speaker.post(POOLS, creation(name=name, annotations=paid(renews), resource={"count": 2})).json()
    nodes = speaker.get(f"{POOLS}/{ident(name)}/nodes").json()["items"]
    return [one["metadata"]["labels"]["os.modelarts/resource.id"] for one in (pool, *nodes)]


@dataclass
class Heard:
    """One operation, called: what was sent, and the answer."""

    operation: str
    call: Call
    path: str
    body: Any
    answer: Any

    @property
    def example(self) -> dict[str, Any]:
        """What is kept of it."""
        bodies = {"request": self.body} if self.call.body else {}
        if self.call.answer is not None:
            bodies["answer"] = json.loads(self.answer.content, object_hook=_untold)
        return {"path": self.path, **bodies}


def _untold(told: dict[str, Any]) -> dict[str, Any]:
    return {key: UNTOLD.get(key, value) for key, value in told.items()}


def walk(where: Scene) -> Iterator[Heard]:
    """Call every operation in the order of the addresses, each as if the others had not been called."""
    for route, view, methods in SERVED:
        for name in methods:
            with transaction.atomic():
                yield one(where, METHODS[name], route, view.operations[name])
                transaction.set_rollback(True)


def one(where: Scene, method: str, route: str, operation: str) -> Heard:
    said, names = CALLS[operation], where.of(operation)
    body = said.example.get("body")
    answer = call(where, method, route, operation, body=filled(body, names))
    return Heard(operation, said, target(where, route, operation), filled(body, names, UNSAID), answer)


def target(where: Scene, route: str, operation: str) -> str:
    """The address of a call, with the query of its example."""
    names = where.of(operation)
    path = "/" + re.sub(r"<\w+:(\w+)>", lambda match: names[match[1]], route)
    query = filled(CALLS[operation].example.get("query", {}), names)
    return f"{path}?{urlencode(query)}" if query else path


def call(where: Scene, method: str, route: str, operation: str, *, body: Any, kind: str = "") -> Any:
    """Call an operation as its example says, with this body, in this content type instead of the usual one."""
    said, names = CALLS[operation], where.of(operation)
    headers = {"Content-Type": kind or said.body_types[0], **filled(said.example.get("headers", {}), names)}
    sent = json.dumps(body).encode() if body is not None else b""
    return where.speaker.call(method, target(where, route, operation), body=sent, headers=headers)


def filled(value: Any, names: Mapping[str, str], instead: Mapping[str, str] | None = None) -> Any:
    """The value, each `{name}` in it replaced by what has that name, or by what is said instead."""
    if isinstance(value, dict):
        return {key: filled(inner, names, instead) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names, instead) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"{\w+}", value):
        return (instead or {}).get(value) or names[value[1:-1]]
    return value
