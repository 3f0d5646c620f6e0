"""Rows as an address or a form names them: `order-12` or `pool-7`, and lists of either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.shell import SignedIn
from pools import queries
from pools.models import User
from pools.queries import Row

MOST_NAMED = 2 * queries.ROWS_A_PAGE


@dataclass(frozen=True, kw_only=True)
class Named:
    """Primary keys of orders and pools. What is none is left out, and so is more than a page can hold."""

    orders: tuple[int, ...] = ()
    pools: tuple[int, ...] = ()

    @classmethod
    def of(cls, request: SignedIn) -> Named:
        """`?orders=1,2&pools=3`, as a page that watches its rows asks."""
        return cls(
            orders=_keys(request.GET.get("orders", "").split(",")), pools=_keys(request.GET.get("pools", "").split(","))
        )

    @classmethod
    def among(cls, rows: Iterable[str]) -> Named:
        """Of the keys of rows, as `Row.key` writes them."""
        pairs = [row.partition("-") for row in rows]
        return cls(
            orders=_keys(word for kind, _, word in pairs if kind == "order"),
            pools=_keys(word for kind, _, word in pairs if kind == "pool"),
        )

    def rows_for(self, user: User) -> list[Row]:
        """Those of them that the person may see."""
        return queries.rows_named(user, orders=self.orders, pools=self.pools)

    def __bool__(self) -> bool:
        return bool(self.orders or self.pools)


def _keys(words: Iterable[str]) -> tuple[int, ...]:
    plain = [word for word in words if word.isascii() and word.isdigit() and len(word) < 19]  # noqa: PLR2004 - 64 bits
    return tuple(map(int, plain[:MOST_NAMED]))
