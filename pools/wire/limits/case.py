"""What a rule looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pools.wire.breaches import Breach
from pools.wire.creation import PoolAnnotationsCreation, PoolCreation, PoolLabelsCreation, PoolSpecCreation
from pools.wire.errors import Code
from pools.wire.extras import Resource
from pools.wire.limits.catalog import Catalog, FlavorFacts
from pools.wire.limits.verdicts import Compatibility
from pools.wire.shared import DataVolumeItem, PoolResource, RootVolume, VolumeGroupConfig

LABELS = "$.metadata.labels"
ANNOTATIONS = "$.metadata.annotations"
NODE_POOL: Final = Resource.NODE_POOL.value
ROOT: Final = -1

# Where something stands, in a resource and there; its path is written only if there is something to say.
At = tuple[int, int]


@dataclass
class Case:
    """One creation before the judge, with its spec at hand: rules about the spec are asked only if there is one."""

    document: Any
    creation: PoolCreation
    spec: PoolSpecCreation
    catalog: Catalog
    compatibility: Compatibility
    labels: PoolLabelsCreation = field(init=False)
    annotations: PoolAnnotationsCreation = field(init=False)
    workspace: str = field(init=False)
    is_wide: bool = field(init=False)
    subjects: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.labels = self.creation.metadata.labels
        self.annotations = self.creation.metadata.annotations or _NO_ANNOTATIONS
        self.workspace = self.labels.workspace_id or "0"
        self.is_wide = self.compatibility is Compatibility.WIDE
        self.subjects = frozenset(self._subjects())

    def _subjects(self) -> set[str]:
        """What the creation speaks of: rules about anything else need not be asked."""
        spec, found = self.spec, {EVERY}
        if self.creation.metadata.annotations:
            found.add(ANNOTATED)
        if spec.driver:
            found.add(DRIVERS)
        if spec.container_network or spec.kubernetes_svc_ip_range:
            found.add(RANGES)
        for resource in spec.resources:
            _add_subjects(resource, found)
        if any(NODE_POOL in resource for resource in self.resources):
            found.add(NODE_POOLS)
        return found

    @property
    def resources(self) -> list[dict[str, Any]]:
        """`spec.resources` as they came, with the keys that the tables do not know."""
        came: list[dict[str, Any]] = self.document["spec"]["resources"]
        return came

    def beyond(self, *where: str) -> Mapping[str, Any]:
        """The object at `where` as it came, with the keys that the tables do not know; empty if there is none."""
        found = self.document
        for key in where:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else _NOTHING

    @cached_property
    def volumes(self) -> list[tuple[At, PoolResource, RootVolume | DataVolumeItem]]:
        """Every disk and where it stands; the system disk stands at -1."""
        found: list[tuple[At, PoolResource, RootVolume | DataVolumeItem]] = []
        for index, resource in enumerate(self.spec.resources):
            if resource.root_volume:
                found.append(((index, ROOT), resource, resource.root_volume))
            for position, volume in enumerate(resource.data_volumes or ()):
                found.append(((index, position), resource, volume))
        return found

    @cached_property
    def disks(self) -> list[dict[str, int]]:
        """For each resource, how many data disks it has in each group, the groups in the order they are named in."""
        return [_disks(resource) for resource in self.spec.resources]

    @cached_property
    def groups(self) -> list[tuple[At, PoolResource, VolumeGroupConfig]]:
        """The settings of every group of disks, and where they stand."""
        return [
            ((index, position), resource, config)
            for index, resource in enumerate(self.spec.resources)
            for position, config in enumerate(resource.volume_group_configs or ())
        ]

    def facts(self, resource: PoolResource) -> FlavorFacts | None:
        """The flavor of a resource; None when it, or all flavors, are not known."""
        return self.catalog.flavors.get(resource.flavor) if self.catalog.flavors is not None else None

    @property
    def lacks_workspace(self) -> bool:
        """Its workspace is known not to be there, or not to be usable: then nothing is said of what is in it."""
        return self.catalog.workspaces is not None and self.workspace not in self.catalog.workspaces


def _disks(resource: PoolResource) -> dict[str, int]:
    counted: dict[str, int] = {}
    for volume in resource.data_volumes or ():
        group, count = volume.extend_params.volume_group, volume.count
        counted[group] = counted.get(group, 0) + (1 if count is None else count)
    return counted


def _add_subjects(resource: PoolResource, found: set[str]) -> None:
    if resource.azs:
        found.add(ZONES)
    if resource.tags:
        found.add(TAGS)
    if resource.creating_step:
        found.add(STEPS)
    if resource.extend_params:
        found.add(PARAMETERS)
    if resource.root_volume or resource.data_volumes:
        found.add(DISKS)
    if resource.volume_group_configs:
        found.add(GROUPS)


# Subjects of rules: most creations are without most of them.
EVERY: Final = "every creation"
ANNOTATED: Final = "annotations"
DRIVERS: Final = "drivers"
RANGES: Final = "ranges"
ZONES: Final = "zones"
TAGS: Final = "tags"
STEPS: Final = "steps"
PARAMETERS: Final = "parameters"
DISKS: Final = "disks"
GROUPS: Final = "groups"
NODE_POOLS: Final = "node pools"

Rule = Callable[[Case], Iterator[Breach]]

_NO_ANNOTATIONS = PoolAnnotationsCreation()
_NOTHING: Final[Mapping[str, Any]] = {}


def breach(rule: str, path: str, problem: str, **values: Any) -> Breach:
    return Breach(rule, path, {"problem": problem, **values})


def refusal(rule: str, path: str, problem: str, *, code: Code, status: int = 400, **values: Any) -> Breach:
    """A breach that has an error code of its own."""
    return Breach(rule, path, {"problem": problem, **values}, code, status)


def house_rule(rule: str, path: str, problem: str, **values: Any) -> Breach:
    """A breach of a rule the console is strict about and the endpoint is not."""
    return Breach(rule, path, {"problem": problem, **values}, enforced_by_endpoint=False)
