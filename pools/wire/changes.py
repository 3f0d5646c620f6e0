"""What is sent to change a pool or a network: a merge-patch. What is left out stays, `null` takes away, arrays replace.

What a client was shown it can send back: keys that cannot be changed are taken as long as they say what stands.
"""

from __future__ import annotations

from pydantic import Field

from pools.wire.enums import BillingMode, JobType, Sharing
from pools.wire.networks import NetworkConnection
from pools.wire.shape import Flag, Shape, Whole
from pools.wire.shared import PoolDriver, PoolResource
from pools.wire.words import words


class PoolLabelsPatch(Shape):
    workspace_id: str | None = Field(
        default=None,
        alias="os.modelarts/workspace.id",
        description=words("Move to this workspace; the only change of its request."),
    )
    sharing: Sharing | None = Field(
        default=None, alias="os.modelarts/sharing", description=words("May other users send jobs to the pool?")
    )


class PoolAnnotationsPatch(Shape):
    description: str | None = Field(
        default=None,
        alias="os.modelarts/description",
        description=words("What the pool is for."),
        json_schema_extra={"pattern": r"""^[^!<>=&"']*$"""},
    )
    scheduler_extension: str | None = Field(
        default=None,
        alias="os.modelarts/scheduler.extension",
        description=words("Priority of jobs that other users send to a shared pool."),
    )
    billing_mode: str | None = Field(
        default=None,
        alias="os.modelarts/billing.mode",
        description=words("How nodes that are added are paid for."),
        json_schema_extra={"enum": [mode.value for mode in BillingMode]},
    )


class PoolMetadataPatch(Shape):
    labels: PoolLabelsPatch | None = Field(default=None, description=words("Workspace and sharing."))
    annotations: PoolAnnotationsPatch | None = Field(
        default=None, description=words("Description; and how nodes that are added are paid for.")
    )


class PoolResourcePatch(PoolResource):
    """An entry of the full new list. One that stands keeps what is not mentioned."""

    count: Whole | None = Field(  # type: ignore[assignment]  # mandatory only where the entry is new
        default=None, description=words("Number of nodes; as it stands where left out.")
    )


class PoolSpecPatch(Shape):
    scope: list[JobType] | None = Field(default=None, description=words("All job types it shall run from now on."))
    resources: list[PoolResourcePatch] | None = Field(
        default=None, description=words("All flavors and numbers of nodes from now on.")
    )
    driver: PoolDriver | None = Field(default=None, description=words("Driver versions, and how to get there."))
    job_flavors: list[str] | None = Field(
        default=None, alias="jobFlavors", description=words("Job flavors offered by the pool.")
    )


class PoolPatch(Shape):
    """The body of a PATCH of a pool."""

    api_version: str | None = Field(
        default=None, alias="apiVersion", description=words("Version of the API."), json_schema_extra={"enum": ["v2"]}
    )
    kind: str | None = Field(default=None, description=words("Kind of resource."), json_schema_extra={"enum": ["Pool"]})
    metadata: PoolMetadataPatch | None = Field(default=None, description=words("Labels and annotations."))
    spec: PoolSpecPatch | None = Field(default=None, description=words("Job types, nodes and drivers."))


class NetworkLabelsPatch(Shape):
    workspace_id: str | None = Field(
        default=None, alias="os.modelarts/workspace.id", description=words("Move to this workspace.")
    )


class NetworkAnnotationsPatch(Shape):
    description: str | None = Field(
        default=None, alias="os.modelarts/description", description=words("What the network is for.")
    )


class NetworkMetadataPatch(Shape):
    labels: NetworkLabelsPatch | None = Field(default=None, description=words("Its workspace."))
    annotations: NetworkAnnotationsPatch | None = Field(default=None, description=words("Its description."))


class NetworkSpecPatch(Shape):
    ipv6_enable: Flag | None = Field(
        default=None, alias="ipv6enable", description=words("Use IPv6. Cannot be switched off later.")
    )
    connection: NetworkConnection | None = Field(default=None, description=words("What it is connected to."))


class NetworkPatch(Shape):
    """The body of a PATCH of a network."""

    metadata: NetworkMetadataPatch | None = Field(default=None, description=words("Labels and annotations."))
    spec: NetworkSpecPatch | None = Field(default=None, description=words("IPv6 and connections."))


class ScopeRetried(Shape):
    """The body of `retry-scope`."""

    scope: str = Field(
        description=words("The job type that could not be switched on: Infer or Notebook."),
        json_schema_extra={"minLength": 1},
    )


class Nothing(Shape):
    """An answer that says nothing but that it was done."""
