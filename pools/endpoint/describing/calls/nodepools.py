"""Node pools: the entries of a pool's list of resources, each under an address of its own."""

from __future__ import annotations

from pools.endpoint.describing.call import JSON, MERGE_PATCH, Call, Section
from pools.wire.asking import TokenPage
from pools.wire.errors import Code
from pools.wire.nodepools import NodePool, NodePoolCreation, NodePoolList, NodePoolPatch
from pools.wire.nodes import NodeList
from pools.wire.words import words

SECTION = Section(
    words("Node pools"),
    words("The entries of a pool's list of resources, each under an address of its own."),
    {
        "ListNodePools": Call(
            says=words("List the node pools of a pool"),
            more=words("All at once."),
            answer=NodePoolList,
            refuses=(Code.POOL_NOT_FOUND,),
        ),
        "CreateNodePool": Call(
            says=words("Add a node pool"),
            body=NodePoolCreation,
            answer=NodePool,
            refuses=(Code.POOL_NOT_FOUND, Code.POOL_EXISTS),
            example={
                "body": {
                    "apiVersion": "v2",
                    "kind": "NodePool",
                    "metadata": {"name": "blue"},
                    "spec": {"resources": {"flavor": "modelarts.vm.cpu.8ud", "count": 1}},
                }
            },
        ),
        "ShowNodePool": Call(
            says=words("Show a node pool"),
            more=words("One that is unknown is a bad request here, not a 404."),
            answer=NodePool,
            refuses=(Code.POOL_NOT_FOUND,),
        ),
        "PatchNodePool": Call(
            says=words("Change a node pool"),
            body=NodePoolPatch,
            body_types=(MERGE_PATCH, JSON),
            answer=NodePool,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {"spec": {"resources": {"count": 2}}}},
        ),
        "DeleteNodePool": Call(
            says=words("Remove a node pool with its nodes"),
            answer=NodePool,
            refuses=(Code.POOL_NOT_FOUND,),
        ),
        "ListNodePoolNodes": Call(
            says=words("List the nodes of a node pool"),
            query=TokenPage,
            answer=NodeList,
            refuses=(Code.POOL_NOT_FOUND,),
        ),
    },
)
