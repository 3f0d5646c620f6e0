"""A backup is made while the product runs, and restored into an empty machine after more has happened: nothing twice.

What was on its way then is in doubt afterwards, and found out; the cloud went on meanwhile and is asked.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import faulty
from tests.engines import Postgres, postgres_program, wait_for
from tests.faults.town import Town
from tests.faulty import Proxy
from tests.journeys.records import abroad, rows
from tests.journeys.visitor import Visitor
from tests.running import Product, running

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("faults")]

Backup = Path
KEYS = ("credentials-keys", "secret-key", "first-run.json")


@pytest.fixture(scope="module")
def cloud() -> Iterator[Product]:
    """A product whose endpoint is the cloud of the others. Its own worker does nothing: it has no orders."""
    with running(pace="instant") as started:
        yield started


class Console(Town):
    """A town whose orders go to another machine's endpoint."""

    def connect(self, cloud: Product, line: Proxy) -> None:
        told = {**cloud.first_run["endpoint"], "url": line.url}
        self.manage(json.dumps(told), module="tests.faults.connecting")
        self.cloud_project = told["project_id"]


class Person(Visitor):
    def document(self, name: str, **spec: Any) -> dict[str, Any]:
        town = self.product
        assert isinstance(town, Console)
        network = {"name": f"network-21e1-{town.cloud_project}"}
        return super().document(name, **{"network": network, **spec})


def _back_up(console: Console, to: Path, *, postgres: Postgres | None) -> Backup:
    """As docs/operations.md says: the database while it runs, and the keys."""
    to.mkdir()
    for name in KEYS:
        shutil.copy(Path(console.environment["DATA_DIR"]) / name, to / name)
    if postgres:
        dump = [postgres_program("pg_dump"), "--format=custom", f"--file={to / 'database'}"]
        subprocess.run([*dump, console.environment["DATABASE_URL"]], check=True, env={"PATH": os.environ["PATH"]})
    else:
        with (
            closing(sqlite3.connect(Path(console.environment["DATA_DIR"]) / "poolhouse.sqlite3")) as source,
            closing(sqlite3.connect(to / "database")) as target,
        ):
            source.backup(target)
    return to


def _restore(backup: Backup, *, postgres: Postgres | None) -> Console:
    """Into a machine that has nothing of it."""
    url = postgres.create_database() if postgres else ""
    console = Console(pace="instant", fresh=True, database_url=url)
    data = Path(console.environment["DATA_DIR"])
    data.mkdir(parents=True)
    for name in KEYS:
        shutil.copy(backup / name, data / name)
    if postgres:
        restore = [postgres_program("pg_restore"), "--no-owner", f"--dbname={url}", str(backup / "database")]
        subprocess.run(restore, check=True, env={"PATH": os.environ["PATH"]})
    else:
        shutil.copy(backup / "database", data / "poolhouse.sqlite3")
    return console


@pytest.mark.parametrize("engine", ["postgresql", "sqlite"])
def test_a_restored_console_finds_out_what_happened_since_and_does_nothing_twice(
    engine: str, cloud: Product, postgres: Postgres, tmp_path: Path
) -> None:
    server = postgres if engine == "postgresql" else None
    line = Proxy(cloud.url)
    names = {what: f"{engine[:4]}-{what}" for what in ("waits", "paid", "half", "deleted", "later")}
    first = Console(pace="instant", postgres=server)
    try:
        first.start()
        first.connect(cloud, line)
        member, admin = Person(first), Person(first, "admin")
        orders = {what: member.order(names[what]) for what in ("waits", "paid", "deleted")}
        for order in orders.values():
            first.wait_until(order, phase="Waiting", what="an order before the backup")

        # One is being sent as the backup is made: the cloud has it, and nobody was told.
        hold = faulty.Hold()
        line.next("POST", "/pools", hold)
        orders["half"] = member.order(names["half"])
        assert hold.held.wait(20)
        backup = _back_up(first, tmp_path / "backup", postgres=server)
        hold.let_go.set()

        # And life goes on, until the machine is lost.
        assert admin.decide(orders["paid"]).status_code == 302
        deleting = f"/pools/{first.pool_of(orders['deleted'])}/delete/"
        assert member.ask(deleting, typed_name=names["deleted"]).status_code == 302
        first.wait_until(orders["paid"], decision="done", what="a payment after the backup")
        first.wait_until(orders["deleted"], deletion="done", what="a deletion after the backup")
        first.wait_until(orders["half"], state="accepted", what="the order that was half sent")
        lost = member.order(names["later"])
        first.wait_until(lost, phase="Waiting", what="an order after the backup")
    finally:
        first.remove()

    second = _restore(backup, postgres=server)
    try:
        second.start()
        second.connect(cloud, line)
        second.wait_until(orders["half"], state="accepted", what="the doubt to be ended")
        second.wait_until(orders["paid"], phase="Running", what="what was paid since")
        second.wait_until(orders["waits"], phase="Waiting", what="what still waits")
        gone = f"SELECT 1 FROM pools_pool WHERE order_id = {orders['deleted']} AND gone_at IS NOT NULL"
        wait_for(lambda: rows(second, gone), what="what was deleted since", seconds=60)
        # What was ordered after the backup is there, and nobody's.
        unclaimed = f"SELECT order_id FROM pools_pool WHERE name = '{names['later']}'"
        wait_for(lambda: rows(second, unclaimed) == [(None,)], what="the pool that nobody ordered here", seconds=60)
        assert {name: abroad(cloud).get(name) for name in names.values()} == dict.fromkeys(names.values(), 1)
    finally:
        second.remove()
        line.close()
