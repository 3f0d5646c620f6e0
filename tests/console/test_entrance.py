"""Signing in and out, the theme, and pages for what goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests.builders import PASSWORD, person, team

pytestmark = pytest.mark.django_db


def test_a_person_signs_in_and_lands_where_they_were_going(client: Client) -> None:
    person(username="mia", member_of=team())
    sent = {"username": "mia", "password": PASSWORD, "next": "/teams/"}
    assert client.post(reverse("sign-in"), sent).headers["Location"] == "/teams/"


def test_signing_in_never_leads_to_another_site(client: Client) -> None:
    person(username="mia", member_of=team())
    sent = {"username": "mia", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(reverse("sign-in"), sent).headers["Location"] == "/"


def test_a_wrong_password_is_told_in_one_sentence_that_names_neither(client: Client) -> None:
    person(username="mia")
    page = client.post(reverse("sign-in"), {"username": "mia", "password": "wrong"})
    assert "The user name or the password is not right" in page.content.decode()


def test_signing_out_needs_a_post(client: Client) -> None:
    client.force_login(person(member_of=team()))
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).headers["Location"] == reverse("sign-in")


@pytest.mark.parametrize("name", ["dashboard", "approvals", "teams", "design"])
def test_nobody_sees_a_page_before_signing_in(client: Client, name: str) -> None:
    address = reverse(name)
    assert client.get(address).headers["Location"] == f"{reverse('sign-in')}?next={address}"


def test_a_chosen_theme_is_on_the_next_page_from_its_first_byte(client: Client) -> None:
    client.force_login(person(member_of=team()))
    client.post(reverse("theme"), {"theme": "dark", "next": "/"})
    assert '<html lang="en" data-theme="dark"' in client.get("/").content.decode()


def test_a_theme_nobody_offered_is_refused(client: Client) -> None:
    assert client.post(reverse("theme"), {"theme": '"><script>'}).status_code == 400


def test_choosing_a_theme_never_leads_to_another_site(client: Client) -> None:
    answer = client.post(reverse("theme"), {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_the_favicon_is_where_browsers_look(client: Client) -> None:
    assert client.get("/favicon.ico").headers["Location"].endswith("favicon.svg")


def test_an_unknown_address_gets_a_page_of_the_product(client: Client) -> None:
    client.force_login(person(member_of=team()))
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert "There is nothing here for you" in page.content.decode()


def test_a_form_without_its_token_gets_a_page_of_the_product() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(reverse("theme"), {"theme": "dark"})
    assert page.status_code == 403
    assert "This page was open for too long" in page.content.decode()


@pytest.mark.parametrize("name", ["dashboard", "approvals", "teams", "order-new", "changes"])
def test_while_the_database_is_away_every_page_says_so_and_nobody_is_signed_out(client: Client, name: str) -> None:
    client.force_login(person(member_of=team()))
    client.raise_request_exception = False

    def away(*_: Any) -> None:
        raise OperationalError("connection refused by db.internal")

    with connection.execute_wrapper(away):
        page = client.get(reverse(name))

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "The database does not answer" in page.content.decode()
    assert "db.internal" not in page.content.decode()
    assert client.get(reverse("dashboard")).status_code == 200


def test_a_defect_gets_a_page_of_the_product_that_tells_nothing_of_it(client: Client) -> None:
    client.force_login(person(member_of=team()))
    client.raise_request_exception = False

    def broken(*_: Any) -> None:
        raise RuntimeError("the inside")

    with connection.execute_wrapper(broken):
        page = client.get(reverse("dashboard"))

    assert page.status_code == 500
    assert "Something broke on our side" in page.content.decode()
    assert "the inside" not in page.content.decode()
