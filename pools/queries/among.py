"""Rows of which the keys are found first: so that what a row shows is joined to these few alone."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Subquery


class Keys(Subquery):
    """Where it is known without asking that there are none, neither is anything else asked."""

    empty_result_set_value = NotImplemented


class Among(Func):
    """Whether a key is one of those that a query finds.

    PostgreSQL plans at most eight joined tables as one (`join_collapse_limit`), and a row of a dashboard is made of
    ten: keys that are `IN` a query are then only looked for once all rows of the table have been joined to everything.
    As an array they are found before, and known to be few.
    """

    arity = 2
    arg_joiner = " IN "
    template = "%(expressions)s"
    output_field = BooleanField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(ARRAY", **context)


def among(keys: QuerySet[Any], *, named: str = "pk") -> Among:
    """For `filter`: the rows whose primary key is `named` by one of `keys`, which should be few."""
    found = keys if keys.query.is_sliced else keys.order_by()
    return Among(F("pk"), Keys(found.values(named)))
