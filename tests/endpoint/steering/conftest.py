"""A stocked project, a second one of the same account, and ways to say what is asked of the sandbox."""

from __future__ import annotations

import pytest

from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject
from tests.endpoint.signed import Speaker
from tests.endpoint.steering.sandbox import Neighbour
from tests.faults.scope import SOAKING
from tests.running import Product


@pytest.fixture(params=["on_sqlite", "on_postgres"] if SOAKING else ["on_postgres"])
def housed(request: pytest.FixtureRequest) -> Product:
    """The product; only the longer run of the tests has it on both databases here."""
    house: Product = request.getfixturevalue(request.param)
    return house


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
