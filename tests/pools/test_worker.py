"""The worker as a process of its own: quick to notice, quick to stop, and the same with a broker and without."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from tests import migrated
from tests.engines import Redis, dying_with_us, wait_for
from tests.pools.upstream.stranger import Stranger, answering
from tests.running import ROOT

pytestmark = pytest.mark.process

CONNECT = """
from pools.models import Project
Project.objects.create(name="p", project_id="p", modelarts_url="http://127.0.0.1:1", access_key="AK", secret_key="SK")
"""
Worker = subprocess.Popen[bytes]
StartWorker = Callable[..., Worker]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with one project in it."""
    file = tmp_path_factory.mktemp("template") / "db.sqlite3"
    migrated.lay_out(file)
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", CONNECT]
    subprocess.run(command, cwd=ROOT, env=environment(file), check=True)
    return file


def environment(file: Path) -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATA_DIR": str(file.parent), "UPSTREAM_READ_TIMEOUT": "60"}
    return {**os.environ, **own, "DATABASE_URL": f"sqlite:///{file}"}


class Place:
    """A database on disk with one project in it, and an environment for processes that work on it."""

    def __init__(self, file: Path, *, cloud: Stranger) -> None:
        self.file = file
        self.environment = environment(file)
        self.execute("UPDATE pools_project SET modelarts_url = ?", cloud.url)

    def execute(self, statement: str, *values: str) -> None:
        with closing(sqlite3.connect(self.file, timeout=20)) as database, database:
            database.execute(statement, values)

    def heard_at(self) -> str | None:
        with closing(sqlite3.connect(self.file, timeout=20)) as database:
            [(heard,)] = database.execute("SELECT heard_at FROM pools_project").fetchall()
        return str(heard) if heard else None

    def held(self) -> tuple[int, int]:
        """How many projects a worker has taken, and how many workers say that they are at work."""
        leases = "SELECT count(*) FROM pools_project WHERE lease_token IS NOT NULL"
        workers = "SELECT count(*) FROM pools_presence WHERE role = 'worker'"
        with closing(sqlite3.connect(self.file, timeout=20)) as database:
            [(taken, present)] = database.execute(f"SELECT ({leases}), ({workers})").fetchall()
        return taken, present

    def has_ticked(self) -> bool:
        """Whether a beat has written down that it ticked, which readiness goes by."""
        with closing(sqlite3.connect(self.file, timeout=20)) as database:
            told = "SELECT 1 FROM pools_presence WHERE role = 'beat' AND worked_at IS NOT NULL"
            return database.execute(told).fetchone() is not None

    def is_heard_anew(self, before: str | None) -> bool:
        return self.heard_at() != before

    def make_due(self) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        self.execute("UPDATE pools_project SET look_after = ?", now)

    def seconds_to_notice(self) -> float:
        """Make the project due and wait until it was swept."""
        before, begun = self.heard_at(), time.monotonic()
        self.make_due()
        wait_for(lambda: self.is_heard_anew(before), what="a sweep", pause=0.01)
        return time.monotonic() - begun


def asleep(_: socket.socket) -> None:
    time.sleep(60)


@pytest.fixture
def cloud() -> Iterator[Stranger]:
    made = Stranger()
    made.will(answering({"items": []}))
    yield made
    made.close()


@pytest.fixture
def place(template: Path, tmp_path: Path, cloud: Stranger) -> Place:
    return Place(Path(shutil.copy(template, tmp_path)), cloud=cloud)


@pytest.fixture
def start(place: Place) -> Iterator[StartWorker]:
    """Start a process on the place's database: `start("manage.py", "worker", NAME="value")`. All are killed after."""
    with ExitStack() as stack:

        def begin(*command: str, **environment: str) -> Worker:
            started = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=place.environment | environment,
                preexec_fn=dying_with_us(signal.SIGKILL),
            )
            stack.callback(started.wait)
            stack.callback(started.kill)
            return started

        yield begin


def test_a_row_that_becomes_due_is_noticed_within_a_second_and_the_beat_says_that_it_ticks(
    place: Place, start: StartWorker
) -> None:
    start("manage.py", "worker")
    wait_for(place.heard_at, what="the worker")
    wait_for(place.has_ticked, what="the beat inside it to say that it ticked")

    noticed = sorted(place.seconds_to_notice() for _ in range(10))

    assert noticed[-2] < 1.0, noticed


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_stops_at_once_and_leaves_nobody_behind(
    place: Place, start: StartWorker, number: signal.Signals
) -> None:
    worker = start("manage.py", "worker", WORKER_GRACE="60")
    wait_for(place.heard_at, what="the worker")
    family = psutil.Process(worker.pid).children(recursive=True)

    worker.send_signal(number)

    assert worker.wait(timeout=15) == 0
    assert not psutil.wait_procs(family, timeout=1)[1]


@pytest.mark.parametrize("with_broker", [False, True], ids=["embedded", "with Redis"])
def test_a_worker_that_waits_for_a_silent_cloud_is_gone_after_its_grace_and_holds_nothing(
    place: Place, start: StartWorker, cloud: Stranger, redis_server: Redis, with_broker: bool
) -> None:
    cloud.choose = lambda _: asleep
    broker = {"CELERY_BROKER_URL": redis_server.url} if with_broker else {}
    celery = ["-m", "celery", "--app", "console.celery"]
    worker = start(*([*celery, "worker"] if with_broker else ["manage.py", "worker"]), WORKER_GRACE="1", **broker)
    if with_broker:
        start(*celery, "beat", "--pidfile", "", **broker)
    wait_for(lambda: cloud.heard, what="the worker to ask")
    assert place.held() == (1, 1)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=6) == 0
    assert place.held() == (0, 0)


def test_with_a_broker_the_same_tasks_are_done_by_ordinary_workers(
    place: Place, start: StartWorker, redis_server: Redis
) -> None:
    celery = ["-m", "celery", "--app", "console.celery"]
    start(*celery, "worker", CELERY_BROKER_URL=redis_server.url)
    start(*celery, "beat", "--pidfile", "", CELERY_BROKER_URL=redis_server.url)
    wait_for(place.heard_at, what="the worker")

    noticed = sorted(place.seconds_to_notice() for _ in range(5))
    assert noticed[-1] < 1.5, noticed

    redis_server.kill()
    redis_server.start()
    place.seconds_to_notice()


def test_a_nudge_is_heard_without_a_beat(place: Place, start: StartWorker, redis_server: Redis) -> None:
    start("-m", "celery", "--app", "console.celery", "worker", CELERY_BROKER_URL=redis_server.url)
    nudge = "import time; from console.celery import nudge; nudge(); time.sleep(10)"

    start("-c", f"import django; django.setup(); {nudge}", CELERY_BROKER_URL=redis_server.url)

    wait_for(place.heard_at, what="the nudge to be heard")
