"""schemathesis explores every operation by its description, with good and with bad data, and finds nothing.

`python -m tests.endpoint.explore --minutes 10` explores longer, and at random.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
import schemathesis.pytest
from hypothesis import settings
from schemathesis import CheckFunction
from schemathesis.core import NotSet
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from pools.endpoint.describing.calls import CALLS
from pools.endpoint.models import AccessKey
from tests.endpoint.exploring import HEADERS, SCHEMA, Case, settle, stocked
from tests.endpoint.walking import Scene

# Of the module: what is asked for by a test that is made later comes too late, the scene inside its transaction.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("where")]
IN_FULL = "EXPLORE_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("EXPLORE_EXAMPLES", "5"))
# Of the thousands of cases that cover every limit of every field, one in so many is tried each time, the same ones.
ONE_IN = 24

LEFT_OUT: list[CheckFunction] = [
    # The rules say more than a shape can: what is in stock, which name is free, what a pool's phase allows.
    positive_data_acceptance,
]


@pytest.fixture(scope="session")
def described() -> Any:
    return SCHEMA


# Only where a test runs are its cases made, and not by every process that collects it.
EXPLORED = schemathesis.pytest.from_fixture("described")


@pytest.fixture(scope="module")
def where(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with django_db_blocker.unblock(), stocked() as made:
        yield made


def is_left_out(case: Case, tried: set[str]) -> bool:
    """Whether this case is left to the longer exploration: never the first one of its kind."""
    if IN_FULL or not case.meta or not isinstance(case.meta.phase.data, CoveragePhaseData):
        return False
    data = case.meta.phase.data
    if data.scenario not in tried:
        tried.add(data.scenario)
        return False
    return bool(crc32(f"{data.location} {data.parameter} {data.description}".encode()) % ONE_IN)


def explored(operation: str) -> Any:
    """The test of one operation, under a name of its own: tests are spread over processes by their names."""
    tried: set[str] = set()

    @EXPLORED.include(operation_id=operation).parametrize()
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=not IN_FULL, database=None)
    def test_it_answers_as_described(case: Case, where: Scene) -> None:
        if is_left_out(case, tried):
            return
        assert AccessKey.objects.exists(), "strangers are refused whatever they ask: nothing would be found"
        settle(case, where)
        # Without a body that may lack, nothing is wrong with a case that was meant to be wrong in its body.
        is_bare = CALLS[operation].body_may_lack and isinstance(case.body, NotSet)
        left_out = [*LEFT_OUT, negative_data_rejection] if is_bare else LEFT_OUT
        case.call_and_validate(headers=HEADERS, excluded_checks=left_out)

    return test_it_answers_as_described


for _operation in CALLS:
    globals()[f"test_{_operation}_answers_as_described"] = explored(_operation)
