"""From the steps to the document: what was typed, put in its place, and for every part the field it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from console.wizard.assembly.layout import (
    BASE64,
    LEAVES,
    MONTHLY,
    PER_ZONE,
    PERIOD,
    ROOT,
    Kept,
    Leaf,
    Path,
    Place,
    Steps,
    Typed,
    encode,
    one,
)
from pools.wire.breaches import parts_of

_WHOLE = re.compile(r"-?[0-9]{1,18}")


@dataclass
class Assembly:
    """A document, and for every part of it the field where it is typed."""

    document: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: str) -> Place | None:
        """The field that a JSON path of a breach speaks about, or of the nearest part around it."""
        parts = parts_of(path)
        while parts:
            if parts in self.places:
                return self.places[parts]
            parts = parts[:-1]
        return None


def gather(steps: Steps, kept: Kept | None = None) -> Assembly:
    """The document that the steps describe, what was kept put back in its place; empty fields are left out."""
    kept = kept or {}
    made = Assembly({"apiVersion": "v2", "kind": "Pool", "metadata": {"labels": {}}, "spec": {"type": "Dedicate"}})
    leaves = LEAVES + (PERIOD if one(steps.get("billing", {}), "mode") == MONTHLY else ())
    for leaf in leaves:
        value = _typed_value(steps.get(leaf.step, {}), leaf)
        if value is not None:
            _put(made.document, leaf.path, value)
    for leaf in LEAVES + PERIOD:
        made.places[leaf.path] = Place(leaf.step, leaf.field)
        made.places.setdefault(leaf.path[:-1], Place(leaf.step, leaf.field))
    # Of the metadata nothing is needed but the name, so what lacks it as a whole lacks the name.
    made.places |= {("metadata",): Place("labels", "name"), ("metadata", "labels"): Place("labels", "name")}
    made.places |= {("metadata", "annotations"): Place("labels", ""), ("spec",): Place("workload", "")}
    masters = [{"az": az} for az in steps.get("workload", {}).get("masters", []) if az]
    if masters:
        made.document["spec"]["masters"] = masters
    made.places[("spec", "masters")] = Place("workload", "masters")
    _gather_resources(made, steps, kept)
    made.document = _merge(made.document, kept.get(ROOT, {}))
    return made


def _typed_value(typed: Typed, leaf: Leaf) -> Any:
    if leaf.kind == "list":
        return [value for value in typed.get(leaf.field, []) if value] or None
    text = one(typed, leaf.field)
    if leaf.field in {"gpu", "npu"}:
        text = one(typed, f"{leaf.field}_other") or text
    if leaf.kind == "flag":
        return True if text else None
    return text or None


def _gather_resources(made: Assembly, steps: Steps, kept: Kept) -> None:
    rows = [row for row in steps.get("flavors", {}).get("row", []) if row]
    made.places[("spec", "resources")] = Place("flavors", "")
    resources = []
    for index, row in enumerate(rows):
        base: Path = ("spec", "resources", index)
        made.places[base] = Place("flavors", f"{row}-flavor")
        resource = _Resource(made.places, base, kept)
        resource.flavor(steps.get("flavors", {}), row)
        resource.zones(steps.get("zones", {}), row)
        for step, fill in (("disks", resource.disks), ("drivers", resource.extras)):
            typed = steps.get(step, {})
            fill(typed, rows[0] if one(typed, "same") else row)
        resources.append(_merge(resource.made, kept.get(row, {})))
    if resources:
        made.document["spec"]["resources"] = resources


class _Resource:
    """One entry of resources being built (Table 8), with the places of its parts."""

    def __init__(self, places: dict[Path, Place], base: Path, kept: Kept) -> None:
        self.made: dict[str, Any] = {}
        self._places, self._base, self._kept = places, base, kept

    def _at(self, step: str, name: str, *path: str | int) -> None:
        self._places[self._base + path] = Place(step, name)

    def flavor(self, typed: Typed, row: str) -> None:
        for name, key in (("flavor", "flavor"), ("count", "count"), ("max", "maxCount")):
            self._at("flavors", f"{row}-{name}", key)
            value = one(typed, f"{row}-{name}")
            if value:
                self.made[key] = value if key == "flavor" else _number(value)
        self._at("flavors", f"{row}-batch", "creatingStep")
        step, sep, kind = one(typed, f"{row}-batch").partition(":")
        batch = _present(step=_number(step), type=kind) if sep else {}
        if batch:
            self.made["creatingStep"] = _merge(batch, self._kept.get(f"{row}.batch", {}))

    def zones(self, typed: Typed, row: str) -> None:
        self._at("zones", f"{row}-mode", "azs")
        azs: list[dict[str, Any]] = []
        for cell in typed.get(f"{row}-cell", []) if one(typed, f"{row}-mode") == PER_ZONE else []:
            count = one(typed, f"{row}-{cell}-count")
            if count and count != "0":
                self._at("zones", f"{row}-{cell}-count", "azs", len(azs))
                zone = {"az": one(typed, f"{row}-{cell}-az"), "count": _number(count)}
                azs.append(_merge(zone, self._kept.get(f"{row}.{cell}", {})))
        if azs:
            self.made["azs"] = azs

    def disks(self, typed: Typed, row: str) -> None:
        root = _present(volumeType=one(typed, f"{row}-root-type"), size=one(typed, f"{row}-root-size"))
        root = _merge(root, self._kept.get(f"{row}.root", {}))
        self._at("disks", f"{row}-root-type", "rootVolume")
        self._at("disks", f"{row}-root-size", "rootVolume", "size")
        self._at("disks", f"{row}-container", "extendParams", "dockerBaseSize")
        if root:
            self.made["rootVolume"] = root
        if one(typed, f"{row}-container"):
            _put(self.made, ("extendParams", "dockerBaseSize"), one(typed, f"{row}-container"))
        disks = [self._disk(typed, row, disk, at) for at, disk in enumerate(typed.get(f"{row}-disk", []))]
        groups = [self._group(typed, row, group, at) for at, group in enumerate(typed.get(f"{row}-group", []))]
        self._at("disks", "", "dataVolumes")
        self._at("disks", "", "volumeGroupConfigs")
        self.made |= _present(dataVolumes=disks, volumeGroupConfigs=groups)

    def _disk(self, typed: Typed, row: str, disk: str, at: int) -> dict[str, Any]:
        name = f"{row}-{disk}"
        for key, part in (("volumeType", "type"), ("size", "size"), ("count", "count"), ("extendParams", "group")):
            self._at("disks", f"{name}-{part}", "dataVolumes", at, key)
        self._at("disks", f"{name}-size", "dataVolumes", at)
        made = _present(
            volumeType=one(typed, f"{name}-type"),
            size=one(typed, f"{name}-size"),
            count=_number(one(typed, f"{name}-count")),
            extendParams=_present(volumeGroup=one(typed, f"{name}-group")),
        )
        return _merge(made, self._kept.get(f"{row}.{disk}", {}))

    def _group(self, typed: Typed, row: str, group: str, at: int) -> dict[str, Any]:
        name, base = f"{row}-{group}", ("volumeGroupConfigs", at)
        for key, part in (("dockerThinPool", "share"), ("lvmConfig", "lv"), ("types", "types"), ("volumeGroup", "lv")):
            self._at("disks", f"{name}-{part}", *base, key)
        self._at("disks", f"{name}-path", *base, "lvmConfig", "path")
        self._at("disks", f"{name}-lv", *base)
        made = _present(
            volumeGroup=one(typed, f"{name}-name"),
            dockerThinPool=_number(one(typed, f"{name}-share")),
            lvmConfig=_present(lvType=one(typed, f"{name}-lv"), path=one(typed, f"{name}-path")),
            types=[kind for kind in typed.get(f"{name}-types", []) if kind],
        )
        return _merge(made, self._kept.get(f"{row}.{group}", {}))

    def extras(self, typed: Typed, row: str) -> None:
        tags: list[dict[str, Any]] = []
        for tag in typed.get(f"{row}-tag", []):
            key, value = one(typed, f"{row}-{tag}-key"), one(typed, f"{row}-{tag}-value")
            if key or value:
                self._at("drivers", f"{row}-{tag}-key", "tags", len(tags))
                self._at("drivers", f"{row}-{tag}-value", "tags", len(tags), "value")
                tags.append(_merge({"key": key, "value": value}, self._kept.get(f"{row}.{tag}", {})))
        self._at("drivers", "", "tags")
        if tags:
            self.made["tags"] = tags
        self._at("drivers", f"{row}-script", "extendParams", "postInstall")
        script = one(typed, f"{row}-script")
        if script:
            plain = one(typed, f"{row}-script-form") != BASE64
            _put(self.made, ("extendParams", "postInstall"), encode(script) if plain else script)


def _number(text: str) -> int | str | None:
    """A whole number if the text is one; otherwise the text, which the judge will find; None when empty."""
    return int(text) if _WHOLE.fullmatch(text) else text or None


def _present(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", {}, [])}


def _put(document: dict[str, Any], path: Iterable[str], value: Any) -> None:
    *parents, last = path
    for key in parents:
        document = document.setdefault(key, {})
    document[last] = value


def _merge(made: dict[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """`made` with what was kept beside it; where both have a value, what was typed wins."""
    merged = dict(made)
    for key, value in kept.items():
        if key not in merged:
            merged[key] = deepcopy(value)
        elif isinstance(merged[key], dict) and isinstance(value, dict):
            merged[key] = _merge(merged[key], value)
    return merged


def sized(document: dict[str, Any], suffix: str) -> dict[str, Any]:
    """The document with disk sizes as the endpoint wants them: bare digits, or digits with `suffix`."""
    if not suffix:
        return document
    document = deepcopy(document)
    for resource in document["spec"].get("resources", []):
        disks = resource.get("dataVolumes", [])
        for disk in [resource.get("rootVolume"), *(disks if isinstance(disks, list) else [])]:
            if isinstance(disk, dict) and str(disk.get("size", "")).isdecimal():
                disk["size"] = f"{disk['size']}{suffix}"
    return document
