"""A stocked project, a second one of the same account, and ways to say what is asked of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject
from tests.endpoint.signed import Speaker
from tests.endpoint.steering.sandbox import Neighbour
from tests.engines import Postgres
from tests.faults.scope import SOAKING
from tests.running import Product, running


@pytest.fixture(scope="module", params=["sqlite", "postgres"] if SOAKING else ["postgres"])
def housed(request: pytest.FixtureRequest) -> Iterator[Product]:
    """The product; only the longer run of the tests has it on both databases here."""
    server: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    with running(postgres=server) as product:
        yield product


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


@pytest.fixture
def neighbour(home: EndpointProject) -> Neighbour:
    """Another project of the same account, which steering must never touch."""
    project = admitting.open_project(home.account, name="cn-east-3")
    stocking.load(project)
    key = admitting.issue_key(project)
    return Neighbour(project, Speaker(key.access_key, key.secret_key))
