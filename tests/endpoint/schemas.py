"""Holding JSON against the description's schemas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from pools.endpoint.describing.document import document

Schema = dict[str, Any]


def named(name: str) -> Schema:
    """A reference to one of the description's schemas."""
    return {"$ref": f"urn:description#/components/schemas/{name}"}


def mistakes(value: Any, schema: Schema) -> list[str]:
    """Where the value breaks the schema, and how."""
    found = Draft202012Validator(schema, registry=_registry()).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def undescribed(value: Any, schema: Schema, path: str = "$") -> Iterator[str]:
    """The keys in the value that the schema does not name, although it names others beside them."""
    if isinstance(value, list):
        items = [one["items"] for one in _choices(schema) if "items" in one]
        for inner in value:
            yield from undescribed(inner, {"anyOf": items}, f"{path}[]")
    if isinstance(value, dict):
        named = [one for one in _choices(schema) if "properties" in one]
        free = [
            one["additionalProperties"] for one in _choices(schema) if isinstance(one.get("additionalProperties"), dict)
        ]
        for key, inner in value.items():
            held = [one["properties"][key] for one in named if key in one["properties"]]
            if named and not held:
                yield f"{path}.{key}"
            yield from undescribed(inner, {"anyOf": held or free}, f"{path}.{key}")


def _choices(schema: Schema) -> Iterator[Schema]:
    """The schema and all that it is made of, references followed."""
    if "$ref" in schema:
        yield from _choices(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    yield schema
    for inner in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from _choices(inner)


@cache
def _registry() -> Registry[Any]:
    resource = Resource.from_contents(document(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:description", resource)
    return registry
