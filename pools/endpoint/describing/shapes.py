"""The shapes of the wire as JSON Schemas: by their wire keys, with their limits and help, unknown keys allowed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, model_json_schema
from typing_extensions import override

from pools.wire import changes, creation, extras, networks, nodepools, pool, shared
from pools.wire.enums import Option

Schema = dict[str, Any]

AT: Final = "#/components/schemas/"
ABSENT: Final = "Absent"
NOTHING: Final[Schema] = {
    "description": "The same as leaving the key out.",
    "enum": [None, "", {}],
}

# What answers repeat of requests they repeat as it came: what stood for absence too.
REPEATING: Final = frozenset(
    {
        pool.PoolMetaLabels,
        pool.PoolMetaAnnotations,
        pool.PoolSpec,
        pool.PoolClusterContainerNetwork,
        networks.PeerConnectionStatus,
        networks.SfsTurboStatus,
    }
)

# Keys beyond the tables, by the shapes that carry them. Whatever stands there is kept as it came.
BEYOND: Final[Mapping[type[BaseModel], type[Option]]] = {
    creation.PoolLabelsCreation: extras.Label,
    creation.PoolAnnotationsCreation: extras.Annotation,
    creation.PoolSpecCreation: extras.Spec,
    pool.PoolMetaLabels: extras.Label,
    pool.PoolMetaAnnotations: extras.Annotation,
    pool.PoolMetadata: extras.Metadata,
    pool.PoolSpec: extras.Spec,
    pool.PoolResourceFlavorCount: extras.Resource,
    nodepools.NodePoolMetadata: extras.Metadata,
    shared.PoolResource: extras.Resource,
    changes.PoolAnnotationsPatch: extras.Annotation,
    changes.PoolResourcePatch: extras.Resource,
    shared.PoolNetwork: extras.Network,
}


class _Words(GenerateJsonSchema):
    """Without the titles that pydantic makes of names: a wire key is its own."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@cache
def described(shape: type[BaseModel], *, sent: bool) -> Schema:
    """One shape, the shapes within it by reference. In one that is `sent` (or repeats what was), an optional key may
    also hold what stands for absence."""
    schema = model_json_schema(shape, ref_template=AT + "{model}", schema_generator=_Words)
    if shape.model_config.get("extra") == "forbid":
        # One of our own, which means what it says: null where it says so, and no key besides.
        keys = {key: _without(inner, "title") for key, inner in schema.get("properties", {}).items()}
        return {**_without(schema, "title", "$defs"), "properties": keys}
    lacking = {*schema.get("properties", {})} - {*schema.get("required", ())} if sent or shape in REPEATING else ()
    keys = {key: _key(inner, may_lack=key in lacking) for key, inner in schema.get("properties", {}).items()}
    for extra in BEYOND.get(shape, ()):
        keys.setdefault(extra.value, {"description": extra.meaning, "x-beyond-the-tables": True})
    told = {key: schema[key] for key in ("description", "required") if schema.get(key)}
    return {"type": "object", **told, "properties": keys, "additionalProperties": True}


def _without(schema: Schema, *keys: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in keys}


def _key(schema: Schema, *, may_lack: bool) -> Schema:
    """What one key holds. Pydantic lists null beside a type, and limits beside both; here limits are the type's."""
    told = {key: schema[key] for key in ("description",) if key in schema}
    rest = {key: value for key, value in schema.items() if key not in {"description", "title", "anyOf"}}
    if rest.get("default", ...) is None:
        del rest["default"]
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    held: Schema = {**choices[0], **rest} if len(choices) == 1 else {**({"anyOf": choices} if choices else {}), **rest}
    return {"anyOf": [held, {"$ref": AT + ABSENT}], **told} if may_lack else {**held, **told}


@cache
def options(option: type[Enum]) -> Schema:
    """An options list, with what each of its words means."""
    values = [member.value for member in option]
    meanings = {str(member.value): getattr(member, "meaning", "") for member in option}
    said = {value: meaning for value, meaning in meanings.items() if meaning and meaning != value}
    listed = "".join(f"\n- `{value}`: {meaning}" for value, meaning in said.items())
    text = f"{(option.__doc__ or '').strip()}\n{listed}".strip()
    kind = "string" if issubclass(option, str) else "integer"
    return {"type": kind, "enum": values, **({"description": text} if text else {})}


@cache
def within(shape: type[BaseModel]) -> tuple[type[BaseModel] | type[Enum], ...]:
    """The shape, and every shape and options list it is made of."""
    found: dict[Any, None] = {}
    waiting: list[Any] = [shape]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel | Enum):
            if one in found:
                continue
            found[one] = None
            if issubclass(one, BaseModel):
                waiting += [field.annotation for field in one.model_fields.values()]
        else:
            waiting += getattr(one, "__args__", ())
    return tuple(found)
