"""Alive, ready, and how many of what: told in full to whoever runs the console, and to strangers in one word."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from console import checkup
from console.checkup import Examination, Finding
from pools.models import Presence
from tests.builders import person, team
from tests.conftest import UseBroker
from tests.pools.upstream.stranger import Stranger, silent

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "monitoring-token-of-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """Nothing is remembered from one test to the next, and no thread of one reaches into another's database."""
    settings.MONITORING_TOKEN = TOKEN
    made = tuple(Examination(each.name, each._ask) for each in checkup._examinations)
    monkeypatch.setattr(checkup, "_examinations", made)
    yield
    for each in made:
        if each._thread:
            each._thread.join()


def at_work(role: Presence.Role, *, ago: float = 1.0) -> None:
    then = timezone.now() - timedelta(seconds=ago)
    Presence.objects.create(role=role, name=f"host:{ago}", seen_at=then, worked_at=then)


def all_at_work() -> None:
    for role in Presence.Role:
        at_work(role)


def parts(client: Client) -> dict[str, bool]:
    told = client.get("/readyz", headers=BEARER).json()["parts"]
    return {part: finding["well"] for part, finding in told.items()}


def test_with_a_beat_and_a_worker_at_work_it_is_ready(client: Client) -> None:
    all_at_work()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_stranger_is_told_no_more_than_that_it_is_not_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_whoever_runs_it_is_told_which_part(client: Client) -> None:
    at_work(Presence.Role.WORKER)
    assert parts(client) == {"database": True, "migrations": True, "broker": True, "beat": False, "worker": True}


def test_signed_in_staff_are_told_which_part_and_members_are_not(client: Client) -> None:
    client.force_login(person(staff=True))
    assert client.get("/readyz").json()["ready"] is False
    client.force_login(person(admin_of=team()))
    assert client.get("/readyz").content == b"not ready\n"


@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer ", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer é"])
def test_a_wrong_token_is_a_strangers(client: Client, given: str) -> None:
    assert client.get("/readyz", headers={"Authorization": given}).content == b"not ready\n"


def test_without_a_token_set_an_empty_one_opens_nothing(client: Client, settings: Any) -> None:
    settings.MONITORING_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


@pytest.mark.parametrize("role", list(Presence.Role))
def test_one_that_has_not_worked_for_a_while_is_missed(client: Client, role: Presence.Role) -> None:
    for each in Presence.Role:
        at_work(each, ago=20 if each == role else 1)
    assert [part for part, well in parts(client).items() if not well] == [role.value]


def test_pages_are_served_although_nobody_ticks(client: Client) -> None:
    assert client.get("/readyz/pages").status_code == 200


def test_a_migration_that_is_missing_is_named(client: Client) -> None:
    all_at_work()
    MigrationRecorder.Migration.objects.filter(app="pools", name="0001_first").delete()
    told = client.get("/readyz/pages", headers=BEARER)
    MigrationRecorder.Migration.objects.create(app="pools", name="0001_first")
    assert told.status_code == 503
    assert "pools.0001_first" in told.json()["parts"]["migrations"]["words"]


def test_a_broker_that_hangs_is_told_as_such_and_holds_nobody_up(client: Client, use_broker: UseBroker) -> None:
    deaf = Stranger()
    deaf.will(silent)
    all_at_work()
    use_broker(deaf.url.replace("http", "redis"))
    began = time.monotonic()
    found = parts(client)
    assert time.monotonic() - began < checkup.PATIENCE + 1.5
    deaf.close()
    assert [part for part, well in found.items() if not well] == ["broker"]


def test_a_part_that_hangs_is_asked_by_one_thread_however_many_want_to_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 0.05)
    begun, let_go = [], threading.Event()

    def hang() -> dict[str, Finding]:
        begun.append(1)
        let_go.wait(10)
        return {}

    hanging = Examination("database", hang)
    for _ in range(5):
        hanging.begin()
        found = hanging.answer(until=time.monotonic() + 0.05)
        assert "did not answer within" in found["database"].words
    let_go.set()
    assert len(begun) == 1


def test_a_database_that_is_away_is_told_without_a_word_of_its_driver(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> dict[str, Finding]:
        raise OperationalError("connection to db.internal as poolhouse refused")

    monkeypatch.setattr(checkup, "_examinations", (Examination("database", away),))
    client.force_login(person(staff=True))
    answer = client.get("/readyz", headers=BEARER)
    assert answer.status_code == 503
    assert "db.internal" not in answer.content.decode()
    assert client.get("/readyz/pages").content == b"not ready\n"  # staff too: who asks cannot be looked up


def test_an_answer_is_good_for_a_second(client: Client) -> None:
    assert client.get("/readyz").status_code == 503
    all_at_work()
    assert client.get("/readyz").status_code == 503


def test_probes_are_not_sent_to_https(settings: Any, client: Client) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert {client.get(path).status_code for path in ("/healthz", "/readyz/pages")} == {200}
    assert client.get("/metrics").status_code == 401
    assert client.get("/readyz/other").status_code == 301
