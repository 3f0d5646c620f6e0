"""Pools: what is made, shown, changed and removed."""

from __future__ import annotations

from typing import Any

from pools.endpoint.describing.call import JSON, MERGE_PATCH, Call, Section
from pools.wire.asking import OfWorkspace, PoolsAsked
from pools.wire.changes import Nothing, PoolPatch, ScopeRetried
from pools.wire.creation import PoolCreation, PoolsHeaders
from pools.wire.errors import Code
from pools.wire.insight import PoolStatistics
from pools.wire.pool import Pool, PoolList
from pools.wire.words import words

CREATION: dict[str, Any] = {
    "kind": "Pool",
    "apiVersion": "v2",
    "metadata": {
        "annotations": {"os.modelarts/description": "what the pool is for"},
        "labels": {"os.modelarts/name": "pool-new", "os.modelarts/workspace.id": "0"},
    },
    "spec": {
        "type": "Dedicate",
        "scope": ["Train"],
        "network": {"name": "{network_name}"},
        "resources": [{"count": 1, "flavor": "modelarts.vm.cpu.8ud"}],
    },
}
PATCH: dict[str, Any] = {
    "metadata": {"annotations": {"os.modelarts/description": "now three nodes"}},
    "spec": {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 3}]},
}

SECTION = Section(
    words("Pools"),
    words("Dedicated nodes with a network, drivers and job types of their own."),
    {
        "ListPools": Call(
            says=words("List pools"),
            more=words("All at once. Without a status: what is there, and what is on its way."),
            query=PoolsAsked,
            answer=PoolList,
            example={"query": {"workspaceId": "0"}},
        ),
        "CreatePool": Call(
            says=words("Create a pool"),
            more=words(
                "Answered at once, without a phase: ask for the pool, or for the work order that the label "
                "os.modelarts/order.name names. With the header request-type: console a billing order is opened, and "
                "the pool waits until it is paid."
            ),
            headers=PoolsHeaders,
            body=PoolCreation,
            answer=Pool,
            refuses=(
                Code.POOL_EXISTS,
                Code.QUOTA_EXCEEDED,
                Code.WORKSPACE_NOT_FOUND,
                Code.WORKSPACE_ABNORMAL,
            ),
            example={"body": CREATION},
        ),
        "ShowPool": Call(says=words("Show a pool"), answer=Pool, refuses=(Code.POOL_NOT_FOUND,)),
        "PatchPool": Call(
            says=words("Change a pool"),
            more=words(
                "A merge-patch, with that content type or as plain JSON: what is left out stays, null takes away, "
                "arrays replace. Nodes, job types and drivers change over time; a change of nodes or of the workspace "
                "has a work order of its own. What is refused changes nothing."
            ),
            body=PoolPatch,
            body_types=(MERGE_PATCH, JSON),
            answer=Pool,
            refuses=(Code.POOL_NOT_FOUND, Code.WORKSPACE_NOT_FOUND, Code.WORKSPACE_ABNORMAL),
            example={"body": PATCH},
        ),
        "DeletePool": Call(
            says=words("Delete a pool"),
            more=words("Answered with the pool as it was. It is gone once asking for it is answered 404."),
            headers=PoolsHeaders,
            answer=Pool,
            refuses=(Code.POOL_NOT_FOUND,),
        ),
        "RetryPoolScope": Call(
            says=words("Try a job type again"),
            body=ScopeRetried,
            answer=Nothing,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {"scope": "Infer"}},
        ),
        "ShowPoolStatistics": Call(says=words("Count pools"), query=OfWorkspace, answer=PoolStatistics),
    },
)
