"""Comments in code: one line each, whatever is quoted in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from pools.wire.breaches import path_of
from pools.wire.mending import copied

Say = Callable[[str], str]
"""Finds the words of a reader's language for a sentence of ours."""


def one_line(text: str) -> str:
    """Text that can break out of no comment and hides nothing: what cannot be seen stands as its code."""
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


def unsaid(rest: Any, whole: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """`$.path = value` for everything of `whole` that is still in `rest`, the largest parts that are."""
    if (path and rest == whole) or not isinstance(rest, dict | list):
        yield one_line(f"{path_of(path)} = {json.dumps(rest, ensure_ascii=False)}")
        return
    parts = rest.items() if isinstance(rest, dict) else enumerate(rest)
    for key, part in parts:
        if part is not TAKEN:
            yield from unsaid(part, whole[key], (*path, key))


TAKEN: Final = object()
"""Stands in a list for an entry that was said."""


class Remainder:
    """What of a document is not said yet. Whoever says a part takes it; what is left at the end has to be told."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.whole = document
        self.rest: dict[str, Any] = copied(document)

    def lines(self) -> list[str]:
        _prune(self.rest, self.whole)
        return [] if not self.rest else list(unsaid(self.rest, self.whole))


def _prune(rest: Any, whole: Any) -> None:
    """Take out objects and lists that are empty by now, and were not from the beginning."""
    items = list(rest.items() if isinstance(rest, dict) else enumerate(rest))
    for key, part in items:
        if not isinstance(part, dict | list):
            continue
        _prune(part, whole[key])
        is_said = whole[key] and all(inner is TAKEN for inner in (part.values() if isinstance(part, dict) else part))
        if is_said and isinstance(rest, dict):
            del rest[key]
        elif is_said:
            rest[key] = TAKEN
