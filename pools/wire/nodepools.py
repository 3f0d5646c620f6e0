"""Node pools: the entries of a pool's `spec.resources[]`, each as a resource of its own."""

from __future__ import annotations

from pydantic import Field

from pools.wire.pool import PoolResourceFlavorCount
from pools.wire.shape import Shape
from pools.wire.shared import PoolResource
from pools.wire.words import words


class NodePoolAnnotations(Shape):
    """How nodes are paid for. Sent, it is about the nodes that are added; all values are strings."""

    billing_mode: str | None = Field(
        default=None, alias="os.modelarts/billing.mode", description=words("How the nodes are paid for.")
    )
    period_type: str | None = Field(
        default=None, alias="os.modelarts/period.type", description=words("Paid by months (2) or years (3).")
    )
    period_num: str | None = Field(
        default=None, alias="os.modelarts/period.num", description=words("How many months or years.")
    )
    auto_renew: str | None = Field(
        default=None, alias="os.modelarts/auto.renew", description=words("Renew by itself when the period ends (1).")
    )


class NodePoolMetadata(Shape):
    """`name` is what addresses call the node pool: its own name, or `<flavor>-default`."""

    name: str | None = Field(default=None, description=words("Name of the node pool."))
    annotations: NodePoolAnnotations | None = Field(default=None, description=words("Billing of its nodes."))


class NodePoolSpec(Shape):
    """`resources` is one entry here, not a list."""

    resources: PoolResource | None = Field(default=None, description=words("Flavor, number and make of its nodes."))


class NodePoolCounts(Shape):
    """As the pool's own counts, of one flavor: objects where the pool has lists."""

    creating: PoolResourceFlavorCount | None = Field(default=None, description=words("Nodes on their way."))
    available: PoolResourceFlavorCount | None = Field(default=None, description=words("Nodes that work."))
    abnormal: PoolResourceFlavorCount | None = Field(default=None, description=words("Nodes in trouble."))
    deleting: PoolResourceFlavorCount | None = Field(default=None, description=words("Nodes being removed."))


class NodePoolStatus(Shape):
    resources: NodePoolCounts | None = Field(default=None, description=words("Its nodes by state."))


class NodePool(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: NodePoolMetadata | None = Field(default=None, description=words("Name and billing."))
    spec: NodePoolSpec | None = Field(default=None, description=words("What it is made of."))
    status: NodePoolStatus | None = Field(default=None, description=words("Where its nodes stand."))


class NodePoolList(Shape):
    """All of a pool at once: there is no paging."""

    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    items: list[NodePool] | None = Field(default=None, description=words("The node pools."))


class NodePoolSpecSent(Shape):
    """The entry is kept as it came: it is judged as a part of its pool, by the rules of a creation."""

    resources: dict[str, object] = Field(description=words("One entry, as in a pool's list of resources."))


class NodePoolCreation(Shape):
    """What is sent to add a node pool. Without a name it is the flavor's own."""

    api_version: str | None = Field(
        default=None, alias="apiVersion", description=words("Version of the API."), json_schema_extra={"enum": ["v2"]}
    )
    kind: str | None = Field(
        default=None, description=words("Kind of resource."), json_schema_extra={"enum": ["NodePool"]}
    )
    metadata: NodePoolMetadata | None = Field(default=None, description=words("Name and billing."))
    spec: NodePoolSpecSent = Field(description=words("What it is made of."))


class NodePoolPatch(Shape):
    """What is sent to change a node pool; what is not mentioned stays."""

    metadata: NodePoolMetadata | None = Field(default=None, description=words("How added nodes are paid for."))
    spec: NodePoolSpecSent | None = Field(default=None, description=words("What it is made of."))
