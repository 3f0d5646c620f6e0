"""What a rule looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pools.wire.breaches import Breach
from pools.wire.creation import PoolAnnotationsCreation, PoolCreation, PoolLabelsCreation, PoolSpecCreation
from pools.wire.errors import Code
from pools.wire.extras import Resource
from pools.wire.limits.catalog import Catalog, FlavorFacts
from pools.wire.limits.verdicts import Compatibility
from pools.wire.shared import PoolResource

LABELS = "$.metadata.labels"
ANNOTATIONS = "$.metadata.annotations"


@dataclass
class Case:
    """One creation before the judge, with its spec at hand: rules about the spec are asked only if there is one."""

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

    def _subjects(self) -> Iterator[str]:
        """What the creation speaks of: rules about anything else need not be asked."""
        spec = self.spec
        yield EVERY
        if self.creation.metadata.annotations:
            yield ANNOTATED
        if spec.driver:
            yield DRIVERS
        if spec.container_network or spec.kubernetes_svc_ip_range:
            yield RANGES
        for resource in spec.resources:
            yield from _subjects_of(resource)

    def facts(self, resource: PoolResource) -> FlavorFacts | None:
        """The flavor of a resource; None when it, or all flavors, are not known."""
        return self.catalog.flavors.get(resource.flavor) if self.catalog.flavors is not None else None

    @property
    def lacks_workspace(self) -> bool:
        """Its workspace is known not to be there, or not to be usable: then nothing is said of what is in it."""
        return self.catalog.workspaces is not None and self.workspace not in self.catalog.workspaces


def _subjects_of(resource: PoolResource) -> Iterator[str]:
    if resource.azs:
        yield ZONES
    if resource.tags:
        yield TAGS
    if resource.creating_step:
        yield STEPS
    if resource.extend_params:
        yield PARAMETERS
    if resource.root_volume or resource.data_volumes:
        yield DISKS
    if resource.volume_group_configs:
        yield GROUPS
    if resource.model_extra and Resource.NODE_POOL.value in resource.model_extra:
        yield NODE_POOLS


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


def breach(rule: str, path: str, problem: str, **values: Any) -> Breach:
    return Breach(rule, path, {"problem": problem, **values})


def refusal(rule: str, path: str, problem: str, *, code: Code, status: int = 400, **values: Any) -> Breach:
    """A breach that has an error code of its own."""
    return Breach(rule, path, {"problem": problem, **values}, code, status)


def house_rule(rule: str, path: str, problem: str, **values: Any) -> Breach:
    """A breach of a rule the console is strict about and the endpoint is not."""
    return Breach(rule, path, {"problem": problem, **values}, enforced_by_endpoint=False)
