"""Statements that calls make over and over: their SQL is written once, for writing it costs more than asking.

What is asked and written stays Django's to say; this only remembers what it said. It leans on the inside of Django's
compiler a little, so the tests hold every statement made here against what Django does by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKey,
    Model,
    OneToOneField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    QuerySet,
)
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from pydantic_core import from_json

from pools.endpoint.models.documents import DocumentField
from pools.endpoint.writing import written

Row = TypeVar("Row")
AnyModel = TypeVar("AnyModel", bound=Model)


_in_use = threading.local()


@contextmanager
def in_a_row() -> Iterator[None]:
    """Let the statements made within share a cursor: to open one takes longer than a short statement does."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        _in_use.cursor = cursor
        try:
            yield
        finally:
            del _in_use.cursor


def _cursor() -> AbstractContextManager[CursorWrapper]:
    cursor = getattr(_in_use, "cursor", None)
    return connections[DEFAULT_DB_ALIAS].cursor() if cursor is None else nullcontext(cursor)


def _connection() -> Any:
    """The connection, by the shorter way where there is one."""
    cursor = getattr(_in_use, "cursor", None)
    return connections[DEFAULT_DB_ALIAS] if cursor is None else cursor.db


class Statement(NamedTuple):
    """A statement with its parameters, and what is made of the row that answers it."""

    sql: str
    parameters: Sequence[Any]
    read: Callable[[Sequence[Any]], Any]


def together(*statements: Statement) -> list[Any]:
    """Have the statements executed in their order; return what each is answered with, None where that is nothing.

    Where the database takes several at once (PostgreSQL) they cost one way there and back: each still sees what was
    done before it, and what others have done when its own turn comes.
    """
    with _cursor() as cursor:
        if len(statements) > 1 and _takes_several(cursor.db):
            sql = ";\n".join(one.sql for one in statements)
            cursor.execute(sql, [parameter for one in statements for parameter in one.parameters])
            answers = [cursor.fetchone() for nth in range(len(statements)) if nth == 0 or cursor.nextset()]
        else:
            answers = [_executed(cursor, one) for one in statements]
    return [None if row is None else one.read(row) for one, row in zip(statements, answers, strict=True)]


def _takes_several(connection: Any) -> bool:
    return connection.vendor == "postgresql" and not connection.features.uses_server_side_binding


def _executed(cursor: CursorWrapper, statement: Statement) -> Any:
    cursor.execute(statement.sql, statement.parameters)
    return cursor.fetchone()


class Question(Generic[Row]):
    """One row, asked for by parameters: `question(project_pk)`; None where there is none.

    `ask` makes a query set from the parameters, of objects or of a `values_list`. Django writes its SQL, in the dialect
    of the database, the first time. Each parameter must stand in it once, in this order and as it is, and no other.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self._ask = ask
        self._written: dict[str, _Written] = {}

    def __call__(self, *parameters: Any) -> Row | None:
        found: Row | None = together(self.asked(*parameters))[0]
        return found

    def asked(self, *parameters: Any) -> Statement:
        """The question as a statement, to be asked `together` with others."""
        vendor = _connection().vendor
        written = self._written.get(vendor)
        if written is None:
            written = _Written(self._ask(*parameters))
            if tuple(written.parameters) != parameters:
                raise ValueError(f"not the parameters alone: {written.parameters}")
            self._written[vendor] = written
        return Statement(written.sql, parameters, written.read)


def every(asked: QuerySet[AnyModel]) -> Iterator[AnyModel]:
    """Yield what a query set of whole objects finds, read as a `Question` reads: by a shorter way."""
    written = _Written(asked)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(written.sql, written.parameters)
        yield from map(written.read, cursor.fetchall())


class _Written:
    """The SQL of a query set, and what is made of a row that answers it."""

    def __init__(self, asked: QuerySet[Any, Any]) -> None:
        compiler: Any = asked.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        self._connection = compiler.connection
        self._converters = [
            (place, _quicker(convert, column, self._connection), column)
            for place, (converters, column) in compiler.get_converters([one for one, *_ in compiler.select]).items()
            for convert in converters
        ]
        self._read = _Objects(compiler, compiler.klass_info) if asked.query.default_cols else tuple

    def read(self, row: Sequence[Any]) -> Any:
        values = list(row)
        connection = self._connection
        for place, convert, column in self._converters:
            value = values[place]
            if value is not None:
                values[place] = convert(value, column, connection)
        return self._read(values)


def _quicker(convert: Any, column: Any, connection: Any) -> Any:
    """SQLite has no time zones, and documents are text there: to find out takes longer than to read what is found."""
    if connection.vendor != "sqlite":
        return convert
    if convert == connection.ops.convert_datetimefield_value:
        return _in_utc
    return _parsed if isinstance(column, Col) and type(column.output_field) is DocumentField else convert


def _in_utc(moment: datetime, _column: Any, _connection: Any) -> datetime:
    return moment.replace(tzinfo=UTC)


def _parsed(text: str, _column: Any, _connection: Any) -> Any:
    return from_json(text)


class _Objects:
    """Makes objects of one model, and of those that are selected with it, of the columns of a row.

    As `Model.from_db` does, but nobody is told by a signal, for nobody listens and the rows may be thousands.
    """

    def __init__(self, compiler: Any, chosen: dict[str, Any]) -> None:
        self._model, places = chosen["model"], chosen["select_fields"]
        self._columns = slice(places[0], places[-1] + 1)
        self._names = [column.target.attname for column, *_ in compiler.select[self._columns]]
        self._related = [
            (one["local_setter"], _Objects(compiler, one)) for one in chosen.get("related_klass_infos", ())
        ]

    def __call__(self, values: Sequence[Any]) -> Any:
        made = self._model.__new__(self._model)
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        made.__dict__.update(zip(self._names, values[self._columns], strict=True), _state=state)
        for put, related in self._related:
            put(made, related(values))
        return made


class Insertion(Generic[AnyModel]):
    """Writes new rows of one model: `insertion(row)` gives the row its primary key, `insertion.of(…)` needs no object.

    With `yields`, a row that a unique constraint has no room for is not written, and the answer is False or None. No
    savepoint is needed for that, and whatever else is wrong with a row is still an error. No signal is sent. With
    `after`, a foreign key of the model, rows point by it to the row that was written last into the table it leads to.
    """

    def __init__(self, model: type[AnyModel], *, yields: bool = False, after: str = "") -> None:
        self._meta, self._yields, self._after = model._meta, yields, after  # noqa: SLF001 - Django's public name for it
        self._written: dict[str, tuple[str, list[_Column]]] = {}

    def __call__(self, row: AnyModel) -> bool:
        return together(self.putting(row))[0] is not None

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
        connection = _connection()
        sql, columns = self._written.get(connection.vendor) or self._write(connection)
        return Statement(sql, [column.prepared(values, connection) for column in columns], read)

    def _write(self, connection: Any) -> tuple[str, list[_Column]]:
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        quoted = connection.ops.quote_name
        columns = ", ".join(quoted(str(field.column)) for field in fields)
        places = ", ".join(_key_before(field, connection) if field.name == self._after else "%s" for field in fields)
        table, key = quoted(self._meta.db_table), quoted(str(self._meta.pk.column))
        conflict = " ON CONFLICT DO NOTHING" if self._yields else ""
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places}){conflict} RETURNING {key}"  # noqa: S608 - our names
        told = [_Column(field, connection) for field in fields if field.name != self._after]
        written = self._written[connection.vendor] = sql, told
        return written


def _key_before(field: Any, connection: Any) -> str:
    """The key that was last made in the table that `field` leads to, as the database calls it."""
    if connection.vendor == "sqlite":
        return "last_insert_rowid()"
    table, key = connection.ops.quote_name(field.related_model._meta.db_table), field.target_field.column  # noqa: SLF001 - Django's public name for it
    return f"currval(pg_get_serial_sequence('{table}', '{key}'))"


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
