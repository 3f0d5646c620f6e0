"""Whole journeys on products that are well, and then while things die: the broker, the database, the worker.

Time is lost, and never an order; and more workers than one change nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests import faulty
from tests.engines import Postgres, Redis, serving, wait_for
from tests.faults.scope import SOAKING
from tests.faulty import Call, Proxy
from tests.journeys.helping import helping
from tests.journeys.records import ORDER_SENT, abroad, phase, rows, state
from tests.journeys.visitor import Visitor, number_in
from tests.running import Product, running

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def broker() -> Iterator[Redis]:
    with serving(Redis()) as server:
        yield server


@pytest.fixture(scope="module")
def grown(postgres: Postgres, broker: Redis) -> Iterator[Product]:
    """On PostgreSQL and Redis, as a team runs it."""
    with running(postgres=postgres, broker_url=broker.url) as started:
        yield started


@pytest.fixture(scope="module")
def impatient() -> Iterator[Product]:
    """Does not wait long for answers, so that its leases are short."""
    with running(UPSTREAM_READ_TIMEOUT="1") as started:
        heard = "SELECT 1 FROM pools_project WHERE heard_at IS NOT NULL"
        wait_for(lambda: rows(started, heard), what="the worker")
        yield started


@pytest.fixture(params=["impatient", "grown"] if SOAKING else ["grown"])
def well(request: pytest.FixtureRequest) -> Product:
    product: Product = request.getfixturevalue(request.param)
    return product


def test_with_a_broker_the_worker_is_an_ordinary_one_and_a_beat_stands_beside_it(grown: Product) -> None:
    wait_for(lambda: "beat   |" in grown.log() and "worker |" in grown.log(), what="worker and beat")
    commands = [" ".join(process.cmdline()) for process in grown.processes()]
    assert any("celery --app console.celery worker" in command for command in commands)
    assert any("celery --app console.celery beat" in command for command in commands)


def test_an_order_leaves_within_a_second_and_once_however_many_work_at_it(well: Product) -> None:
    visitor = Visitor(well)
    wait_for(lambda: rows(well, "SELECT 1 FROM pools_project WHERE heard_at IS NOT NULL"), what="the worker")
    placed = []
    for number in range(8):
        placed.append(visitor.order(f"alone-{number}"))
        time.sleep(random.uniform(0, 0.5))
    waits = sorted(sent - made for made, sent in _sent(well, of=len(placed)))
    # One may fall on a machine that is busy with other things.
    assert waits[-2] < timedelta(seconds=1), waits

    with helping(well):
        placed += [visitor.order(f"helped-{number}") for number in range(8)]
        wait_for(lambda: all(phase(well, order) == "Waiting" for order in placed), what="the clouds' orders")

    assert set(abroad(well).values()) == {1}
    assert len(abroad(well)) == len(placed)
    assert rows(well, "SELECT DISTINCT sends FROM pools_order") == [(1,)]


def _sent(product: Product, *, of: int) -> list[tuple[datetime, datetime]]:
    wait_for(lambda: len(rows(product, ORDER_SENT)) == of, what="the worker")
    return [(_moment(placed), _moment(sent)) for placed, sent in rows(product, ORDER_SENT)]


def _moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def test_a_journey_outlives_its_broker_and_its_database(grown: Product, postgres: Postgres, broker: Redis) -> None:
    product = grown
    member, admin = Visitor(product), Visitor(product, "admin")
    address, form = member.review("through-thick")
    other, second_form = member.review("through-thin")

    # The broker dies as orders are placed: the pages neither fail nor wait for it.
    broker.kill()
    begun = time.monotonic()
    order, later = number_in(member.ask(address, **form)), number_in(member.ask(other, **second_form))
    assert time.monotonic() - begun < 2
    assert member.ask(f"/orders/{order}/").status_code == 200
    assert state(product, order) == "placed"
    broker.start()
    wait_for(lambda: phase(product, order) == phase(product, later) == "Waiting", what="the sweep", seconds=30)

    # The database dies while an admin decides: told as what it is, and nobody has to sign in again.
    postgres.kill()
    for visit in (admin.ask(f"/approvals/{order}/approve/", yes="1"), admin.ask("/"), member.ask(f"/orders/{order}/")):
        assert visit.status_code == 503
        assert "Nothing that was placed or decided is lost" in visit.text
    postgres.start()
    assert admin.decide(order).headers["Location"] == f"/approvals/{order}/"
    wait_for(lambda: phase(product, order) == "Running", what="the pool to run", seconds=30)

    # And away again.
    [(pool,)] = rows(product, f"SELECT id FROM pools_pool WHERE order_id = {order}")
    member.ask(f"/pools/{pool}/delete/", typed_name="through-thick")
    gone = f"SELECT 1 FROM pools_pool WHERE id = {pool} AND gone_at IS NOT NULL"
    # A pool that is being deleted is looked at every half minute.
    wait_for(lambda: rows(product, gone), what="the pool to be gone", seconds=60)
    assert [number for name, number in abroad(product).items() if name.startswith("through-")] == [1, 1]


@pytest.fixture
def proxy(impatient: Product) -> Iterator[Proxy]:
    """Between the product and its endpoint."""
    between = Proxy(impatient.url)
    rows(impatient, f"UPDATE pools_project SET modelarts_url = '{between.url}'")
    yield between
    rows(impatient, f"UPDATE pools_project SET modelarts_url = '{impatient.url}'")
    between.close()


def test_a_worker_killed_in_the_act_is_followed_by_one_that_finds_out(impatient: Product, proxy: Proxy) -> None:
    product = impatient
    hold = faulty.Hold()
    proxy.next("POST", "/pools", hold)
    order = Visitor(product).order("half-done")
    assert hold.held.wait(20), "the worker never called"

    worker = wait_for(product.worker, what="the worker")
    for process in [worker, *worker.children(recursive=True)]:
        process.kill()
    hold.let_go.set()

    wait_for(lambda: phase(product, order) == "Waiting", what="the order to be accepted", seconds=40)
    assert abroad(product)["half-done"] == 1
    assert proxy.calls("POST", "/pools") == 1


def test_a_worker_frozen_past_its_lease_comes_back_to_an_order_that_is_settled(
    impatient: Product, proxy: Proxy
) -> None:
    """Its request, too, comes late: after another worker looked for a pool, found none and sent the order again."""
    product = impatient
    hold = faulty.Hold(before=True)

    def held_up(call: Call) -> None:
        hold(call)
        faulty.pass_through(call)

    proxy.next("POST", "/pools", held_up)
    order = Visitor(product).order("twice-sent")
    assert hold.held.wait(20), "the worker never called"
    frozen = wait_for(product.worker, what="the worker")
    frozen.suspend()
    with helping(product):
        wait_for(lambda: phase(product, order) == "Waiting", what="another worker to settle it", seconds=40)
        hold.let_go.set()
        frozen.resume()
        wait_for(lambda: proxy.calls("POST", "/pools") == 2, what="both requests")
        time.sleep(1)

    assert state(product, order) == "accepted"
    assert abroad(product)["twice-sent"] == 1
    assert rows(product, f"SELECT count(*) FROM pools_pool WHERE order_id = {order}") == [(1,)]
