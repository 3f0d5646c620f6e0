"""The change feed: what moved since a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db.models import CharField, QuerySet, Value
from django.utils import timezone

from pools.models import Order, Pool, User, Watch

# Rows are stamped before they are committed: a feed that looked back less could miss a late commit.
LATEST_COMMIT = timedelta(seconds=5)
MOST_CHANGES = 500
# How soon a page may ask again, by how long ago anything moved: whoever works now is seen at once by who looks on.
PACES = ((timedelta(minutes=1), 2.5), (timedelta(minutes=10), 5.0))
AT_REST = 10.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Changes(NamedTuple):
    """What moved since a cursor. Nothing did if `cursor` is the one that was asked with: that is a 304.

    With more than `MOST_CHANGES` rows, or a cursor of a time to come, all lists are empty although the cursor moved:
    the page reloads itself.
    """

    orders: list[int]
    pools: list[int]
    watches: list[int]
    cursor: str


def changes(user: User, since: str | None = None) -> Changes:
    """What the user may see that changed since the cursor `since`; without one, nothing, and the cursor to begin with.

    Take the first cursor before the rows it is for. One statement decides; a row may be told twice, never left out.
    """
    asked = _Cursor.read(since)
    if asked is None:
        now = timezone.now()
        return Changes([], [], [], str(_Cursor.over(_changed_since(user, now - LATEST_COMMIT), at=now)))
    if asked.at > timezone.now() + LATEST_COMMIT:  # the clock was set back since
        return changes(user)
    rows = _changed_since(user, asked.at - LATEST_COMMIT)
    if len(rows) > MOST_CHANGES:
        return changes(user)
    latest = max([asked.at, *(changed_at for _, _, changed_at in rows)])
    if str(_Cursor.over(rows, at=asked.at)) == since:
        return Changes([], [], [], since)
    fresh = _Cursor.over(rows, at=latest)
    keys = {kind: sorted(key for its, key, _ in rows if its == kind) for kind in ("order", "pool", "watch")}
    return Changes(keys["order"], keys["pool"], keys["watch"], str(fresh))


def ask_again_after(cursor: str) -> float:
    """In how many seconds a page that has this cursor should ask again."""
    asked = _Cursor.read(cursor)
    still = timezone.now() - asked.at if asked else timedelta()
    return next((seconds for most, seconds in PACES if still < most), AT_REST)


def cursor_from_now(now: datetime) -> str:
    """A cursor to begin with that costs no query: the first feed repeats the last seconds, which is harmless."""
    return str(_Cursor(now, ""))


def _changed_since(user: User, moment: datetime) -> list[tuple[str, int, datetime]]:
    """One statement; each of its parts is a range of an index for each of the user's teams, or projects."""
    orders = Order.objects.visible_to(user).filter(changed_at__gte=moment)
    parts = [_lines(pools.filter(changed_at__gte=moment), "pool") for pools in Pool.objects.visible_parts(user)]
    parts.append(_lines(Watch.objects.visible_to(user).filter(changed_at__gte=moment), "watch"))
    return list(_lines(orders, "order").union(*parts, all=True)[: MOST_CHANGES + 1])


def _lines(rows: QuerySet[Any], kind: str) -> Any:
    plain = rows.order_by().annotate(kind=Value(kind, output_field=CharField()))
    return plain.values_list("kind", "pk", "changed_at")


@dataclass(frozen=True)
class _Cursor:
    """A moment, and a digest of every row seen in the seconds before it: a late commit there changes the digest."""

    at: datetime
    digest: str

    @classmethod
    def over(cls, rows: list[tuple[str, int, datetime]], *, at: datetime) -> _Cursor:
        seen = sorted(row for row in rows if row[2] >= at - LATEST_COMMIT)
        return cls(at, blake2b(repr(seen).encode(), digest_size=8).hexdigest())

    @classmethod
    def read(cls, text: str | None) -> _Cursor | None:
        """The cursor that `text` spells; None for none, and for what is none of ours."""
        micros, _, digest = (text or "").partition("-")
        try:
            return cls(EPOCH + timedelta(microseconds=int(micros)), digest)
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.digest}"
