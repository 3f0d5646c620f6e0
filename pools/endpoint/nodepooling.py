"""Node pools: the entries of a pool's `spec.resources[]`, added, changed and removed one at a time.

There is no other truth about them than the pool's document: each act here is a change of the pool, carried out as a
PATCH of the pool is, and judged by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pools.endpoint import amending, errors, judging, scaling
from pools.endpoint.amendment import EMPTY, Amendment, object_at
from pools.endpoint.entries import kind, node_pools
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedPool
from pools.wire.errors import Code
from pools.wire.nodepools import NodePoolCreation, NodePoolPatch

Document = dict[str, Any]

RESOURCES = "$.spec.resources"
# What makes an entry the entry it is.
IDENTITY = ("flavor", "nodePool", "creatingStep")
# The rules name the entry of the pool's list; who changes a node pool sent one entry.
_INDEXED = re.compile(rf"{re.escape(RESOURCES)}\[\d+\]")


def find(pool: HostedPool, name: str) -> Document:
    """The entry that is called `name`. Raises `Refused` (400)."""
    return _named(pool.document["spec"]["resources"], name)


def _named(resources: list[Document], name: str) -> Document:
    entry = node_pools(resources).get(name)
    if entry is None:
        raise errors.bad_request("invalid nodepool name")
    return entry


def read_creation(document: object) -> tuple[Document, Document]:
    """A new entry and what is said about its billing. Raises `Refused` (400)."""
    asked, told = judging.read(NodePoolCreation, document), amending.read(document, kind="NodePool")
    entry = dict(asked.spec.resources)
    said = (asked.metadata.name if asked.metadata else None) or ""
    if said and entry.get("nodePool") in EMPTY:
        entry["nodePool"] = said
    elif said and entry["nodePool"] != said:
        raise errors.bad_request(f"{RESOURCES}.nodePool: is another name than $.metadata.name")
    return entry, _billing(told)


def read_patch(document: object) -> tuple[Document, Document]:
    """What becomes of an entry, and what is said about billing. Raises `Refused` (400)."""
    asked = judging.read(NodePoolPatch, document)
    return dict(asked.spec.resources) if asked.spec else {}, _billing(amending.read(document, kind="NodePool"))


def _billing(told: Document) -> Document:
    metadata = object_at(told.get("metadata"), "$.metadata")
    return object_at(metadata.get("annotations"), "$.metadata.annotations")


def create(project: EndpointProject, pool: HostedPool, entry: Document, billing: Document) -> tuple[HostedPool, str]:
    """Add a node pool; return the pool and the node pool's name. Raises `Refused`: 400, and 409 for a taken name."""

    def take(one: Amendment) -> None:
        _rescale(one, [*one.spec["resources"], entry], entry, billing)
        names = node_pools(one.spec["resources"])
        if len({kind(other) for other in names.values()}) < len(one.spec["resources"]):
            raise Refused(409, Code.POOL_EXISTS, "Node pool already exists.")

    row = _changed(project, pool, take)
    return row, next(reversed(node_pools(row.document["spec"]["resources"])))


def change(project: EndpointProject, pool: HostedPool, name: str, patch: Document, billing: Document) -> HostedPool:
    """Merge `patch` into the entry called `name`. Raises `Refused` (400)."""

    def take(one: Amendment) -> None:
        standing = one.spec["resources"]
        entry = _named(standing, name)
        if patch:
            _insist_on_identity(entry, patch)
            said = {key: value for key, value in patch.items() if key not in IDENTITY}
            wanted = {**said, **{key: entry[key] for key in IDENTITY if key in entry}}
            _rescale(one, [wanted if other is entry else other for other in standing], patch, billing)
        else:
            amending.take_billing(one, billing)
            amending.insist_on_growth(one)

    return _changed(project, pool, take)


def remove(project: EndpointProject, pool: HostedPool, name: str) -> None:
    """Have a node pool go with its nodes; one stays. Raises `Refused` (400)."""

    def take(one: Amendment) -> None:
        entry = _named(one.spec["resources"], name)
        scaling.rescale(one, [other for other in one.spec["resources"] if other is not entry])

    _changed(project, pool, take)


def _changed(project: EndpointProject, pool: HostedPool, take: Callable[[Amendment], None]) -> HostedPool:
    try:
        return amending.change(project, pool, take)
    except Refused as why:
        raise Refused(why.status, why.code, _INDEXED.sub(RESOURCES, why.message)) from None


def _rescale(one: Amendment, wanted: list[Document], said: Mapping[str, Any], billing: Document) -> None:
    count, most = said.get("count"), said.get("maxCount")
    if isinstance(count, int) and count < 1:
        raise errors.bad_request("count must greater than 1")
    if isinstance(count, int) and isinstance(most, int) and most > count:
        raise errors.bad_request("pool does not support maxCount more than count now")
    amending.take_billing(one, billing)
    scaling.rescale(one, wanted)
    amending.insist_on_growth(one)


def _insist_on_identity(entry: Document, patch: Document) -> None:
    meant = {**entry, **{key: patch[key] for key in IDENTITY if patch.get(key) not in EMPTY}}
    if not isinstance(meant.get("creatingStep") or {}, dict) or kind(meant) != kind(entry):
        raise errors.bad_request(f"{RESOURCES}: flavor, nodePool and creatingStep cannot be changed")
