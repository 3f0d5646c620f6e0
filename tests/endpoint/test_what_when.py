"""What may be done to a pool in which phase: every action on every sample pool; there is one in each phase."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pools.endpoint import sampling, stocking
from pools.endpoint.models import EndpointProject
from pools.wire.enums import Phase
from tests.endpoint.guests import POOLS
from tests.endpoint.signed import Speaker

Document = dict[str, Any]

WAITING, CREATING, RUNNING, ABNORMAL = Phase.WAITING, Phase.CREATING, Phase.RUNNING, Phase.ABNORMAL
SCALING_FAILED = Phase.SCALING_FAILED
EVERY = set(Phase)
LIVING = EVERY - {Phase.DELETING, Phase.CREATION_FAILED}
WITH_NODES = LIVING - {WAITING}
# A pool of whole supernodes, paid by the month: its nodes are given back in the billing centre.
PREPAID = {SCALING_FAILED}

Action = Callable[[Speaker, str, Document], Any]


def patch(change: Callable[[Document], Document]) -> Action:
    """A PATCH with a body made from the pool as it stands."""

    def act(speaker: Speaker, pool: str, standing: Document) -> Any:
        body = json.dumps(change(standing)).encode()
        return speaker.call("PATCH", pool, body=body, headers={"Content-Type": "application/json"})

    return act


def labelled(key: str, value: str) -> Action:
    return patch(lambda standing: {"metadata": {"labels": {f"os.modelarts/{key}": value}}})


def annotated(key: str, value: str) -> Action:
    return patch(lambda standing: {"metadata": {"annotations": {f"os.modelarts/{key}": value}}})


def counted(by: int) -> Action:
    """So many nodes more or fewer, or as many racks or supernodes."""

    def change(standing: Document) -> Document:
        entry = {key: value for key, value in standing["spec"]["resources"][0].items() if key != "azs"}
        count = entry["count"] + by * (entry.get("creatingStep") or {"step": 1})["step"]
        return {"spec": {"resources": [{**entry, "count": count, "maxCount": count}]}}

    return patch(change)


def called(path: str, body: Callable[[list[str]], Document]) -> Action:
    """A POST below the pool, about the first of its nodes."""

    def act(speaker: Speaker, pool: str, standing: Document) -> Any:
        items = speaker.get(f"{pool}/nodes").json()["items"]
        return speaker.post(f"{pool}/{path}", body([one["metadata"]["name"] for one in items][:1] or ["nobody"]))

    return act


def tagged(speaker: Speaker, pool: str, standing: Document) -> Any:
    return speaker.post(f"{pool.replace('/v2/', '/v1/')}/tags/create", TAGS)


def removed(speaker: Speaker, pool: str, standing: Document) -> Any:
    return speaker.delete(pool)


def moved(home: EndpointProject) -> Action:
    return labelled("workspace.id", stocking.second_workspace(home))


NODE_POOL = {
    "apiVersion": "v2",
    "kind": "NodePool",
    "metadata": {"name": "another"},
    "spec": {"resources": {"flavor": "modelarts.vm.cpu.8ud", "count": 1}},
}
ARM_NODE_POOL = {**NODE_POOL, "spec": {"resources": {"flavor": "modelarts.bm.npu.arm.8snt9b", "count": 1}}}
LOG_AGENT = {"apiVersion": "v2", "kind": "Plugin", "spec": {"template": {"name": "log-agent"}}}
TAGS = {"tags": [{"key": "team", "value": "vision"}]}
NEWEST = {"version": "535.129.03"}

TABLE: dict[str, tuple[Action, set[Phase]]] = {
    "describe it": (annotated("description", "another"), LIVING),
    "share it": (labelled("sharing", "shared"), LIVING),
    "another scheduler": (annotated("scheduler.extension", "low"), LIVING),
    "tag it": (tagged, LIVING),
    "more nodes": (counted(+1), {RUNNING, SCALING_FAILED}),
    "fewer nodes": (counted(-1), {RUNNING, SCALING_FAILED} - PREPAID),
    "one job type more": (patch(lambda pool: {"spec": {"scope": ["Train", "Notebook"]}}), {RUNNING}),
    "another driver": (patch(lambda pool: {"spec": {"driver": {"gpuVersion": "535.129.03"}}}), {RUNNING}),
    "a plug-in": (called("plugins", lambda nodes: LOG_AGENT), {RUNNING}),
    "a node less": (called("nodes/batch-delete", lambda nodes: {"deleteNodeNames": nodes}), {RUNNING, ABNORMAL}),
    "lock a node": (called("nodes/batch-lock", lambda nodes: {"nodeNames": nodes, "actions": ["delete"]}), WITH_NODES),
    "unlock a node": (
        called("nodes/batch-unlock", lambda nodes: {"nodeNames": nodes, "actions": ["delete"]}),
        WITH_NODES,
    ),
    "reboot a node": (called("nodes/batch-reboot", lambda nodes: {"nodeNames": nodes}), WITH_NODES),
    "reset a node": (called("nodes/batch-reset", lambda nodes: {"nodeNames": nodes}), WITH_NODES),
    "keep a node free": (
        called("nodes/batch-update", lambda nodes: {"nodeNames": nodes, "action": "openHaRedundant"}),
        WITH_NODES,
    ),
    "another driver for a node": (
        called("nodes/batch-update", lambda nodes: {"nodeNames": nodes, "driver": NEWEST}),
        {RUNNING},
    ),
    "try a job type again": (called("retry-scope", lambda nodes: {"scope": "Infer"}), set()),
    "delete it": (removed, EVERY),
}


@pytest.fixture(autouse=True)
def sampled(home: EndpointProject) -> None:
    stocking.load(home)
    sampling.host(home)


def allowed(speaker: Speaker, act: Action) -> set[Phase]:
    """In which phases the action is taken; everywhere else it is refused in words, and changes nothing."""
    taken = set()
    listed = speaker.get(POOLS).json()["items"] + speaker.get(f"{POOLS}?status=failed").json()["items"]
    for standing in listed:
        pool, phase = f"{POOLS}/{standing['metadata']['name']}", Phase(standing["status"]["phase"])
        answer = act(speaker, pool, standing)
        if answer.status_code == 200:
            taken.add(phase)
        else:
            assert answer.status_code in {400, 404, 409}, answer.content
            assert answer.json()["error_msg"]
            assert speaker.get(pool).json() == standing
    return taken


@pytest.mark.shows("Life.what-when")
@pytest.mark.parametrize("action", TABLE)
def test_an_action_is_for_some_phases(speaker: Speaker, action: str) -> None:
    act, phases = TABLE[action]
    assert allowed(speaker, act) == phases


@pytest.mark.shows("Life.what-when")
def test_a_pool_moves_to_another_workspace_while_it_runs(speaker: Speaker, home: EndpointProject) -> None:
    assert allowed(speaker, moved(home)) == {RUNNING}


@pytest.mark.shows("Life.what-when")
def test_a_node_pool_is_added_while_its_pool_runs(speaker: Speaker) -> None:
    assert allowed(speaker, called("nodepools", lambda nodes: NODE_POOL)) == {RUNNING}
    # The pool whose scaling failed has nodes of the other architecture, which are not mixed.
    assert allowed(speaker, called("nodepools", lambda nodes: ARM_NODE_POOL)) == {SCALING_FAILED}
