"""Nodes of a pool, what is asked of several of them at once, and the jobs that take their time."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.enums import UpdateStrategy
from pools.wire.networks import NetworkListMetadata
from pools.wire.options import (
    BatchAction,
    JobPhase,
    LockAction,
    NodeDriverPhase,
    NodeJobType,
    NodePhase,
    Rolling,
    TaintEffect,
)
from pools.wire.parsing import NotJson, parse_json
from pools.wire.shape import Flag, Heard, Millis, Shape, Whole
from pools.wire.shared import CreatingStep, DataVolumeItem, PoolResourceExtendParams, RootVolume
from pools.wire.tags import TagGiven
from pools.wire.words import words


class NodeLabels(Shape):
    """Who the node is for billing, for its server and for its pool."""

    resource_id: str | None = Field(
        default=None, alias="os.modelarts/resource.id", description=words("The node as billing knows it.")
    )
    node_pool: str | None = Field(
        default=None,
        alias="os.modelarts.node/nodepool",
        description=words("Its node pool; the flavor and -default where it was given none."),
    )
    instance_id: str | None = Field(
        default=None,
        alias="os.modelarts.node/underlying.instance.id",
        description=words("The server underneath the node."),
    )
    cluster: str | None = Field(
        default=None, alias="os.modelarts.node/cluster", description=words("Identifier of its pool.")
    )
    tenant_domain_id: str | None = Field(
        default=None, alias="os.modelarts/tenant.domain.id", description=words("Account the node belongs to.")
    )
    tenant_project_id: str | None = Field(
        default=None, alias="os.modelarts/tenant.project.id", description=words("Project the node belongs to.")
    )
    billing_status: str | None = Field(
        default=None,
        alias="os.modelarts/billing.status",
        description=words("0 is normal, 1 frozen, 2 terminated."),
    )
    ha_redundant: str | None = Field(
        default=None,
        alias="os.modelarts.node/ha.redundant.enabled",
        description=words("Present: the node is kept free to stand in for another."),
    )
    node_pool_name: str | None = Field(
        default=None,
        alias="os.modelarts.node/nodepoolname",
        description=words("The name that people gave its node pool."),
    )
    batch_uid: str | None = Field(
        default=None, alias="os.modelarts.node/batch.uid", description=words("The rack or supernode it is a part of.")
    )
    batch_name: str | None = Field(
        default=None, alias="os.modelarts.node/batch.name", description=words("Name of that rack or supernode.")
    )
    batch_type: str | None = Field(
        default=None, alias="os.modelarts.node/batch.type", description=words("Whether it is a rack or a supernode.")
    )
    batch_count: str | None = Field(
        default=None, alias="os.modelarts.node/batch.count", description=words("How many nodes that one has.")
    )
    spod_id: str | None = Field(
        default=None, alias="os.modelarts.node/spod.id", description=words("The supernode it is a part of.")
    )
    cabinet: str | None = Field(
        default=None,
        alias="cce.kubectl.kubernetes.io/cabinet",
        description=words("Addresses of the switches above it, joined by a hyphen."),
    )


class NodeAnnotations(Shape):
    """All values are strings, some of them JSON texts."""

    billing_mode: str | None = Field(
        default=None, alias="os.modelarts/billing.mode", description=words("How the node is paid for.")
    )
    tms_tags: str | None = Field(
        default=None, alias="os.modelarts/tms.tags", description=words("JSON text: the tags of the node.")
    )
    lock_action: str | None = Field(
        default=None,
        alias="os.modelarts.node/lock.action",
        description=words("Not empty: the node is locked against this."),
    )

    npu_topology: str | None = Field(
        default=None,
        alias="os.modelarts/npu-topology-placement",
        description=words("Sixteen digits, the first card at the right: 1 is busy, 0 is free."),
    )


class NodeMetadata(Shape):
    name: str | None = Field(default=None, description=words("Name of the node, made by the cloud."))
    creation_timestamp: str | None = Field(
        default=None, alias="creationTimestamp", description=words("When it was asked for, in UTC.")
    )
    labels: NodeLabels | None = Field(default=None, description=words("Node pool, server and owner."))
    annotations: NodeAnnotations | None = Field(default=None, description=words("Billing, tags and lock."))


class NodeOs(Shape):
    name: str | None = Field(default=None, description=words("Operating system."))
    image_id: str | None = Field(default=None, alias="imageId", description=words("Image the node was made from."))
    image_type: str | None = Field(default=None, alias="imageType", description=words("Kind of that image."))


class NodeHostNetwork(Shape):
    vpc: str | None = Field(default=None, description=words("VPC the node stands in."))
    subnet: str | None = Field(default=None, description=words("Subnet the node stands in."))
    security_groups: list[str] | None = Field(
        default=None, alias="securityGroups", description=words("Its security groups.")
    )


class NodeSpec(Shape):
    flavor: str | None = Field(default=None, description=words("What the node is made of."))
    os: NodeOs | None = Field(default=None, description=words("Image of the node."))
    host_network: NodeHostNetwork | None = Field(
        default=None, alias="hostNetwork", description=words("Network of the node itself.")
    )
    root_volume: RootVolume | None = Field(default=None, alias="rootVolume", description=words("System disk."))
    data_volumes: list[DataVolumeItem] | None = Field(
        default=None, alias="dataVolumes", description=words("Additional disks.")
    )
    extend_params: PoolResourceExtendParams | None = Field(
        default=None, alias="extendParams", description=words("Container space and start-up script.")
    )


class NodeDriver(Shape):
    phase: Annotated[NodeDriverPhase | str, Heard] | None = Field(default=None, description=words("How it fares."))
    version: str | None = Field(default=None, description=words("Driver version."))


class NodePlugin(Shape):
    name: str | None = Field(default=None, description=words("Plug-in."))
    phase: str | None = Field(default=None, description=words("How it fares."))
    version: str | None = Field(default=None, description=words("Its version."))


class NodeStatus(Shape):
    """Quantities are written as Kubernetes writes them: 7910m, 28Gi."""

    phase: Annotated[NodePhase | str, Heard] | None = Field(default=None, description=words("Where the node stands."))
    az: str | None = Field(default=None, description=words("Availability zone."))
    private_ip: str | None = Field(
        default=None, alias="privateIp", description=words("Its address; empty until it is there.")
    )
    resources: dict[str, str] | None = Field(default=None, description=words("What the node has for jobs, by kind."))
    available_resources: dict[str, str] | None = Field(
        default=None, alias="availableResources", description=words("What of it is free, by kind.")
    )
    taints: list[dict[str, object]] | None = Field(default=None, description=words("Kubernetes taints of the node."))
    driver: NodeDriver | None = Field(default=None, description=words("Driver of its accelerators."))
    os: NodeOs | None = Field(default=None, description=words("Its operating system."))
    plugins: list[NodePlugin] | None = Field(default=None, description=words("What runs on the node."))


class Node(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: NodeMetadata | None = Field(default=None, description=words("Name, labels and annotations."))
    spec: NodeSpec | None = Field(default=None, description=words("What the node is made of."))
    status: NodeStatus | None = Field(default=None, description=words("Where the node stands."))


class NodeList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: NetworkListMetadata | None = Field(default=None, description=words("Whether there are more."))
    items: list[Node] | None = Field(default=None, description=words("The nodes of this page."))


_Names = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1, max_length=500)]


class NodesNamed(Shape):
    """The body of `batch-reboot`."""

    names: _Names = Field(alias="nodeNames", description=words("The nodes, by name."))


class NodesDeletion(NodesNamed):
    """The body of `batch-delete`, whose list has a name of its own."""

    names: _Names = Field(alias="deleteNodeNames", description=words("Nodes to delete; one must remain."))


class NodesLock(NodesNamed):
    """The body of `batch-lock` and `batch-unlock`."""

    actions: list[LockAction] = Field(description=words("What they are locked against."), min_length=1, max_length=1)


class NodesDriver(Shape):
    version: str = Field(description=words("Driver version."), json_schema_extra={"minLength": 1, "maxLength": 64})
    update_strategy: UpdateStrategy | None = Field(
        default=None, alias="updateStrategy", description=words("Each node when no job runs on it, or all at once.")
    )


class NodesUpdate(NodesNamed):
    """The body of `batch-update`: an action, another driver, or both."""

    action: BatchAction | None = Field(
        default=None, description=words("What is done to them; may be left out where there is a driver.")
    )
    ha_redundant_effect: TaintEffect | None = Field(
        default=None,
        alias="haRedundantEffect",
        description=words("How jobs are kept off: NoSchedule or NoExecute."),
        json_schema_extra={"enum": ["NoSchedule", "NoExecute"], "default": "NoSchedule"},
    )
    driver: NodesDriver | None = Field(default=None, description=words("Another driver for them."))
    tags: list[TagGiven] | None = Field(default=None, description=words("Tags to create or delete, by their keys."))


class ResizedSupernode(Shape):
    batch_uid: str = Field(
        alias="batchUID", description=words("The supernode, as the label batch.uid of its nodes has it.")
    )
    delete_node_names: list[str] | None = Field(
        default=None,
        alias="deleteNodeNames",
        description=words("Nodes of it that are deleted, where it becomes smaller."),
    )


class ResizedEntry(Shape):
    node_pool: str | None = Field(
        default=None, alias="nodePool", description=words("Its node pool; left out, the flavor's own.")
    )
    flavor: str = Field(description=words("Its flavor; the same before and after."))
    creating_step: CreatingStep = Field(
        alias="creatingStep", description=words("How large a supernode of it is; its type is hyperinstance.")
    )


class ResizeBilling(Shape):
    auto_pay: str | None = Field(
        default=None,
        alias="autoPay",
        description=words("1: what nodes cost that are added in advance is paid at once."),
        json_schema_extra={"enum": ["0", "1"]},
    )


class NodesResize(Shape):
    """The body of `batch-resize`."""

    nodes: list[ResizedSupernode] = Field(description=words("The supernodes."), min_length=1, max_length=50)
    source: ResizedEntry = Field(description=words("The entry of spec.resources that they are of."))
    target: ResizedEntry = Field(description=words("The entry that they are to be of."))
    billing: ResizeBilling | None = Field(default=None, description=words("How nodes that are added are paid for."))


class NodesResized(Shape):
    """The answer to `batch-resize`."""

    order_name: str | None = Field(
        default=None, alias="orderName", description=words("The work order that carries it out.")
    )


class RollingConfig(Shape):
    strategy: Rolling = Field(description=words("How many at once: a number, or a share."))
    max_unavailable: Whole | None = Field(
        default=None, alias="maxUnavailable", description=words("So many, or so many percent, at most.")
    )


class NodesReset(NodesNamed):
    """The body of `batch-reset`."""

    rolling: RollingConfig | None = Field(
        default=None, alias="rollingConfig", description=words("How many are away at once.")
    )


DONE = "success"
"""What the service says of a node that was locked or unlocked; other words are not documented."""


class NodeOutcome(Shape):
    name: str | None = Field(default=None, description=words("The node."))
    status: str | None = Field(default=None, description=words("What became of it: success."))


class NodesOutcome(Shape):
    """The answer to locking and unlocking nodes."""

    nodes: list[NodeOutcome] | None = Field(default=None, description=words("What became of each."))

    @property
    def done(self) -> frozenset[str]:
        """The nodes that it was done to."""
        return frozenset(one.name or "" for one in self.nodes or [] if one.status == DONE)


class NodesUpdated(NodesOutcome):
    """The answer to `batch-update`: the table's lists, and the example's."""

    succeeded: list[str] | None = Field(
        default=None, alias="successNodeNames", description=words("Nodes that were changed.")
    )
    failed: list[str] | None = Field(
        default=None, alias="failNodeNames", description=words("Nodes that were not changed.")
    )


class NodesJob(Shape):
    """The answer to `batch-reboot` and `batch-reset`: ask for the job."""

    job_id: str | None = Field(default=None, description=words("The job that was begun."))
    names: list[str] | None = Field(default=None, alias="nodeNames", description=words("The nodes, by name."))


class Job(Shape):
    """A job on nodes. Times are milliseconds since the epoch; 0 means not yet."""

    ident: str | None = Field(default=None, alias="jobId", description=words("Identifier of the job."))
    name: str | None = Field(default=None, alias="jobName", description=words("Name of the job."))
    type: Annotated[NodeJobType | str, Heard] | None = Field(default=None, description=words("What is done."))
    phase: Annotated[JobPhase | str, Heard] | None = Field(default=None, description=words("How far it is."))
    start_timestamp: Millis | None = Field(
        default=None, alias="startTimestamp", description=words("When it began, in milliseconds.")
    )
    end_timestamp: Millis | None = Field(
        default=None, alias="endTimestamp", description=words("When it ended, in milliseconds; 0 means not yet.")
    )
    message: str | None = Field(default=None, description=words("Why it failed."))
    suspend: Flag | None = Field(default=None, description=words("Whether it is held up."))
    involved_objects: str | None = Field(
        default=None, alias="involvedObjects", description=words("JSON text: what the job is about.")
    )
    inputs: str | None = Field(default=None, description=words("JSON text: what was asked for."))
    conditions: str | None = Field(default=None, description=words("How it went, step by step."))
    pool_name: str | None = Field(default=None, alias="poolName", description=words("Identifier of the pool."))
    node_names: list[str] | None = Field(default=None, alias="nodeNames", description=words("The nodes, by name."))

    @property
    def about(self) -> frozenset[str]:
        """The nodes that it names, by itself or in what was asked for; none where it names none."""
        return frozenset(self.node_names or _named(self.inputs))


class JobList(Shape):
    count: Whole | None = Field(default=None, description=words("How many there are in all."))
    items: list[Job] | None = Field(default=None, description=words("The jobs of this page."))


def _named(inputs: str | None) -> list[str]:
    try:
        asked = parse_json(inputs or "")
    except NotJson:
        return []
    names = asked.get("nodeNames") if isinstance(asked, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
