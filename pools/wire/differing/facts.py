"""One document of a pool read into facts: so many nodes of a flavor in a zone, the disks of a group, a driver.

What the API keys by something (flavors, zones, disk groups, tags, job types) is found by that, wherever it stands. A
key that no table knows is a fact by its own name; what has another shape than the tables say is kept as it came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from pools.wire.breaches import path_of
from pools.wire.differing.aspects import Aspect
from pools.wire.digest import canonical
from pools.wire.enums import BillingMode
from pools.wire.extras import Annotation, Resource, is_yes
from pools.wire.naming import own_node_pool
from pools.wire.sizes import gib

Parts = tuple[str | int, ...]


class Key(NamedTuple):
    aspect: Aspect
    flavor: str = ""
    batch: str = ""
    place: str = ""


class Fact(NamedTuple):
    value: Any
    path: str


class _Field(NamedTuple):
    """How one value is read, and what leaving it out means."""

    aspect: Aspect
    default: Any = None
    read: Callable[[Any], Any] = lambda value: value


Facts = dict[Key, Fact]


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _size(value: Any) -> Any:
    return gib(value) or value


def _words(value: Any) -> tuple[str, ...]:
    """Words that mean the same in any order. Raises `TypeError` if it is no list of words."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise TypeError(value)
    return tuple(sorted(value))


_LABELS, _NOTES = ("metadata", "labels"), ("metadata", "annotations")
_FIELDS: Final[Mapping[Parts, _Field]] = {
    (*_LABELS, "os.modelarts/name"): _Field(Aspect.NAME),
    (*_LABELS, "os.modelarts/workspace.id"): _Field(Aspect.WORKSPACE, "0"),
    (*_LABELS, "os.modelarts/sharing"): _Field(Aspect.SHARING),
    (*_LABELS, "os.modelarts/node.prefix"): _Field(Aspect.NODE_PREFIX),
    (*_NOTES, "os.modelarts/description"): _Field(Aspect.DESCRIPTION),
    (*_NOTES, "os.modelarts/scheduler.extension"): _Field(Aspect.PRIORITY),
    (*_NOTES, "os.modelarts/billing.mode"): _Field(Aspect.BILLING_MODE, BillingMode.PAY_PER_USE.value),
    (*_NOTES, "os.modelarts/order.id"): _Field(Aspect.BILLING_ORDER),
    (*_NOTES, Annotation.PERIOD_TYPE.value): _Field(Aspect.PERIOD_TYPE),
    (*_NOTES, Annotation.PERIOD_NUM.value): _Field(Aspect.PERIOD_NUMBER),
    (*_NOTES, Annotation.AUTO_PAY.value): _Field(Aspect.AUTO_PAY, default=False, read=is_yes),
    (*_NOTES, Annotation.AUTO_RENEW.value): _Field(Aspect.AUTO_RENEW, default=False, read=is_yes),
    ("spec", "type"): _Field(Aspect.POOL_TYPE),
    ("spec", "parent"): _Field(Aspect.PARENT),
    ("spec", "network", "name"): _Field(Aspect.NETWORK),
    ("spec", "containerNetwork", "cidr"): _Field(Aspect.CONTAINER_RANGE),
    ("spec", "containernetwork", "cidr"): _Field(Aspect.CONTAINER_RANGE),
    ("spec", "kubernetesSvcIpRange"): _Field(Aspect.SERVICE_RANGE),
    ("spec", "clusterFlavor"): _Field(Aspect.CLUSTER_SIZE),
    ("spec", "driver", "gpuVersion"): _Field(Aspect.GPU_DRIVER),
    ("spec", "driver", "npuVersion"): _Field(Aspect.NPU_DRIVER),
    ("spec", "driver", "updateStrategy"): _Field(Aspect.UPGRADES),
    ("spec", "ipv6enable"): _Field(Aspect.IPV6, default=False),
}
# Of one entry of spec.resources.
_OF_NODES: Final[Mapping[Parts, _Field]] = {
    ("creatingStep", "step"): _Field(Aspect.STEP),
    ("creatingStep", "type"): _Field(Aspect.STEP_TYPE),
    ("rootVolume", "size"): _Field(Aspect.SYSTEM_DISK_SIZE, read=_size),
    ("rootVolume", "volumeType"): _Field(Aspect.SYSTEM_DISK_TYPE),
    ("extendParams", "dockerBaseSize"): _Field(Aspect.CONTAINER_SPACE),
    ("extendParams", "postInstall"): _Field(Aspect.SCRIPT),
    ("extendParams", "post_install"): _Field(Aspect.SCRIPT),
}
# Of one entry of volumeGroupConfigs.
_OF_GROUP: Final[Mapping[Parts, _Field]] = {
    ("dockerThinPool",): _Field(Aspect.CONTAINER_SHARE),
    ("lvmConfig", "lvType"): _Field(Aspect.WRITING),
    ("lvmConfig", "path"): _Field(Aspect.MOUNT_PATH),
    ("types",): _Field(Aspect.STORAGE, read=_words),
}
DEFAULTS: Final = {field.aspect: field.default for field in _FIELDS.values() if field.default is not None}


def facts_of(document: Any) -> Facts:
    facts: Facts = {}
    for parts, value in _leaves(document, ()):
        if parts == ("spec", "resources") and isinstance(value, list):
            _read_resources(facts, value)
        elif parts == ("spec", "scope") and isinstance(value, list):
            for number, word in enumerate(value):
                facts[Key(Aspect.JOB_TYPE, place=_word(word))] = Fact(value=True, path=path_of((*parts, number)))
        elif parts == ("spec", "masters") and _are_objects(value, {"az"}):
            for az, count in Counter(_word(master.get("az")) for master in value).items():
                facts[Key(Aspect.MASTERS, place=az)] = Fact(count, path_of(parts))
        else:
            _note(facts, _FIELDS, parts, value, at=parts)
    return facts


def _leaves(value: Any, parts: Parts) -> Iterator[tuple[Parts, Any]]:
    """Everything below that is no object, with where it stands. What is empty means what an absent one means."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, (*parts, key))
    elif value not in (None, "", []):
        yield parts, value


def _note(
    facts: Facts, fields: Mapping[Parts, _Field], parts: Parts, value: Any, *, at: Parts, of: Key | None = None
) -> None:
    """Write down one value: by its aspect if it has one and the shape is right, else by its own key."""
    whose = of or Key(Aspect.OTHER)
    field, path = fields.get(parts), path_of(at)
    try:
        read = field.read(value) if field else None
    except TypeError:
        field = None
    if field is None:
        key = ".".join(str(part) for part in parts) or "$"
        place = f"{whose.place}.{key}" if whose.place else key
        facts[whose._replace(aspect=Aspect.OTHER, place=place)] = Fact(value, path)
    elif canonical(read) != canonical(field.default):
        facts[whose._replace(aspect=field.aspect)] = Fact(read, path)


def _read_resources(facts: Facts, resources: list[Any]) -> None:
    batches: Counter[tuple[str, str]] = Counter()
    numbered = [(number, entry) for number, entry in enumerate(resources) if isinstance(entry, dict)]
    for number, entry in sorted(numbered, key=lambda pair: _identity(pair[1])):
        flavor, batch = _word(entry.get("flavor", "?")), _batch(entry)
        batches[flavor, batch] += 1
        nth = batches[flavor, batch]
        at: Parts = ("spec", "resources", number)
        _read_entry(facts, entry, at, Key(Aspect.OTHER, flavor, batch if nth == 1 else f"{batch}#{nth}"))
    for number, entry in enumerate(resources):
        if not isinstance(entry, dict):
            key = f"spec.resources[{number}]"
            facts[Key(Aspect.OTHER, place=key)] = Fact(entry, path_of(("spec", "resources", number)))


def _identity(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    """Two entries of a flavor differ by their node pool or by their step; the rest decides only who is second."""
    return _word(entry.get("flavor", "")), _batch(entry), canonical(entry.get("creatingStep"))


def _batch(entry: Mapping[str, Any]) -> str:
    name = entry.get(Resource.NODE_POOL) or ""
    return "" if name == own_node_pool(entry.get("flavor")) else _word(name)


def _read_entry(facts: Facts, entry: Mapping[str, Any], at: Parts, whose: Key) -> None:
    _read_nodes(facts, entry, at, whose)
    for parts, value in _leaves({key: each for key, each in entry.items() if key not in _ELSEWHERE}, ()):
        here = (*at, *parts)
        match parts[0]:
            case "tags" if _are_objects(value, {"key", "value"}):
                for tag in value:
                    key = whose._replace(aspect=Aspect.TAG, place=_word(tag.get("key")))
                    facts[key] = Fact(_word(tag.get("value", "")), path_of(here))
            case "dataVolumes" if _are_disks(value):
                _read_disks(facts, value, here, whose)
            case "volumeGroupConfigs" if _are_objects(value):
                for number, group in enumerate(value):
                    _read_group(facts, group, (*here, number), whose)
            case _:
                _note(facts, _OF_NODES, parts, value, at=here, of=whose)


_ELSEWHERE: Final = frozenset({"flavor", "count", "maxCount", "azs", Resource.NODE_POOL.value})


def _read_nodes(facts: Facts, entry: Mapping[str, Any], at: Parts, whose: Key) -> None:
    """Nodes by zone. Those of several entries of one flavor stand together, for they are the same nodes."""
    zones: Counter[str] = Counter()
    count, azs = _whole(entry.get("count")), entry.get("azs") or []
    if _are_objects(azs, {"az", "count"}):
        for place in azs:
            zones[_word(place.get("az"))] += _whole(place.get("count")) or 0
    else:
        facts[whose._replace(place="azs")] = Fact(azs, path_of((*at, "azs")))
    if count is None and entry.get("count") is not None:
        facts[whose._replace(place="count")] = Fact(entry["count"], path_of((*at, "count")))
    if (count or 0) > (placed := sum(zones.values())):
        zones[""] += (count or 0) - placed
    elif count is not None and count < placed:
        facts[whose._replace(place="count")] = Fact(count, path_of((*at, "count")))
    for zone, number in zones.items():
        key = Key(Aspect.NODES, whose.flavor, place=zone)
        more = facts[key].value if key in facts else 0
        facts[key] = Fact(number + more, path_of(at))
    most = entry.get("maxCount")
    if most is not None and most != entry.get("count"):
        facts[whose._replace(aspect=Aspect.MOST_NODES)] = Fact(most, path_of((*at, "maxCount")))


def _read_disks(facts: Facts, disks: list[Any], at: Parts, whose: Key) -> None:
    groups: dict[str, Counter[tuple[Any, str]]] = {}
    for disk in disks:
        group = _word(disk["extendParams"].get("volumeGroup", "")) if "extendParams" in disk else ""
        kind = _size(disk.get("size")), _word(disk.get("volumeType", ""))
        groups.setdefault(group, Counter())[kind] += disk.get("count", 1)
    for group, kinds in groups.items():
        value = tuple(sorted(((count, size, kind) for (size, kind), count in kinds.items()), key=str))
        facts[whose._replace(aspect=Aspect.DATA_DISKS, place=group)] = Fact(value, path_of(at))


def _read_group(facts: Facts, group: Mapping[str, Any], at: Parts, whose: Key) -> None:
    name = _word(group.get("volumeGroup", ""))
    rest = {key: value for key, value in group.items() if key != "volumeGroup"}
    for parts, value in _leaves(rest, ()):
        _note(facts, _OF_GROUP, parts, value, at=(*at, *parts), of=whose._replace(place=name))


def _are_objects(value: Any, keys: set[str] | None = None) -> bool:
    """A list of objects, with no other keys than `keys`: what has more is compared as it came."""
    return isinstance(value, list) and all(
        isinstance(item, dict) and (keys is None or item.keys() <= keys) for item in value
    )


def _are_disks(value: Any) -> bool:
    known = {"volumeType", "size", "count", "extendParams"}
    return _are_objects(value, known) and all(
        _are_objects([disk.get("extendParams", {})], {"volumeGroup"})
        and _whole(disk.get("count", 1)) is not None
        and isinstance(disk.get("size"), str | int | None)
        for disk in value
    )


def _word(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)
