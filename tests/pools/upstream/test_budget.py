"""How often one account is asked, and the pauses that the cloud asks for."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from pools.upstream import Client, Throttled
from pools.upstream.budget import Budget
from tests.pools.upstream.conftest import connect
from tests.pools.upstream.stranger import Stranger, answering


@pytest.mark.shows("ClientErrors.budget")
def test_what_was_saved_is_spent_at_once_and_then_one_at_a_time() -> None:
    budget = Budget(10.0)

    waits = [budget.reserve(most=1.0) for _ in range(22)]

    assert waits[:20] == [0.0] * 20
    assert 0.05 < waits[20] <= 0.1
    assert 0.15 < waits[21] <= 0.2


def test_who_would_wait_too_long_is_told_when_to_come_back_and_takes_nothing() -> None:
    budget = Budget(1.0)
    for _ in range(3):
        budget.reserve(most=5.0)

    for _ in range(2):
        with pytest.raises(Throttled) as told:
            budget.reserve(most=0.5)
        assert told.value.retry_after == pytest.approx(2.0, abs=0.2)


def test_the_patient_leave_a_second_of_it_to_people() -> None:
    budget = Budget(10.0)

    seized = sum(not budget.seize(most=5.0) for _ in range(30))

    assert seized == 10
    assert [budget.reserve(most=1.0) for _ in range(10)] == [0.0] * 10


def test_the_patient_book_nothing_ahead() -> None:
    budget = Budget(1.0)
    for _ in range(20):
        budget.seize(most=60.0)

    assert budget.reserve(most=1.0) == 0.0


def test_the_patient_get_what_nobody_else_takes(stranger: Stranger) -> None:
    stranger.will(answering({"items": []}))
    quick = replace(connect(stranger.url), requests_per_second=200.0)

    for _ in range(220):
        Client(quick, patient=True).list_pools()

    assert len(stranger.heard) == 220


def test_no_rate_is_no_limit() -> None:
    assert [Budget(0.0).reserve(most=0.0) for _ in range(100)] == [0.0] * 100


@pytest.mark.shows("ClientErrors.budget")
def test_calls_of_one_account_share_its_budget(stranger: Stranger) -> None:
    stranger.will(answering({"items": []}))
    slow = replace(connect(stranger.url), requests_per_second=20.0)
    begun = time.monotonic()

    for _ in range(42):
        Client(slow).list_pools()

    assert time.monotonic() - begun >= 0.08


@pytest.mark.shows("ClientErrors.account-pause")
def test_after_a_429_the_account_is_left_alone_until_the_pause_is_over(stranger: Stranger) -> None:
    stranger.will(answering(status=429, headers={"Retry-After": "1"}), answering({"items": []}))
    ours, other = connect(stranger.url), replace(connect(stranger.url), domain_id="another")

    for _ in range(3):
        with pytest.raises(Throttled) as told:
            Client(ours).list_pools()
        assert told.value.retry_after == pytest.approx(1.0, abs=0.3)
    assert len(stranger.heard) == 1

    Client(other).list_pools()
    time.sleep(1.05)
    Client(ours).list_pools()
    assert len(stranger.heard) == 3
