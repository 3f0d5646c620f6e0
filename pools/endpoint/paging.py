"""The service's two styles of paging: by a token (`continue`) and by an offset."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from pools.endpoint import errors

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")
LONGEST_PAGE = 500
MOST_DIGITS = 15


def text(query: Mapping[str, str], key: str) -> str:
    """A query parameter, empty when absent."""
    return query.get(key) or ""


def number(query: Mapping[str, str], key: str, *, default: int = 0, most: int | None = None) -> int:
    """A query parameter that counts something; blank is the default. Raises `Refused` (400)."""
    said = text(query, key).strip()
    if not said:
        return default
    if not (said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS) or (
        most is not None and int(said) > most
    ):
        raise errors.bad_request(f"{key}: a whole number" + (f" from 0 to {most}" if most is not None else ""))
    return int(said)


def moment(milliseconds: int) -> datetime:
    """The time that a query tells in milliseconds. Sixteen digits would leave the calendar."""
    return datetime.fromtimestamp(min(milliseconds / 1000, 4_000_000_000), tz=UTC)


def by_token(rows: Sequence[Row], query: Mapping[str, str]) -> tuple[Sequence[Row], dict[str, Any]]:
    """The page that `limit` and `continue` ask for, and the list's metadata; rows come in the order of their keys."""
    limit = number(query, "limit", most=LONGEST_PAGE) or LONGEST_PAGE
    after = _token(query)
    if after is not None:
        rows = [row for row in rows if row.pk > after]
    page, left = rows[:limit], len(rows) - limit
    if left <= 0:
        return page, {}
    return page, {"continue": str(UUID(int=page[-1].pk)), "remainingItemCount": left}


def slice_by_token(items: Sequence[Item], query: Mapping[str, str]) -> tuple[Sequence[Item], dict[str, Any]]:
    """As `by_token`, for things that are no rows: the token says how many were read."""
    limit = number(query, "limit", most=LONGEST_PAGE) or LONGEST_PAGE
    read = _token(query) or 0
    page, left = items[read : read + limit], len(items) - read - limit
    if left <= 0:
        return page, {}
    return page, {"continue": str(UUID(int=read + limit)), "remainingItemCount": left}


def _token(query: Mapping[str, str]) -> int | None:
    token = text(query, "continue")
    if not token:
        return None
    try:
        return UUID(token).int
    except ValueError:
        raise errors.bad_request("continue: not a token of this list") from None
