"""From a document to the steps: every value laid where it would have been typed, and the rest kept beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, TypeGuard

from console.wizard.assembly.layout import (
    BASE64,
    LABEL,
    LEAVES,
    MONTHLY,
    PER_ZONE,
    PERIOD,
    PLAIN,
    ROOT,
    Kept,
    Leaf,
    Path,
    Steps,
    Typed,
    decode,
)
from pools.wire.breaches import path_of

_SIZE = re.compile(r"(\d+)(Gi|GiB|G)")
_CONSTANTS: Mapping[Path, str] = {("apiVersion",): "v2", ("kind",): "Pool", ("spec", "type"): "Dedicate"}
_DISK = {"volumeType": "type", "size": "size", "count": "count"}


class Unplaceable(ValueError):
    """A document that no step can show: its frame is not that of a pool order. `path` says where."""

    def __init__(self, path: Path) -> None:
        super().__init__(path_of(path))
        self.path = path


def scatter(document: object) -> tuple[Steps, Kept]:
    """Lay a document out over the steps; the second value holds, per row, what no step has a field for.

    Raises `Unplaceable` where the frame itself is wrong: an object or a list expected and something else found.
    """
    rest = _frame(document)
    steps: Steps = {step: {} for step in ("labels", "workload", "flavors", "zones", "disks", "drivers", "billing")}
    kept: Kept = {}
    resources = rest["spec"].pop("resources", None) or []
    billing = rest["metadata"].get("annotations", {}).get(f"{LABEL}billing.mode")
    for leaf in LEAVES + (PERIOD if billing == MONTHLY else ()):
        _take_leaf(steps[leaf.step], rest, leaf)
    _take_masters(steps["workload"], rest["spec"])
    for index, resource in enumerate(resources):
        if not isinstance(resource, dict):
            raise Unplaceable(("spec", "resources", index))
        _Laying(steps, kept, f"r{index + 1}").lay(resource)
    for step in ("disks", "drivers"):
        if _all_alike(steps[step], kept, steps["flavors"].get("row", []), of=step):
            steps[step]["same"] = ["on"]
    rest = _prune(rest)
    if rest:
        kept[ROOT] = rest
    return steps, kept


def _frame(document: object) -> dict[str, Any]:
    """A copy whose known containers are sure to be objects, its constants checked and taken out."""
    if not isinstance(document, dict):
        raise Unplaceable(())
    rest: dict[str, Any] = deepcopy(document)
    for parents, key in (((), "metadata"), ((), "spec"), (("metadata",), "labels"), (("metadata",), "annotations")):
        holder = rest[parents[0]] if parents else rest
        if holder.get(key) is None:
            holder[key] = {}
        if not isinstance(holder[key], dict):
            raise Unplaceable((*parents, key))
    if not isinstance(rest["spec"].get("resources") or [], list):
        raise Unplaceable(("spec", "resources"))
    for path, value in _CONSTANTS.items():
        holder = rest if len(path) == 1 else rest["spec"]
        if holder.pop(str(path[-1]), None) not in (value, None):
            raise Unplaceable(path)
    return rest


def _take_leaf(typed: Typed, rest: dict[str, Any], leaf: Leaf) -> None:
    holder: Any = rest
    for key in leaf.path[:-1]:
        holder = holder.get(key)
        if not isinstance(holder, dict):
            return
    value = holder.get(leaf.path[-1])
    if leaf.kind == "list":
        texts = value if isinstance(value, list) and value and all(isinstance(item, str) for item in value) else None
        texts = None if texts is not None and "" in texts else texts
    elif leaf.kind == "flag":
        texts = ["on"] if value is True else None
    else:
        texts = _texts(value)
    if texts:
        typed[leaf.field] = list(texts)
        del holder[leaf.path[-1]]


def _texts(value: object) -> list[str] | None:
    """A scalar as a field shows it; None when it is not a text or a number, or is empty."""
    if isinstance(value, str):
        return [value] if value else None
    return [str(value)] if isinstance(value, int | float) and not isinstance(value, bool) else None


def _take_masters(typed: Typed, spec: dict[str, Any]) -> None:
    masters = spec.get("masters")
    if isinstance(masters, list) and all(isinstance(one, dict) and list(one) == ["az"] for one in masters):
        zones = [one["az"] for one in masters]
        if all(isinstance(az, str) and az for az in zones) and len(set(zones)) == len(zones):
            typed["masters"] = zones
            del spec["masters"]


class _Laying:
    """One entry of resources being laid out over the steps, under one row id."""

    def __init__(self, steps: Steps, kept: Kept, row: str) -> None:
        self.steps, self.kept, self.row = steps, kept, row
        steps["flavors"].setdefault("row", []).append(row)

    def lay(self, resource: dict[str, Any]) -> None:
        self._scalars("flavors", self.row, resource, {"flavor": "flavor", "count": "count", "maxCount": "max"})
        self._batch(resource)
        self._zones(resource)
        self._disks(resource)
        self._extras(resource)
        rest = _prune(resource, ("extendParams", "rootVolume", "creatingStep"))
        if rest:
            self.kept[self.row] = rest

    def _scalars(self, step: str, prefix: str, holder: dict[str, Any], names: Mapping[str, str]) -> None:
        for key, name in names.items():
            texts = _texts(holder.get(key))
            if texts:
                self.steps[step][f"{prefix}-{name}"] = [_digits(texts[0])] if key == "size" else texts
                del holder[key]

    def _keep(self, name: str, rest: dict[str, Any]) -> None:
        if rest:
            self.kept[f"{self.row}.{name}"] = rest

    def _batch(self, resource: dict[str, Any]) -> None:
        batch = resource.get("creatingStep")
        if isinstance(batch, dict) and _is_text(batch.get("type", "")) and _is_whole(batch.get("step")):
            del resource["creatingStep"]
            value = f"{batch.pop('step')}:{batch.pop('type', '')}"
            self.steps["flavors"][f"{self.row}-batch"] = [value]
            self._keep("batch", batch)

    def _zones(self, resource: dict[str, Any]) -> None:
        azs: object = resource.get("azs")
        if not _are_objects(azs) or not all(_is_text(az.get("az")) and _is_whole(az.get("count")) for az in azs):
            return
        typed, row = self.steps["zones"], self.row
        del resource["azs"]
        typed[f"{row}-mode"] = [PER_ZONE]
        for number, zone in enumerate(azs, 1):
            cell = f"z{number}"
            typed.setdefault(f"{row}-cell", []).append(cell)
            typed[f"{row}-{cell}-az"], typed[f"{row}-{cell}-count"] = [zone.pop("az")], [str(zone.pop("count"))]
            self._keep(cell, zone)

    def _disks(self, resource: dict[str, Any]) -> None:
        typed, row = self.steps["disks"], self.row
        if isinstance(resource.get("rootVolume"), dict):
            root = resource.pop("rootVolume")
            self._scalars("disks", f"{row}-root", root, {"volumeType": "type", "size": "size"})
            self._keep("root", root)
        params = resource.get("extendParams")
        if isinstance(params, dict):
            self._scalars("disks", row, params, {"dockerBaseSize": "container"})
        if _are_objects(resource.get("dataVolumes")):
            for number, disk in enumerate(resource.pop("dataVolumes"), 1):
                typed.setdefault(f"{row}-disk", []).append(f"d{number}")
                self._scalars("disks", f"{row}-d{number}", disk, _DISK)
                self._nested(disk, "extendParams", f"{row}-d{number}", {"volumeGroup": "group"})
                self._keep(f"d{number}", disk)
        if _are_objects(resource.get("volumeGroupConfigs")):
            for number, group in enumerate(resource.pop("volumeGroupConfigs"), 1):
                self._group(group, f"g{number}")

    def _group(self, group: dict[str, Any], name: str) -> None:
        typed, prefix = self.steps["disks"], f"{self.row}-{name}"
        typed.setdefault(f"{self.row}-group", []).append(name)
        self._scalars("disks", prefix, group, {"volumeGroup": "name", "dockerThinPool": "share"})
        self._nested(group, "lvmConfig", prefix, {"lvType": "lv", "path": "path"})
        types = group.get("types")
        if isinstance(types, list) and types and all(_is_text(kind) for kind in types):
            typed[f"{prefix}-types"] = group.pop("types")
        self._keep(name, group)

    def _nested(self, holder: dict[str, Any], key: str, prefix: str, names: Mapping[str, str]) -> None:
        if isinstance(holder.get(key), dict):
            self._scalars("disks", prefix, holder[key], names)
            if not holder[key]:
                del holder[key]

    def _extras(self, resource: dict[str, Any]) -> None:
        typed, row = self.steps["drivers"], self.row
        tags: object = resource.get("tags")
        if _are_objects(tags) and all(_is_text(tag.get("key")) and isinstance(tag.get("value"), str) for tag in tags):
            for number, tag in enumerate(tags, 1):
                name = f"t{number}"
                typed.setdefault(f"{row}-tag", []).append(name)
                typed[f"{row}-{name}-key"], typed[f"{row}-{name}-value"] = [tag.pop("key")], [tag.pop("value")]
                self._keep(name, tag)
            del resource["tags"]
        params = resource.get("extendParams")
        if isinstance(params, dict) and _is_text(params.get("postInstall")):
            plain = decode(params["postInstall"])
            script = params.pop("postInstall")
            typed[f"{row}-script"] = [script if plain is None else plain]
            typed[f"{row}-script-form"] = [BASE64 if plain is None else PLAIN]


def _digits(size: str) -> str:
    """`100Gi` as `100`: sizes are whole GiB on screen."""
    match = _SIZE.fullmatch(size)
    return match[1] if match else size


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_objects(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and value != [] and all(isinstance(item, dict) for item in value)


def _prune(rest: dict[str, Any], names: Iterable[str] = ()) -> dict[str, Any]:
    """Known containers left empty say nothing: empty equals absent. Unknown keys stay, whatever they hold."""
    known = set(names) or _CONTAINERS
    pruned = {}
    for key, value in rest.items():
        inner = _prune(value) if key in known and isinstance(value, dict) else value
        if not (key in _KNOWN | known and inner in (None, "", {}, [])):
            pruned[key] = inner
    return pruned


_CONTAINERS = {"metadata", "labels", "annotations", "spec", "network", "containerNetwork", "driver"}
_KNOWN = {part for leaf in LEAVES + PERIOD for part in leaf.path} | {
    "masters", "azs", "tags", "dataVolumes", "volumeGroupConfigs", "flavor", "count", "maxCount",
}  # fmt: skip


def _all_alike(typed: Typed, kept: Kept, rows: list[str], *, of: str) -> bool:
    """Whether every row has the same in this step, so that one panel can stand for all."""
    parts = {"disks": ("root", "d", "g"), "drivers": ("t",)}[of]

    def part_of(row: str) -> tuple[Any, ...]:
        own = {name.removeprefix(f"{row}-"): value for name, value in typed.items() if name.startswith(f"{row}-")}
        beside = {name: kept[name] for name in kept if name.startswith(tuple(f"{row}.{part}" for part in parts))}
        return own, {name.removeprefix(f"{row}."): value for name, value in beside.items()}

    return all(part_of(row) == part_of(rows[0]) for row in rows[1:])
