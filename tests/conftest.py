"""Fixtures for every test. What a folder needs for itself stands in that folder's conftest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from console.celery import app
from tests import migrated, prepared
from tests.engines import Postgres, Redis, serving
from tests.running import Product, running

MakeProduct = Callable[..., Product]
UseBroker = Callable[[str], None]
# Of the journeys: those with a product of their own; and those that together take as long as all others.
OF_THEIR_OWN = ("test_outages.py", "test_secrets.py")
LONG = ("test_every_page.py", "test_the_wizard.py", "test_sandbox_room.py", "test_projects_room.py")


def _starts_something(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("process", "browser"))


def _group_of(module: str) -> str:
    """The journeys go by two products, and not by one for every worker of the run."""
    if not module.startswith("tests/journeys/") or module.endswith(OF_THEIR_OWN):
        return module
    return "journeys of every page" if module.endswith(LONG) else "journeys"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Tests that start something come first, each module on one worker: on another it would start all of it again."""
    for item in items:
        if _starts_something(item) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(_group_of(item.nodeid.partition("::")[0])))
    yield
    items.sort(key=lambda item: not _starts_something(item))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """What is there already is the migrated database, and it goes with the directory, or the server, that it is in."""
    test: dict[str, Any] = connection.settings_dict["TEST"]
    return connection.vendor == "sqlite" or bool(test["TEMPLATE"])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    if connection.vendor == "sqlite":
        migrated.lay_out(Path(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Whatever language the page of an earlier test was in: it stays with the thread that made the page."""
    translation.deactivate()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server; ask `create_database()` for a database of your own."""
    with serving(prepared.server()) as server:
        yield server


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A real Redis server of this test alone, which may kill and start it."""
    with serving(Redis()) as server:
        yield server


@pytest.fixture
def use_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> UseBroker:
    """Have this process take the broker at an address for its own, until the test is over."""

    def use(url: str) -> None:
        # In this order: Celery reads Django's settings once, when its own are first asked for, and keeps what it read.
        monkeypatch.setattr(app.conf, "broker_url", url)
        settings.CELERY_BROKER_URL = url

    return use


@pytest.fixture
def make_product() -> Iterator[MakeProduct]:
    """Start products: `make_product(pace="demo", postgres=…, broker_url=…)`; all are stopped at the end."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(running(**options))


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """One product at instant pace on the embedded default, shared by the tests of a module."""
    with running() as started:
        yield started
