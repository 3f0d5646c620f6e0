"""A caller that runs away is told to wait, in the API's form and for how long; nobody else notices."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pools.endpoint import limiting
from pools.endpoint.errors import Throttled

pytestmark = pytest.mark.django_db

LISTING = "/v2/6f5da086876d4cd084d36f8bd3346036/pools"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Clock:
    made = Clock()
    monkeypatch.setattr(limiting, "_free_at", {})
    monkeypatch.setattr(limiting, "time", made)
    settings.ENDPOINT_REQUESTS_PER_SECOND = 2
    return made


def answers(client: Client, times: int, **meta: Any) -> list[int]:
    return [client.get(LISTING, **meta).status_code for _ in range(times)]


@pytest.mark.shows("Transport.throttling")
def test_one_address_is_told_to_wait_and_another_is_not(client: Client) -> None:
    assert answers(client, 6) == [401] * 4 + [429] * 2
    assert answers(client, 1, REMOTE_ADDR="198.51.100.7") == [401]


@pytest.mark.shows("Transport.throttling")
def test_it_is_told_in_the_apis_form_and_for_how_long(client: Client) -> None:
    answers(client, 4)
    answer = client.get(LISTING)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    told = answer.json()
    assert told["error_code"] == "APIGW.0308"
    assert told["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.shows("Transport.throttled-again")
def test_after_that_time_it_may_call_again(client: Client, clock: Clock) -> None:
    assert answers(client, 5)[-1] == 429
    clock.now += 1
    assert answers(client, 3) == [401, 401, 429]


def test_behind_a_proxy_the_callers_are_told_apart_and_cannot_pretend(client: Client, settings: Any) -> None:
    settings.PROXIES_IN_FRONT = 1
    pretending = [f"10.0.0.{number}, 198.51.100.7" for number in range(6)]
    told = [client.get(LISTING, headers={"X-Forwarded-For": heard}).status_code for heard in pretending]
    assert told == [401] * 4 + [429] * 2
    assert client.get(LISTING, headers={"X-Forwarded-For": "198.51.100.8"}).status_code == 401


def test_pages_are_not_meant(client: Client) -> None:
    assert {client.get("/healthz").status_code for _ in range(8)} == {200}


def test_it_can_be_turned_off(client: Client, settings: Any) -> None:
    settings.ENDPOINT_REQUESTS_PER_SECOND = 0
    assert answers(client, 8) == [401] * 8


def test_callers_that_are_idle_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "MOST_KEPT", 10)
    for number in range(30):
        limiting.admit(f"caller {number}")
    assert len(limiting._free_at) <= 11


def test_the_longer_too_much_was_asked_the_longer_is_never_the_wait() -> None:
    """What is refused costs nothing: a client that does not listen is not shut out for ever."""
    waits = []
    for _ in range(50):
        try:
            limiting.admit("somebody")
        except Throttled as refused:
            waits.append(refused.retry_after)
    assert set(waits) == {1}


def test_a_clock_that_is_set_back_shuts_nobody_out(client: Client, clock: Clock) -> None:
    clock.now += 86_400
    assert answers(client, 4) == [401] * 4
    clock.now -= 86_400
    assert answers(client, 4) == [401] * 4
