"""Run in a process of its own, on the database of its environment: how old what pages show is, while one worker of
`make run` watches the cloud at the port given; prints JSON.

Ages are looked at every few seconds, after everything was listed once: `read_at` of every pool, as pages tell it. Where
they are very many the look is rarer, for it takes a part of the same two cores.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from signal import SIGTERM
from typing import Any
from urllib.request import urlopen

import django
import psutil

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, F, Max, Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.support.people import claim, connect  # noqa: E402
from pools import tracking  # noqa: E402
from pools.models import Pool, Project  # noqa: E402
from pools.phases import look_again_after  # noqa: E402
from tests.engines import dying_with_us  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
EVERY = 2.0
EVERY_OF_VERY_MANY = 6.0
VERY_MANY = 50_000
# Seconds within which everything has to be listed once, on however busy a machine.
SETTLED_WITHIN = 180.0

Ages = dict[str, list[tuple[float, int]]]


@contextmanager
def working() -> Any:
    """The worker that `make run` starts."""
    command = [sys.executable, "manage.py", "worker"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, preexec_fn=dying_with_us(SIGTERM)) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def look(ages: Ages) -> None:
    """Add the age of every pool, by phase; pools that are as old as their list together."""
    now = timezone.now()
    with_list = Q(listed=True, observed_at__lte=F("project__heard_at"))
    together = Pool.objects.living().filter(with_list).order_by()
    for phase, heard_at, number in together.values_list("phase", "project__heard_at").annotate(number=Count("pk")):
        ages[phase].append(((now - heard_at).total_seconds(), number))
    alone = (
        Pool.objects.living()
        .exclude(with_list)
        .select_related("project")
        .only("phase", "observed_at", "listed", "project__heard_at")
    )
    for pool in alone:
        ages[pool.phase].append(((now - pool.read_at).total_seconds(), 1))


def percentile(rows: list[tuple[float, int]], share: float) -> float:
    """The age that so great a share of the pools seen is not older than."""
    rows = sorted(rows)
    left = share * sum(number for _, number in rows)
    for age, number in rows:
        left -= number
        if left <= 0:
            return age
    return rows[-1][0]


def cadence(phase: str) -> float:
    """Seconds after which a pool of this phase deserves another look, by the youngest of them."""
    youngest = Pool.objects.living().filter(phase=phase).aggregate(at=Max("phase_since"))["at"]
    moving = Pool.objects.living().filter(phase=phase, moving=True).exists()
    return look_again_after(phase, timezone.now() - youngest, moving=moving).total_seconds()


def prepare(projects: int, port: int) -> float:
    """Have every pool on record, claimed by a team; returns how many seconds that took."""
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    _, team, person = connect(projects, port=port)
    for project in Project.objects.all():
        project.look_after = timezone.now()
        tracking.sweep(project)
    claim(team, person)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    Project.objects.update(look_after=timezone.now(), mirror_after=timezone.now().replace(year=2100))
    return time.perf_counter() - began


def settle(since: datetime) -> None:
    """Wait until every project was heard after that moment."""
    until = time.perf_counter() + SETTLED_WITHIN
    while Project.objects.exclude(heard_at__gt=since).exists() and time.perf_counter() < until:
        time.sleep(0.5)


def main(port: int, projects: int, seconds: int) -> dict[str, Any]:
    set_up = prepare(projects, port)
    ages: Ages = defaultdict(list)
    every = EVERY if Pool.objects.count() < VERY_MANY else EVERY_OF_VERY_MANY
    began = timezone.now()
    with working() as worker:
        settle(began)
        late, measuring = [0.0], timezone.now()
        cpu, wall = _cpu(worker), time.perf_counter()
        while time.perf_counter() - wall < seconds:
            look(ages)
            late += Project.objects.filter(heard_at__gt=measuring).values_list("sweep_late", flat=True)
            time.sleep(every)
        share = (_cpu(worker) - cpu) / (time.perf_counter() - wall)
        held = worker.memory_info().rss / 1e6
    asked = json.loads(urlopen(f"http://127.0.0.1:{port}/asked").read())
    return {
        "set-up": set_up,
        "ages": {
            phase: {
                "pools": Pool.objects.living().filter(phase=phase).count(),
                "cadence": cadence(phase),
                "p50": percentile(rows, 0.5),
                "p95": percentile(rows, 0.95),
                "most": max(rows)[0],
            }
            for phase, rows in ages.items()
        },
        "late": max(late),
        "worker": {"cpu": share, "MB": held},
        "asked": {
            "within a second": max(row["within a second"] for row in asked.values()),
            "a minute": max(row["all"] for row in asked.values()) * 60 / (timezone.now() - began).total_seconds(),
        },
        "heard": Project.objects.filter(heard_at__gt=began).count(),
        "failing": Project.objects.filter(failing_since__isnull=False).count(),
    }


def _cpu(worker: psutil.Process) -> float:
    times = worker.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:4]))))
