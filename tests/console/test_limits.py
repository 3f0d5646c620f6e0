"""What browsers are told to refuse, and what no request may hold."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import person, team

pytestmark = pytest.mark.django_db

PAGES = ["/sign-in/", "/", "/nowhere/", "/healthz", "/readyz/pages", "/favicon.ico"]
REFUSALS = {
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_tells_the_browser_what_to_refuse(client: Client, page: str) -> None:
    client.force_login(person(member_of=team()))
    headers = client.get(page).headers
    assert {name for name, words in REFUSALS.items() if words not in headers.get(name, "")} == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_a_script_or_a_style_stand_in_it(client: Client, page: str) -> None:
    policy = client.get(page).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.fixture
def member(client: Client) -> Client:
    client.force_login(person(member_of=team()))
    return client


def post(client: Client, data: Any, **more: Any) -> int:
    return int(client.post(reverse("order-new"), data, **more).status_code)


def test_a_form_of_many_megabytes_is_refused(member: Client) -> None:
    assert post(member, {"start": "paste", "document": "x" * 3_000_000}) == 400


def test_a_form_of_many_fields_is_refused(member: Client) -> None:
    assert post(member, {f"field-{number}": "" for number in range(1100)}) == 400


def test_a_file_is_refused_before_it_is_written_anywhere(member: Client) -> None:
    file = io.BytesIO(b"x" * 3_000_000)
    file.name = "big"
    assert post(member, {"file": file}) == 400


def test_a_stranger_is_refused_as_much(client: Client) -> None:
    assert client.post(reverse("sign-in"), {"username": "x", "password": "x" * 3_000_000}).status_code == 400


def test_a_pasted_document_of_great_depth_is_told_to_be_one(member: Client) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert post(member, {"start": "paste", "document": deep}) in {200, 422}
