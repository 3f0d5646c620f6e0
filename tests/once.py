"""`pytest -p tests.once`: of every test that touches the database, one of its cases, always the same.

For the second engine: the two differ by statements, which are the test's, hardly by the values of its cases. Of the
endpoint's tests and of those of errands, hundreds of which go by the same statements, one in a few; of races all of
them. `make soak` asks all of them there.
"""

from __future__ import annotations

from zlib import crc32

import pytest

FIXTURES = {"db", "transactional_db", "live_server"}
ONE_IN = {"tests/endpoint/": 3, "tests/pools/errands/": 2}


def _touches_rows(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or FIXTURES & set(getattr(item, "fixturenames", ())))


def _is_one_of_a_few(name: str) -> bool:
    few = next((few for folder, few in ONE_IN.items() if name.startswith(folder)), 1)
    return "race" in name or crc32(name.encode()) % few == 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    cases: dict[str, list[pytest.Item]] = {}
    for item in filter(_touches_rows, items):
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    kept = {each[crc32(name.encode()) % len(each)] for name, each in cases.items() if _is_one_of_a_few(name)}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
