"""Signs of life and tallies: one row for each process, one sum for all of them, and nothing lost on the way."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from pools import counting, reporting
from pools.models import Presence, Tally

pytestmark = pytest.mark.django_db

WORKER, BEAT = Presence.Role.WORKER, Presence.Role.BEAT


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    counting.take()


def amounts() -> dict[str, float]:
    return dict(Tally.objects.values_list("name", "amount"))


def test_a_process_has_one_row_for_each_thing_it_is(django_assert_num_queries: Any) -> None:
    first, later = timezone.now() - timedelta(minutes=1), timezone.now()
    reporting.report("host:1", {WORKER: first, BEAT: None})
    reporting.report("host:1", {WORKER: later, BEAT: later})
    assert sorted(Presence.objects.values_list("role", "worked_at")) == [("beat", later), ("worker", later)]


def test_reporting_again_costs_one_statement_besides_what_was_counted(django_assert_num_queries: Any) -> None:
    reporting.report("host:1", {WORKER: None})
    with django_assert_num_queries(3):  # savepoint, upsert, release
        reporting.report("host:1", {WORKER: timezone.now()})


def test_whoever_takes_leave_is_not_missed() -> None:
    reporting.report("host:1", {WORKER: None, BEAT: None})
    reporting.report("host:2", {WORKER: None})
    reporting.take_leave("host:1")
    assert list(Presence.objects.values_list("name", flat=True)) == ["host:2"]


def test_whoever_fell_silent_is_forgotten_in_time() -> None:
    reporting.report("host:1", {WORKER: None})
    Presence.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    reporting.report("host:2", {WORKER: None})
    reporting.forget_the_silent()
    assert list(Presence.objects.values_list("name", flat=True)) == ["host:2"]


def test_what_could_not_be_written_counts_the_next_time() -> None:
    counting.count("sweeps")

    def away(*_: Any) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        reporting.report("host:1", {WORKER: None})
    counting.count("sweeps")
    reporting.report("host:1", {WORKER: None})
    assert amounts() == {"sweeps": 2}


def test_labels_tell_apart_and_their_order_does_not() -> None:
    for labels in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "1", "b": "3"}):
        counting.count("calls", **labels)
    reporting.report("host:1", {WORKER: None})
    assert sorted(Tally.objects.values_list("amount", flat=True)) == [1, 2]


def test_a_block_is_timed_also_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), counting.timed("sweep"):
        _ = 1 / 0
    taken = counting.take()
    assert taken[counting.key_of("sweep_count")] == 1
    assert taken[counting.key_of("sweep_sum")] > 0


@pytest.mark.django_db(transaction=True)
def test_many_who_add_at_once_lose_nothing() -> None:
    def add() -> None:
        for _ in range(5):
            reporting.add(counting.key_of("refused", by="lock"))
        connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(Tally.objects.values_list("amount", flat=True)) == [20]
