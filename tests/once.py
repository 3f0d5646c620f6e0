"""`pytest -p tests.once`: of every test that touches the database, its first case and its last.

For the second engine: the two differ by statements, which are the test's, hardly by the values of its cases.
"""

from __future__ import annotations

import pytest

FIXTURES = {"db", "transactional_db", "live_server"}


def _touches_rows(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    cases: dict[str, list[pytest.Item]] = {}
    for item in filter(_touches_rows, items):
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {ends for each in cases.values() for ends in (each[0], each[-1])}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
