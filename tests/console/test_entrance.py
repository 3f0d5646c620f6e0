"""Signing in and out, the theme, and pages for what goes wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from tests.builders import PASSWORD, order, person, pool, team

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


def words_of(page: Any) -> str:
    """What the page says, without what names the address or guards its forms."""
    html = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_what_is_not_there_and_what_is_another_teams_are_told_in_the_same_words(client: Client) -> None:
    """So that nobody learns which of the two it is, and whoever followed a link learns whom to ask."""
    ours, theirs = team(name="Vision"), team(name="Speech")
    person(username="mia", admin_of=ours)
    zoe = person(username="zoe", admin_of=theirs)
    there = order(team=theirs, placed_by=zoe)
    pools = pool(order=order(team=theirs, placed_by=zoe, project=there.project))
    client.force_login(person(username="lena", member_of=ours))
    addresses = [
        *(reverse(name, args=[pk]) for name in ("order", "approval") for pk in (there.pk, 987_654)),
        *(reverse("pool", args=[pk]) for pk in (pools.pk, 987_654)),
        *(reverse("team", args=[slug]) for slug in (theirs.slug, "nobodys")),
        "/no/such/page/",
    ]
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {404}
    [words] = {words_of(answer) for answer in answers}
    assert "are shown to members of their team alone" in words
    assert "Admins of Vision mia" in words
    assert "zoe" not in words


def test_whoever_is_in_no_team_reads_who_can_change_that(client: Client) -> None:
    client.force_login(person())
    assert "You are in no team yet." in words_of(client.get("/pools/1/"))


@pytest.mark.parametrize("name", ["projects", "design", "sandbox"])
def test_what_everybody_may_know_of_says_which_role_it_takes_and_who_has_it(client: Client, name: str) -> None:
    person(username="root", staff=True)
    client.force_login(person(member_of=team()))
    refused = client.get(reverse(name))
    assert refused.status_code == 403
    assert "Staff of this console: root" in words_of(refused)


def test_a_role_that_an_admin_gives_names_the_admins(client: Client) -> None:
    ours = team(name="Vision")
    person(username="mia", admin_of=ours)
    client.force_login(person(member_of=ours))
    refused = client.post(reverse("four-eyes", args=[ours.slug]))
    assert refused.status_code == 403
    assert "Admins of Vision mia" in words_of(refused)


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
