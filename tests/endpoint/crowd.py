"""Calls of the real product, one by one or all at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from pools.upstream.auth import Signature
from tests.running import Product

Call = Callable[[], requests.Response]
CALLERS = 8


def call(product: Product, method: str, path: str, *, json: Any = None, console: bool = False) -> requests.Response:
    keys = product.first_run["endpoint"]
    return requests.request(
        method,
        f"{product.url}{path}",
        json=json,
        headers={"Content-Type": "application/json", **({"request-type": "console"} if console else {})},
        auth=Signature(access_key=keys["access_key"], secret_key=keys["secret_key"]),
        timeout=60,
    )


def at_once(calls: Sequence[Call]) -> list[int]:
    """Make the calls at the same moment; returns the status of each."""
    start = Barrier(len(calls))

    def one(make: Call) -> int:
        start.wait()
        return int(make().status_code)

    with ThreadPoolExecutor(len(calls)) as crowd:
        return list(crowd.map(one, calls))
