"""Taking many rows at once without harming calls that hold some of them.

Calls lock rows in orders of their own. Where the database would have to choose who of two gives way, it may choose a
client's call; so whoever steers gives way first, and tries again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

from pools.endpoint import errors

T = TypeVar("T")

TRIES = 20
# Far below PostgreSQL's deadlock_timeout of a second, after which it chooses for itself.
WAIT_FOR_A_ROW = "300ms"
PAUSE = 0.1


def patiently(act: Callable[[], T]) -> T:
    """Do `act` in one transaction, again if it would have to wait long for a row. Raises `Refused` (409) in the end."""
    if connection.vendor != "postgresql":
        # SQLite has one writer at a time, and waits for it.
        with transaction.atomic():
            return act()
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_FOR_A_ROW}'")
                return act()
        except OperationalError:
            time.sleep(PAUSE)
    raise errors.busy()
