"""A database of any earlier state, with data in it, is upgraded without losing a row: on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines import Postgres
from tests.faults.scope import SOAKING
from tests.running import ROOT

pytestmark = pytest.mark.process
# Of the earlier states, those that get data: one in so many, and the last.
ONE_IN = 1 if SOAKING else 4


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"] if SOAKING else ["postgresql"])
def test_every_row_of_an_earlier_state_is_still_there(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if engine == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.upgrading", str(ONE_IN)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert {name: told["kept"].get(name) for name in told["put"]} == told["put"]
    assert len(told["put"]) > 20
