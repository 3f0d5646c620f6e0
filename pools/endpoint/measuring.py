"""The monitor's series of a pool: made up, plausible, and the same whenever they are asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pools.endpoint import errors
from pools.wire.options import Statistic

Document = dict[str, Any]

PERIODS = (60, 300, 900, 3600)
STATISTICS = tuple(one.value for one in Statistic)
MOST_POINTS = 1440
NO_DATA = -1.0
LAST_MOMENT = 4_000_000_000_000
_RANGE = re.compile(r"(-1|[0-9]{1,15})\.(-1|[0-9]{1,15})\.([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Metric:
    """One series: its unit, its mean and how far it swings; `of` names the accelerator it needs."""

    name: str
    unit: str
    mean: float
    swing: float
    of: str = ""


METRICS = (
    Metric("cpuUsage", "Percent", 42, 30),
    Metric("memUsedRate", "Percent", 55, 15),
    Metric("gpuUtil", "Percent", 68, 28, "gpu"),
    Metric("gpuMemUsage", "Percent", 61, 20, "gpu"),
    Metric("npuUtil", "Percent", 71, 25, "npu"),
    Metric("npuMemUsage", "Percent", 58, 20, "npu"),
    Metric("diskUsedRate", "Percent", 35, 4),
    Metric("diskCapacity", "Megabytes", 512_000, 0),
    Metric("diskAvailableCapacity", "Megabytes", 332_800, 20_000),
)


@dataclass(frozen=True, slots=True)
class Window:
    """Which points are asked for; milliseconds since the epoch."""

    start: int
    end: int
    period: int
    statistics: Sequence[str]

    @classmethod
    def read(cls, *, time_range: str, period: str, statistics: str, now: datetime) -> Window:
        """Read the query's words. Raises `Refused` (400)."""
        match = _RANGE.fullmatch(time_range or "-1.-1.60")
        if not match:
            raise errors.bad_request("time_range: startMillis.endMillis.durationMinutes is expected")
        if (period or "60") not in {str(one) for one in PERIODS}:
            raise errors.bad_request(f"period: one of {', '.join(map(str, PERIODS))}")
        seconds, latest = int(period or "60"), int(now.timestamp() * 1000)
        start, end, minutes = (int(part) for part in match.groups())
        asked = tuple((statistics or "maximum").split(","))
        if not set(asked) <= {*STATISTICS}:
            raise errors.bad_request(f"statistics: of {', '.join(STATISTICS)}")
        length = minutes * 60_000
        if end < 0:
            end = min(start + length, latest) if start >= 0 else latest
        if start < 0:
            start = end - length
        if not 0 <= start <= end <= LAST_MOMENT or (end - start) / 1000 / seconds > MOST_POINTS:
            raise errors.bad_request(f"time_range: at most {MOST_POINTS} points")
        return cls(start, min(end, latest), seconds, asked)

    @property
    def points(self) -> range:
        """The moments, whole periods."""
        step = self.period * 1000
        return range(-(-self.start // step) * step, self.end + 1, step)


def series(window: Window, *, seed: str, kinds: Sequence[str], since: datetime | None, nodes: int) -> list[Document]:
    """All metrics. `kinds` are the pool's accelerators; there is no data before `since`, nor without nodes."""
    return [_metric(one, window, seed=seed, kinds=kinds, since=since, nodes=nodes) for one in METRICS]


def _metric(
    metric: Metric, window: Window, *, seed: str, kinds: Sequence[str], since: datetime | None, nodes: int
) -> Document:
    lives = nodes > 0 and since is not None and (not metric.of or metric.of in kinds)
    begins = since.astimezone(UTC).timestamp() * 1000 if since else 0.0
    return {
        "metric": {
            "dimensions": [{"name": "clusterId", "value": seed}],
            "metricName": metric.name,
            "namespace": "PAAS.AGGR",
        },
        "dataPoints": [
            _point(metric, at, window, seed=seed, nodes=nodes if lives and at >= begins else 0) for at in window.points
        ],
    }


def _point(metric: Metric, at: int, window: Window, *, seed: str, nodes: int) -> Document:
    values = _values(metric, at, seed=seed, nodes=nodes) if nodes else dict.fromkeys(STATISTICS, NO_DATA)
    told = [{"statistic": name, "value": values[name]} for name in window.statistics]
    return {"timestamp": at, "unit": metric.unit if nodes else "", "statistics": told}


def _values(metric: Metric, at: int, *, seed: str, nodes: int) -> dict[str, float]:
    noise = sha256(f"{seed}/{metric.name}/{at}".encode()).digest()
    day = math.sin(at / 86_400_000 * 2 * math.pi)
    average = metric.mean + metric.swing * (0.6 * day + 0.4 * (noise[0] / 127.5 - 1))
    spread = metric.swing * 0.1 * noise[1] / 255
    values = {"average": average, "maximum": average + spread, "minimum": average - spread}
    return {
        name: round(value, 2) for name, value in (*values.items(), ("sum", average * nodes), ("sampleCount", nodes))
    }
