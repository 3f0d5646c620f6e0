"""One town for all of these tests, on a PostgreSQL and a Redis of its own, which may be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import prepared
from tests.engines import Postgres, Redis, serving
from tests.faults.scope import SOAKING
from tests.faults.town import District, Town
from tests.pools.errands.conftest import abroad  # noqa: F401 - a fixture of these tests too

# Three products one after the other, and some of it is waiting: `make soak` rehearses it.
collect_ignore = [] if SOAKING else ["test_restoring.py"]


@pytest.fixture(scope="package")
def its_postgres() -> Iterator[Postgres]:
    with serving(prepared.server()) as server:
        yield server


@pytest.fixture(scope="package")
def its_redis() -> Iterator[Redis]:
    with serving(Redis()) as server:
        yield server


@pytest.fixture(scope="package")
def town(its_postgres: Postgres, its_redis: Redis) -> Iterator[Town]:
    made = Town(pace="quick", postgres=its_postgres, broker_url=its_redis.url)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="package")
def districts(town: Town) -> list[District]:
    return town.found(3 if SOAKING else 2)
