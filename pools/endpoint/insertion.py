"""Rows that calls write over and over: the statement that writes one is written once.

What is written stays Django's to say, as with the questions of `pools.endpoint.prepared`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKey,
    Model,
    OneToOneField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
)
from django.db.models.base import ModelState

from pools.endpoint.models.documents import DocumentField
from pools.endpoint.prepared import Statement, connection_in_use, together
from pools.endpoint.writing import written

AnyModel = TypeVar("AnyModel", bound=Model)


class Insertion(Generic[AnyModel]):
    """Writes new rows of one model: `insertion(row)` gives the row its primary key, `insertion.of(…)` needs no object.

    With `yields`, a row that a unique constraint has no room for is not written, and the answer is False or None. No
    savepoint is needed for that, and whatever else is wrong with a row is still an error. No signal is sent. By the
    foreign keys `after` a row points to what this connection wrote last into the tables they lead to.
    """

    def __init__(self, model: type[AnyModel], *, yields: bool = False, after: Collection[str] = ()) -> None:
        self._meta, self._yields, self._after = model._meta, yields, after  # noqa: SLF001 - Django's public name for it
        self._model = model
        self._written: dict[str, tuple[str, list[_Column]]] = {}

    def __call__(self, row: AnyModel) -> bool:
        return together(self.putting(row))[0] is not None

    def row(self, **values: Any) -> AnyModel:
        """A row to be written, of these values by the names of its columns; the others have their defaults."""
        made = self._model.__new__(self._model)
        made.__dict__.update(
            {name: default() for name, default in self._defaults if name not in values}, **values, _state=ModelState()
        )
        return made

    @cached_property
    def _defaults(self) -> list[tuple[str, Callable[[], Any]]]:
        return [(field.attname, field.get_default) for field in self._meta.concrete_fields]

    def putting(self, row: AnyModel) -> Statement:
        """The statement that writes `row`, to be executed `together` with others. Its answer is the key the row got."""

        def put(made: Sequence[Any]) -> Any:
            row.pk = made[0]
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - Django's public name for it
            return row.pk

        return self._statement(vars(row), put)

    def of(self, **values: Any) -> Statement:
        """The statement that writes the row of these values, by the names of its columns; the others have their
        defaults. Its answer is the row's key."""
        return self._statement(values, itemgetter(0))

    def _statement(self, values: Mapping[str, Any], read: Callable[[Sequence[Any]], Any]) -> Statement:
        connection = connection_in_use()
        sql, columns = self._written.get(connection.vendor) or self._write(connection)
        return Statement(sql, [column.prepared(values, connection) for column in columns], read)

    def _write(self, connection: Any) -> tuple[str, list[_Column]]:
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        quoted = connection.ops.quote_name
        columns = ", ".join(quoted(str(field.column)) for field in fields)
        places = ", ".join(_last_key(field, connection) if field.name in self._after else "%s" for field in fields)
        table, key = quoted(self._meta.db_table), quoted(str(self._meta.pk.column))
        conflict = " ON CONFLICT DO NOTHING" if self._yields else ""
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places}){conflict} RETURNING {key}"  # noqa: S608 - our names
        told = [_Column(field, connection) for field in fields if field.name not in self._after]
        written = self._written[connection.vendor] = sql, told
        return written


def _last_key(field: Any, connection: Any) -> str:
    """The key that was last made in the table that `field` leads to, in words of the database."""
    table = field.related_model._meta.db_table  # noqa: SLF001 - Django's public name for it
    if connection.vendor == "sqlite":
        return f"(SELECT seq FROM sqlite_sequence WHERE name = '{table}')"  # noqa: S608 - our names
    # Past Django's cursors: it is asked once, and none of what the call asks.
    asked = "SELECT pg_get_serial_sequence(%s, %s)"
    place = [connection.ops.quote_name(table), field.target_field.column]
    return f"currval('{connection.connection.execute(asked, place).fetchone()[0]}')"


class _Column:
    """Makes values ready for a column, as Django would. Most are ready as they are, which is found out quickly."""

    def __init__(self, field: Any, connection: Any) -> None:
        self._name, self._prepare = field.attname, field.get_db_prep_save
        self._default = field.get_default if callable(field.default) else _always(field.get_default())
        self._ready = _READY.get(type(field))
        # SQLite has no type for these; what goes into a column of theirs is text.
        self._kept_as_text = connection.vendor == "sqlite" and type(field) in (DateTimeField, DocumentField)

    def prepared(self, values: Mapping[str, Any], connection: Any) -> Any:
        value = values[self._name] if self._name in values else self._default()
        kind = type(value)
        if kind is self._ready or value is None:
            return value
        if self._kept_as_text:
            if kind is datetime and value.tzinfo is UTC:
                return value.isoformat(" ").removesuffix("+00:00")
            if kind is dict or kind is list:
                return written(value).decode()
        return self._prepare(value, connection)


def _always(value: Any) -> Callable[[], Any]:
    return lambda: value


# Values of exactly this type go into columns of exactly this kind as they are.
_READY: Mapping[type, type] = {
    CharField: str,
    BooleanField: bool,
    PositiveIntegerField: int,
    PositiveSmallIntegerField: int,
    ForeignKey: int,
    OneToOneField: int,
}
