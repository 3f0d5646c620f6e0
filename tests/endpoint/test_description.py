"""The description says all that is served, in the language's words, and nothing that is not so."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from pydantic import BaseModel

import pools.wire
from pools.endpoint.describing import examples
from pools.endpoint.describing.calls import CALLS
from pools.endpoint.describing.document import document
from pools.wire.enums import Option, PeriodType
from pools.wire.errors import Code
from pools.wire.shape import Shape, wire_keys
from tests.endpoint.keep_examples import KEEP
from tests.endpoint.routes import METHODS, SERVED
from tests.endpoint.schemas import mistakes, named, undescribed
from tests.endpoint.walking import Heard, at_rest, scene, walk

OPERATIONS = {
    (METHODS[method], path): operation
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
}
SCHEMAS: dict[str, Any] = document()["components"]["schemas"]


def told(route: str) -> str:
    """A route as the description writes it."""
    return "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route)


def inside(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from inside(inner)


def test_it_is_an_openapi_document_of_version_3_1() -> None:
    validate_schema(document())  # type: ignore[no-untyped-call]
    assert document()["openapi"].startswith("3.1.")


def test_making_it_gives_no_warning() -> None:
    document()
    assert [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache] == []


def test_every_reference_leads_somewhere() -> None:
    for node in inside(document()):
        if isinstance(reference := node.get("$ref"), str):
            place: Any = document()
            for part in reference.removeprefix("#/").split("/"):
                place = place[part]


def test_every_method_of_every_route_is_in_it_and_nothing_else() -> None:
    served = {
        (METHODS[name], told(route)): view.operations[name] for route, view, methods in SERVED for name in methods
    }
    assert {call: operation["operationId"] for call, operation in OPERATIONS.items()} == served


def test_nothing_is_described_that_is_not_served() -> None:
    assert {*CALLS} == {operation["operationId"] for operation in OPERATIONS.values()}


def of_the_language(kind: type[Any]) -> list[type[Any]]:
    """Every shape, or every options list, of `pools.wire`."""
    for module in pkgutil.walk_packages(pools.wire.__path__, "pools.wire."):
        importlib.import_module(module.name)
    waiting, found = [kind], dict[type[Any], None]()
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__module__.startswith("pools.wire."):
                found[one] = None
    return [*found]


SHAPES: list[type[Shape]] = of_the_language(Shape)


def test_every_key_of_every_shape_is_in_it() -> None:
    parameters = {node["name"] for node in inside(document()) if "in" in node and isinstance(node.get("name"), str)}

    def shown(shape: type[Shape]) -> set[str]:
        """The keys of a schema; what has none stands in paths, queries and headers, or in the shapes made of it."""
        if shape.__name__ in SCHEMAS:
            return {*SCHEMAS[shape.__name__].get("properties", ())}
        return parameters.union(*map(shown, shape.__subclasses__()))

    missing = {shape.__name__: {*wire_keys(shape)} - shown(shape) for shape in SHAPES}
    assert {name: lacking for name, lacking in missing.items() if lacking} == {}


def test_every_word_of_every_options_list_is_in_it() -> None:
    listed = {value for node in inside(document()) for value in _list(node.get("enum"))}
    listed |= {key for schema in SCHEMAS.values() for key in schema.get("properties", {})}
    # The words of a period are numbers, which the help of its annotation names.
    known = {str(word.value) for option in of_the_language(Option) for word in option if option is not PeriodType}
    assert known - listed == set()


def _list(value: object) -> list[Any]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def test_every_error_code_is_in_it_with_its_meaning() -> None:
    assert SCHEMAS["ErrorCode"]["enum"] == [code.value for code in Code]
    assert all(f"- `{code}`: {code.meaning}" in SCHEMAS["ErrorCode"]["description"] for code in Code)


def test_every_key_and_parameter_has_its_line_of_help() -> None:
    keys = {
        f"{name}.{key}": held for name, schema in SCHEMAS.items() for key, held in schema.get("properties", {}).items()
    }
    parameters = {
        f"{operation['operationId']}.{one['name']}": one
        for operation in OPERATIONS.values()
        for one in operation.get("parameters", ())
    }
    assert [name for name, held in (keys | parameters).items() if not held.get("description")] == []


def test_two_shapes_never_share_a_name() -> None:
    shapes: dict[str, set[type[BaseModel]]] = {}
    for shape in SHAPES:
        shapes.setdefault(shape.__name__, set()).add(shape)
    assert {name for name, same in shapes.items() if len(same) > 1} == set()


def test_everybody_may_read_it(client: Client) -> None:
    answer = client.get("/_sandbox/openapi.json")
    assert (answer.status_code, answer["Content-Type"], answer.json()) == (200, "application/json", document())


def test_who_has_read_it_is_told_that_it_is_the_same(client: Client) -> None:
    known = client.get("/_sandbox/openapi.json")["ETag"]
    assert client.get("/_sandbox/openapi.json", headers={"If-None-Match": known}).status_code == 304


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/_sandbox/openapi.json").status_code == 405


@pytest.fixture(scope="module")
def heard(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Heard]]:
    """Every operation, called once as its example says."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(ENDPOINT_PACE="instant"), at_rest():
        yield list(walk(scene()))
        transaction.set_rollback(True)


# On one worker, where every operation is called once.
@pytest.mark.xdist_group("examples")
@pytest.mark.django_db
@pytest.mark.parametrize("operation", CALLS)
def test_an_example_works_as_described(heard: list[Heard], operation: str) -> None:
    one = next(one for one in heard if one.operation == operation)
    assert one.answer.status_code == one.call.status, one.answer.content
    if one.call.answer is None:
        assert one.answer.content == b""
    else:
        schema = named(one.call.answer.__name__)
        assert mistakes(one.answer.json(), schema) == []
        assert [*undescribed(one.answer.json(), schema)] == []


@pytest.mark.xdist_group("examples")
@pytest.mark.django_db
def test_the_examples_are_kept(heard: list[Heard]) -> None:
    if os.environ.get(KEEP):
        kept = {one.operation: one.example for one in heard}
        examples.FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        examples.heard.cache_clear()
    assert {*examples.heard()} == {*CALLS}


@pytest.mark.parametrize("operation", CALLS)
def test_a_kept_example_is_as_described(operation: str) -> None:
    call, kept = CALLS[operation], examples.heard()[operation]
    for shape, part in ((call.body, "request"), (call.answer, "answer")):
        if shape is not None:
            assert mistakes(kept[part], named(shape.__name__)) == []


def test_the_examples_hold_no_secrets() -> None:
    text = examples.FILE.read_text()
    assert "a-good-password" not in text
    assert not re.search(r"MII\w{20}", text)
