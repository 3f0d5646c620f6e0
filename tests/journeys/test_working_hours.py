"""Orders placed on a product that is well: how soon they leave, and that more workers than one change nothing."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta

import pytest

from tests.conftest import MakeProduct
from tests.engines import Postgres, Redis, wait_for
from tests.journeys.helping import helping
from tests.journeys.records import ORDER_SENT, abroad, phase, rows
from tests.journeys.visitor import Visitor
from tests.running import Product

pytestmark = pytest.mark.process


@pytest.fixture(params=["embedded", "redis"])
def well(request: pytest.FixtureRequest, make_product: MakeProduct) -> Product:
    if request.param == "embedded":
        return make_product()
    postgres: Postgres = request.getfixturevalue("postgres")
    redis: Redis = request.getfixturevalue("redis_server")
    return make_product(postgres=postgres, broker_url=redis.url)


def test_an_order_leaves_within_a_second_and_once_however_many_work_at_it(well: Product) -> None:
    visitor = Visitor(well)
    wait_for(lambda: rows(well, "SELECT 1 FROM pools_project WHERE heard_at IS NOT NULL"), what="the worker")
    placed = []
    for number in range(10):
        placed.append(visitor.order(f"alone-{number}"))
        time.sleep(random.uniform(0, 0.5))
    waits = sorted(sent - made for made, sent in _sent(well, of=len(placed)))
    # One may fall on a machine that is busy with other things.
    assert waits[-2] < timedelta(seconds=1), waits

    with helping(well):
        placed += [visitor.order(f"helped-{number}") for number in range(10)]
        wait_for(lambda: all(phase(well, order) == "Waiting" for order in placed), what="the clouds' orders")

    assert set(abroad(well).values()) == {1}
    assert len(abroad(well)) == len(placed)
    assert rows(well, "SELECT DISTINCT sends FROM pools_order") == [(1,)]


def _sent(product: Product, *, of: int) -> list[tuple[datetime, datetime]]:
    wait_for(lambda: len(rows(product, ORDER_SENT)) == of, what="the worker")
    return [(_moment(placed), _moment(sent)) for placed, sent in rows(product, ORDER_SENT)]


def _moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
