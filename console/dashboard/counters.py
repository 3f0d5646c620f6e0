"""What stands above the rows: counters to filter by, the filters that are on, and the team's nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.dashboard.asking import Asked
from console.dashboard.rows import Line
from pools.models import Project
from pools.queries import GONE, GROUPS, OVERDUE, NodeCount
from pools.wire.enums import JobType

# Words of counters that are not the cloud's own.
GROUP_WORDS = {
    "Ordered": gettext_lazy("On the way"),
    "Failed": gettext_lazy("Failed"),
    "Refused": gettext_lazy("Refused"),
    OVERDUE: gettext_lazy("Overdue"),
    GONE: gettext_lazy("Gone"),
}


@dataclass(frozen=True, kw_only=True)
class Counter:
    """One counter above the table: a link that filters, or takes its own filter away again. `moved` is by how many the
    number grew since yesterday.
    """

    group: str
    word: Any
    number: int
    current: bool
    query: str
    moved: int = 0

    @property
    def change(self) -> str:
        """With a sign that is as wide as the other one; empty for none."""
        return f"{self.moved:+d}".replace("-", "\N{MINUS SIGN}") if self.moved else ""


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that is on, in words, and the address of the page without it."""

    word: str
    query: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """Nodes in one state: `x` is where its part of the bar begins."""

    key: str
    word: Any
    number: int
    x: int


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Accelerators of one kind: how many the team's pools were ordered with, and how many of them can be used."""

    kind: str
    available: int
    whole: int


def counters(asked: Asked, counts: Mapping[str, int], moved: Mapping[str, int]) -> list[Counter]:
    """A counter per group, zero shown; and one for each word of the cloud's that we do not know."""
    known = frozenset[str]().union(*GROUPS.values())
    groups = {**GROUPS} | {word: frozenset({word}) for word in sorted(counts) if word not in known}
    return [
        Counter(
            group=group,
            word=GROUP_WORDS.get(group, group),
            number=sum(counts.get(word, 0) for word in words),
            current=asked.filters.phase == group,
            query=asked.narrowed(phase="" if asked.filters.phase == group else group),
            moved=sum(moved.get(word, 0) for word in words),
        )
        for group, words in groups.items()
    ]


def chips(asked: Asked, projects: Iterable[Project]) -> list[Chip]:
    """Every filter that is on, each to be taken off alone."""
    filters = asked.filters
    names = {project.pk: project.name for project in projects}
    said = [
        ("text", _("Name or ID has “%(text)s”") % {"text": filters.text}, ""),
        ("phase", _("Status: %(word)s") % {"word": GROUP_WORDS.get(filters.phase, filters.phase)}, ""),
        ("flavor", _("Flavor: %(word)s") % {"word": filters.flavor}, ""),
        ("zone", _("Zone: %(word)s") % {"word": filters.zone}, ""),
        ("job", _("Job type: %(word)s") % {"word": filters.job}, ""),
        ("project", _("Project: %(name)s") % {"name": names.get(filters.project or 0, _("unknown"))}, None),
        ("mine", _("Ordered by me"), False),
        ("unclaimed", _("Unclaimed"), False),
    ]
    return [
        Chip(word=word, query=asked.narrowed(**{name: none}))
        for name, word, none in said
        if getattr(filters, name) != none
    ]


def shares(nodes: NodeCount) -> list[Share]:
    """The team's nodes by state, and last those that are wanted and were not heard of."""
    heard = nodes.available + nodes.creating + nodes.abnormal + nodes.deleting
    parts = [
        ("available", _("available"), nodes.available),
        ("creating", _("being created"), nodes.creating),
        ("abnormal", _("abnormal"), nodes.abnormal),
        ("deleting", _("being removed"), nodes.deleting),
        ("unheard", _("ordered, not there yet"), max(nodes.wanted - heard, 0)),
    ]
    found, x = [], 0
    for key, word, number in parts:
        found.append(Share(key=key, word=word, number=number, x=x))
        x += number
    return found


def cards(flavors: Mapping[str, NodeCount], known: Mapping[str, tuple[str, int]]) -> list[Cards]:
    """The team's accelerators by kind, the most first; those of flavors that no catalog tells of are left out."""
    sums: dict[str, list[int]] = {}
    for flavor, nodes in flavors.items():
        kind, each = known.get(flavor, ("", 0))
        if each:
            had = sums.setdefault(kind, [0, 0])
            sums[kind] = [had[0] + each * nodes.available, had[1] + each * max(nodes.wanted, nodes.available)]
    found = [Cards(kind=kind, available=available, whole=whole) for kind, (available, whole) in sums.items() if whole]
    return sorted(found, key=lambda one: (-one.whole, one.kind))


def suggestions(lines: Iterable[Line]) -> dict[str, list[str]]:
    """What one may well narrow by: the words on this very page, and every job type."""
    flavors = [flavor for line in lines for flavor in line.flavors]
    return {
        "flavors": sorted({flavor.flavor for flavor in flavors}),
        "zones": sorted({az for flavor in flavors for az, _count in flavor.azs}),
        "jobs": [job.value for job in JobType],
    }
