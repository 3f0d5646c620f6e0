"""Whole numbers that somebody wrote as text."""

from __future__ import annotations

import re
from typing import Final

# What a row's key and every number of the tables fit in; Python itself refuses to read more than 4,300 digits.
_DIGITS: Final = re.compile(r"[0-9]{1,18}")


def by_numbers(version: str) -> list[tuple[int, str]]:
    """What to sort versions by, as far as their numbers tell: 9.1 comes before 10.0, and words before numbers."""
    parts = version.replace("-", ".").split(".")
    return [(-1, part) if (number := whole(part)) is None else (number, "") for part in parts]


def whole(text: object) -> int | None:
    """The number that `text` writes in at most 18 plain digits; None for anything else, other alphabets' digits too."""
    return int(text) if isinstance(text, str) and _DIGITS.fullmatch(text) else None
