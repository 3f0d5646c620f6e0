"""A short soak with a fixed seed; `make soak` is the long one. And a proof that its reckoning finds what is wrong."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.engines import Postgres, Redis, postgres_program
from tests.faults.holding import broken
from tests.faults.soak import Soak
from tests.faults.town import District, Town
from tests.journeys.records import rows

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("faults")]

ERRAND = "sends, setbacks, needs_person, failure_code, failure_message, changed_at, trace, answer_id"
# Each breaks what held until then.
DAMAGE = {
    "more nodes that were sent and nobody had approved": (
        f"INSERT INTO pools_resize (pool_id, by_id, at, was, body, grows, why, reason, comment, digest, checks, undone,"
        f" reminders, reminders_told, state, {ERRAND})"
        " SELECT p.id, o.placed_by_id, now(), o.body, o.body, true, '', '', '', '', '[]', '[]', '[]', 0, 'done',"
        " 1, 0, false, '', '', now(), '', '' FROM pools_pool p JOIN pools_order o ON o.id = p.order_id LIMIT 1"
    ),
    "a watch that ended in vain and has its order": (
        "INSERT INTO pools_watch (project_id, team_id, by_id, draft, revision, pool_name, body, digest, understood,"
        " written, docket, wants, since, expires_at, changed_at, state, ending, trouble, trace)"
        " SELECT project_id, team_id, placed_by_id, draft, revision, pool_name, body, '', '[]', '[]', '{}', '[]',"
        " now(), now(), now(), 'ended', 'expired', '', '' FROM pools_order LIMIT 1"
    ),
    "a decision that was carried out and is told as failed": "UPDATE pools_decision SET state = 'failed'",
    "a gap in the history": "DELETE FROM pools_phasechange WHERE became = 'Waiting'",
    "a phase that was never heard": "UPDATE pools_pool SET phase = 'Error' WHERE phase <> ''",
    "an order without its pool": "UPDATE pools_pool SET order_id = NULL",
    "an order that is refused although it was made": "UPDATE pools_order SET state = 'refused', failure_code = 'X'",
    "a pool that is doubled abroad": "UPDATE endpoint_hostedpool SET name = 'soak-00001'",
    "a refusal without a reason": "UPDATE pools_order SET state = 'refused', failure_code = '', failure_message = ''",
}


def test_a_short_soak_loses_nothing(
    town: Town, districts: list[District], its_postgres: Postgres, its_redis: Redis
) -> None:
    run = Soak(town, districts, postgres=its_postgres, broker=its_redis, seed=2611)
    run.run(6, orders=4)
    run.heal()
    assert run.report(seconds=6) == []
    assert sum(run.injected.values()) > 3


@pytest.fixture
def copied(town: Town, districts: list[District], its_postgres: Postgres) -> Iterator[Town]:
    """The town as far as its rows go: on a copy of its database, which may be damaged."""
    order = districts[0].member.order("to-be-damaged")
    town.wait_until(order, phase="Waiting", what="rows to damage")
    assert districts[0].admin.reject(order) == 302
    town.wait_until(order, decision="done", what="a decision to damage")
    told, copy = town.environment["DATABASE_URL"], its_postgres.create_database()
    dump = subprocess.run(
        [postgres_program("pg_dump"), told], env={"PATH": os.environ["PATH"]}, capture_output=True, check=True
    )
    subprocess.run(["psql", "--quiet", copy], input=dump.stdout, capture_output=True, check=True)
    town.environment["DATABASE_URL"] = copy
    yield town
    town.environment["DATABASE_URL"] = told


def test_the_reckoning_finds_what_is_wrong(copied: Town) -> None:
    for what, statement in DAMAGE.items():
        before = set(broken(copied))
        rows(copied, statement)
        assert set(broken(copied)) - before, f"{what} was not found"
