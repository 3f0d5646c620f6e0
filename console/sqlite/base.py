"""SQLite as Django has it; each statement is put into SQLite's own spelling once, and not every time it is executed.

Django writes %s where SQLite reads ?. To search a statement for them takes about as long as a short one takes.
"""

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

STATEMENTS_KEPT = 500


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that remembers the statements it has spelled."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is None:
            return _spelled(query)
        spelled: str = super().convert_query(query, param_names=param_names)
        return spelled


class DatabaseWrapper(base.DatabaseWrapper):
    """What the setting ENGINE names."""

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's, and of other databases
        return self.connection.cursor(factory=Cursor)


@lru_cache(maxsize=STATEMENTS_KEPT)
def _spelled(query: str) -> str:
    spelled: str = base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
    return spelled
