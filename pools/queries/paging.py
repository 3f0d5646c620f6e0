"""Pages of rows out of several tables as one list, found by key: however deep, a page costs what the first one costs,
and rows that come and go between two looks shift nobody onto the wrong page.

A place in the list is, for each source, the key of its last row before there. Going on, the rows after those are read;
going back, those up to them. So the sources need not agree on more than the order of what they show together, and a row
that moves from one source to another meanwhile is passed over by neither.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Value = datetime | str
Key = tuple[Value, int]
# Of each source, its last row before the place; None if there is none.
Place = Key | None
R = TypeVar("R")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_TOKEN = 1000


@dataclass(frozen=True)
class Source:
    """Rows of one table, and the field that they are sorted by; rows of the same value go by primary key."""

    rows: QuerySet[Any]
    field: str

    def after(self, place: Place, *, down: bool, most: int) -> list[Any]:
        """At most so many rows that come after the place."""
        rows = self._sorted(down=down)
        return list((rows.filter(self._beyond(place, down=down, inclusive=False)) if place else rows)[:most])

    def up_to(self, place: Place, *, down: bool, most: int) -> list[Any]:
        """At most so many rows up to the place, the nearest first."""
        rows = self._sorted(down=not down)
        return list(rows.filter(self._beyond(place, down=not down, inclusive=True))[:most]) if place else []

    def _sorted(self, *, down: bool) -> QuerySet[Any]:
        sign = "-" if down else ""
        return self.rows.order_by(f"{sign}{self.field}", f"{sign}pk")

    def _beyond(self, key: Key, *, down: bool, inclusive: bool) -> Q:
        """Written so that databases see a range of the index in it."""
        value, pk = key
        beyond = "lt" if down else "gt"
        within = Q(**{f"{self.field}__{beyond}e": value})
        same = Q(**{f"pk__{beyond}{'e' if inclusive else ''}": pk})
        return within & (Q(**{f"{self.field}__{beyond}": value}) | same)

    def key(self, row: Model) -> Key:
        return getattr(row, self.field), row.pk


@dataclass(frozen=True)
class Cursor:
    """The place after which a page begins or, `back`, with which it ends; and how many rows came before it then."""

    places: tuple[Place, ...]
    after: int = 0
    back: bool = False

    def __str__(self) -> str:
        places = [_plain(place) for place in self.places]
        text = json.dumps([int(self.back), self.after, *places], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, token: str, *, sources: Sequence[Source], dated: bool) -> Cursor:
        """The cursor that `token` spells for sources sorted by date or by text; the beginning for what is none."""
        try:
            back, after, *places = json.loads(urlsafe_b64decode(token[:LONGEST_TOKEN] + "=" * (-len(token) % 4)))
            if len(places) != len(sources):
                raise ValueError("other sources")  # noqa: TRY301 - read like all else that may be wrong with it
            return cls(tuple(_place(place, dated=dated) for place in places), _natural(after), back=bool(back))
        except (ValueError, TypeError, OverflowError, RecursionError):
            return cls((None,) * len(sources))


@dataclass(frozen=True)
class Found(Generic[R]):
    """One page: its rows, which of the list the first of them was, and the cursors of its neighbours, if there are."""

    rows: list[R]
    first: int
    previous: Cursor | None
    next: Cursor | None


def page(sources: Sequence[Source], cursor: Cursor, *, down: bool, most: int) -> Found[Any]:
    """The page that begins after the cursor, or ends with it. At most one statement for each source."""
    return _back(sources, cursor, down=down, most=most) if cursor.back else _on(sources, cursor, down=down, most=most)


def _on(sources: Sequence[Source], cursor: Cursor, *, down: bool, most: int) -> Found[Any]:
    pairs = list(zip(sources, cursor.places, strict=True))
    # One more than a page holds tells whether there is another.
    heads = [source.after(place, down=down, most=most + 1) for source, place in pairs]
    taken, rows = _merge(sources, heads, down=down, most=most)
    ends = tuple(
        source.key(head[number - 1]) if number else place
        for (source, place), head, number in zip(pairs, heads, taken, strict=True)
    )
    goes_on = any(number < len(head) for head, number in zip(heads, taken, strict=True))
    has_begun = any(place is not None for place in cursor.places)
    return Found(
        rows,
        cursor.after + 1,
        previous=Cursor(cursor.places, cursor.after, back=True) if has_begun else None,
        next=Cursor(ends, cursor.after + len(rows)) if goes_on else None,
    )


def _back(sources: Sequence[Source], cursor: Cursor, *, down: bool, most: int) -> Found[Any]:
    heads = [
        source.up_to(place, down=down, most=most + 1) for source, place in zip(sources, cursor.places, strict=True)
    ]
    taken, rows = _merge(sources, heads, down=down, most=most, back=True)
    begins = tuple(
        source.key(head[number]) if number < len(head) else None
        for source, head, number in zip(sources, heads, taken, strict=True)
    )
    goes_on = any(place is not None for place in begins)
    after = max(cursor.after - len(rows), 0) if goes_on else 0
    return Found(
        rows[::-1],
        after + 1,
        previous=Cursor(begins, after, back=True) if goes_on else None,
        next=Cursor(cursor.places, after + len(rows)),
    )


def _merge(
    sources: Sequence[Source], heads: list[list[Any]], *, down: bool, most: int, back: bool = False
) -> tuple[list[int], list[Any]]:
    """How many are taken of each, and the first so many rows of all; always a beginning of each, in its own order.

    Of equal values that of the first source goes first; going back it comes last.
    """
    taken, rows = [0] * len(heads), list[Any]()
    pick = max if down != back else min
    while len(rows) < most:
        ready = [nth for nth, head in enumerate(heads) if taken[nth] < len(head)]
        if not ready:
            break
        nth = pick(ready, key=lambda nth: (sources[nth].key(heads[nth][taken[nth]])[0], -nth if down else nth))
        rows.append(heads[nth][taken[nth]])
        taken[nth] += 1
    return taken, rows


def _plain(place: Place) -> Any:
    if place is None:
        return None
    value, pk = place
    return [(value - EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value, pk]


def _place(said: Any, *, dated: bool) -> Place:
    if said is None:
        return None
    value, pk = said
    if dated and isinstance(value, int):
        return EPOCH + timedelta(microseconds=value), _natural(pk)
    if dated or not isinstance(value, str) or "\0" in value:
        raise ValueError("not of that kind")
    return value, _natural(pk)


def _natural(said: Any) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said < 2**63:
        raise ValueError("not a number of ours")
    return said
