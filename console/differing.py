"""What differs between two documents of a pool, as people say it: "+ 8 × npu in az2", "System disk: 100 GiB → 500 GiB".

    told = differing.in_words(differences(was, became))
    {% include "components/differences.html" with told=told %}

Rooms of the face share this; what differs is found by `pools.wire.differing`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pools.wire.differing import Aspect, Difference
from pools.wire.digest import canonical
from pools.wire.enums import BillingMode, LvType, Option, PeriodType, Sharing, StorageType, UpdateStrategy

# Whoever decides reads no more than so many lines; the documents themselves are one click away.
MOST_LINES: Final = 80
MOST_CHARACTERS: Final = 160


@dataclass(frozen=True, kw_only=True)
class Line:
    """One difference. `sign` is "+", "−" or "→"; `before` and `after` are texts too long for a line."""

    sign: str
    text: str
    path: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    lines: list[Line]


@dataclass(frozen=True, kw_only=True)
class Told:
    """All differences, by what they are about; `left_out` is how many more there are than people read."""

    groups: list[Group]
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]


def in_words(found: Iterable[Difference]) -> Told:
    """The differences in the order they came, under a heading for each part of the pool."""
    everything = sorted(found, key=_rank)
    shown = everything[:MOST_LINES]
    groups = [Group(title=title, lines=[_line(each) for each in part]) for title, part in groupby(shown, key=_title)]
    return Told(groups=groups, left_out=len(everything) - len(shown))


_TOPICS: Final[Mapping[str | Promise, frozenset[Aspect]]] = {
    gettext_lazy("Nodes"): frozenset({Aspect.NODES, Aspect.PLACEMENT}),
    gettext_lazy("What it runs, and where"): frozenset(
        {
            Aspect.JOB_TYPE, Aspect.GPU_DRIVER, Aspect.NPU_DRIVER, Aspect.UPGRADES, Aspect.NETWORK,
            Aspect.CONTAINER_RANGE, Aspect.SERVICE_RANGE, Aspect.IPV6, Aspect.CLUSTER_SIZE, Aspect.MASTERS,
        }
    ),
    gettext_lazy("Name and owner"): frozenset(
        {
            Aspect.NAME, Aspect.WORKSPACE, Aspect.SHARING, Aspect.PRIORITY, Aspect.NODE_PREFIX, Aspect.DESCRIPTION,
            Aspect.PARENT, Aspect.POOL_TYPE,
        }
    ),
    gettext_lazy("Billing"): frozenset(
        {
            Aspect.BILLING_MODE, Aspect.PERIOD_TYPE, Aspect.PERIOD_NUMBER, Aspect.AUTO_PAY, Aspect.AUTO_RENEW,
            Aspect.BILLING_ORDER,
        }
    ),
    gettext_lazy("Keys without a name here"): frozenset({Aspect.OTHER}),
}  # fmt: skip


def _rank(difference: Difference) -> tuple[int, str, str]:
    """Nodes, then each flavor's own, then the pool's, in the order of the topics; sorting keeps the order within."""
    if difference.flavor and difference.aspect not in {Aspect.NODES, Aspect.PLACEMENT}:
        return 1, difference.flavor, difference.batch
    topic = next(number for number, aspects in enumerate(_TOPICS.values()) if difference.aspect in aspects)
    return (topic + 1 if topic else 0), "", ""


def _title(difference: Difference) -> str:
    rank, flavor, batch = _rank(difference)
    if flavor and batch:
        return _("Each node of %(flavor)s in %(batch)s") % {"flavor": flavor, "batch": batch}
    if flavor:
        return _("Each node of %(flavor)s") % {"flavor": flavor}
    return str(list(_TOPICS)[max(rank - 1, 0)])


def _line(difference: Difference) -> Line:
    match difference.aspect:
        case Aspect.NODES:
            return _nodes(difference)
        case Aspect.PLACEMENT:
            zones = {"flavor": difference.flavor, "was": _zones(difference.was), "became": _zones(difference.became)}
            return Line(sign="→", text=_("%(flavor)s: %(was)s → %(became)s") % zones, path=difference.path)
        case Aspect.SCRIPT:
            return _script(difference)
    what, said = _what(difference), _SAYING.get(difference.aspect, _plain)
    was, became = difference.was, difference.became
    if was is None or became is None:
        one = said(became if was is None else was)
        text = _("%(what)s: %(value)s") % {"what": what, "value": one} if one else what
        return Line(sign="+" if was is None else "−", text=text, path=difference.path)
    change = {"what": what, "was": said(was), "became": said(became)}
    return Line(sign="→", text=_("%(what)s: %(was)s → %(became)s") % change, path=difference.path)


def _nodes(difference: Difference) -> Line:
    was, became = difference.was or 0, difference.became or 0
    said = {"n": abs(became - was), "flavor": difference.flavor, "zone": difference.place}
    text = (
        _("%(n)s × %(flavor)s in %(zone)s") % said
        if difference.place
        else _("%(n)s × %(flavor)s, zone chosen by the cloud") % said
    )
    if was and became:
        text = _("%(what)s (%(was)s → %(became)s)") % {"what": text, "was": was, "became": became}
    return Line(sign="+" if became > was else "−", text=text, path=difference.path)


def _zones(zones: Mapping[str, int]) -> str:
    placed = [f"{count} × {zone}" if zone else _("%(n)s where the cloud chooses") % {"n": count}
              for zone, count in zones.items()]  # fmt: skip
    return _(", ").join(placed) or _("zones chosen by the cloud")


def _script(difference: Difference) -> Line:
    before, after = _decoded(difference.was), _decoded(difference.became)
    text = _("Script after installation: another one")
    if not before or not after:
        text = _("Script after installation")
    sign = "→" if before and after else "+" if after else "−"
    return Line(sign=sign, text=text, path=difference.path, before=before, after=after)


def _decoded(script: Any) -> str:
    """The script as text; what is not text stays as it was sent."""
    if not isinstance(script, str):
        return "" if script is None else canonical(script)
    try:
        return base64.b64decode(script, validate=True).decode()
    except ValueError:
        return script


_WHAT: Final[Mapping[Aspect, str | Promise]] = {
    Aspect.MOST_NODES: gettext_lazy("Largest number of nodes"),
    Aspect.STEP: gettext_lazy("Nodes in one step"),
    Aspect.STEP_TYPE: gettext_lazy("One step delivers"),
    Aspect.SYSTEM_DISK_SIZE: gettext_lazy("System disk"),
    Aspect.SYSTEM_DISK_TYPE: gettext_lazy("Type of the system disk"),
    Aspect.CONTAINER_SPACE: gettext_lazy("Container space"),
    Aspect.DATA_DISKS: gettext_lazy("Disks of group %(place)s"),
    Aspect.CONTAINER_SHARE: gettext_lazy("Containers' share of %(place)s"),
    Aspect.WRITING: gettext_lazy("Writing to %(place)s"),
    Aspect.MOUNT_PATH: gettext_lazy("Path of %(place)s"),
    Aspect.STORAGE: gettext_lazy("Storage of %(place)s"),
    Aspect.TAG: gettext_lazy("Tag %(place)s"),
    Aspect.JOB_TYPE: gettext_lazy("Job type %(place)s"),
    Aspect.GPU_DRIVER: gettext_lazy("GPU driver"),
    Aspect.NPU_DRIVER: gettext_lazy("NPU driver"),
    Aspect.UPGRADES: gettext_lazy("Later driver upgrades"),
    Aspect.NETWORK: gettext_lazy("Network"),
    Aspect.CONTAINER_RANGE: gettext_lazy("Container address range"),
    Aspect.SERVICE_RANGE: gettext_lazy("Service address range"),
    Aspect.IPV6: gettext_lazy("IPv6"),
    Aspect.CLUSTER_SIZE: gettext_lazy("Cluster size"),
    Aspect.MASTERS: gettext_lazy("Control plane in %(place)s"),
    Aspect.PARENT: gettext_lazy("Parent pool"),
    Aspect.POOL_TYPE: gettext_lazy("Type of pool"),
    Aspect.NAME: gettext_lazy("Name"),
    Aspect.WORKSPACE: gettext_lazy("Workspace"),
    Aspect.SHARING: gettext_lazy("Sharing"),
    Aspect.PRIORITY: gettext_lazy("Priority of others' jobs"),
    Aspect.NODE_PREFIX: gettext_lazy("Node name prefix"),
    Aspect.DESCRIPTION: gettext_lazy("Description"),
    Aspect.BILLING_MODE: gettext_lazy("Billing"),
    Aspect.PERIOD_TYPE: gettext_lazy("Paid by"),
    Aspect.PERIOD_NUMBER: gettext_lazy("Number of periods"),
    Aspect.AUTO_PAY: gettext_lazy("Paid by itself"),
    Aspect.AUTO_RENEW: gettext_lazy("Renewed by itself"),
    Aspect.BILLING_ORDER: gettext_lazy("Existing billing order"),
}


def _what(difference: Difference) -> str:
    """What the difference is about; a key that has no name here is named as it is written."""
    if difference.aspect is Aspect.OTHER:
        return difference.place
    place = difference.place or _("no group")
    return str(_WHAT[difference.aspect]).replace("%(place)s", place)


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else canonical(value)
    return Truncator(" ".join(text.split())).chars(MOST_CHARACTERS)


def _gib(value: Any) -> str:
    return _("%(n)s GiB") % {"n": value} if isinstance(value, int) else _plain(value)


def _space(value: Any) -> str:
    return _("unlimited") if value == "0" else _("%(n)s GiB") % {"n": _plain(value)}


def _share(value: Any) -> str:
    return _("%(n)s %%") % {"n": _plain(value)}


def _disks(value: Any) -> str:
    return _(", ").join(f"{count} × {_gib(size)} {kind}".rstrip() for count, size, kind in value)


def _switch(value: Any) -> str:
    return (_("yes") if value else _("no")) if isinstance(value, bool) else _plain(value)


def _quoted(value: Any) -> str:
    return _("“%(text)s”") % {"text": _plain(value)}


def _meaning(options: type[Option]) -> Callable[[Any], str]:
    """The word of the wire beside what it means; the meaning alone where the word is only a number."""

    def said(value: Any) -> str:
        if not isinstance(value, str) or value not in list(options):
            return _plain(value)
        meaning = _(options(value).meaning)
        return meaning if value.isdigit() else _("%(word)s (%(meaning)s)") % {"word": value, "meaning": meaning}

    return said


def _nothing(_value: Any) -> str:
    return ""


_SAYING: Final[Mapping[Aspect, Callable[[Any], str]]] = {
    Aspect.SYSTEM_DISK_SIZE: _gib,
    Aspect.CONTAINER_SPACE: _space,
    Aspect.DATA_DISKS: _disks,
    Aspect.CONTAINER_SHARE: _share,
    Aspect.WRITING: _meaning(LvType),
    Aspect.STORAGE: lambda value: _(", ").join(map(_meaning(StorageType), value)),
    Aspect.JOB_TYPE: _nothing,
    Aspect.UPGRADES: _meaning(UpdateStrategy),
    Aspect.IPV6: _switch,
    Aspect.SHARING: _meaning(Sharing),
    Aspect.DESCRIPTION: _quoted,
    Aspect.BILLING_MODE: _meaning(BillingMode),
    Aspect.PERIOD_TYPE: _meaning(PeriodType),
    Aspect.AUTO_PAY: _switch,
    Aspect.AUTO_RENEW: _switch,
}
