"""Questions that calls ask over and over: their SQL is written once, for writing it costs more than asking.

What is asked stays Django's to say; this only remembers what it said. It leans on the inside of Django's
compiler a little, so the tests hold every statement made here against what Django does by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from pydantic_core import from_json

from pools.endpoint import plans
from pools.endpoint.models.documents import DocumentField

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


def connection_in_use() -> Any:
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
        asked = self.asked(*parameters)
        with _cursor() as cursor:
            ask = plans.answer if plans.hold(cursor.db) else _executed
            row = ask(cursor, asked)
        return None if row is None else cast(Row, asked.read(row))

    def asked(self, *parameters: Any) -> Statement:
        """The question as a statement, to be asked `together` with others."""
        vendor = connection_in_use().vendor
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
