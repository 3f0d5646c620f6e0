"""What all shapes have in common: unknown keys are kept, and nothing that was read is lost when written again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar, Final, NamedTuple, TypeAlias

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, Strict

Json: TypeAlias = dict[str, Any]

# JSON's own types, taken at their word: no "3" for 3, no true for 1. Text is strict by itself.
# Integers have 32 bits, as the service's own.
Whole = Annotated[int, Strict(), Field(ge=-(2**31), le=2**31 - 1)]
Flag = Annotated[bool, Strict()]
# Milliseconds since the epoch; 0 is a time that has not come. Longer than the service's other integers.
Millis = Annotated[int, Strict(), Field(ge=0, le=10**15 - 1)]

_NOTHING: Final[Mapping[str, Any]] = {}


class Odd(NamedTuple):
    """A value that was read otherwise than it came: what was made of it (None: nothing), and what came."""

    typed: Any
    raw: Any


class Shape(BaseModel):
    """One shape of the API's tables. Attributes are Python names, aliases are wire keys.

    Keys the tables do not know live in `model_extra` and are written again. `came` remembers the keys of the document
    a shape was read from, in their order, and the raw form of values that were not read as they came.
    """

    model_config = ConfigDict(extra="allow", validate_by_name=True, validate_by_alias=True, protected_namespaces=())
    __slots__ = ("came",)
    came: ClassVar[dict[str, Odd | None]]

    def extra(self, key: str) -> Any:
        """The raw value of a key beyond the tables, or of one that could not be read; None when absent."""
        odd = getattr(self, "came", _NOTHING).get(key)
        return odd.raw if odd else (self.model_extra or {}).get(key)

    def wire(self) -> Json:
        """A plain JSON object by wire keys: in the order they came, then as the tables list them; None is left out.

        What was read and not changed since is written as it came.
        """
        came: Mapping[str, Odd | None] = getattr(self, "came", _NOTHING)
        names, extras, done = read_keys(type(self)), self.model_extra or {}, set()
        written: Json = {}
        for key in (*came, *wire_keys(type(self)), *extras):
            name, odd = names.get(key), came.get(key)
            value = getattr(self, name) if name else None
            if odd is not None and value is odd.typed:
                written[key] = odd.raw
            elif name is None and key in extras:
                written[key] = extras[key]
            elif value is not None and name not in done:
                written[key] = plain(value)
                done.add(name)
        return written


@cache
def wire_keys(shape: type[Shape]) -> dict[str, str]:
    """The attribute names of a shape by wire key, in the order of its table."""
    return {field.alias or name: name for name, field in shape.model_fields.items()}


@cache
def read_keys(shape: type[Shape]) -> dict[str, str]:
    """As `wire_keys`, with the other spellings in which clients and answers write the same keys."""
    spellings = {
        str(spelling): name
        for name, field in shape.model_fields.items()
        if isinstance(field.validation_alias, AliasChoices)
        for spelling in field.validation_alias.choices
    }
    return wire_keys(shape) | spellings


def plain(value: Any) -> Any:
    """A value of a shape as JSON's own types."""
    if isinstance(value, Shape):
        return value.wire()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
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
