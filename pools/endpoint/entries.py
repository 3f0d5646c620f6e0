"""The entries of `spec.resources`: what tells them apart, what their node pools are called, with more nodes or less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pools.wire.naming import node_pool_beside, own_node_pool

Document = dict[str, Any]
Kind = tuple[str, str, object, object]


def kind(resource: Mapping[str, Any]) -> Kind:
    """What tells the entries of `spec.resources` apart: flavor, node pool (its default name is no name), step."""
    step = resource.get("creatingStep") or {}
    return str(resource["flavor"]), named_pool(resource), step.get("step"), step.get("type")


def named_pool(resource: Mapping[str, Any]) -> str:
    """The node pool an entry names; empty for the flavor's own."""
    return node_pool_beside(resource.get("nodePool"), flavor=resource["flavor"])


def node_pools(resources: Sequence[Document]) -> dict[str, Document]:
    """The entries of `spec.resources` by the names of their node pools, in their order.

    An entry without a name is the flavor's own, `<flavor>-default`; a further one, of another creation step, has the
    step in its name.
    """
    named: dict[str, Document] = {}
    for entry in resources:
        flavor, name, step, _ = kind(entry)
        own = own_node_pool(flavor)
        own = own if own not in named else own_node_pool(f"{flavor}-{step}")
        named[name or own] = entry
    return named


def brief(resources: Sequence[Document]) -> list[Document]:
    """Entries as work orders tell them."""
    return [{"flavor": one["flavor"], "count": one["count"], "maxCount": one["maxCount"]} for one in resources]


def fewer(resources: Sequence[Document], less: Mapping[tuple[Kind, str], int]) -> list[Document]:
    """`spec.resources` without so many nodes, counted by kind and zone; entries that have none left are gone."""
    left = []
    for entry in resources:
        gone = sum(count for (key, _), count in less.items() if key == kind(entry))
        if not gone:
            left.append(entry)
        elif entry["count"] > gone:
            left.append(_fewer(entry, gone, {az: count for (key, az), count in less.items() if key == kind(entry)}))
    return left


def _fewer(entry: Document, gone: int, zones: Mapping[str, int]) -> Document:
    count = entry["count"] - gone
    rest = {key: value for key, value in entry.items() if key != "azs"}
    azs = [{**one, "count": one["count"] - zones.get(one["az"], 0)} for one in entry.get("azs") or []]
    azs = [one for one in azs if one["count"] > 0]
    # Where it was said otherwise than it came, zones no longer tell the truth, and nothing is better.
    placed = {"azs": azs} if azs and sum(one["count"] for one in azs) == count else {}
    return {**rest, "count": count, "maxCount": count, **placed}


def joined(resources: Sequence[Document], kept: Document, more: Counter[str]) -> list[Document]:
    """`spec.resources` with so many nodes more of the kind of `kept`, counted by zone; a new entry stands last."""
    entries, count = list(resources), more.total()
    for index, entry in enumerate(entries):
        if kind(entry) == kind(kept):
            zones = Counter({one["az"]: one["count"] for one in entry.get("azs") or []}) + more
            placed = {"azs": [{"az": az, "count": room} for az, room in zones.items()]} if entry.get("azs") else {}
            whole = entry["count"] + count
            entries[index] = {**entry, "count": whole, "maxCount": whole, **placed}
            return entries
    rest = {key: value for key, value in kept.items() if key != "flavor"}
    return [*entries, {"flavor": kept["flavor"], "count": count, "maxCount": count, **rest}]
