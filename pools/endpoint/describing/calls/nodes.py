"""Nodes of a pool, and jobs on them."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import JobsAsked, TokenPage
from pools.wire.errors import Code
from pools.wire.nodes import (
    Job,
    JobList,
    Node,
    NodeList,
    NodesDeletion,
    NodesJob,
    NodesLock,
    NodesNamed,
    NodesOutcome,
    NodesReset,
    NodesResize,
    NodesResized,
    NodesUpdate,
    NodesUpdated,
)
from pools.wire.words import words

NAMED = {"nodeNames": ["{node_name}"]}
SUPERNODE = "modelarts.bm.npu.arm.8snt9c.supernode"
RESIZE = {
    "nodes": [{"batchUID": "{batch_uid}"}],
    "source": {"flavor": SUPERNODE, "creatingStep": {"type": "hyperinstance", "step": 8}},
    "target": {"flavor": SUPERNODE, "creatingStep": {"type": "hyperinstance", "step": 16}},
    "billing": {"autoPay": "1"},
}

SECTION = Section(
    words("Nodes"),
    words("The machines of a pool, one by one, and the jobs that change them."),
    {
        "ListPoolNodes": Call(
            says=words("List the nodes of a pool"),
            query=TokenPage,
            answer=NodeList,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"query": {"limit": 1}},
        ),
        "ShowPoolNode": Call(says=words("Show a node"), answer=Node, refuses=(Code.POOL_NOT_FOUND,)),
        "BatchDeletePoolNodes": Call(
            says=words("Delete nodes"),
            more=words("Answered with nothing. One node must remain; locked and prepaid ones are refused."),
            body=NodesDeletion,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {"deleteNodeNames": ["{node_name}"]}},
        ),
        "BatchLockPoolNodes": Call(
            says=words("Lock nodes against deletion"),
            body=NodesLock,
            answer=NodesOutcome,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {**NAMED, "actions": ["delete"]}},
        ),
        "BatchUnlockPoolNodes": Call(
            says=words("Unlock nodes"),
            body=NodesLock,
            answer=NodesOutcome,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {**NAMED, "actions": ["delete"]}},
        ),
        "BatchUpdatePoolNodes": Call(
            says=words("Tag nodes, or keep them free"),
            body=NodesUpdate,
            answer=NodesUpdated,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {**NAMED, "action": "createTags", "tags": [{"key": "team", "value": "blue"}]}},
        ),
        "BatchRebootPoolNodes": Call(
            says=words("Reboot nodes"),
            more=words("A job, which can be asked for."),
            body=NodesNamed,
            answer=NodesJob,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": NAMED},
        ),
        "BatchResetPoolNodes": Call(
            says=words("Reset nodes"),
            more=words("A job, which can be asked for."),
            body=NodesReset,
            answer=NodesJob,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {**NAMED, "rollingConfig": {"strategy": "RollingByNumber", "maxUnavailable": 1}}},
        ),
        "BatchResizePoolNodes": Call(
            says=words("Resize supernodes"),
            more=words(
                "Nodes join a supernode or leave it, under a work order. What is to be paid for waits for that."
            ),
            body=NodesResize,
            answer=NodesResized,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": RESIZE},
        ),
        "ListJobs": Call(
            says=words("List jobs on nodes"),
            more=words("Newest first; 100 on a page unless told otherwise."),
            query=JobsAsked,
            answer=JobList,
        ),
        "ShowJob": Call(says=words("Show a job"), answer=Job, refuses=(Code.TEMPLATE_NOT_FOUND,)),
    },
)
