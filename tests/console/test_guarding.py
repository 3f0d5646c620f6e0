"""Guessing passwords: slow for whoever guesses, harmless for whoever is guessed, and silent about who exists."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from console import guarding
from console.models import Tries
from pools.models import Tally, User
from tests.builders import PASSWORD, person, team
from tests.clocks import Clock, freeze_time

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "198.51.100.1", "203.0.113.9"


@pytest.fixture
def mia() -> User:
    return person(username="mia", member_of=team())


def sign_in(name: str, password: str = "wrong", *, at: str = HERE) -> Any:
    return Client(REMOTE_ADDR=at).post(reverse("sign-in"), {"username": name, "password": password})


def gets_in(name: str = "mia", *, at: str = HERE) -> bool:
    return bool(sign_in(name, PASSWORD, at=at).status_code == 302)


def guess(name: str = "mia", *, times: int = guarding.PATIENCE, at: str = HERE) -> None:
    for _ in range(times):
        sign_in(name, at=at)


def test_after_several_wrong_passwords_the_right_one_is_refused_too(mia: User) -> None:
    guess()
    assert not gets_in()


def test_one_wrong_password_less_is_forgiven(mia: User) -> None:
    guess(times=guarding.PATIENCE - 1)
    assert gets_in()


def test_the_right_password_begins_the_count_anew(mia: User) -> None:
    for _ in range(3):
        guess(times=guarding.PATIENCE - 1)
        assert gets_in()


def test_the_pause_ends_by_itself_and_doubles_up_to_a_quarter_of_an_hour(mia: User) -> None:
    with freeze_time("2026-11-25 10:00:00") as clock:
        guess()
        for minutes in (1, 2, 4, 8, 15, 15):
            clock.tick(timedelta(minutes=minutes) - timedelta(seconds=1))
            assert not gets_in()
            clock.tick(timedelta(seconds=2))
            sign_in("mia")
        clock.tick(timedelta(minutes=16))
        assert gets_in()


def test_trying_while_it_is_shut_makes_it_no_longer(mia: User) -> None:
    with freeze_time("2026-11-25 10:00:00") as clock:
        guess()
        guess(times=20)
        clock.tick(timedelta(seconds=61))
        assert gets_in()


def test_nobody_locks_a_person_out_from_another_address(mia: User) -> None:
    guess(times=30, at=ELSEWHERE)
    assert gets_in(at=HERE)


def test_a_name_under_attack_from_everywhere_lets_its_person_in_and_gives_each_address_one_guess(mia: User) -> None:
    for number in range(guarding.UNDER_ATTACK // guarding.PATIENCE):
        guess(at=f"203.0.113.{number}")
    sign_in("mia", at="203.0.113.200")
    assert not gets_in(at="203.0.113.200")
    assert gets_in(at=HERE)


def test_an_address_that_tries_many_names_is_shut_for_all_of_them(mia: User) -> None:
    for number in range(guarding.PATIENCE_WITH_PLACE):
        sign_in(f"name-{number}", at=ELSEWHERE)
    assert not gets_in(at=ELSEWHERE)
    assert gets_in(at=HERE)


def test_an_address_cannot_clear_itself_with_an_account_of_its_own(mia: User) -> None:
    person(username="zoe", member_of=team())
    for number in range(guarding.PATIENCE_WITH_PLACE // 2):
        sign_in(f"name-{number}")
    for _ in range(3):
        assert gets_in("zoe")
    for number in range(guarding.PATIENCE_WITH_PLACE // 2 + 3):
        sign_in(f"other-{number}")
    assert not gets_in("zoe")


@pytest.mark.parametrize("other", ["nobody", "MIA", "mia\u200b", "x" * 150, "Робот", "' OR 1=1 --"])
def test_a_name_that_nobody_has_is_told_and_locked_as_one_that_somebody_has(mia: User, other: str) -> None:
    pages = {name: [sign_in(name, at=at) for _ in range(7)] for name, at in ((other, HERE), ("mia", ELSEWHERE))}
    told = {name: [_words(page) for page in answers] for name, answers in pages.items()}
    assert told[other] == told["mia"]
    counts = Tries.objects.exclude(name=guarding.ANY_NAME).values_list("failures", flat=True)
    assert list(counts) == [guarding.PATIENCE] * 2


def _words(page: Any) -> tuple[int, int, bool]:
    text = page.content.decode()
    return page.status_code, text.count("banner"), "is not right" in text


def test_shut_unknown_and_wrong_keep_the_hasher_busy_alike(mia: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is what takes time; what takes as long tells nothing."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    guess("shut")
    guess("mia", at=ELSEWHERE)
    counts = []
    for name, at in (("shut", HERE), ("mia", ELSEWHERE), ("unknown", HERE), ("mia", HERE)):
        hashed.clear()
        sign_in(name, at=at)
        counts.append(len(hashed))
    assert counts == [1, 1, 1, 1]


def test_typed_names_are_kept_in_no_readable_form_and_logged_neither(
    mia: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in("my-password-in-the-wrong-field")
    kept = str(list(Tries.objects.values()))
    assert "wrong-field" not in kept + caplog.text
    assert f"A sign-in from {HERE} was refused" in caplog.text


def test_what_came_of_tries_is_counted(mia: User) -> None:
    guess(times=guarding.PATIENCE + 2)
    assert gets_in(at=ELSEWHERE)
    told = {tally.told_apart_by["result"]: tally.amount for tally in Tally.objects.filter(name="sign_ins")}
    assert told == {"refused": guarding.PATIENCE, "shut": 2, "ok": 1}


def test_counts_of_yesterday_are_gone(mia: User) -> None:
    with freeze_time("2026-11-24 10:00:00"):
        guess()
    with freeze_time("2026-11-25 11:00:00"):
        sign_in("somebody", at=ELSEWHERE)
    assert set(Tries.objects.values_list("address", flat=True)) == {ELSEWHERE}


def test_a_superuser_lets_somebody_try_again_at_once(mia: User) -> None:
    guess()
    root = Client()
    root.force_login(person(staff=True, superuser=True))
    form = {"action": "let_in", "_selected_action": [mia.pk]}
    assert root.post(reverse("admin:pools_user_changelist"), form).status_code == 302
    assert gets_in()


def test_whoever_runs_the_console_lets_names_and_addresses_try_again(mia: User) -> None:
    guess()
    call_command("unlock", "mia", verbosity=0)
    assert gets_in()
    for number in range(guarding.PATIENCE_WITH_PLACE):
        sign_in(f"name-{number}")
    call_command("unlock", "--address", HERE, verbosity=0)
    assert gets_in()


def test_behind_a_proxy_it_is_the_caller_who_is_counted(mia: User, settings: Any) -> None:
    settings.PROXIES_IN_FRONT = 1
    form = {"username": "mia", "password": "wrong"}
    for _ in range(guarding.PATIENCE):
        Client().post(reverse("sign-in"), form, headers={"X-Forwarded-For": f"10.9.8.7, {ELSEWHERE}"})
    assert Tries.objects.filter(address=ELSEWHERE, failures=guarding.PATIENCE).count() == 2


def test_somebody_who_was_deactivated_is_told_like_anybody_else(mia: User) -> None:
    User.objects.update(is_active=False)
    assert "is not right" in sign_in("mia", PASSWORD).content.decode()


def test_the_administration_has_no_door_of_its_own(client: Client, mia: User) -> None:
    answer = client.post("/admin/login/?next=/admin/pools/", {"username": "mia", "password": PASSWORD})
    assert answer.headers["Location"] == f"{reverse('sign-in')}?next=/admin/pools/"
    assert client.get("/admin/login/?next=https://elsewhere.example/").headers["Location"] == "/sign-in/?next=/"
    client.force_login(mia)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_no_more_than_one_after_the_other(mia: User, clock: Clock) -> None:
    def go() -> None:
        guess(times=2)
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pair = Tries.objects.exclude(name=guarding.ANY_NAME).get()
    assert pair.failures == guarding.PATIENCE


@pytest.fixture
def clock() -> Any:
    with freeze_time("2026-11-25 10:00:00") as frozen:
        yield frozen
