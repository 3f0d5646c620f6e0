"""What the description says of one operation, and of operations that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from pools.wire.errors import Code
from pools.wire.shape import Shape

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One operation. What its view answers by being the view it is (credentials, content types) is not said again."""

    says: str
    """One line for people."""
    more: str = ""
    """What a caller could be surprised by."""
    query: type[BaseModel] | None = None
    headers: type[Shape] | None = None
    body: type[BaseModel] | None = None
    body_may_lack: bool = False
    body_types: tuple[str, ...] = (JSON,)
    answer: type[BaseModel] | None = None
    """None: the answer is empty."""
    status: int = 200
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the answer, and what they carry."""
    refuses: tuple[Code, ...] = ()
    """The codes it may refuse with, besides those of every call."""
    in_iam_form: tuple[int, ...] = ()
    """The statuses that are told in the identity service's own form."""
    example: Mapping[str, Any] = field(default_factory=dict)
    """What a call that works asks for: `query`, `headers`, `body`. What `{names}` stand for is found by the tests."""


@dataclass(frozen=True)
class Section:
    """Operations that belong together."""

    name: str
    says: str
    calls: Mapping[str, Call]
