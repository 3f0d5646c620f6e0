"""One PATCH on its way, and how a merge-patch is merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pools.endpoint import errors, scenario
from pools.endpoint.models import HostedPool, PoolChange
from pools.wire.enums import Phase

Document = dict[str, Any]
# Clients send these for what they leave out.
EMPTY: tuple[Any, ...] = (None, "", {}, [])
OVER = frozenset({Phase.DELETING, Phase.CREATION_FAILED})


@dataclass
class Amendment:
    """One PATCH on its way: the document as it will be, and what has to happen for it.

    `said` is what it says about billing, `billing` what of that the pool does not say itself.
    """

    pool: HostedPool
    phase: Phase
    document: Document
    now: datetime
    touched: set[str] = field(default_factory=set)
    growing: set[int] = field(default_factory=set)
    changes: list[PoolChange] = field(default_factory=list)
    orders: bool = False
    billing: Document = field(default_factory=dict)
    said: Document = field(default_factory=dict)

    @property
    def spec(self) -> Document:
        spec: Document = self.document["spec"]
        return spec

    @property
    def labels(self) -> Document:
        labels: Document = self.document["metadata"]["labels"]
        return labels

    @property
    def annotations(self) -> Document:
        annotations: Document = self.document["metadata"]["annotations"]
        return annotations

    @property
    def judged(self) -> Document:
        """The document as the rules see it: how added nodes are paid for stands there as if the pool were."""
        if not self.growing:
            return self.document
        metadata = self.document["metadata"]
        return {
            **self.document,
            "metadata": {**metadata, "annotations": {**metadata["annotations"], **self.billing}},
        }

    @property
    def drivers(self) -> dict[str, str]:
        """The drivers that nodes bring which are about to be added: kind of accelerator -> version."""
        growth = next((one for one in self.changes if one.kind == PoolChange.Kind.SCALE), None)
        brought: dict[str, str] = growth.detail["drivers"] if growth else {}
        return brought

    def need(self, what: str, *allowed: Phase) -> None:
        """Refuse what the pool's phase does not allow."""
        if self.phase not in allowed:
            raise errors.bad_request(f"{what}: the pool is {self.phase.value}, not {allowed[0].value}")

    def plan(self, kind: PoolChange.Kind, /, **detail: Any) -> None:
        """Have a change begin now."""
        self.changes.append(PoolChange(pool=self.pool, kind=kind, begun_at=self.now, detail=detail))


def living(pool: HostedPool, now: datetime) -> Phase:
    """The phase of a pool. Raises `Refused` (400) where nothing of it is changed any more."""
    phase = scenario.phase(pool.life, now)
    if phase is None or phase in OVER:
        raise errors.bad_request(f"The pool is {phase.value if phase else 'gone'}; it cannot be changed.")
    return phase


def object_at(value: object, path: str) -> Document:
    """The object at `path`; empty where a client sent what stands for absence. Raises `Refused` (400)."""
    if value in EMPTY:
        return {}
    if not isinstance(value, dict):
        raise errors.bad_request(f"{path}: an object is expected")
    return value


def merge(target: object, patch: object) -> Any:
    """RFC 7386: objects merge, null deletes, anything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged
