"""Examples of every call that works, as `python -m tests.endpoint.keep_examples` heard them. They hold no secrets."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).with_name("examples.json")


@cache
def heard() -> dict[str, dict[str, Any]]:
    """By operation: `path` as it was called, `request` and `answer` where there are bodies."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text())
    return found


def of(name: str, part: Literal["request", "answer"]) -> dict[str, Any]:
    """The example of one body, as a media type object wants it; nothing where there is none yet."""
    example = heard().get(name, {})
    return {"example": example[part]} if part in example else {}
