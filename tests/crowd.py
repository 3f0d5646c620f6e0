"""Very many pools at once, as rows that the database itself copies: for plans, pages and benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from pools.models import Order, Pool, Project, Team, User
from pools.states import OrderState
from pools.wire.digest import digest
from tests import builders

# Of a thousand pools: how many stand in which phase.
PHASES = {"Running": 930, "Creating": 30, "Waiting": 2, "Abnormal": 18, "Error": 10, "Deleting": 10}


def gather(
    number: int,
    *,
    mark: str,
    projects: Sequence[Project],
    team: Team | None = None,
    person: User | None = None,
    gone: bool = False,
    document: dict[str, Any] | None = None,
) -> None:
    """So many pools spread over projects with keys in a row, a minute older each; `mark` begins their names.

    Those of a team have an order each, which `person` placed.
    """
    before = timezone.now() - timedelta(days=1)
    spread = f"{projects[0].pk} + n % {len(projects)}"
    named = f"'{mark}-' || {_text('n')}"
    values = {"project_id": spread, "name": named, "phase": _spread_phases(), "created_abroad": _minutes_before("n")}
    with transaction.atomic():
        if team and person:
            values["order_id"] = f"{_orders(number, mark, projects, team, person, spread=spread, gone=gone)} + n"
        pool = builders.pool(
            project=projects[0],
            team=team,
            name=f"{mark}-template",
            created_abroad=before,
            observed_at=before,
            changed_at=before,
            listed=not gone,
            gone_at=before if gone else None,
            document=document,
        )
        Pool.objects.filter(pk=pool.pk).update(fingerprint=digest(pool.document))
        copy(pool, number, values | {"pool_id": f"{named} || '-6f5da086876d4cd084d36f8bd3346036'"})


def _orders(
    number: int, mark: str, projects: Sequence[Project], team: Team, person: User, *, spread: str, gone: bool
) -> int:
    """Accepted orders; returns the primary key of the first."""
    before = timezone.now() - timedelta(days=1)
    order = builders.order(
        team=team,
        placed_by=person,
        project=projects[0],
        name=f"{mark}-template",
        state=OrderState.ACCEPTED,
        placed_at=before,
        changed_at=before,
        on_the_way_or_living=not gone,
    )
    draft = "gen_random_uuid()" if _is_postgres() else "lower(hex(randomblob(16)))"
    named = f"'{mark}-' || {_text('n')}"
    copy(order, number, {"project_id": spread, "pool_name": named, "draft": draft, "placed_at": _minutes_before("n")})
    keys = Order.objects.filter(pool_name__in=[f"{mark}-0", f"{mark}-{number - 1}"]).order_by("pk")
    first, last = keys[0].pk, keys[len(keys) - 1].pk
    assert last - first == number - 1, "the copies have keys in a row"
    return first


def copy(row: models.Model, number: int, values: dict[str, str]) -> None:
    """Insert `row` so many times, its columns as they are but for those in `values`: SQL over `n`, from 0 on.

    The row itself is deleted.
    """
    meta = row._meta
    columns = [field.column for field in meta.concrete_fields if not field.primary_key]
    taken = ", ".join(values.get(str(column), f't."{column}"').replace("@", f't."{column}"') for column in columns)
    quoted = ", ".join(f'"{column}"' for column in columns)
    numbers: Any = (
        "SELECT generate_series(0, %s - 1) AS n"
        if _is_postgres()
        else "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < %s - 1) SELECT n FROM s"
    )
    table = f'"{meta.db_table}"'
    statement = (
        f"INSERT INTO {table} ({quoted}) SELECT {taken} FROM {table} t, ({numbers}) s WHERE t.id = %s ORDER BY n"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.replace(" % ", " %% "), [number, row.pk])
    row.delete()


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _text(number: str) -> str:
    return f"{number}::text" if _is_postgres() else number


def _spread_phases() -> str:
    cases, below = [], 0
    for phase, share in PHASES.items():
        below += share
        # A prime, so that neighbours differ.
        cases.append(f"WHEN n * 7 % 1000 < {below} THEN '{phase}'")
    return f"CASE {' '.join(cases)} END"


def _minutes_before(number: str) -> str:
    """The moment in the column itself, a minute earlier for each."""
    if _is_postgres():
        return f"@ - {number} * interval '1 minute'"
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f000', @, '-' || {number} || ' minutes')"
