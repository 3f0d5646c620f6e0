"""The shapes say what the tables of the API's document say: `facts.csv` has one row per row of its 49 tables."""

from __future__ import annotations

import csv
import re
import types
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import pytest

from pools.wire import creation, errors, pool, shared
from pools.wire.shape import Shape

FIRST_ANSWER_TABLE = 22


class Fact(NamedTuple):
    table: int
    title: str
    key: str
    type: str
    mandatory: str
    options: str


def facts() -> list[Fact]:
    with (Path(__file__).parent / "facts.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [Fact(int(number), *rest) for number, *rest in rows]


FACTS = facts()
TABLES = {number: list(rows) for number, rows in groupby(FACTS, key=lambda fact: fact.table)}


def shapes() -> dict[int, type[Shape]]:
    """The shapes by the tables their docstrings name."""
    found: dict[int, type[Shape]] = {}
    for module in (creation, errors, pool, shared):
        for shape in vars(module).values():
            if isinstance(shape, type) and issubclass(shape, Shape) and shape.__module__ == module.__name__:
                named = re.match(r"Tables? (\d+)(?: and (\d+))?\.", shape.__doc__ or "")
                found |= {int(number): shape for number in named.groups() if number} if named else {}
    return found


SHAPES = shapes()


def wire_type(annotation: Any) -> str:
    """How the document writes a type: "Array of UserTag objects"."""
    origin, arguments = get_origin(annotation), [a for a in get_args(annotation) if a is not type(None)]
    if origin is Annotated or origin in (Union, types.UnionType):
        return wire_type(arguments[0])
    if origin is list:
        inner = wire_type(arguments[0])
        return "Array of strings" if inner == "String" else f"Array of {inner}s"
    if issubclass(annotation, Shape):
        return f"{annotation.__name__} object"
    return {bool: "Boolean", int: "Integer"}.get(annotation, "String" if issubclass(annotation, str) else "?")


def options(annotation: Any, limits: Any) -> list[str]:
    """The options of a field: the members of its enumeration, or those among its limits."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    for argument in get_args(annotation):
        if found := options(argument, None):
            return found
    return list(limits["enum"]) if isinstance(limits, dict) and "enum" in limits else []


def test_the_facts_are_whole() -> None:
    assert len(FACTS) == 166
    assert list(TABLES) == list(range(1, 50))


def test_every_table_has_its_shape_and_there_are_35() -> None:
    assert sorted(SHAPES) == list(TABLES)
    assert len(set(SHAPES.values())) == 35


@pytest.mark.parametrize("number", TABLES)
def test_a_shape_is_called_as_its_table(number: int) -> None:
    title = TABLES[number][0].title
    if "arameters" not in title.lower():
        assert SHAPES[number].__name__ == title


@pytest.mark.shows("Documents.tables")
@pytest.mark.parametrize("number", TABLES)
def test_keys_and_their_order_are_the_tables(number: int) -> None:
    keys = [field.alias or name for name, field in SHAPES[number].model_fields.items()]
    assert keys == [fact.key for fact in TABLES[number]]


@pytest.mark.shows("Documents.tables")
@pytest.mark.parametrize("number", TABLES)
def test_types_are_the_tables(number: int) -> None:
    said = {fact.key: fact.type for fact in TABLES[number]}
    fields = SHAPES[number].model_fields.items()
    assert {field.alias or name: wire_type(field.annotation) for name, field in fields} == said


@pytest.mark.shows("Documents.tables")
@pytest.mark.parametrize("number", [number for number in TABLES if number < FIRST_ANSWER_TABLE])
def test_mandatory_keys_are_the_tables(number: int) -> None:
    mandatory = {field.alias or name for name, field in SHAPES[number].model_fields.items() if field.is_required()}
    assert mandatory == {fact.key for fact in TABLES[number] if fact.mandatory == "yes"}


def test_nothing_is_mandatory_in_shapes_that_are_only_heard() -> None:
    sent = {SHAPES[number] for number in TABLES if number < FIRST_ANSWER_TABLE}
    for shape in set(SHAPES.values()) - sent:
        assert not any(field.is_required() for field in shape.model_fields.values()), shape


@pytest.mark.shows("Documents.tables")
@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.options], ids=lambda fact: f"{fact.table}-{fact.key}")
def test_options_are_the_tables(fact: Fact) -> None:
    fields = SHAPES[fact.table].model_fields.items()
    field = next(field for name, field in fields if (field.alias or name) == fact.key)
    said = fact.options.split("|")
    if fact.key == "volumeGroup":
        pattern = re.compile(str(field.json_schema_extra["pattern"]))  # type: ignore[index]
        assert all(pattern.search(option.replace("{num}", "3")) for option in said)
    elif fact.table == FIRST_ANSWER_TABLE:
        assert wire_type(field.annotation) == "String"
    else:
        assert options(field.annotation, field.json_schema_extra) == said


@pytest.mark.parametrize("number", TABLES)
def test_every_field_has_its_line_of_help(number: int) -> None:
    assert all(field.description for field in SHAPES[number].model_fields.values())
