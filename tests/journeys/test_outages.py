"""Whole journeys while things die: the broker, the database, the worker. Time is lost, and never an order."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests import faulty
from tests.conftest import MakeProduct
from tests.engines import Postgres, Redis, wait_for
from tests.faulty import Call, Proxy
from tests.journeys.helping import helping
from tests.journeys.records import abroad, phase, rows, state
from tests.journeys.visitor import Visitor, number_in
from tests.running import Product, running

pytestmark = pytest.mark.process


def test_a_journey_outlives_its_broker_and_its_database(
    make_product: MakeProduct, postgres: Postgres, redis_server: Redis
) -> None:
    product = make_product(postgres=postgres, broker_url=redis_server.url)
    member, admin = Visitor(product), Visitor(product, "admin")
    address, form = member.review("through-thick")
    other, second_form = member.review("through-thin")

    # The broker dies as orders are placed: the pages neither fail nor wait for it.
    redis_server.kill()
    begun = time.monotonic()
    order, later = number_in(member.ask(address, **form)), number_in(member.ask(other, **second_form))
    assert time.monotonic() - begun < 2
    assert member.ask(f"/orders/{order}/").status_code == 200
    assert state(product, order) == "placed"
    redis_server.start()
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
    assert abroad(product) == {"through-thick": 1, "through-thin": 1}


@pytest.fixture(scope="module")
def impatient() -> Iterator[Product]:
    """Does not wait long for answers, so that its leases are short."""
    with running(UPSTREAM_READ_TIMEOUT="1") as started:
        heard = "SELECT 1 FROM pools_project WHERE heard_at IS NOT NULL"
        wait_for(lambda: rows(started, heard), what="the worker")
        yield started


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
