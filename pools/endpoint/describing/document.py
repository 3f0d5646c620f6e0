"""The document itself, made once in each process."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from drf_spectacular.generators import SchemaGenerator

from pools.endpoint.describing.calls import SECTIONS
from pools.endpoint.describing.shapes import options
from pools.wire.errors import Code
from pools.wire.words import words

REQUEST_ID: Final = {
    "description": words("Name of this request, 32 hexadecimal digits."),
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "required": True,
}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document. Shared: whoever wants another one copies it."""
    made: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    made["tags"] = [{"name": section.name, "description": section.says} for section in SECTIONS]
    made["components"]["schemas"]["ErrorCode"] = options(Code)
    made["components"]["headers"] = {"X-Request-Id": REQUEST_ID}
    return made
