"""Why a pasted text is no order: a word for each case and where it is, for the face to find a sentence for."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Problem(StrEnum):
    """What is wrong with a text that was pasted."""

    NOTHING = "nothing"
    LONG = "long"
    NEITHER = "neither"
    # JSON.
    ENDS = "ends"
    COMMA = "comma"
    COLON = "colon"
    SEPARATOR = "separator"
    VALUE = "value"
    KEY = "key"
    SINGLE_QUOTES = "single-quotes"
    PYTHON_WORD = "python-word"
    NOT_FINITE = "not-finite"
    NUMBER = "number"
    CONTROL = "control"
    CHARACTER = "character"
    TRAILING = "trailing"
    DEEP = "deep"
    TWICE = "twice"
    OTHER = "other"
    # Shells and curl.
    UNCLOSED = "unclosed"
    WINDOWS = "windows"
    NO_DATA = "no-data"
    SEVERAL = "several"
    JOINED = "joined"
    FILE = "file"
    ENCODED = "encoded"
    VARIABLE = "variable"
    UNSHELLED = "unshelled"
    OTHER_CALL = "other-call"


class Unreadable(ValueError):
    """The text is no order. `line` and `column` count from 1 in what was pasted, 0 means as a whole; of a command
    whose data is no JSON they count in its data, and `in_data` is true."""

    def __init__(
        self, problem: Problem, line: int = 0, column: int = 0, *, in_data: bool = False, **values: Any
    ) -> None:
        super().__init__(f"{problem} at line {line} column {column}" if line else str(problem))
        self.problem, self.line, self.column, self.values = problem, line, column, values
        self.in_data = in_data


def place_of(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `at`."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
