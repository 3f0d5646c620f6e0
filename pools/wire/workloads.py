"""What runs in a pool, and how much of it is taken."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.options import WorkloadStatus, WorkloadType
from pools.wire.shape import Heard, Millis, Shape, Whole
from pools.wire.words import words


class WorkloadNode(Shape):
    host_ip: str | None = Field(default=None, alias="hostIp", description=words("Address of the node."))
    npu_topology: str | None = Field(
        default=None,
        alias="npuTopologyPlacement",
        description=words("Sixteen digits, the first card at the right: 1 is busy with it, 0 is not."),
    )
    requirement: dict[str, str] | None = Field(
        default=None, alias="resourceRequirement", description=words("What it takes of the node, by kind.")
    )


class Workload(Shape):
    """One job. Durations are seconds."""

    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    type: Annotated[WorkloadType | str, Heard] | None = Field(default=None, description=words("Kind of job."))
    namespace: str | None = Field(default=None, description=words("Namespace it runs in."))
    name: str | None = Field(default=None, description=words("Its name in the cluster."))
    job_name: str | None = Field(default=None, alias="jobName", description=words("What people called it."))
    uid: str | None = Field(default=None, description=words("Identifier in the cluster."))
    job_uuid: str | None = Field(default=None, alias="jobUUID", description=words("Identifier of the job."))
    flavor: str | None = Field(default=None, description=words("Job flavor."))
    status: Annotated[WorkloadStatus | str, Heard] | None = Field(default=None, description=words("How it fares."))
    user_name: str | None = Field(default=None, alias="userName", description=words("Who began it."))
    requirement: dict[str, str] | None = Field(
        default=None, alias="resourceRequirement", description=words("What it takes, by kind.")
    )
    priority: str | None = Field(default=None, description=words("Its priority."))
    running_duration: Whole | None = Field(
        default=None, alias="runningDuration", description=words("How long it has run, in seconds.")
    )
    pending_duration: Whole | None = Field(
        default=None, alias="pendingDuration", description=words("How long it waited, in seconds.")
    )
    pending_position: Whole | None = Field(
        default=None, alias="pendingPosition", description=words("Its place among those that wait; 0 is none.")
    )
    create_time: Millis | None = Field(
        default=None, alias="createTime", description=words("When it was asked for, in milliseconds.")
    )
    gvk: str | None = Field(default=None, description=words("What it is in the cluster: group, version and kind."))
    host_ips: str | None = Field(
        default=None, alias="hostIps", description=words("Addresses of its nodes, joined by commas.")
    )
    nodes: list[WorkloadNode] | None = Field(default=None, description=words("What it takes of each of its nodes."))


class WorkloadList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    items: list[Workload] | None = Field(default=None, description=words("The jobs of this page."))
    total: Whole | None = Field(default=None, description=words("How many there are in all."))


class WorkloadCounts(Shape):
    type: Annotated[WorkloadType | str, Heard] | None = Field(default=None, description=words("Kind of job."))
    total: Whole | None = Field(default=None, description=words("How many there are."))
    status: dict[str, int] | None = Field(default=None, description=words("How many fare how."))


class WorkloadTotals(Shape):
    total: Whole | None = Field(default=None, description=words("How many there are in all."))
    items: list[WorkloadCounts] | None = Field(default=None, description=words("By kind of job."))


class WorkloadStatistics(Shape):
    statistics: WorkloadTotals | None = Field(default=None, description=words("The jobs of the pool, counted."))


class CapacityTaken(Shape):
    """Quantities by kind, as Kubernetes writes them; accelerators by their type."""

    value: dict[str, str] | None = Field(default=None, description=words("How much it is, by kind."))
    timestamp: str | None = Field(default=None, description=words("When it was looked at, in UTC."))
    window: str | None = Field(default=None, description=words("How often it is looked at."))


class CapacityThere(CapacityTaken):
    max_value: dict[str, str] | None = Field(
        default=None, alias="maxValue", description=words("How much it can become; the same in a physical pool.")
    )


class CapacityWhole(CapacityThere):
    all_value: dict[str, str] | None = Field(
        default=None, alias="allValue", description=words("With the nodes that cannot be used.")
    )
    all_max_value: dict[str, str] | None = Field(
        default=None, alias="allMaxValue", description=words("How much that can become.")
    )


class JobNumbers(Shape):
    train: Whole | None = Field(default=None, description=words("Training jobs."))
    infer: Whole | None = Field(default=None, description=words("Inference services of the older kind."))
    notebook: Whole | None = Field(default=None, description=words("Notebooks."))
    warm_up: Whole | None = Field(default=None, alias="warmUpTask", description=words("Weights being warmed up."))
    x_infer: Whole | None = Field(default=None, alias="x-infer", description=words("Inference services."))
    sum: Whole | None = Field(default=None, description=words("All together."))


class JobsAtWork(Shape):
    allocated: JobNumbers | None = Field(default=None, description=words("Those that have their nodes."))
    queue: JobNumbers | None = Field(default=None, description=words("Those that wait for them."))
    timestamp: str | None = Field(default=None, description=words("When it was looked at, in UTC."))
    window: str | None = Field(default=None, description=words("How often it is looked at."))


class PoolCapacity(Shape):
    allocated: CapacityTaken | None = Field(default=None, description=words("What jobs have."))
    capacity: CapacityWhole | None = Field(default=None, description=words("What there is."))
    available: CapacityThere | None = Field(default=None, description=words("What is left."))
    workload: JobsAtWork | None = Field(default=None, description=words("The jobs."))


class PoolMetricsMetadata(Shape):
    name: str | None = Field(default=None, description=words("Identifier of the pool."))
    labels: dict[str, object] | None = Field(default=None, description=words("Labels of the pool."))


class PoolMetrics(Shape):
    metadata: PoolMetricsMetadata | None = Field(default=None, description=words("Which pool it is."))
    table: PoolCapacity | None = Field(default=None, description=words("What is there and what is taken."))


class PoolMetricsList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    items: list[PoolMetrics] | None = Field(default=None, description=words("One for each pool."))
