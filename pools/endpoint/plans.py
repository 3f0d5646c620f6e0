"""On PostgreSQL a question that is asked over and over is planned once in each connection, which takes longer than to
answer it.

A pooler may hand the connection on after every transaction (PgBouncer). So a plan is named by the words of its
question: whoever made it, it answers this one. And no transaction rests on a plan, so that the question can be asked as
ever where the plan turns out not to be there.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from django.db.backends.utils import CursorWrapper
from django.db.utils import DatabaseError

EXISTS_ALREADY = "42P05"
# Another connection stands behind this one by now, or a table was changed.
OF_NO_USE = {"26000", "0A000"}


class Asked(Protocol):
    """A question as it is written for the database."""

    @property
    def sql(self) -> str: ...

    @property
    def parameters(self) -> Sequence[Any]: ...


# By connection the names of the plans it has; None where they turned out not to last.
_made: WeakKeyDictionary[Any, set[str] | None] = WeakKeyDictionary()


def hold(connection: Any) -> bool:
    """Whether plans may be made and used in the connection as it stands, which is open."""
    return (
        connection.vendor == "postgresql"
        and not connection.in_atomic_block
        and _made.setdefault(connection.connection, set()) is not None
    )


def answer(cursor: CursorWrapper, asked: Asked) -> Any:
    """The first row that answers the question, None where nothing does. Only where plans `hold`."""
    connection: Any = cursor.db
    name, planning = _plan(asked.sql)
    try:
        _make(connection, name, planning)
        cursor.execute(f"EXECUTE {name}({', '.join(['%s'] * len(asked.parameters))})", asked.parameters)
    except DatabaseError as why:
        if _state(why) not in OF_NO_USE:
            raise
        _made[connection.connection] = None
        cursor.execute(asked.sql, asked.parameters)
    return cursor.fetchone()


def _make(connection: Any, name: str, planning: str) -> None:
    known = _made[connection.connection]
    if known is None or name in known:
        return
    try:
        with connection.wrap_database_errors:
            connection.connection.execute(planning)  # past Django's cursors: it is not what the call asks
    except DatabaseError as why:
        if _state(why) != EXISTS_ALREADY:
            raise
    known.add(name)


def _state(why: DatabaseError) -> object:
    return getattr(why.__cause__, "sqlstate", None)


@lru_cache
def _plan(sql: str) -> tuple[str, str]:
    """Its name, and the statement that makes it."""
    name = f"poolhouse_{hashlib.sha256(sql.encode()).hexdigest()[:32]}"
    return name, f"PREPARE {name} AS {sql % tuple(f'${nth + 1}' for nth in range(sql.count('%s')))}"
