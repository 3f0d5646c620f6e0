"""What is sent to create a pool."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from pools.wire.enums import BillingMode, JobType, PoolType, Sharing
from pools.wire.extras import Annotation, is_yes
from pools.wire.shape import Flag, Shape
from pools.wire.shared import PoolClusterMaster, PoolDriver, PoolNetwork, PoolResource
from pools.wire.words import words


class PoolsPath(Shape):
    """Table 1."""

    project_id: str = Field(description=words("Project the pool is made in."))


class PoolsHeaders(Shape):
    """Table 2."""

    request_type: str | None = Field(
        default=None,
        alias="request-type",
        description=words("With the value console, creating a pool opens an order."),
    )


class PoolLabelsCreation(Shape):
    """Table 5."""

    workspace_id: str | None = Field(
        default=None,
        alias="os.modelarts/workspace.id",
        description=words("Workspace the pool belongs to; 0 is the default one."),
        json_schema_extra={"default": "0"},
    )
    name: str = Field(
        alias="os.modelarts/name",
        description=words("4 to 25 lowercase letters, digits and hyphens. Cannot be changed later."),
        json_schema_extra={"minLength": 4, "maxLength": 25, "pattern": r"^[a-z][a-z0-9-]{2,}[a-z0-9]$"},
    )
    sharing: Sharing | None = Field(
        default=None, alias="os.modelarts/sharing", description=words("May other users send jobs to the pool?")
    )
    node_prefix: str | None = Field(
        default=None, alias="os.modelarts/node.prefix", description=words("Beginning of the names of its nodes.")
    )


class PoolAnnotationsCreation(Shape):
    """Table 6."""

    description: str | None = Field(
        default=None,
        alias="os.modelarts/description",
        description=words("What the pool is for."),
        json_schema_extra={"pattern": r"""^[^!<>=&"']*$"""},
    )
    billing_mode: str | None = Field(
        default=None,
        alias="os.modelarts/billing.mode",
        description=words("How the pool is paid for."),
        json_schema_extra={"enum": [mode.value for mode in BillingMode], "default": "0"},
    )
    order_id: str | None = Field(
        default=None, alias="os.modelarts/order.id", description=words("A billing order prepared elsewhere (CS…).")
    )
    scheduler_extension: str | None = Field(
        default=None,
        alias="os.modelarts/scheduler.extension",
        description=words("Priority of jobs that other users send to a shared pool."),
    )


class PoolMetadataCreation(Shape):
    """Table 4."""

    labels: PoolLabelsCreation = Field(description=words("Name, workspace and sharing."))
    annotations: PoolAnnotationsCreation | None = Field(default=None, description=words("Description and billing."))


class PoolContainerNetwork(Shape):
    """Table 19."""

    cidr: str | None = Field(
        default=None,
        description=words("One address range: 10.0.0.0/12-19, 172.16.0.0/16-19 or 192.168.0.0/16-19."),
    )


class PoolSpecCreation(Shape):
    """Table 7."""

    type: PoolType = Field(description=words("Kind of pool."))
    scope: list[JobType] | None = Field(default=None, description=words("Job types the pool can run."))
    resources: list[PoolResource] = Field(
        description=words("Flavors and numbers of nodes."), json_schema_extra={"minItems": 1, "maxItems": 10}
    )
    parent: str | None = Field(default=None, description=words("Identifier of the parent pool."))
    network: PoolNetwork | None = Field(
        default=None, description=words("Network of the pool; needed for a physical pool.")
    )
    container_network: PoolContainerNetwork | None = Field(
        default=None,
        alias="containerNetwork",
        validation_alias=AliasChoices("containerNetwork", "containernetwork"),
        description=words("Address range of containers; left out, the cloud chooses. Cannot be changed later."),
    )
    kubernetes_svc_ip_range: str | None = Field(
        default=None, alias="kubernetesSvcIpRange", description=words("Address range of services.")
    )
    masters: list[PoolClusterMaster] | None = Field(default=None, description=words("Zones of the control plane."))
    cluster_flavor: str | None = Field(
        default=None, alias="clusterFlavor", description=words("Size class of the cluster.")
    )
    driver: PoolDriver | None = Field(default=None, description=words("Driver versions and their upgrades."))
    ipv6_enable: Flag | None = Field(
        default=None, alias="ipv6enable", description=words("Use IPv6. Cannot be switched off later.")
    )


class PoolCreation(Shape):
    """Table 3."""

    api_version: str = Field(
        alias="apiVersion", description=words("Version of the API."), json_schema_extra={"enum": ["v2"]}
    )
    kind: str = Field(description=words("Kind of resource."), json_schema_extra={"enum": ["Pool"]})
    metadata: PoolMetadataCreation = Field(description=words("Labels and annotations."))
    spec: PoolSpecCreation | None = Field(default=None, description=words("What the pool is made of."))

    @property
    def pays_itself(self) -> bool:
        """Whether its order is paid as soon as it is there, and so waits for nobody; in any mode of billing."""
        notes = self.metadata.annotations
        return notes is not None and is_yes(notes.extra(Annotation.AUTO_PAY))
