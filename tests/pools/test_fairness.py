"""A cloud that is silent, beside one that is well: nobody waits for it but those who ask it.

A worker as Celery runs it: as many threads, and a waking every now and then. The silent cloud takes every call and says
nothing until the test is over, so whatever happens here happens while all its calls are still under way.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from console.celery import THREADS, app
from pools import tasks
from pools.models import Order, Project, Reading
from pools.turns import EACH, Lane
from pools.turns import THREADS as OF_LANE
from tests import builders
from tests.engines import wait_for
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import Stranger

pytestmark = pytest.mark.django_db(transaction=True)


class Worker:
    """Wakes and works until the test is over."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS)
        self._stopped = threading.Event()
        self._waking = threading.Thread(target=self._wake, daemon=True)
        self._waking.start()

    def _wake(self) -> None:
        with app.connection_for_read() as broker:
            queue = broker.SimpleQueue(app.conf.task_default_queue, no_ack=True)
            while not self._stopped.wait(0.05):
                self._threads.submit(self._do, "pools.wake")
                while queue.qsize():
                    message = queue.get_nowait()
                    self._threads.submit(self._do, message.headers["task"], *message.payload[0])
            queue.close()
        connection.close()

    def _do(self, name: str, *args: Any) -> None:
        try:
            app.tasks[name].run(*args)
        finally:
            connection.close()

    def stop(self) -> None:
        self._stopped.set()
        self._waking.join(10)
        self._threads.shutdown(wait=True, cancel_futures=True)


class Silence:
    """Says nothing to anybody whose path it is told to be silent on."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def __call__(self, line: socket.socket) -> None:
        self.over.wait(60)


@pytest.fixture
def silence() -> Iterator[Silence]:
    made = Silence()
    yield made
    made.over.set()


@pytest.fixture
def silent(silence: Silence) -> Iterator[Stranger]:
    made = Stranger(lambda _: silence)
    yield made
    made.close()


@pytest.fixture
def well() -> Iterator[Cloud]:
    made = Cloud()
    yield made
    made.stranger.close()


@pytest.fixture
def worker(silence: Silence, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr(tasks, "_handed", {})
    app.loader.import_default_modules()
    made = Worker()
    yield made
    silence.over.set()
    made.stop()


def never() -> Any:
    return timezone.now() + timedelta(hours=1)


def idle(url: str, **fields: Any) -> Project:
    return builders.project(url=url, **{"look_after": never(), "mirror_after": never(), **fields})


def busy(url: str) -> Project:
    """A project of which everything is due that a worker watches."""
    now = timezone.now()
    project = builders.project(url=url, look_after=now, mirror_after=now)
    for _ in range(3):
        builders.pool(project=project, look_after=now)
    return project


def heard(stranger: Stranger, method: str, part: str = "") -> int:
    return sum(request.method == method and part in request.target for request in list(stranger.heard))


def watching(silent: Stranger, calls: int) -> None:
    wait_for(lambda: heard(silent, "GET") >= calls, what="the silent cloud to be asked")


def test_a_silent_cloud_of_many_projects_keeps_no_other_from_being_watched(
    silent: Stranger, well: Cloud, worker: Worker
) -> None:
    for _ in range(14):
        busy(silent.url)
    watching(silent, OF_LANE[Lane.WATCHING] // 2)

    project = well.project()

    wait_for(lambda: Project.objects.get(pk=project.pk).heard_at, what="a sweep of the cloud that is well")
    assert heard(silent, "GET") == OF_LANE[Lane.WATCHING] // 2


def test_a_silent_project_keeps_no_other_of_its_host_from_being_watched(
    well: Cloud, silence: Silence, worker: Worker
) -> None:
    project_id = "5" * 32
    well.fails_at(project_id, silence)
    for _ in range(20):
        builders.pool(project=Project.objects.first() or idle(well.stranger.url, project_id=project_id))
    Project.objects.update(look_after=timezone.now(), mirror_after=timezone.now())
    watching(well.stranger, EACH[Lane.WATCHING])

    project = well.project()

    wait_for(lambda: Project.objects.get(pk=project.pk).heard_at, what="a sweep of the project that is well")
    assert heard(well.stranger, "GET", project_id) == EACH[Lane.WATCHING]


def test_orders_for_a_silent_cloud_keep_no_other_order_waiting(silent: Stranger, well: Cloud, worker: Worker) -> None:
    team, person = builders.team(), builders.person()
    for _ in range(8):
        builders.order(team=team, placed_by=person, project=busy(silent.url))
    wait_for(lambda: heard(silent, "POST") >= OF_LANE[Lane.PEOPLE] // 2, what="orders to be sent into silence")

    order = builders.order(team=team, placed_by=person, project=idle(well.stranger.url))

    wait_for(lambda: heard(well.stranger, "POST"), what="the order to be sent")
    assert Order.objects.get(pk=order.pk).first_sent_at
    assert heard(silent, "POST") == OF_LANE[Lane.PEOPLE] // 2


def test_an_order_is_sent_while_its_own_project_is_watched_in_vain(silent: Stranger, worker: Worker) -> None:
    project = busy(silent.url)
    watching(silent, EACH[Lane.WATCHING])

    builders.order(team=builders.team(), placed_by=builders.person(), project=project)

    wait_for(lambda: heard(silent, "POST"), what="the order to be sent")


def test_whoever_asks_to_have_the_cloud_read_waits_for_no_back_off_and_ends_it(well: Cloud, worker: Worker) -> None:
    failing = {"failing_since": timezone.now() - timedelta(minutes=9), "failures": 9}
    pool = builders.pool(project=idle(well.stranger.url, **failing), name="one", pool_id="one-id")
    well.has("one", created=pool.created_abroad)

    Reading.objects.create(project=pool.project, pool=pool, asked_by=builders.person())

    wait_for(lambda: Project.objects.get().failing_since is None, what="the project to be well again")
    assert Reading.objects.get().state == Reading.State.DONE
    assert well.asked()[0] == "pools/one-id"
