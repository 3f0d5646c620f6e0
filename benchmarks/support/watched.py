"""Run in a process of its own, on the database of its environment: what a watched pool costs; prints it as JSON.

The cloud at the port given lists 500 pools, one in twenty changed each time. Ours is a whole sweep: lease, HTTP, every
check, history, record. The floor is handed the same answer and does by hand what cannot be left out: decode, compare
with what is known, write what changed and that all were seen. Microseconds for each pool, by the clock on the wall and
by this process's processor time.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import md5
from statistics import median
from typing import Any
from urllib.request import urlopen

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks.support.cloud import project_id  # noqa: E402
from benchmarks.support.people import claim, connect  # noqa: E402
from pools import tracking  # noqa: E402
from pools.models import Pool, Project  # noqa: E402

ROUNDS = 41
SHOWS = 150


class Floor:
    """The same pools in a table of its own, kept by hand-written SQL."""

    def __init__(self, body: bytes) -> None:
        self.is_postgres = connection.vendor == "postgresql"
        kind = "jsonb" if self.is_postgres else "text"
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE floor_pool (id integer PRIMARY KEY, pool_id varchar(128) UNIQUE, phase varchar(64), "
                f"document {kind}, fingerprint varchar(32), observed_at varchar(40))"
            )
            rows = [
                (nth, item["metadata"]["name"], json.dumps(item)) for nth, item in enumerate(json.loads(body)["items"])
            ]
            cursor.executemany("INSERT INTO floor_pool VALUES (%s, %s, '', %s, '', '')", rows)
        self.take_in(body)

    def take_in(self, body: bytes) -> int:
        """Returns how many had changed."""
        now = datetime.now(UTC).isoformat()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pool_id, fingerprint FROM floor_pool")
            known = dict(cursor.fetchall())
            changed = []
            for item in json.loads(body)["items"]:
                name, text = item["metadata"]["name"], json.dumps(item)
                fingerprint = md5(text.encode()).hexdigest()
                if known.get(name) != fingerprint:
                    changed.append((item["status"]["phase"], text, fingerprint, name))
            columns = "phase = %s, document = %s, fingerprint = %s"
            cursor.executemany(f"UPDATE floor_pool SET {columns} WHERE pool_id = %s", changed)
            cursor.execute("UPDATE floor_pool SET observed_at = %s", [now])
        return len(changed)


def timed(act: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def main(port: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    _, team, person = connect(1, port=port)
    url = f"http://127.0.0.1:{port}/v2/{project_id(0)}/pools"

    def sweep() -> None:
        tracking.sweep(Project.objects.get())

    sweep()
    claim(team, person)
    number = Pool.objects.count()
    floor = Floor(urlopen(url).read())
    for _ in range(3):
        sweep()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    ours, theirs, changed = [], [], []
    for _ in range(ROUNDS):
        ours.append(timed(sweep))
        body = urlopen(url).read()
        theirs.append(timed(lambda body=body: changed.append(floor.take_in(body))))
    shown = list(Pool.objects.select_related("project")[:SHOWS])
    shows = timed(lambda: [tracking.look(pool) for pool in shown])
    assert Project.objects.get().failing_since is None
    return {
        "pools": number,
        "changed": median(changed),
        "ours": [1e6 * median(column) / number for column in zip(*ours, strict=True)],
        "floor": [1e6 * median(column) / number for column in zip(*theirs, strict=True)],
        "show": [1e6 * seconds / SHOWS for seconds in shows],
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
