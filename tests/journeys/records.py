"""What a running product has written down: its own rows, and those of the endpoint that it hosts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from tests.running import Product

ORDER_SENT = "SELECT placed_at, first_sent_at FROM pools_order WHERE first_sent_at IS NOT NULL ORDER BY id"
ABROAD = "SELECT name, count(*) FROM endpoint_hostedpool GROUP BY name"


def rows(product: Product, statement: str) -> list[tuple[Any, ...]]:
    """What `statement` finds in the product's database, or changes there."""
    url = product.environment.get("DATABASE_URL", "")
    if url:
        with psycopg.connect(url) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []
    file = Path(product.environment["DATA_DIR"]) / "poolhouse.sqlite3"
    with closing(sqlite3.connect(file, timeout=20)) as database, database:
        return database.execute(statement).fetchall()


def state(product: Product, order: int) -> str:
    return str(rows(product, f"SELECT state FROM pools_order WHERE id = {order}")[0][0])


def phase(product: Product, order: int) -> str:
    """Of the order's pool; empty while there is none or nothing was heard of it."""
    found = rows(product, f"SELECT phase FROM pools_pool WHERE order_id = {order}")
    return str(found[0][0]) if found else ""


def abroad(product: Product) -> dict[str, int]:
    """How many pools the endpoint ever made, by name."""
    return dict(rows(product, ABROAD))
