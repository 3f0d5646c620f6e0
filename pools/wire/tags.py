"""Tags of a pool. `docs/facts.md` has the rules that bind them."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from pools.wire.options import TagAction
from pools.wire.shape import Json, Shape
from pools.wire.words import words

_KEY: Final[Json] = {"minLength": 1, "maxLength": 128}
_VALUE: Final[Json] = {"maxLength": 255}


class TagGiven(Shape):
    """One tag of a request. Without a value, a deletion means whatever the key has."""

    key: str = Field(
        description=words("Letters, digits, spaces and _.:=+-@, no space at its ends, not beginning with _sys_."),
        json_schema_extra=_KEY,
    )
    value: str | None = Field(
        default=None, description=words("Letters, digits, spaces and _.:=+-@/."), json_schema_extra=_VALUE
    )


class TagsGiven(Shape):
    """The body of `tags/create` and `tags/delete`."""

    tags: list[TagGiven] = Field(description=words("The tags."), json_schema_extra={"minItems": 1})


class TagsChange(Shape):
    """The body of a POST to a pool's tags."""

    action: TagAction = Field(description=words("What is done with them."))
    tags: list[TagGiven] = Field(description=words("The tags; none only to reset."))


class PoolTag(Shape):
    """One tag of an answer; `values` is there for the official SDK, which reads nothing else."""

    key: str | None = Field(default=None, description=words("Tag key."))
    value: str | None = Field(default=None, description=words("Tag value."))
    values: list[str] | None = Field(default=None, description=words("The same value, as a list."))


class PoolTags(Shape):
    """The tags of one pool, or of one node."""

    tags: list[PoolTag] | None = Field(default=None, description=words("Its tags."))


class TagValues(Shape):
    key: str | None = Field(default=None, description=words("Tag key."))
    values: list[str] | None = Field(default=None, description=words("Every value that some pool has for it."))


class ProjectTags(Shape):
    """The tags of all pools, or of all nodes, of a project."""

    tags: list[TagValues] | None = Field(default=None, description=words("Every key with all its values."))
