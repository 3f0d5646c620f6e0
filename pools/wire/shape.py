"""What all shapes have in common: unknown keys are kept, and nothing that was read is lost when written again."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, Strict

Json: TypeAlias = dict[str, Any]

# JSON's own types, taken at their word: no "3" for 3, no true for 1. Text is strict by itself.
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]


class Shape(BaseModel):
    """One shape of the API's tables. Attributes are Python names, aliases are wire keys.

    Keys the tables do not know live in `model_extra` and are written again. `came` remembers the keys of the document
    a shape was read from, in their order; a value that could not be read stands raw in `model_extra` under its key
    while the attribute is None.
    """

    model_config = ConfigDict(extra="allow", validate_by_name=True, validate_by_alias=True, protected_namespaces=())
    __slots__ = ("came",)

    def extra(self, key: str) -> Any:
        """The raw value of a key beyond the tables (or one that could not be read); None when absent."""
        return (self.model_extra or {}).get(key)

    def wire(self) -> Json:
        """A plain JSON object by wire keys: in the order they came, then as the tables list them; None is left out."""
        names, extras = wire_keys(type(self)), self.model_extra or {}
        written: Json = {}
        for key in dict.fromkeys((*getattr(self, "came", ()), *names, *extras)):
            name = names.get(key)
            value = getattr(self, name, None) if name else None
            if value is not None:
                written[key] = plain(value)
            elif key in extras:
                written[key] = extras[key]
        return written


@cache
def wire_keys(shape: type[Shape]) -> dict[str, str]:
    """The attribute names of a shape by wire key, in the order of its table."""
    return {field.alias or name: name for name, field in shape.model_fields.items()}


def plain(value: Any) -> Any:
    """A value of a shape as JSON's own types."""
    if isinstance(value, Shape):
        return value.wire()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value


def help_of(shape: type[Shape], name: str) -> str:
    """The one-line help of a field, to be translated by the caller."""
    return shape.model_fields[name].description or ""


def limits_of(shape: type[Shape], name: str) -> Json:
    """What the tables say about a field's value, in JSON Schema's words: minLength, pattern, minimum …"""
    limits = shape.model_fields[name].json_schema_extra
    return dict(limits) if isinstance(limits, dict) else {}


Heard = Field(union_mode="left_to_right")
"""For `Annotated[SomeOption | str, Heard]`: a known word becomes its member, any other stays verbatim."""
