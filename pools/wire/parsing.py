"""The door for JSON from outside. What passes it can be stored, shown and sent again without surprise."""

from __future__ import annotations

import marshal
import math
import re
from typing import Any, Final

import pydantic_core

# What the parser itself goes down to.
MOST_LEVELS: Final = 200

_PLACE: Final = re.compile(r"^(?P<reason>.*) at line (?P<line>\d+) column (?P<column>\d+)$", re.DOTALL)
_INFINITY: Final = b"\x00\x00\x00\x00\x00\x00\xf0"


class NotJson(ValueError):
    """The bytes are not a JSON document we are willing to hold. `line` and `column` count from 1; 0 means unknown."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"{reason} at line {line} column {column}" if line else reason)
        self.reason, self.line, self.column = reason, line, column


def parse_json(raw: bytes | str, *, most_levels: int = MOST_LEVELS) -> Any:
    """The document in `raw`. Raises NotJson and nothing else.

    Refused besides bad grammar: anything but UTF-8 without a byte order mark, NaN and infinities (also as numbers too
    large for a float), lone surrogates, the character U+0000 (databases cannot keep it), integers of more than 4300
    digits, more levels than `most_levels` (200 at most). Of two equal keys in one object the last counts; since only
    the parsed document is kept, shown and sent, no two readers can take different ones.
    """
    try:
        document = _parsed(raw.encode() if isinstance(raw, str) else raw, most_levels)
    except UnicodeEncodeError:
        raise NotJson("lone surrogate") from None
    except ValueError as error:
        raise _located(str(error)) from None
    if _is_suspect(raw, document):
        _refuse_unstorable(document)
    return document


def _parsed(raw: bytes, most_levels: int) -> Any:
    """Have the parser count the levels: a document that stands within so many lists may have that many fewer."""
    lists = 0 if raw.count(b"[") + raw.count(b"{") <= most_levels else MOST_LEVELS - most_levels
    try:
        document = pydantic_core.from_json(b"[" * lists + raw + b"]" * lists, allow_inf_nan=False)
        for _ in range(lists):
            [document] = document
    except ValueError:
        pydantic_core.from_json(raw, allow_inf_nan=False)  # which says where it breaks off, if it is no document at all
        raise ValueError(f"more than {most_levels} levels") from None
    return document


def _located(text: str) -> NotJson:
    place = _PLACE.match(text)
    return NotJson(place["reason"], int(place["line"]), int(place["column"])) if place else NotJson(text)


def _is_suspect(raw: bytes | str, document: Any) -> bool:
    """Whether a closer look is needed. Marshal writes floats as their eight bytes, so one search finds infinities
    anywhere at a tenth of the cost of a walk; a false alarm only costs the walk. Their last byte is found faster."""
    if "\\u0000" in raw if isinstance(raw, str) else b"\\u0000" in raw:
        return True
    said = marshal.dumps(document)
    return _INFINITY[-1:] in said and _INFINITY in said


def _refuse_unstorable(document: object) -> None:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            if "\x00" in value:
                raise NotJson("the character U+0000 is not accepted")
        elif isinstance(value, float) and not math.isfinite(value):
            raise NotJson("number out of range")
