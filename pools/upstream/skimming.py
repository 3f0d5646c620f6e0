"""Skimming a list of pools: where each begins and ends in the text, and a print of it.

A long list is mostly old news. Only what a print shows to be new is worth being read in full, so a list is kept as the
text it came as, and no pool of it takes more memory than that before it is asked for.
"""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from pools.upstream.errors import Garbled
from pools.upstream.transport import Answer
from pools.wire.parsing import NotJson, parse_json
from pools.wire.words import words

_SPACE: Final = re.compile(r"[ \t\n\r]*")
# What our columns hold of an ID; two pools that differ only beyond that are one to us.
LONGEST_ID: Final = 128


class Item(NamedTuple):
    """One pool of a list: the print of its text, when it was created (as told), and the text it stands in, from where
    to where.
    """

    print: str
    created: str
    text: str
    start: int
    end: int


class Skimmed:
    """A list of pools by their IDs. Of several under one ID (failed creations) the one created last counts.

    `prints` holds 16 characters for each pool: equal ones mean equal text. `clock_skew` is in seconds, positive where
    their clock is ahead of ours, None where they sent no date.
    """

    def __init__(self, items: dict[str, Item], *, clock_skew: float | None) -> None:
        self._items = items
        self.prints = {pool_id: item.print for pool_id, item in items.items()}
        self.clock_skew = clock_skew

    def over(self, other: Skimmed) -> Skimmed:
        """Both lists as one; of a pool that is in both, this one's word counts."""
        return Skimmed(other._items | self._items, clock_skew=self.clock_skew)

    def document(self, pool_id: str) -> dict[str, Any]:
        """The pool's document, read now and strictly. Raises `Garbled` and, where it is not listed, `KeyError`."""
        item = self._items[pool_id]
        try:
            document: dict[str, Any] = parse_json(item.text[item.start : item.end])
        except NotJson:
            raise Garbled(words("The answer is not JSON.")) from None
        return document


def skim(answer: Answer) -> Skimmed:
    """Skim an answer that lists pools. Raises `Garbled` unless it is of the shape the API describes.

    Strict about names: a list that cannot be trusted must not make pools look missing.
    """
    try:
        # The one character that PostgreSQL cannot keep; a single stray one must not hide a whole list.
        text = answer.body.replace(b"\\u0000", b"\\ufffd").decode()
        items = _items(text)
    except (ValueError, IndexError, StopIteration, RecursionError):
        raise Garbled(words("The answer is not JSON."), status=answer.status, request_id=answer.request_id) from None
    if items is None:
        raise Garbled(
            words("The answer is not of the shape the API describes."),
            status=answer.status,
            request_id=answer.request_id,
        )
    return Skimmed(items, clock_skew=answer.clock_skew)


def _refuse(word: str) -> Any:
    raise ValueError(word)


# Also tells where what it read ends. It is C, and gives other threads their turn after each pool.
_read = json.JSONDecoder(parse_constant=_refuse).raw_decode


def _items(text: str) -> dict[str, Item] | None:
    """The pools of the list in `text`; None for another shape. Raises what bad grammar makes the decoder raise."""
    items: dict[str, Item] | None = None
    at = _after(text, 0, "{")
    while text[at] != "}":
        key, at = _read(text, at)
        if not isinstance(key, str):
            raise ValueError("key")  # noqa: TRY004 - one kind of error for all bad grammar
        at = _after(text, at, ":")
        if key == "items" and text[at] == "[":
            items, at = _listed(text, at)
        else:
            _, at = _read(text, at)
            # Of two equal keys the last counts.
            items = None if key == "items" else items
        at = _next(text, at, end="}")
    if _SPACE.match(text, at + 1).end() != len(text):  # type: ignore[union-attr]  # it matches nothing, too
        raise ValueError("more than one document")
    return items


def _listed(text: str, at: int) -> tuple[dict[str, Item] | None, int]:
    """The pools of the array that begins here, None if something else is among them; and where it ends."""
    items: dict[str, Item] = {}
    is_list_of_pools = True
    at = _after(text, at, "[")
    while text[at] != "]":
        start = at
        item, at = _read(text, at)
        is_list_of_pools = is_list_of_pools and _keep(items, item, text, start, at)
        at = _next(text, at, end="]")
    return (items if is_list_of_pools else None), at + 1


def _keep(items: dict[str, Item], item: Any, text: str, start: int, end: int) -> bool:
    """Note a pool; returns False for what is none."""
    metadata = item.get("metadata") if isinstance(item, dict) else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if not (isinstance(name, str) and name):
        return False
    pool_id = name[:LONGEST_ID]
    told = metadata.get("creationTimestamp")  # type: ignore[union-attr]  # it has a name, so it is there
    created = told if isinstance(told, str) else ""
    known = items.get(pool_id)
    if known is None or known.created < created:
        text_print = blake2b(text[start:end].encode(), digest_size=8).hexdigest()
        items[pool_id] = Item(text_print, created, text, start, end)
    return True


def _after(text: str, at: int, mark: str) -> int:
    """Where the next word begins after the mark that has to stand here."""
    at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
    if text[at] != mark:
        raise ValueError(mark)
    return _SPACE.match(text, at + 1).end()  # type: ignore[union-attr]


def _next(text: str, at: int, *, end: str) -> int:
    """Where the next member begins after a comma, or the end stands. Refuses a comma before the end."""
    at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
    if text[at] == end:
        return at
    at = _after(text, at, ",")
    if text[at] == end:
        raise ValueError(end)
    return at
