"""Queries that are asked with every creation: their SQL is made once, for making it costs more than asking."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """One number, asked for by one number: `prepared(project_pk)`; None where there is no row.

    `ask` makes a query set of one column from the parameter. Django writes its SQL, in the dialect of the database,
    the first time; the parameter may stand in it once and be the only one.
    """

    def __init__(self, ask: Callable[[int], QuerySet[Any, Any]]) -> None:
        self._ask = ask
        self._sql: dict[str, str] = {}

    def __call__(self, parameter: int) -> int | None:
        sql = self._sql.get(connection.vendor)
        if sql is None:
            sql, parameters = self._ask(parameter).query.sql_with_params()
            if parameters != (parameter,):
                raise ValueError(f"not the one parameter alone: {parameters}")
            self._sql[connection.vendor] = sql
        with connection.cursor() as cursor:
            cursor.execute(sql, (parameter,))
            row = cursor.fetchone()
        return row and int(row[0])
