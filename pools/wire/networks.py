"""Networks: what a pool stands in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.enums import NetworkPhase
from pools.wire.shape import Flag, Heard, Shape
from pools.wire.words import words


class NetworkLabels(Shape):
    name: str | None = Field(default=None, alias="os.modelarts/name", description=words("The name people gave it."))
    workspace_id: str | None = Field(
        default=None, alias="os.modelarts/workspace.id", description=words("Workspace of the network.")
    )


class NetworkMetadata(Shape):
    """`name` is the identifier: the display name, a hyphen and the project."""

    name: str | None = None
    creation_timestamp: str | None = Field(default=None, alias="creationTimestamp")
    labels: NetworkLabels | None = None
    annotations: dict[str, object] | None = None


class NetworkSpec(Shape):
    cidr: str | None = Field(default=None, description=words("Address range; cannot be changed later."))
    ipv6_enable: Flag | None = Field(default=None, alias="ipv6enable")
    connection: dict[str, object] | None = None


class NetworkSubnet(Shape):
    network_id: str | None = Field(default=None, alias="networkId")


class NetworkStatus(Shape):
    """A network just made has the empty phase."""

    phase: Annotated[NetworkPhase | str, Heard] | None = None
    subnets: list[NetworkSubnet] | None = None
    connection_status: dict[str, object] | None = Field(default=None, alias="connectionStatus")


class Network(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion")
    kind: str | None = None
    metadata: NetworkMetadata | None = None
    spec: NetworkSpec | None = None
    status: NetworkStatus | None = None


class NetworkListMetadata(Shape):
    """`continue_` carries the mark of the next page; the last page has none."""

    continue_: str | None = Field(default=None, alias="continue")
    remaining_item_count: int | None = Field(default=None, alias="remainingItemCount")


class NetworkList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion")
    kind: str | None = None
    metadata: NetworkListMetadata | None = None
    items: list[Network] | None = None


class NetworkLabelsCreation(Shape):
    name: str = Field(
        alias="os.modelarts/name",
        description=words("4 to 32 lowercase letters, digits and hyphens."),
        json_schema_extra={"minLength": 4, "maxLength": 32, "pattern": r"^[a-z][a-z0-9-]{2,}[a-z0-9]$"},
    )
    workspace_id: str | None = Field(default=None, alias="os.modelarts/workspace.id")


class NetworkMetadataCreation(Shape):
    labels: NetworkLabelsCreation
    annotations: dict[str, object] | None = None


class NetworkSpecCreation(Shape):
    cidr: str = Field(description=words("A private address range."))
    ipv6_enable: Flag | None = Field(default=None, alias="ipv6enable")
    connection: dict[str, object] | None = None


class NetworkCreation(Shape):
    api_version: str = Field(alias="apiVersion", json_schema_extra={"enum": ["v1"]})
    kind: str = Field(json_schema_extra={"enum": ["Network"]})
    metadata: NetworkMetadataCreation
    spec: NetworkSpecCreation
