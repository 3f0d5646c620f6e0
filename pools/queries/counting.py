"""How many rows there are, said beside each of some others."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery


def number_of(rows: QuerySet[Any]) -> Subquery:
    """A whole number, for `annotate` or `values_list`; of rows that hang on the outer query, of each outer row."""
    return Subquery(rows.order_by().values(number=Func("pk", function="COUNT", output_field=IntegerField())))
