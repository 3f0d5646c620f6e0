"""`pytest -p tests.once`: of every test that touches the database, one of its cases, always the same.

For the second engine: the two differ by statements, which are the test's, hardly by the values of its cases.
`make soak` asks all of them there.
"""

from __future__ import annotations

from zlib import crc32

import pytest

FIXTURES = {"db", "transactional_db", "live_server"}


def _touches_rows(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    cases: dict[str, list[pytest.Item]] = {}
    for item in filter(_touches_rows, items):
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {each[crc32(name.encode()) % len(each)] for name, each in cases.items()}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
