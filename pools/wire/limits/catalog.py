"""Facts that some rules need. The endpoint and the console fill them, each from its own store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

from pools.wire.enums import StockState
from pools.wire.flavors import ResourceFlavor, ResourceFlavorLabels, ResourceFlavorMetadata, ResourceFlavorSpec
from pools.wire.networks import Network
from pools.wire.parsing import NotJson, parse_json
from pools.wire.sizes import gib


@dataclass(frozen=True)
class DiskLimits:
    """What a flavor takes for one kind of disk: types, least and most GiB, most disks. None binds nothing."""

    types: frozenset[str] | None = None
    gib: tuple[int | None, int | None] | None = None
    most: int | None = None

    def allow(self, size: int) -> bool:
        least, most = self.gib or (None, None)
        return (least is None or size >= least) and (most is None or size <= most)

    @classmethod
    def from_config(cls, config: object) -> Self:
        """From {"volumeTypes": ["SSD"], "minSize": 100, "maxSize": 1024, "maxCount": 16}; any part may lack."""
        known = config if isinstance(config, dict) else {}
        types, least, most = known.get("volumeTypes"), gib(known.get("minSize")), gib(known.get("maxSize"))
        return cls(
            types=frozenset(filter(_is_text, types)) if isinstance(types, list) else None,
            gib=None if least is None and most is None else (least, most),
            most=gib(known.get("maxCount")),
        )


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
    root: DiskLimits = DiskLimits()
    data: DiskLimits = DiskLimits()
    has_local_disk: bool | None = None

    @cached_property
    def in_stock(self) -> frozenset[str]:
        """The zones that are known to have some left."""
        return frozenset(zone for zone, stock in (self.zones or {}).items() if stock != StockState.SOLD_OUT)

    @property
    def is_sold_out(self) -> bool:
        """Whether no zone that is known has any left."""
        return self.zones is not None and not self.in_stock

    @classmethod
    def from_flavor(cls, flavor: ResourceFlavor) -> Self:
        metadata, spec = flavor.metadata or ResourceFlavorMetadata(), flavor.spec or ResourceFlavorSpec()
        labels = metadata.labels or ResourceFlavorLabels()
        disks = _volume_configs(metadata)
        space = disks.get("dockerBaseSize")
        return cls(
            name=metadata.name or "",
            cpu_arch=spec.cpu_arch,
            scopes=frozenset(labels.scope.split(".")) if labels.scope else None,
            zones=flavor.status.phase if flavor.status else None,
            billing_modes=None if spec.billing_modes is None else frozenset(map(str, spec.billing_modes)),
            steps=tuple((step.step, step.type or "") for step in spec.creating_steps or () if step.step),
            accelerator="gpu" if spec.gpu else "npu" if spec.npu else None,
            docker_max_gib=gib(space.get("max")) if isinstance(space, dict) else None,
            root=DiskLimits.from_config(disks.get("rootVolume")),
            data=DiskLimits.from_config(disks.get("dataVolumes")),
            has_local_disk=labels.local_disk == "true",
        )


def _volume_configs(metadata: ResourceFlavorMetadata) -> dict[str, object]:
    text = metadata.annotations.volume_configs if metadata.annotations else None
    try:
        configs = parse_json(text or "{}")
    except NotJson:
        return {}
    return configs if isinstance(configs, dict) else {}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


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
    `pool_names` are the names of live pools; `reserved_cidrs` are address ranges each job type keeps for itself;
    `cluster_sizes` are the most nodes of each cluster flavor that tells them; `one_workload` is a licence that allows
    training or inference in one pool, not both; `retryable` are the job types that can be tried again when they failed.
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
    cluster_sizes: Mapping[str, int] | None = None
    one_workload: bool = False
    retryable: frozenset[str] | None = None
