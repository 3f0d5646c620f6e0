"""How long a stage usually takes, told by how long it took before; pure.

A band goes from the middle of what was seen (p50) to what nine in ten kept (p90). With fewer than `FEW` samples of our
own there is nothing to tell it by, and creations are told by the typical values of `docs/facts.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pools.stages import Stage

FEW: Final = 5
# Of each kind of pool the latest count, and no more: a cloud changes its habits.
MOST: Final = 50
# In seconds: what took longer is a story of its own and no sample, and so is what took so many times the middle.
LONGEST: Final = 7 * 24 * 3600.0
FAR_OFF: Final = 8.0
TYPICAL: Final[Mapping[str, tuple[float, float]]] = {Stage.CREATING: (1100.0, 1670.0)}
# How many times sooner pools are ready at a pace of the embedded endpoint: its timetable in `docs/endpoint.md`.
SOONER: Final[Mapping[str, float]] = {"demo": 27.0, "quick": 80.0, "instant": 1200.0}
# How far off the moment of an end may be that we were not looking at, and as a share of the whole.
LEAST_GAP: Final = 60.0
LARGEST_GAP: Final = 0.15
# Upper ends of the sizes that are told apart, in nodes; 30 is what the user guide advises at most.
SIZES: Final = (1, 4, 8, 16, 30)
LONGEST_FAMILY: Final = 96

_SIZE_OF_A_NODE: Final = re.compile(r"(?!x86)x?\d+|(\d+[a-z])+d?|[a-z]")
_COUNT_IN_FRONT: Final = re.compile(r"^\d+(?=[a-z])")


@dataclass(frozen=True, kw_only=True)
class Band:
    """In seconds, p50 and p90; `typical` where it is no history of ours."""

    usually: float
    at_most: float
    typical: bool = False


def band(seconds: Iterable[float], *, stage: str, pace: str | None = None) -> Band | None:
    """The band of a stage that took so many `seconds` before; typical values where these are too few, None where there
    are none of those either. `pace` is the embedded endpoint's, None for a real cloud.
    """
    if found := band_of(seconds):
        return found
    if stage not in TYPICAL:
        return None
    (usually, at_most), sooner = TYPICAL[stage], SOONER.get(pace or "", 1.0)
    return Band(usually=usually / sooner, at_most=at_most / sooner, typical=True)


def band_of(seconds: Iterable[float]) -> Band | None:
    """The band of what took so many `seconds`; None where these are too few to tell."""
    samples = _sound(seconds)
    return Band(usually=_share(samples, 0.5), at_most=_share(samples, 0.9)) if len(samples) >= FEW else None


def _sound(seconds: Iterable[float]) -> list[float]:
    """Those that can be believed, in order: clocks go wrong, and a forgotten pool says nothing of the next one."""
    told = sorted(value for value in seconds if math.isfinite(value) and 0 < value <= LONGEST)
    middle = _share(told, 0.5) if told else 0.0
    return [value for value in told if value <= FAR_OFF * middle]


def _share(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of them keep, between two of them where need be."""
    place = share * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below + (above - below) * (place - math.floor(place))


def late_after(found: Band | None, *, stage: str, began: datetime, looked_every: timedelta) -> datetime | None:
    """When what began then is overdue: past p90, and once we would have heard of its end. People are never late."""
    if found is None or stage == Stage.WAITING:
        return None
    return began + timedelta(seconds=found.at_most) + looked_every


def teaches(*, began: datetime, ended: datetime, heard_before: datetime | None) -> bool:
    """Whether a stage that was heard to be over at `ended`, after a look at `heard_before`, says how long it took."""
    length = (ended - began).total_seconds()
    if heard_before is None or not 0 < length <= LONGEST:
        return False
    gap = (ended - heard_before).total_seconds()
    return 0 <= gap <= max(LEAST_GAP, LARGEST_GAP * length)


def family_of(flavors: Iterable[str]) -> str:
    """What kind of nodes these flavors are, whatever their size: "modelarts.vm.gpu.v100" for one V100 or eight.

    Several families are joined, in order. Never longer than `LONGEST_FAMILY`.
    """
    return "+".join(sorted({_family(flavor) for flavor in flavors}))[:LONGEST_FAMILY]


def _family(flavor: str) -> str:
    parts = flavor.strip().lower().split(".")
    kept = [_COUNT_IN_FRONT.sub("", part) for part in parts if not _SIZE_OF_A_NODE.fullmatch(part)]
    return ".".join(kept) or flavor.strip().lower()


def size_of(nodes: int) -> str:
    """Which of a few sizes a pool of so many nodes is: "1", "2-4", … "31+"."""
    least = 1
    for most in SIZES:
        if nodes <= most:
            return str(most) if least == most else f"{least}-{most}"
        least = most + 1
    return f"{least}+"


def kind_of(document: object) -> tuple[str, str]:
    """Family and size of the pool that a document as heard is of; lenient, as any reading of an answer is."""
    entries = list(_entries(document))
    flavors = [entry["flavor"] for entry in entries if isinstance(entry.get("flavor"), str)]
    counts = [entry.get("count") for entry in entries]
    return family_of(flavors), size_of(sum(count for count in counts if isinstance(count, int) and count > 0))


def _entries(document: object) -> Iterator[Mapping[str, Any]]:
    spec = document.get("spec") if isinstance(document, dict) else None
    resources = spec.get("resources") if isinstance(spec, dict) else None
    for entry in resources if isinstance(resources, list) else []:
        if isinstance(entry, dict):
            yield entry
