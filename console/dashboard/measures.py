"""Measurements as small drawings, each with its numbers: a line where there is data, a gap where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from console.dashboard.details import Part, moment
from pools.gleaning import SeriesFact

WIDTH, HEIGHT = 600, 80
PERCENT = "Percent"
# Percentages are drawn against the whole; all else against the highest that was measured.
WHOLE = 100.0
NAMES = {
    "cpuUsage": gettext_lazy("CPU"),
    "memUsedRate": gettext_lazy("Memory"),
    "gpuUtil": gettext_lazy("GPU"),
    "gpuMemUsage": gettext_lazy("GPU memory"),
    "npuUtil": gettext_lazy("NPU"),
    "npuMemUsage": gettext_lazy("NPU memory"),
    "diskUsedRate": gettext_lazy("Disk"),
    "diskCapacity": gettext_lazy("Disk size"),
    "diskAvailableCapacity": gettext_lazy("Disk space free"),
}
UNITS = {PERCENT: "%", "Megabytes": "MB"}

Point = tuple[datetime, float | None]


@dataclass(frozen=True, kw_only=True)
class Series:
    """`lines` are the points of an SVG polyline each, in a box of `WIDTH` by `HEIGHT`; `points` are for the table."""

    key: str
    name: str
    unit: str
    latest: str
    highest: str
    lines: list[str]
    points: list[tuple[datetime, str]]


def series(part: Part) -> list[Series]:
    """Those that have any data: a pool without GPUs is measured for them all the same."""
    return [
        _series(fact) for fact in SeriesFact.read(part.document) if any(value is not None for _, value in _of(fact))
    ]


def _of(fact: SeriesFact) -> list[Point]:
    found: list[Point] = []
    for entry in fact.points:
        match entry:
            case [str(text), (int() | float() | None) as value] if at := moment(text):
                found.append((at, value))
    return found


def _series(fact: SeriesFact) -> Series:
    points = _of(fact)
    unit = UNITS.get(fact.unit, fact.unit)
    values = [value for _, value in points if value is not None]
    top = WHOLE if fact.unit == PERCENT else max(values)
    return Series(
        key=fact.name,
        name=str(NAMES.get(fact.name, fact.name)),
        unit=unit,
        latest=_say(values[-1], unit),
        highest=_say(max(values), unit),
        lines=list(_lines(points, top=top or 1.0)),
        points=[(at, "" if value is None else _say(value, unit)) for at, value in reversed(points)],
    )


def _lines(points: list[Point], *, top: float) -> Iterator[str]:
    step = WIDTH / max(len(points) - 1, 1)
    run: list[str] = []
    for number, (_, value) in enumerate([*points, (datetime.min, None)]):  # noqa: DTZ901 - only ends the last run
        if value is not None:
            run.append(f"{number * step:.1f},{HEIGHT * (1 - min(value / top, 1.0)):.1f}")
        elif run:
            # One point alone is drawn as a dot: a line of no length with round ends.
            yield " ".join(run if len(run) > 1 else run * 2)
            run = []


def _say(value: float, unit: str) -> str:
    number = f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"  # noqa: PLR2004
    return f"{number} {unit}".strip()
