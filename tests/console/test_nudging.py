"""With a broker, the worker is told of what was made for it; without one, nobody is."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pools.states import OrderState
from tests import builders
from tests.conftest import UseBroker

pytestmark = pytest.mark.django_db
DEAD = "redis://127.0.0.1:1/0"


def test_a_placed_order_is_told_once_it_is_committed(
    use_broker: UseBroker, django_capture_on_commit_callbacks: Any
) -> None:
    use_broker(DEAD)

    with django_capture_on_commit_callbacks() as told:
        builders.order(team=builders.team(), placed_by=builders.person())

    assert len(told) == 1


def test_a_dead_broker_does_not_hurt_a_placed_order(
    use_broker: UseBroker, django_capture_on_commit_callbacks: Any
) -> None:
    use_broker(DEAD)

    with django_capture_on_commit_callbacks(execute=True):
        order = builders.order(team=builders.team(), placed_by=builders.person())

    for thread in threading.enumerate():
        if thread.name == "nudge":
            thread.join()
    order.refresh_from_db()
    assert order.state == OrderState.PLACED


def test_without_a_broker_nobody_is_told(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as told:
        builders.order(team=builders.team(), placed_by=builders.person())

    assert not told


def test_what_the_worker_itself_records_is_no_news_to_it(
    use_broker: UseBroker, django_capture_on_commit_callbacks: Any
) -> None:
    order = builders.order(team=builders.team(), placed_by=builders.person())
    use_broker(DEAD)

    with django_capture_on_commit_callbacks() as told:
        order.move(OrderState.WITHDRAWN)

    assert not told
