"""Resizing a pool: what its entries are, what a patch with other numbers of nodes says, and what became of it.

An entry of `spec.resources` is told from the others by its flavor, node pool and creation step; the list of a patch
takes the place of the whole list (`docs/facts.md`, changing a pool).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from pools.wire.digest import digest
from pools.wire.naming import node_pool_beside
from pools.wire.parsing import NotJson, parse_json

Document = Mapping[str, Any]
Kind = tuple[str, str, int | None, str]

# More nodes than any pool has; what is above is a slip of the hand, or no number of nodes at all.
MOST_NODES = 2000
# What of an entry says how its nodes' disks are, and what containers have of them.
DISKS, SPACE = ("rootVolume", "dataVolumes", "volumeGroupConfigs"), "dockerBaseSize"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry and its nodes; `zones` are told where somebody said how many are to be in each, else the cloud chose.

    Nodes are delivered `step` by `step`, where there is such a thing, as racks or supernodes. One that is new may have
    the disks and the container space of another, which `like` tells; else those that its flavor comes with.
    """

    flavor: str
    count: int
    zones: tuple[tuple[str, int], ...] = ()
    node_pool: str = ""
    step: int | None = None
    step_type: str = ""
    like: Kind | None = None

    @property
    def kind(self) -> Kind:
        return self.flavor, self.node_pool, self.step, self.step_type

    def of(self, count: int, zones: Sequence[tuple[str, int]] = ()) -> Entry:
        """The same entry with other numbers; a zone that is to have none is none."""
        return replace(self, count=count, zones=tuple((zone, nodes) for zone, nodes in zones if nodes))


def entries(document: object) -> tuple[Entry, ...] | None:
    """The entries of a pool's document, or of a patch; None where they cannot be told for sure."""
    spec = document.get("spec") if isinstance(document, Mapping) else None
    listed = spec.get("resources") if isinstance(spec, Mapping) else None
    if not isinstance(listed, list) or not listed:
        return None
    told = [_entry(one) for one in listed]
    known = [one for one in told if one is not None]
    return tuple(known) if len(known) == len(told) == len({one.kind for one in known}) else None


def asked(body: str) -> tuple[Entry, ...]:
    """The entries that a patch of ours wants; none where a database was told otherwise."""
    try:
        return entries(parse_json(body)) or ()
    except NotJson:
        return ()


def patch(document: Document, wanted: Sequence[Entry]) -> str:
    """The merge-patch, as JSON text, that gives the pool these numbers of nodes; an entry without nodes is left out.

    Every entry is sent whole, as it was heard: what an array does not hold is gone, and official clients had to.
    """
    heard = {entry.kind: one for one in document["spec"]["resources"] if (entry := _entry(one)) is not None}
    listed = [_said(deepcopy(_stood(heard, entry)), entry) for entry in wanted if entry.count]
    return json.dumps({"spec": {"resources": listed}}, indent=2, ensure_ascii=False)


def print_of(told: Sequence[Entry] | None) -> str:
    """A short name of these entries and their numbers: another one when anything of it is."""
    return digest([[*map(str, one.kind), one.count, sorted(map(list, one.zones))] for one in told or ()])


def is_as(wanted: Sequence[Entry], heard: Sequence[Entry] | None) -> bool:
    """Whether a pool has these entries and numbers. Zones count only where both say them: the cloud may add its own."""
    if heard is None or {one.kind: one.count for one in wanted} != {one.kind: one.count for one in heard}:
        return False
    zones = {one.kind: dict(one.zones) for one in heard}
    return all(not one.zones or not zones[one.kind] or dict(one.zones) == zones[one.kind] for one in wanted)


def grown(was: Sequence[Entry], wanted: Sequence[Entry]) -> dict[tuple[Kind, str], int]:
    """By entry and zone, how many nodes are to be more, or less where it is negative; the zone is empty where the cloud
    chooses it. What stays as it is is left out."""
    before, after = _placed(was), _placed(wanted)
    moved = {place: after.get(place, 0) - before.get(place, 0) for place in {**before, **after}}
    return {place: nodes for place, nodes in moved.items() if nodes}


def added_to_what_is_there(document: object, wanted: Sequence[Entry]) -> dict[str, int]:
    """By flavor, how many nodes these are more, or less where it is negative, than the pool's status tells are there.

    After a growth that failed, that is other than what the spec is to have; what the status does not tell is not there.
    """
    status = document.get("status") if isinstance(document, Mapping) else None
    told = status.get("resources") if isinstance(status, Mapping) else None
    moved: Counter[str] = Counter()
    for one in wanted:
        moved[one.flavor] += one.count
    for state in ("available", "creating", "abnormal"):
        listed = told.get(state) if isinstance(told, Mapping) else None
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, Mapping) and isinstance(one.get("flavor"), str) and _is_number(one.get("count")):
                moved[one["flavor"]] -= one["count"]
    return {flavor: nodes for flavor, nodes in moved.items() if nodes}


def laid_over(ordered: str, body: str) -> str:
    """What was ordered, as text, had it been ordered with the numbers of nodes that a patch gave it since."""
    try:
        document, listed = parse_json(ordered), parse_json(body)["spec"]["resources"]
        stood = {entry.kind: one for one in document["spec"]["resources"] if (entry := _entry(one)) is not None}
        known = [(one, entry) for one in listed if (entry := _entry(one)) is not None]
        # Of an entry that was ordered only the numbers are another; one that came later is as it was asked for.
        resized = [_said(stood[entry.kind], entry) if entry.kind in stood else one for one, entry in known]
        return json.dumps({**document, "spec": {**document["spec"], "resources": resized}})
    except (NotJson, KeyError, TypeError):
        return ordered


def _entry(one: object) -> Entry | None:
    if not isinstance(one, Mapping) or not isinstance(one.get("flavor"), str) or not _is_number(one.get("count")):
        return None
    zones, step = one.get("azs") or [], one.get("creatingStep") or {}
    if not isinstance(zones, list) or not all(map(_is_zone, zones)) or not isinstance(step, Mapping):
        return None
    return Entry(
        flavor=one["flavor"],
        count=one["count"],
        zones=tuple((zone["az"], zone["count"]) for zone in zones),
        node_pool=node_pool_beside(one.get("nodePool"), flavor=one["flavor"]),
        step=step.get("step") if _is_number(step.get("step")) else None,
        step_type=str(step.get("type") or ""),
    )


def _stood(heard: Mapping[Kind, Mapping[str, Any]], entry: Entry) -> dict[str, Any]:
    """What was heard of the entry; of one that is new, the disks of that which it is to be like."""
    if entry.kind in heard or entry.like is None:
        return dict(heard.get(entry.kind, {}))
    other = heard.get(entry.like, {})
    space = other.get("extendParams")
    kept = {key: value for key, value in space.items() if key == SPACE} if isinstance(space, Mapping) else {}
    return {key: other[key] for key in DISKS if key in other} | ({"extendParams": kept} if kept else {})


def _said(one: dict[str, Any], entry: Entry) -> dict[str, Any]:
    rest = {key: value for key, value in one.items() if key not in {"flavor", "count", "maxCount", "azs"}}
    placed = {"azs": [{"az": zone, "count": nodes} for zone, nodes in entry.zones]} if entry.zones else {}
    return {"flavor": entry.flavor, "count": entry.count, "maxCount": entry.count, **placed, **rest}


def _placed(told: Sequence[Entry]) -> dict[tuple[Kind, str], int]:
    placed: dict[tuple[Kind, str], int] = {}
    for one in told:
        for zone, nodes in one.zones or (("", one.count),):
            placed[one.kind, zone] = placed.get((one.kind, zone), 0) + nodes
    return placed


def _is_zone(zone: object) -> bool:
    return isinstance(zone, Mapping) and isinstance(zone.get("az"), str) and _is_number(zone.get("count"))


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
