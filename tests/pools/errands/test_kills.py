"""SIGKILL to a real worker process, between sending and recording: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pools import approving, ordering
from pools.endpoint.models import BillingOrder, HostedPool
from pools.models import Pool
from pools.states import ErrandState, OrderState
from pools.wire.enums import BillingStatus
from tests import faulty
from tests.engines import dying_with_us, wait_for
from tests.faults.scope import SOAKING
from tests.pools.errands.conftest import Abroad, Errand, fresh, pass_time

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]

ROOT = Path(__file__).resolve().parents[3]
StartWorker = Callable[[], "subprocess.Popen[bytes]"]


def database_url() -> str:
    """The test's own database, for another process."""
    its = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{its['NAME']}"
    return f"postgres://{its['USER']}:{its['PASSWORD']}@{its['HOST']}:{its['PORT']}/{its['NAME']}"


@contextmanager
def working() -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        # Longer than any call is held: the worker is killed while it waits, it does not give up.
        "UPSTREAM_READ_TIMEOUT": "20",
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.pools.errands.labour"],
        cwd=ROOT,
        env=environment,
        preexec_fn=dying_with_us(SIGTERM),
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait(10)


@pytest.fixture
def start_worker() -> Iterator[StartWorker]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(working())


def placed(abroad: Abroad) -> Errand:
    return abroad.order()


def approved(abroad: Abroad) -> Errand:
    return approving.approve(abroad.accepted(), by=abroad.admin)


def rejected(abroad: Abroad) -> Errand:
    return approving.reject(abroad.accepted(), by=abroad.admin, reason="too large")


def deleted(abroad: Abroad) -> Errand:
    return ordering.delete(Pool.objects.get(order=abroad.accepted()), by=abroad.member, typed_name="pool-one")


def outcome(abroad: Abroad) -> tuple[int, int | None, bool]:
    """How many pools there are abroad, the status of the last one's bill, whether it was deleted."""
    bill = BillingOrder.objects.last()
    deleted_there = any(hosted.deleted_at for hosted in HostedPool.objects.all())
    return len(abroad.hosted()), bill.status if bill else None, deleted_there


PENDING, PAID, CANCELLED = BillingStatus.PENDING_PAYMENT, BillingStatus.COMPLETED, BillingStatus.CANCELLED
ERRANDS = [
    pytest.param(placed, ("POST", "/pools"), (OrderState.ACCEPTED, 1, PENDING, False), id="order"),
    pytest.param(approved, ("POST", "/pay"), (ErrandState.DONE, 1, PAID, False), id="pay"),
    pytest.param(rejected, ("PUT", "/cancel"), (ErrandState.DONE, 1, CANCELLED, False), id="cancel"),
    pytest.param(deleted, ("DELETE", "/pools/"), (ErrandState.DONE, 1, CANCELLED, True), id="delete"),
]
# Each of them once, here or there; a whole product is killed at all of these steps besides.
AFTER, BEFORE = (ERRANDS, ERRANDS) if SOAKING else (ERRANDS[::2], ERRANDS[1::2])


def kill_in_the_act(abroad: Abroad, call: tuple[str, str], start_worker: StartWorker, *, before: bool) -> None:
    """Start a worker, and kill it while its call is with the endpoint."""
    hold = faulty.Hold(before=before)
    abroad.proxy.next(*call, hold)
    worker = start_worker()
    assert hold.held.wait(30), "the worker never called"
    worker.kill()
    worker.wait(10)
    hold.let_go.set()


def work_until_settled(errand: Errand, start_worker: StartWorker) -> None:
    """Start another worker, and hurry time along whenever it waits for something."""
    pass_time(errand, minutes=5)
    start_worker()

    def is_settled() -> bool:
        row = fresh(errand)
        if row.lease_until is None and row.due_at is not None and row.due_at > timezone.now():
            pass_time(row, minutes=1)
        return row.due_at is None

    wait_for(is_settled, what="the errand to be settled", seconds=40)


@pytest.mark.parametrize(("make", "call", "ends_as"), AFTER)
def test_a_worker_killed_after_the_cloud_did_it_leaves_it_done_once(
    abroad: Abroad, start_worker: StartWorker, make: Any, call: Any, ends_as: Any
) -> None:
    errand = make(abroad)
    already = abroad.proxy.calls(*call)

    kill_in_the_act(abroad, call, start_worker, before=False)
    assert fresh(errand).state == "sending"

    work_until_settled(errand, start_worker)
    assert (fresh(errand).state, *outcome(abroad)) == ends_as
    assert abroad.proxy.calls(*call) == already + 1


@pytest.mark.parametrize(("make", "call", "ends_as"), BEFORE)
def test_a_worker_killed_before_the_cloud_heard_leaves_nothing_undone(
    abroad: Abroad, start_worker: StartWorker, make: Any, call: Any, ends_as: Any
) -> None:
    errand = make(abroad)

    kill_in_the_act(abroad, call, start_worker, before=True)
    work_until_settled(errand, start_worker)

    assert (fresh(errand).state, *outcome(abroad)) == ends_as


def test_another_worker_does_not_touch_what_a_living_one_may_still_be_sending(
    abroad: Abroad, start_worker: StartWorker
) -> None:
    order = placed(abroad)
    kill_in_the_act(abroad, ("POST", "/pools"), start_worker, before=False)

    start_worker()
    time.sleep(2)

    assert fresh(order).state == OrderState.SENDING
    assert abroad.proxy.calls("GET", "/pools") == 0
