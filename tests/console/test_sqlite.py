"""Statements say to SQLite what they say to Django."""

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a spelling of its own"),
]


def answered(statement: str, parameters: list[str] | dict[str, str] | None) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()


@pytest.mark.parametrize("value", ["first", "again, with 100 %s"])
def test_a_statement_means_the_same_each_time(value: str) -> None:
    assert answered("SELECT %s, '100 %%', '%%s'", [value]) == (value, "100 %", "%s")


def test_parameters_may_have_names() -> None:
    assert answered("SELECT %(one)s || %(two)s, 5 %% 3", {"one": "a", "two": "b"}) == ("ab", 2)


def test_without_parameters_a_statement_is_taken_as_it_is() -> None:
    assert answered("SELECT '%s'", None) == ("%s",)
