"""How long a sign-in is good for, and what its cookies are."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pools.models import User
from tests.builders import PASSWORD, person, team
from tests.clocks import freeze_time
from tests.running import ROOT

pytestmark = pytest.mark.django_db

START = "2026-11-25 10:00:00"


@pytest.fixture
def signed_in(client: Client) -> Client:
    with freeze_time(START):
        client.force_login(person(member_of=team()))
    return client


def is_in(client: Client, name: str = "teams") -> bool:
    return "sign-in" not in client.get(reverse(name)).headers.get("Location", "")


def test_whoever_comes_back_within_the_idle_while_stays_signed_in(signed_in: Client) -> None:
    with freeze_time(START) as clock:
        for _ in range(5):
            clock.tick(timedelta(hours=11))
            assert is_in(signed_in)


def test_whoever_stays_away_longer_signs_in_again(signed_in: Client) -> None:
    with freeze_time(START) as clock:
        clock.tick(timedelta(hours=12, seconds=1))
        assert not is_in(signed_in)


def test_after_its_life_a_sign_in_ends_whatever_was_done(signed_in: Client) -> None:
    with freeze_time(START) as clock:
        for _ in range(15):
            clock.tick(timedelta(hours=11))
            assert is_in(signed_in)
        clock.tick(timedelta(hours=4))
        assert not is_in(signed_in)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(signed_in: Client) -> None:
    with freeze_time(START) as clock:
        for _ in range(3):
            clock.tick(timedelta(hours=5))
            signed_in.get(reverse("changes"))
        assert not is_in(signed_in)


def test_an_ended_session_is_ended_on_the_server_too(signed_in: Client) -> None:
    kept = signed_in.cookies["sessionid"].value
    with freeze_time(START) as clock:
        clock.tick(timedelta(hours=13))
        assert not is_in(signed_in)
    assert not Session.objects.filter(session_key=kept).exists()


def test_looking_again_and_again_writes_nothing(signed_in: Client) -> None:
    with freeze_time(START) as clock, CaptureQueriesContext(connection) as asked:
        clock.tick(timedelta(minutes=10))
        signed_in.get(reverse("teams"))
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []


def test_signing_in_changes_the_session_and_the_token_of_forms(client: Client) -> None:
    person(username="mia", member_of=team())
    client.get(reverse("sign-in"))
    before = client.cookies["csrftoken"].value
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted
    client.post(reverse("sign-in"), {"username": "mia", "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted
    assert client.cookies["csrftoken"].value != before
    assert not Session.objects.filter(session_key=planted).exists()


def test_sessions_that_ended_are_cleared_away_when_somebody_signs_in(client: Client) -> None:
    with freeze_time("2026-01-01"):
        client.force_login(person(member_of=team()))
    Client().force_login(person(member_of=team()))
    assert Session.objects.count() == 1


def test_a_changed_password_ends_every_other_session(signed_in: Client) -> None:
    user = User.objects.get()
    user.set_password("another password of mine")
    user.save()
    with freeze_time(START):
        assert not is_in(signed_in)


def test_behind_https_the_cookies_are_bound_to_this_host() -> None:
    ask = "from console import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    told = subprocess.run(
        [sys.executable, "-c", ask],
        env={"SECRET_KEY": "x", "CREDENTIALS_KEYS": "x"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["__Host-session", "__Host-csrf", "True"]
