"""`/metrics` for Prometheus, read from the database when asked.

The database is the one place where all processes of all machines meet, so any web process can answer for all of them:
figures of the moment are counted there and then, and what processes count on the way stands in tallies.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from console.checkup import AT_WORK_WITHIN
from console.monitoring import may_see_the_inside
from pools.queries import vitals

# An answer is good for so many seconds, so that asking often costs the database nothing.
GOOD_FOR: Final = 2.0

# What is counted on the way: the names of tallies, what they mean, and what tells like from like.
COUNTERS: Final = {
    "upstream_calls": ("Calls to a cloud, by method and how they ended.", ["method", "result"]),
    "sign_ins": ("Tries to sign in, by how they ended: ok, refused, or shut because too many came before.", ["result"]),
    "pruned_rows": ("Rows that were let go because no page shows them any more, by kind.", ["kind"]),
    "upstream_seconds": ("Seconds spent in calls to a cloud, by method.", ["method"]),
}
SUMMARIES: Final = {"sweep_seconds": "How long it took to read and record a list of pools."}


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything, in the text format of Prometheus; 401 for whoever may not see the inside."""
    if not may_see_the_inside(request):
        return HttpResponse(
            "unauthorised\n", status=401, headers={"WWW-Authenticate": "Bearer"}, content_type="text/plain"
        )
    return HttpResponse(_latest(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


_lock = threading.Lock()
_told: tuple[float, bytes] = (-GOOD_FOR, b"")


def _latest() -> bytes:
    global _told  # noqa: PLW0603 - what was told last, once per process
    with _lock:
        at, text = _told
        if time.monotonic() - at >= GOOD_FOR:
            registry = CollectorRegistry(auto_describe=False)
            registry.register(Figures())
            text = generate_latest(registry)
            _told = (time.monotonic(), text)
    return text


class Figures:
    """What Prometheus collects. Each family is one or a few indexed reads; `docs/operations.md` explains them."""

    def collect(self) -> Iterator[Metric]:
        began, now = time.monotonic(), timezone.now()
        yield _gauge("orders", "Orders, by state.", "state", vitals.orders_by_state())
        yield _gauge(
            "orders_need_somebody", "Orders that wait for a person, by why.", "why", vitals.orders_that_need_somebody()
        )
        yield _gauge("pools", "Living pools, by phase as the cloud says it.", "phase", vitals.pools_by_phase())
        yield from _of_projects(now)
        yield from _of_queue(now)
        yield from _of_processes(now)
        yield from _of_tallies()
        took = GaugeMetricFamily("poolhouse_scrape_seconds", "How long it took to find all this out.")
        took.add_metric([], time.monotonic() - began)
        yield took


def _gauge(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"poolhouse_{name}", words, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


def _age(at: datetime | None, *, now: datetime) -> float:
    """Seconds since then; NaN for never."""
    return max((now - at).total_seconds(), 0.0) if at else float("nan")


def _of_projects(now: datetime) -> Iterator[Metric]:
    age = GaugeMetricFamily(
        "poolhouse_reading_age_seconds", "Since the cloud last answered a whole list, by project.", labels=["project"]
    )
    failing = GaugeMetricFamily(
        "poolhouse_failing_seconds",
        "Since when a project's cloud does not answer; 0 while it does.",
        labels=["project"],
    )
    refused = GaugeMetricFamily(
        "poolhouse_credentials_refused", "1 while the cloud refuses a project's credentials.", labels=["project"]
    )
    late = GaugeMetricFamily(
        "poolhouse_sweep_late_seconds", "How late the last list of a project was asked for.", labels=["project"]
    )
    listed = GaugeMetricFamily("poolhouse_pools_listed", "Pools of the last list, by project.", labels=["project"])
    for project in vitals.projects():
        late.add_metric([project.name], project.sweep_late)
        listed.add_metric([project.name], project.pools_listed)
        age.add_metric([project.name], _age(project.heard_at, now=now))
        failing.add_metric([project.name], _age(project.failing_since, now=now) if project.failing_since else 0.0)
        refused.add_metric([project.name], 1.0 if project.credentials_refused_at else 0.0)
    yield from (age, failing, refused, late, listed)


def _of_queue(now: datetime) -> Iterator[Metric]:
    rows = GaugeMetricFamily("poolhouse_due_rows", "Rows that wait for a worker, by kind.", labels=["kind"])
    oldest = GaugeMetricFamily("poolhouse_due_oldest_seconds", "How long the oldest of them waits.", labels=["kind"])
    for due in vitals.due():
        rows.add_metric([due.kind], due.rows)
        oldest.add_metric([due.kind], _age(due.since, now=now) if due.since else 0.0)
    yield from (rows, oldest)


def _of_processes(now: datetime) -> Iterator[Metric]:
    present = GaugeMetricFamily("poolhouse_processes", "Processes at work, by role.", labels=["role"])
    idle = GaugeMetricFamily("poolhouse_idle_seconds", "Since any process of a role last worked.", labels=["role"])
    for role, here in vitals.attendance(since=now - AT_WORK_WITHIN).items():
        present.add_metric([role.value], here.present)
        idle.add_metric([role.value], _age(here.worked_at, now=now))
    yield from (present, idle)


def _of_tallies() -> Iterator[Metric]:
    told = {name: list(same) for name, same in groupby(vitals.tallies(), key=lambda tally: tally.name)}
    for name, (words, labels) in COUNTERS.items():
        family = CounterMetricFamily(f"poolhouse_{name}", words, labels=labels)
        for tally in told.get(name, []):
            family.add_metric([tally.told_apart_by.get(label, "") for label in labels], tally.amount)
        yield family
    for name, words in SUMMARIES.items():
        times, seconds = (sum(tally.amount for tally in told.get(f"{name}_{part}", [])) for part in ("count", "sum"))
        yield SummaryMetricFamily(f"poolhouse_{name}", words, count_value=int(times), sum_value=seconds)
