"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection, models

R = TypeVar("R")

AT_ONCE = 500


def in_batches(rows: Sequence[R]) -> Iterator[Sequence[R]]:
    """The rows, so many at a time as one statement may well name."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def write(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of these rows, all of one model; some twenty times cheaper per row than `bulk_update`."""
    if not rows:
        return
    meta = rows[0]._meta  # noqa: SLF001 - Django's own way to the fields
    fields = [field for field in meta.concrete_fields if field.name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE id = %s"  # noqa: S608 - there is no value in it
    values: list[list[Any]] = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
