"""Run in a process of its own, on the database of its environment: the bytes that rows of each kind take, with their
indexes; prints JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.support.cloud import document  # noqa: E402
from benchmarks.support.people import connect  # noqa: E402
from console.models import Draft  # noqa: E402
from pools.models import Decision, Deletion, Order, PhaseChange, Pool, Reading, Stretch  # noqa: E402
from pools.states import ErrandState  # noqa: E402
from tests.crowd import copy, gather  # noqa: E402

POOLS = 5000
PHASES = 20


def size() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


def grown(act: Callable[[], object], rows: int) -> float:
    before = size()
    act()
    return (size() - before) / rows


def main() -> dict[str, float]:
    call_command("migrate", verbosity=0)
    projects, team, person = connect(40, port=1)
    found: dict[str, float] = {}

    heard = document(0, 0, phase="Running", told=1)

    def pools() -> None:
        gather(POOLS, mark="pool", projects=projects, team=team, person=person, document=heard)

    found["pool with its order"] = grown(pools, POOLS)
    key = f"{Pool.objects.order_by('pk')[0].pk} + n % {POOLS}"
    order_key = f"{Order.objects.order_by('pk')[0].pk} + n % {POOLS}"
    pool, now = Pool.objects.order_by("pk")[0], timezone.now()
    assert pool.order
    made: dict[str, tuple[Any, int, dict[str, str]]] = {
        "phase change": (
            PhaseChange(pool=pool, was="Creating", became="Running", heard_at=now),
            PHASES * POOLS,
            {"pool_id": key},
        ),
        "decision": (
            Decision(order=pool.order, by=person, verdict="approved", state=ErrandState.FAILED),
            POOLS,
            {"order_id": order_key},
        ),
        "deletion": (Deletion(pool=pool, by=person, state=ErrandState.FAILED), POOLS, {"pool_id": key}),
        "stage": (
            Stretch(
                project=pool.project,
                pool=pool,
                stage="changing",
                family="snt9b",
                size="16",
                began_at=now,
                ended_at=now,
                usually=60.0,
                at_most=90.0,
                late_after=now,
            ),
            POOLS,
            {"pool_id": key},
        ),
        "reading": (
            Reading(project=pool.project, pool=pool, asked_by=person, state="done", answered_at=now),
            POOLS,
            {"pool_id": key},
        ),
        "draft": (
            Draft(team=team, project=pool.project, owner=person, data=document(0, 0, phase="", told=0)["spec"]),
            0,
            {},
        ),
    }
    for name, (row, number, values) in made.items():
        if number:
            row.save()
            found[name] = grown(lambda row=row, number=number, values=values: copy(row, number, values), number)
        else:
            rows = [Draft(team=row.team, project=row.project, owner=row.owner, data=row.data) for _ in range(POOLS)]
            found[name] = grown(lambda rows=rows: Draft.objects.bulk_create(rows), POOLS)
    return found


if __name__ == "__main__":
    print(json.dumps(main()))
