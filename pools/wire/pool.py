"""What is heard about a pool. Nothing is mandatory here: a pool just accepted has no phase at all."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from pools.wire.enums import (
    ContainerNetworkMode,
    DriverState,
    JobType,
    Phase,
    PluginPhase,
    PoolType,
    ScopeState,
    Sharing,
)
from pools.wire.shape import Heard, Shape, Whole
from pools.wire.shared import CreatingStep, PoolClusterMaster, PoolDriver, PoolNetwork, PoolNodeAz, PoolResource
from pools.wire.words import words


class PoolMetaLabels(Shape):
    """Table 24."""

    workspace_id: str | None = Field(
        default=None, alias="os.modelarts/workspace.id", description=words("Workspace of the pool.")
    )
    name: str | None = Field(
        default=None, alias="os.modelarts/name", description=words("The name its orderer gave the pool.")
    )
    resource_id: str | None = Field(
        default=None, alias="os.modelarts/resource.id", description=words("The pool as billing knows it.")
    )
    tenant_domain_id: str | None = Field(
        default=None, alias="os.modelarts/tenant.domain.id", description=words("Account the pool belongs to.")
    )
    create_from: str | None = Field(
        default=None, alias="os.modelarts/create-from", description=words("Where it was ordered.")
    )
    biz: str | None = Field(
        default=None, alias="os.modelarts.pool/biz", description=words("Business type: public or private.")
    )
    sharing: Annotated[Sharing | str, Heard] | None = Field(
        default=None, alias="os.modelarts/sharing", description=words("May other users send jobs to the pool?")
    )


class PoolMetaAnnotations(Shape):
    """Table 25. All values are strings, some of them JSON texts."""

    description: str | None = Field(
        default=None, alias="os.modelarts/description", description=words("What the pool is for.")
    )
    billing_mode: str | None = Field(
        default=None, alias="os.modelarts/billing.mode", description=words("How the pool is paid for.")
    )
    flavor_resource_ids: str | None = Field(
        default=None,
        alias="os.modelarts/flavor.resource.ids",
        description=words("JSON text: what billing calls each flavor of the pool."),
    )
    tms_tags: str | None = Field(
        default=None, alias="os.modelarts/tms.tags", description=words("JSON text: tags given at creation.")
    )
    scheduler_extension: str | None = Field(
        default=None,
        alias="os.modelarts/scheduler.extension",
        description=words("Priority of jobs that other users send to a shared pool."),
    )
    cabinet_exclusive_enabled: str | None = Field(
        default=None,
        alias="os.modelarts/volcano.scheduler.cabinet-exclusive.enabled",
        description=words("Present: jobs that need a whole cabinet may be sent."),
    )
    dependency_train: str | None = Field(
        default=None,
        alias="os.modelarts.pool/scope.external.dependency.Train",
        validation_alias=AliasChoices(
            "os.modelarts.pool/scope.external.dependency.Train", "os.modelarts.pool/scope.external.dependency.train"
        ),
        description=words("What training depends on outside the pool."),
    )
    dependency_infer: str | None = Field(
        default=None,
        alias="os.modelarts.pool/scope.external.dependency.Infer",
        validation_alias=AliasChoices(
            "os.modelarts.pool/scope.external.dependency.Infer", "os.modelarts.pool/scope.external.dependency.infer"
        ),
        description=words("What inference depends on outside the pool."),
    )
    dependency_notebook: str | None = Field(
        default=None,
        alias="os.modelarts.pool/scope.external.dependency.Notebook",
        validation_alias=AliasChoices(
            "os.modelarts.pool/scope.external.dependency.Notebook",
            "os.modelarts.pool/scope.external.dependency.notebook",
        ),
        description=words("What notebooks depend on outside the pool."),
    )


class PoolMetadata(Shape):
    """Table 23."""

    name: str | None = Field(default=None, description=words("Identifier of the pool, made by the cloud."))
    creation_timestamp: str | None = Field(
        default=None, alias="creationTimestamp", description=words("When it was accepted, in UTC.")
    )
    labels: PoolMetaLabels | None = Field(default=None, description=words("Name, workspace and owner."))
    annotations: PoolMetaAnnotations | None = Field(default=None, description=words("Description and billing."))


class PoolClusterContainerNetwork(Shape):
    """Table 36."""

    mode: Annotated[ContainerNetworkMode | str, Heard] | None = Field(
        default=None, description=words("How containers are connected.")
    )
    cidr: str | None = Field(default=None, description=words("Address range of containers, unless the mode is eni."))


class PoolSpec(Shape):
    """Table 26."""

    type: Annotated[PoolType | str, Heard] | None = Field(default=None, description=words("Kind of pool."))
    scope: list[Annotated[JobType | str, Heard]] | None = Field(
        default=None, description=words("Job types the pool can run.")
    )
    resources: list[PoolResource] | None = Field(default=None, description=words("Flavors and numbers of nodes."))
    network: PoolNetwork | None = Field(default=None, description=words("Network of the pool."))
    container_network: PoolClusterContainerNetwork | None = Field(
        default=None,
        alias="containerNetwork",
        validation_alias=AliasChoices("containerNetwork", "containernetwork"),
        description=words("Network of its containers."),
    )
    kubernetes_svc_ip_range: str | None = Field(
        default=None, alias="kubernetesSvcIpRange", description=words("Address range of services.")
    )
    masters: list[PoolClusterMaster] | None = Field(default=None, description=words("Zones of the control plane."))
    cluster_flavor: str | None = Field(
        default=None, alias="clusterFlavor", description=words("Size class of the cluster.")
    )
    driver: PoolDriver | None = Field(default=None, description=words("Driver versions and their upgrades."))


class PoolResourceFlavorCount(Shape):
    """Table 41."""

    flavor: str | None = Field(default=None, description=words("What one node is made of."))
    count: Whole | None = Field(default=None, description=words("Number of nodes."))
    max_count: Whole | None = Field(default=None, alias="maxCount", description=words("Elastic number of nodes."))
    azs: list[PoolNodeAz] | None = Field(default=None, description=words("Nodes per availability zone."))
    creating_step: CreatingStep | None = Field(
        default=None, alias="creatingStep", description=words("Nodes that are created together.")
    )


class PoolResourceStatus(Shape):
    """Table 40."""

    creating: list[PoolResourceFlavorCount] | None = Field(default=None, description=words("Nodes on their way."))
    available: list[PoolResourceFlavorCount] | None = Field(default=None, description=words("Nodes that work."))
    abnormal: list[PoolResourceFlavorCount] | None = Field(default=None, description=words("Nodes in trouble."))
    deleting: list[PoolResourceFlavorCount] | None = Field(default=None, description=words("Nodes being removed."))


class PoolScopePluginPhase(Shape):
    """Table 45."""

    name: str | None = Field(default=None, description=words("Plug-in."))
    phase: Annotated[PluginPhase | str, Heard] | None = Field(default=None, description=words("How it fares."))


class PoolScopeStatus(Shape):
    """Table 44."""

    scope_type: Annotated[JobType | str, Heard] | None = Field(
        default=None, alias="scopeType", description=words("Job type.")
    )
    state: Annotated[ScopeState | str, Heard] | None = Field(default=None, description=words("How it fares."))
    plugins: list[PoolScopePluginPhase] | None = Field(default=None, description=words("Plug-ins of the job type."))
    message: str | None = Field(default=None, description=words("Why it could not be switched on or off."))


class PoolDriverStatus(Shape):
    """Table 47."""

    version: str | None = Field(default=None, description=words("Driver version."))
    state: Annotated[DriverState | str, Heard] | None = Field(default=None, description=words("How it fares."))


class PoolDriverListStatus(Shape):
    """Table 46."""

    gpu: PoolDriverStatus | None = Field(default=None, description=words("GPU driver."))
    npu: PoolDriverStatus | None = Field(default=None, description=words("NPU driver."))


class PoolStatus(Shape):
    """Table 39."""

    phase: Annotated[Phase | str, Heard] | None = Field(default=None, description=words("Where the pool stands."))
    message: str | None = Field(default=None, description=words("Why it stands there."))
    resources: PoolResourceStatus | None = Field(default=None, description=words("Its nodes by state."))
    scope: list[PoolScopeStatus] | None = Field(default=None, description=words("Its job types."))
    driver: PoolDriverListStatus | None = Field(default=None, description=words("Its drivers."))
    parent: str | None = Field(default=None, description=words("Parent pool; empty for a physical pool."))
    root: str | None = Field(default=None, description=words("Root pool; a physical pool is its own."))


class Pool(Shape):
    """Table 22."""

    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: PoolMetadata | None = Field(default=None, description=words("Identifier, labels and annotations."))
    spec: PoolSpec | None = Field(default=None, description=words("What the pool is made of."))
    status: PoolStatus | None = Field(default=None, description=words("Where the pool stands."))


class PoolList(Shape):
    """The answer to listing pools: everything at once, no pages."""

    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    items: list[Pool] | None = Field(default=None, description=words("The pools."))
