"""One node as it will be, drawn: a lane per disk group, a drive per disk, as long as what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.wizard.node_forms import use_of
from console.wizard.situation import Situation
from console.wizard.summary import Summary, capacity
from pools.wire.enums import LvType
from pools.wire.numbers import whole

WIDE: Final = 240  # units of the drawing: the longest lane
LEAST: Final = 24  # and the shortest, so that it is seen at all
GAP: Final = 3
MOST_DRIVES: Final = 16  # drawn; more are told


class Drive(NamedTuple):
    """One disk of a lane, in units of the drawing."""

    x: float
    width: float


@dataclass(frozen=True)
class Lane:
    """One group of a node. `gib` is all its disks; None while a size is not known."""

    group: str
    use: str
    detail: str
    gib: int | None
    disks: int
    is_striped: bool = False
    length: int = LEAST

    @property
    def drives(self) -> list[Drive]:
        shown = min(self.disks, MOST_DRIVES)
        width = (self.length - GAP * (shown - 1)) / shown
        return [Drive(round(number * (width + GAP), 2), round(max(width, 1), 2)) for number in range(shown)]

    @property
    def holds(self) -> str:
        return capacity(self.gib) if self.gib is not None else _("as the flavor has it")


@dataclass(frozen=True)
class Node:
    """One node of a flavor: its lanes, and what the disks add up to."""

    title: str
    lanes: list[Lane]
    total: str


def nodes(situation: Situation, document: Mapping[str, Any], rows: list[str]) -> list[Node]:
    """A drawing for each of these flavors of the order."""
    resources = Summary(situation, document).resources
    by_row = dict(zip(situation.rows, resources, strict=False))
    return [_node(situation.flavor(row), by_row[row]) for row in rows if row in by_row]


def _node(title: str, resource: Mapping[str, Any]) -> Node:
    lanes = list(_lanes(resource))
    longest = max((lane.gib or 0 for lane in lanes), default=0)
    drawn = [Lane(**{**vars(lane), "length": _length(lane.gib, longest)}) for lane in lanes]
    return Node(title, drawn, _total(lanes, resource.get("count")))


def _length(gib: int | None, longest: int) -> int:
    if not gib or not longest:
        return LEAST
    return max(LEAST, round(WIDE * gib / longest))


def _lanes(resource: Mapping[str, Any]) -> Iterator[Lane]:
    root = resource.get("rootVolume")
    root = root if isinstance(root, dict) else {}
    yield Lane("root", _("System disk"), str(root.get("volumeType", "")), _gib(root), 1)
    configs = {str(one.get("volumeGroup")): one for one in _objects(resource.get("volumeGroupConfigs"))}
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for disk in _objects(resource.get("dataVolumes")):
        params = disk.get("extendParams")
        groups.setdefault(str(params.get("volumeGroup", "")) if isinstance(params, dict) else "", []).append(disk)
    for group, disks in groups.items():
        yield _lane(group, disks, configs.get(group, {}))
    for group, config in configs.items():
        if group not in groups:  # made of the flavor's own local disks
            yield _lane(group, [], config)


def _lane(group: str, disks: list[Mapping[str, Any]], config: Mapping[str, Any]) -> Lane:
    volume = config.get("lvmConfig")
    volume = volume if isinstance(volume, dict) else {}
    striped = volume.get("lvType") == LvType.STRIPED
    number = sum(_count(disk) for disk in disks)
    sizes = [_gib(disk) for disk in disks]
    known = [gib * _count(disk) for gib, disk in zip(sizes, disks, strict=True) if gib is not None]
    gib = sum(known) if disks and len(known) == len(disks) else None
    parts = [
        ngettext("%(n)s disk", "%(n)s disks", number) % {"n": number} if disks else _("local disks"),
        _("striped") if striped else "",
        str(volume.get("path", "")),
    ]
    return Lane(group, str(use_of(group)[1]), " · ".join(filter(None, parts)), gib, max(number, 1), striped)


def _total(lanes: list[Lane], count: object) -> str:
    """ "1.3 TiB a node, 10.4 TiB in 8 nodes": the disks that the order adds, as far as their sizes are known."""
    added = sum(lane.gib or 0 for lane in lanes)
    if not added:
        return ""
    each = _("%(capacity)s a node") % {"capacity": capacity(added)}
    if not isinstance(count, int) or count < 2:  # noqa: PLR2004 - one node is all of them
        return each
    whole = _("%(capacity)s in %(nodes)s nodes") % {"capacity": capacity(added * count), "nodes": f"{count:,}"}
    return f"{each}, {whole}"


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _count(disk: Mapping[str, Any]) -> int:
    count = disk.get("count", 1)
    return count if isinstance(count, int) and 0 < count < 10_000 else 1  # noqa: PLR2004 - a slip draws nothing


def _gib(disk: Mapping[str, Any]) -> int | None:
    return whole(str(disk.get("size", "")).removesuffix("Gi"))
