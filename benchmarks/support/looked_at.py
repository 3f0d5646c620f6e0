"""Run in a process of its own, on the database of its environment: pages of a team with ever more pools; prints JSON.

Everything between the WSGI server and the database is measured, in this process: middleware, queries, templates. Time
is the median of some requests; memory is what Python had allocated at the most during one, in another pass.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any

import django
import psutil

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.support.people import connect  # noqa: E402
from pools.models import Pool, Project, Team, User  # noqa: E402
from pools.queries.paging import Cursor  # noqa: E402
from tests.crowd import gather  # noqa: E402

PROJECTS = 40
ROUNDS = 15


def answering(client: Client, address: str) -> Callable[[], Any]:
    def ask() -> Any:
        answer = client.get(address)
        assert answer.status_code in {200, 304}, (address, answer.status_code)
        return answer

    return ask


def pages(client: Client) -> dict[str, Callable[[], Any]]:
    """What is looked at, by name."""
    since = client.get("/changes").json()["cursor"]
    theirs = Pool.objects.living().filter(team__slug="vision").order_by("created_abroad")
    middle = theirs[theirs.count() // 2]
    deep = Cursor((None, (middle.created_abroad, middle.pk), None), theirs.count() // 2)
    addresses = {
        "dashboard": "/",
        "in the middle": f"/?at={deep}",
        "by name": "/?sort=name",
        "one phase": "/?phase=Creating",
        "one project": f"/?project={middle.project_id}",
        "a text": "/?q=vision-7",
        "gone": "/?phase=Gone",
        "no change": f"/changes?since={since}",
        "a pool": f"/pools/{middle.pk}/",
        "desk": "/approvals/",
    }
    return {name: answering(client, address) for name, address in addresses.items()}


def timed(ask: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds until the answer is there, by the clock and by processor time, the database's with it: of some
    requests the median, and the mean of the database's, which is told in hundredths of a second.
    """
    ask()
    walls, cpus, before = [], [], used_by_the_database()
    for _ in range(ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        ask()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    beside = (used_by_the_database() - before) / ROUNDS
    return 1000 * median(walls), 1000 * (median(cpus) + beside)


def used_by_the_database() -> float:
    """Seconds of processor time that the process on the other end of our connection has used; SQLite has none."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        times = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return float(times.user + times.system)


def held(ask: Callable[[], Any]) -> float:
    """Megabytes allocated at the most during one request."""
    ask()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    ask()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (most - before) / 1e6


def queries(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def main(sizes: list[int]) -> list[dict[str, Any]]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    projects, team, person = connect(PROJECTS, port=1)
    other = Team.objects.create(name="Speech", slug="speech")
    Project.objects.update(heard_at=timezone.now(), look_after=timezone.now())
    client, found, here = Client(HTTP_HOST="localhost"), [], 0
    client.force_login(User.objects.get(pk=person.pk))
    for size in sizes:
        began = time.perf_counter()
        mark = "vision" if not here else f"vision-{here}"
        gather(size - here, projects=projects, team=team, person=person, mark=mark)
        gather((size - here + 9) // 10, projects=projects, team=team, person=person, mark=f"gone-{size}", gone=True)
        gather((size - here + 9) // 10, projects=projects, team=None, person=None, mark=f"found-{size}")
        gather((size - here + 9) // 10, projects=projects, team=other, person=person, mark=f"other-{size}")
        here = size
        if connection.vendor == "postgresql":  # which does so by itself, given time; SQLite goes without
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        set_up = time.perf_counter() - began
        asked = pages(client)
        row: dict[str, dict[str, float]] = {}
        for name, ask in asked.items():
            wall, cpu = timed(ask)
            row[name] = {"ms": wall, "cpu": cpu, "queries": queries(ask)}
        for name, ask in asked.items():
            row[name]["MB"] = held(ask)
        found.append({"pools": size, "set-up": set_up, "pages": row})
    return found


if __name__ == "__main__":
    print(json.dumps(main([int(size) for size in sys.argv[1:]])))
