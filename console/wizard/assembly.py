"""What was typed, step by step, and the document that is sent: from one to the other and back, losing nothing.

`gather` builds the document of Tables 3 to 21 from the steps; `scatter` lays a document out over the steps. What the
wizard has no field for is kept beside the steps, under the id of the row it was found in, and sent again unchanged.
Nobody here judges: what cannot be read stays as it was typed, and `pools.wire.limits` says so.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

from pools.wire.breaches import parts_of, path_of

Typed = dict[str, list[str]]
Steps = dict[str, Typed]
Kept = dict[str, dict[str, Any]]
Path = tuple[str | int, ...]

ROOT = "root"  # the id under which keys outside resources are kept
MONTHLY = "1"  # billing.mode, the one that has a period
PER_ZONE = "zones"
BASE64, PLAIN = "base64", "plain"

_LABEL = "os.modelarts/"
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_SIZE = re.compile(r"(\d+)(Gi|GiB|G)")
_CONSTANTS: Mapping[Path, str] = {("apiVersion",): "v2", ("kind",): "Pool", ("spec", "type"): "Dedicate"}


class Place(NamedTuple):
    """Where in the wizard a part of the document is typed; an empty field means the step as a whole."""

    step: str
    field: str


class Leaf(NamedTuple):
    """One value outside resources: the step and field that hold it, and its path in the document."""

    step: str
    field: str
    path: tuple[str, ...]
    kind: str = "text"


LEAVES = (
    Leaf("labels", "name", ("metadata", "labels", f"{_LABEL}name")),
    Leaf("labels", "workspace", ("metadata", "labels", f"{_LABEL}workspace.id")),
    Leaf("labels", "sharing", ("metadata", "labels", f"{_LABEL}sharing")),
    Leaf("labels", "node_prefix", ("metadata", "labels", f"{_LABEL}node.prefix")),
    Leaf("labels", "description", ("metadata", "annotations", f"{_LABEL}description")),
    Leaf("labels", "scheduler_extension", ("metadata", "annotations", f"{_LABEL}scheduler.extension")),
    Leaf("workload", "scope", ("spec", "scope"), "list"),
    Leaf("workload", "network", ("spec", "network", "name")),
    Leaf("workload", "ipv6", ("spec", "ipv6enable"), "flag"),
    Leaf("workload", "container_cidr", ("spec", "containerNetwork", "cidr")),
    Leaf("workload", "service_cidr", ("spec", "kubernetesSvcIpRange")),
    Leaf("workload", "cluster_flavor", ("spec", "clusterFlavor")),
    Leaf("workload", "parent", ("spec", "parent")),
    Leaf("drivers", "gpu", ("spec", "driver", "gpuVersion")),
    Leaf("drivers", "npu", ("spec", "driver", "npuVersion")),
    Leaf("drivers", "strategy", ("spec", "driver", "updateStrategy")),
    Leaf("billing", "mode", ("metadata", "annotations", f"{_LABEL}billing.mode")),
    Leaf("billing", "order_id", ("metadata", "annotations", f"{_LABEL}order.id")),
)
# Sent with a yearly or monthly order only: a period chosen and then given up must not travel along.
PERIOD = (
    Leaf("billing", "period_type", ("metadata", "annotations", f"{_LABEL}period.type")),
    Leaf("billing", "period_num", ("metadata", "annotations", f"{_LABEL}period.num")),
    Leaf("billing", "auto_renew", ("metadata", "annotations", f"{_LABEL}auto.renew")),
    Leaf("billing", "auto_pay", ("metadata", "annotations", f"{_LABEL}auto.pay")),
)


class Unplaceable(ValueError):
    """A document that no step can show: its frame is not that of a pool order. `path` says where."""

    def __init__(self, path: Path) -> None:
        super().__init__(path_of(path))
        self.path = path


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


def one(typed: Mapping[str, list[str]], name: str) -> str:
    """The last value typed for a field; empty when there is none."""
    values = typed.get(name) or [""]
    return values[-1]


# ---- steps to document --------------------------------------------------------------------------------------------


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
            _put(self.made, ("extendParams", "postInstall"), _encode(script) if plain else script)


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


def _encode(script: str) -> str:
    return base64.b64encode(script.encode()).decode()


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


# ---- document to steps --------------------------------------------------------------------------------------------


def scatter(document: object) -> tuple[Steps, Kept]:
    """Lay a document out over the steps; the second value holds, per row, what no step has a field for.

    Raises `Unplaceable` where the frame itself is wrong: an object or a list expected and something else found.
    """
    rest = _frame(document)
    steps: Steps = {step: {} for step in ("labels", "workload", "flavors", "zones", "disks", "drivers", "billing")}
    kept: Kept = {}
    resources = rest["spec"].pop("resources", None) or []
    billing = rest["metadata"].get("annotations", {}).get(f"{_LABEL}billing.mode")
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
    kept |= _present(root=_prune(rest))
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
        self.kept |= _present(**{self.row: _prune(resource, ("extendParams", "rootVolume", "creatingStep"))})

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


_DISK = {"volumeType": "type", "size": "size", "count": "count"}


def decode(script: str) -> str | None:
    """The text of a Base64 script; None when it is not text, or when encoding it again would give other bytes."""
    try:
        text = base64.b64decode(script, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    # A text area changes line ends, and bytes nobody can see are better left as they came.
    readable = text.replace("\n", "").replace("\t", "").isprintable()
    return text if readable and text and _encode(text) == script else None


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
