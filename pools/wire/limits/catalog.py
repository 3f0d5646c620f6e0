"""Facts that some rules need. The endpoint and the console fill them, each from its own store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pools.wire.flavors import ResourceFlavor
from pools.wire.networks import Network

Range = tuple[int | None, int | None]


@dataclass(frozen=True)
class FlavorFacts:
    """A flavor as the rules see it. An empty or None part is not known and binds nothing; sizes are GiB."""

    name: str
    cpu_arch: str | None = None
    scopes: frozenset[str] | None = None
    zones: Mapping[str, str] | None = None
    billing_modes: frozenset[str] | None = None
    steps: tuple[tuple[int, str], ...] | None = None
    accelerator: Literal["gpu", "npu"] | None = None
    docker_max_gib: int | None = None
    root_gib: Range | None = None
    data_gib: Range | None = None
    volume_types: frozenset[str] | None = None
    has_local_disk: bool | None = None

    @classmethod
    def from_flavor(cls, flavor: ResourceFlavor) -> Self:
        metadata = flavor.metadata
        return cls(name=(metadata.name if metadata else None) or "")


@dataclass(frozen=True)
class NetworkFacts:
    """A network as the rules see it: `name` is its identifier (metadata.name)."""

    name: str
    phase: str = ""
    workspace_id: str = "0"
    cidr: str | None = None

    @classmethod
    def from_network(cls, network: Network) -> Self:
        metadata, spec, status = network.metadata, network.spec, network.status
        labels = metadata.labels if metadata else None
        return cls(
            name=(metadata.name if metadata else None) or "",
            phase=(status.phase if status else None) or "",
            workspace_id=(labels.workspace_id if labels else None) or "0",
            cidr=spec.cidr if spec else None,
        )


@dataclass(frozen=True)
class Drivers:
    """Driver versions on offer; None is not known."""

    gpu: frozenset[str] | None = None
    npu: frozenset[str] | None = None


@dataclass(frozen=True)
class Catalog:
    """What is known of a project. None means not known: the rules that need it are not judged.

    `networks` and `flavors` are keyed by metadata.name; `workspaces` are the identifiers of usable ones;
    `pool_names` are the names of live pools; `reserved_cidrs` are address ranges each job type keeps for itself.
    """

    flavors: Mapping[str, FlavorFacts] | None = None
    networks: Mapping[str, NetworkFacts] | None = None
    workspaces: frozenset[str] | None = None
    abnormal_workspaces: frozenset[str] = frozenset()
    drivers: Drivers | None = None
    pool_names: frozenset[str] | None = None
    pool_quota: int | None = None
    pools_used: int | None = None
    max_flavors: int = 10
    reserved_cidrs: Mapping[str, frozenset[str]] | None = None
