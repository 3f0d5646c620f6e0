"""JSON as people paste it: read by the one door for JSON, and told in more words where it is none."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from pools.dialects.unreadable import Problem, Unreadable, place_of
from pools.wire.parsing import NotJson, parse_json

MOST_LEVELS: Final = 40  # an order has nine, and pages show what they hold level by level
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|,')
_BY_REASON: Final = (
    ("EOF", Problem.ENDS),
    ("trailing comma", Problem.COMMA),
    ("expected `:`", Problem.COLON),
    ("expected `,`", Problem.SEPARATOR),
    ("key must be", Problem.KEY),
    ("control character", Problem.CONTROL),
    ("trailing characters", Problem.TRAILING),
    ("recursion", Problem.DEEP),
    ("number out of range", Problem.NUMBER),
    ("invalid number", Problem.NUMBER),
    ("invalid escape", Problem.CHARACTER),
    ("lone", Problem.CHARACTER),
    ("hex escape", Problem.CHARACTER),
    ("unicode", Problem.CHARACTER),
    ("the character U+0000", Problem.CHARACTER),
)
_NOT_FINITE: Final = re.compile(r"-?(?:NaN|Infinity)\b")
_AT_VALUE: Final = (
    (_NOT_FINITE, Problem.NOT_FINITE),
    (re.compile(r"'"), Problem.SINGLE_QUOTES),
    (re.compile(r"True\b|False\b|None\b|undefined\b"), Problem.PYTHON_WORD),
    (re.compile(r"[}\]]"), Problem.COMMA),
)


def read(text: str) -> Any:
    """The document in `text`. Raises `Unreadable` with line and column.

    Stricter than the door itself, because a person can be asked: a key that stands twice in one object is refused.
    """
    try:
        document = parse_json(text.encode("utf-8", "surrogatepass"))
    except NotJson as trouble:
        raise _said(text, trouble) from None
    _look_closer(text)
    return document


def _said(text: str, trouble: NotJson) -> Unreadable:
    known = (problem for start, problem in _BY_REASON if start in trouble.reason)
    problem = next(known, Problem.OTHER)
    here = _from(text, trouble.line, trouble.column)
    if problem in {Problem.OTHER, Problem.KEY}:
        problem = next((at for pattern, at in _AT_VALUE if pattern.match(here)), problem)
    if problem is Problem.NUMBER and _NOT_FINITE.match(here):
        problem = Problem.NOT_FINITE
    if problem is Problem.OTHER and trouble.reason.startswith("expected"):
        problem = Problem.VALUE
    return Unreadable(problem, trouble.line, trouble.column, reason=trouble.reason)


def _from(text: str, line: int, column: int) -> str:
    """The few characters at a place; the parser counts columns in bytes, which is told as it is."""
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return ""
    raw = lines[line - 1].encode("utf-8", "surrogatepass")
    return raw[max(column - 1, 0) :][:40].decode("utf-8", "replace")


def _look_closer(text: str) -> None:
    """Raise for a key that stands twice in one object, and for too many levels. The text is valid JSON."""
    levels: list[set[str] | None] = []  # the keys of an object, None for a list
    wants_key = False
    for token in _TOKEN.finditer(text):
        match token[0][0]:
            case "{" | "[" as opening:
                if len(levels) == MOST_LEVELS:
                    raise Unreadable(Problem.DEEP, *place_of(text, token.start()), most=MOST_LEVELS)
                levels.append(set() if opening == "{" else None)
                wants_key = opening == "{"
            case "}" | "]":
                levels.pop()
                wants_key = False
            case ",":
                wants_key = levels[-1] is not None
            case _ if wants_key:
                keys, key = levels[-1], json.loads(token[0])
                if keys is None or key in keys:
                    raise Unreadable(Problem.TWICE, *place_of(text, token.start()), key=key)
                keys.add(key)
                wants_key = False
