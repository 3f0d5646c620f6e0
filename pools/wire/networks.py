"""Networks: what a pool stands in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.enums import NetworkPhase
from pools.wire.options import PeerPhase, SfsConnectionType, SfsStatus
from pools.wire.shape import Flag, Heard, Shape, Whole
from pools.wire.words import words


class NetworkLabels(Shape):
    name: str | None = Field(default=None, alias="os.modelarts/name", description=words("The name people gave it."))
    workspace_id: str | None = Field(
        default=None, alias="os.modelarts/workspace.id", description=words("Workspace of the network.")
    )


class NetworkMetadata(Shape):
    """`name` is the identifier: the display name, a hyphen and the project."""

    name: str | None = Field(default=None, description=words("Identifier of the network, made by the cloud."))
    creation_timestamp: str | None = Field(
        default=None, alias="creationTimestamp", description=words("When it was made, in UTC.")
    )
    deletion_timestamp: str | None = Field(
        default=None, alias="deletionTimestamp", description=words("When its deletion was accepted, in UTC.")
    )
    labels: NetworkLabels | None = Field(default=None, description=words("Name and workspace."))
    annotations: dict[str, object] | None = Field(default=None, description=words("Its description."))


class PeerConnection(Shape):
    """A VPC of the customer's own that the network is connected to."""

    vpc_id: str | None = Field(default=None, alias="peerVpcId", description=words("The VPC."))
    subnet_id: str | None = Field(default=None, alias="peerSubnetId", description=words("Its subnet."))
    default_gateway: Flag | None = Field(
        default=None, alias="defaultGateWay", description=words("Whether it is the way out; the W is the contract.")
    )


class SfsTurboConnection(Shape):
    """A file system that the network is connected to."""

    name: str | None = Field(default=None, description=words("Name of the file system."))
    sfs_id: str | None = Field(default=None, alias="sfsId", description=words("The file system."))
    subnet_id: str | None = Field(default=None, alias="subnetId", description=words("Subnet it is reached in."))


class NetworkConnection(Shape):
    peers: list[PeerConnection] | None = Field(
        default=None, alias="peerConnectionList", description=words("VPCs it is connected to.")
    )
    sfs_turbos: list[SfsTurboConnection] | None = Field(
        default=None, alias="sfsTurboConnectionList", description=words("File systems it is connected to.")
    )


class NetworkSpec(Shape):
    cidr: str | None = Field(default=None, description=words("Address range; cannot be changed later."))
    ipv6_enable: Flag | None = Field(default=None, alias="ipv6enable", description=words("Whether it has IPv6."))
    connection: NetworkConnection | None = Field(default=None, description=words("What it is connected to."))


class NetworkSubnet(Shape):
    network_id: str | None = Field(default=None, alias="networkId", description=words("The subnet."))


class PeerConnectionStatus(PeerConnection):
    phase: Annotated[PeerPhase | str, Heard] | None = Field(default=None, description=words("How it fares."))


class SfsTurboStatus(SfsTurboConnection):
    connection_type: Annotated[SfsConnectionType | str, Heard] | None = Field(
        default=None, alias="connectionType", description=words("How it is connected.")
    )
    ip_address: str | None = Field(
        default=None, alias="ipAddr", description=words("Where the file system is reached, once it is.")
    )
    status: Annotated[SfsStatus | str, Heard] | None = Field(default=None, description=words("How it fares."))


class NetworkConnectionStatus(Shape):
    peers: list[PeerConnectionStatus] | None = Field(
        default=None, alias="peerConnectionStatus", description=words("How each VPC is connected.")
    )
    sfs_turbos: list[SfsTurboStatus] | None = Field(
        default=None, alias="sfsTurboStatus", description=words("How each file system is connected.")
    )


class NetworkStatus(Shape):
    """A network just made has the empty phase."""

    phase: Annotated[NetworkPhase | str, Heard] | None = Field(
        default=None, description=words("Where the network stands; empty at first.")
    )
    subnets: list[NetworkSubnet] | None = Field(default=None, description=words("Its subnets, once it is ready."))
    connection_status: NetworkConnectionStatus | None = Field(
        default=None, alias="connectionStatus", description=words("How its connections fare.")
    )


class Network(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: NetworkMetadata | None = Field(default=None, description=words("Identifier, labels and annotations."))
    spec: NetworkSpec | None = Field(default=None, description=words("Address range and connections."))
    status: NetworkStatus | None = Field(default=None, description=words("Where the network stands."))


class NetworkListMetadata(Shape):
    """`continue_` carries the mark of the next page; the last page has none."""

    continue_: str | None = Field(
        default=None, alias="continue", description=words("Token of the next page; the last page has none.")
    )
    remaining_item_count: int | None = Field(
        default=None, alias="remainingItemCount", description=words("How many are left after this page.")
    )


class NetworkList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: NetworkListMetadata | None = Field(default=None, description=words("Whether there are more."))
    items: list[Network] | None = Field(default=None, description=words("The networks of this page."))


class NetworkLabelsCreation(Shape):
    name: str = Field(
        alias="os.modelarts/name",
        description=words("4 to 32 lowercase letters, digits and hyphens."),
        json_schema_extra={"minLength": 4, "maxLength": 32, "pattern": r"^[a-z][a-z0-9-]{2,}[a-z0-9]$"},
    )
    workspace_id: str | None = Field(
        default=None,
        alias="os.modelarts/workspace.id",
        description=words("Workspace of the network; 0 is the default one."),
        json_schema_extra={"default": "0"},
    )


class NetworkMetadataCreation(Shape):
    labels: NetworkLabelsCreation = Field(description=words("Name and workspace."))
    annotations: dict[str, object] | None = Field(default=None, description=words("Its description."))


class NetworkSpecCreation(Shape):
    cidr: str = Field(description=words("A private address range."))
    ipv6_enable: Flag | None = Field(
        default=None, alias="ipv6enable", description=words("Use IPv6. Cannot be switched off later.")
    )
    connection: NetworkConnection | None = Field(default=None, description=words("What it is connected to."))


class NetworkCreation(Shape):
    api_version: str = Field(
        alias="apiVersion", description=words("Version of the API."), json_schema_extra={"enum": ["v1"]}
    )
    kind: str = Field(description=words("Kind of resource."), json_schema_extra={"enum": ["Network"]})
    metadata: NetworkMetadataCreation = Field(description=words("Labels and annotations."))
    spec: NetworkSpecCreation = Field(description=words("Address range and connections."))


class SubnetAddresses(Shape):
    cidr: str | None = Field(default=None, description=words("Address range."))
    ip_version: Whole | None = Field(default=None, alias="ipVersion", description=words("4 or 6."))
    used: Whole | None = Field(default=None, alias="usedIps", description=words("Addresses in use."))
    total: Whole | None = Field(default=None, alias="totalIps", description=words("Addresses there are."))


class NetworkAddresses(Shape):
    """The answer to asking how many addresses are left."""

    name: str | None = Field(default=None, description=words("Identifier of the network."))
    network_id: str | None = Field(default=None, alias="networkId", description=words("The subnet."))
    subnets: list[SubnetAddresses] | None = Field(
        default=None, alias="subnetIpAvailability", description=words("Its address ranges.")
    )
