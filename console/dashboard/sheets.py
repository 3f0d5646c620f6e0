"""Tables as files: CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

# What a spreadsheet would take for a formula, however it is typed.
FORMULAE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that gives back what is written: the csv module writes, we send."""

    def write(self, text: str) -> str:
        return text


def lines(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A table line by line, the names of its columns first; what is several things is parted by "; "."""
    writer = csv.writer(_Echo())
    yield "\ufeff"  # or spreadsheets take it for the letters of some old code page
    yield writer.writerow(names)
    for row in rows:
        yield writer.writerow(map(_cell, row))


def _cell(value: Any) -> str | int:
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = "; ".join(value) if isinstance(value, list) else str(value or "")
    return f"'{text}" if text.startswith(FORMULAE) else text
