"""What a project may have and what it is set up for: quotas, the tenant's configuration, driver versions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.enums import JobType, VolumeType
from pools.wire.shape import Flag, Heard, Shape, Whole
from pools.wire.words import words


class Quota(Shape):
    """Numbers are strings here."""

    type: str | None = Field(
        default=None, description=words("What there may be so many of: pool, network, VPC or SUBNET.")
    )
    quota: str | None = Field(default=None, description=words("How many there may be."))
    used: str | None = Field(default=None, description=words("How many there are."))


class QuotaResources(Shape):
    resources: list[Quota] | None = Field(default=None, description=words("One quota for each kind."))


class Quotas(Shape):
    quotas: QuotaResources | None = Field(default=None, description=words("The quotas of the project."))


class NodeOsSupport(Shape):
    name: str | None = Field(default=None, description=words("Operating system."))
    end_of_service: Flag | None = Field(
        default=None, alias="endOfService", description=words("Whether it is no longer cared for.")
    )


class ScopePlugin(Shape):
    name: str | None = Field(default=None, description=words("Plug-in."))


class ScopePlugins(Shape):
    scope: Annotated[JobType | str, Heard] | None = Field(default=None, description=words("Job type."))
    plugins: list[ScopePlugin] | None = Field(default=None, description=words("Plug-ins it runs with."))
    external_dependency: Flag | None = Field(
        default=None, alias="externalDependency", description=words("Whether it needs something outside the pool.")
    )
    reserved_network_cidr: list[str] | None = Field(
        default=None, alias="reservedNetworkCidr", description=words("Address ranges it keeps for itself.")
    )
    support_retry: Flag | None = Field(
        default=None, alias="supportRetry", description=words("Whether it can be tried again after it failed.")
    )


class OsUserConfig(Shape):
    """What a wizard asks before it begins."""

    network_quota: Whole | None = Field(
        default=None, alias="networkQuota", description=words("How many networks there may be.")
    )
    pool_quota: Whole | None = Field(default=None, alias="poolQuota", description=words("How many pools there may be."))
    network_cidrs: list[str] | None = Field(
        default=None, alias="networkCidrs", description=words("Address ranges that networks are cut from.")
    )
    network_subnet_types: list[str] | None = Field(
        default=None, alias="networkSubnetTypes", description=words("How subnets are chosen.")
    )
    pool_high_available: Flag | None = Field(
        default=None,
        alias="poolHighAvailable",
        description=words("Whether control planes may have three zones."),
    )
    poo_high_available: Flag | None = Field(
        default=None, alias="pooHighAvailable", description=words("The same, as a table of the reference spells it.")
    )
    max_pool_flavors: Whole | None = Field(
        default=None, alias="maxPoolFlavors", description=words("How many flavors one pool may have.")
    )
    cluster_flavor_specs: list[str] | None = Field(
        default=None, alias="clusterFlavorSpecs", description=words("Size classes of clusters.")
    )
    license_scope_type: str | None = Field(
        default=None,
        alias="licenseScopeType",
        description=words("single: training and inference exclude each other; multi: they do not."),
    )
    node_os: list[NodeOsSupport] | None = Field(
        default=None, alias="nodeOSVersionSupport", description=words("Operating systems of nodes.")
    )
    volume_types: list[Annotated[VolumeType | str, Heard]] | None = Field(
        default=None, alias="volumeTypes", description=words("Types of disks.")
    )
    pool_scope_plugins: list[ScopePlugins] | None = Field(
        default=None, alias="poolScopePlugins", description=words("What each job type comes with.")
    )


class PluginTemplateMetadata(Shape):
    name: str | None = Field(default=None, description=words("Name of the template."))
    annotations: dict[str, object] | None = Field(default=None, description=words("What is noted about it."))


class PluginVersion(Shape):
    version: str | None = Field(default=None, description=words("The version."))
    description: str | None = Field(default=None, description=words("The version, told to people."))
    creation_timestamp: str | None = Field(
        default=None, alias="creationTimestamp", description=words("Since when there is that version, in UTC.")
    )
    inputs: dict[str, object] | None = Field(default=None, description=words("Its parameters, as they are by default."))
    translate: dict[str, object] | None = Field(default=None, description=words("Words of its parameters for people."))


class PluginTemplateSpec(Shape):
    type: str | None = Field(default=None, description=words("Kind of plug-in; of a driver, its name."))
    optional: Flag | None = Field(default=None, description=words("Whether a pool may do without it."))
    logo_url: str | None = Field(default=None, alias="logoURL", description=words("Its picture."))
    description: str | None = Field(default=None, description=words("What it is for."))
    versions: dict[str, PluginVersion] | None = Field(
        default=None, description=words("What there is, by version; the newest first.")
    )


class PluginTemplate(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: PluginTemplateMetadata | None = Field(default=None, description=words("Its name."))
    spec: PluginTemplateSpec | None = Field(default=None, description=words("The versions there are."))
