"""The reference: pages that show people what the description says, for everybody, without scripts."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pools.endpoint.describing import leaves
from pools.endpoint.describing.calls import CALLS
from tests import builders


def text_of(answer: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def test_the_reference_lists_every_operation(client: Client) -> None:
    page = client.get("/reference/").content.decode()
    assert [name for name in CALLS if f'href="/reference/{name}/"' not in page] == []


@pytest.mark.django_db
def test_strangers_read_it_without_a_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/reference/").status_code == 200
        assert client.get("/reference/CreatePool/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/reference/", "/reference/CreatePool/"])
def test_who_signed_in_costs_the_frame_alone(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    client.force_login(builders.person(member_of=builders.team()))
    client.get(path)
    with django_assert_num_queries(5):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", CALLS)
def test_an_operation_has_a_page_with_all_that_is_said_of_it(client: Client, name: str) -> None:
    operation = leaves.find(name)
    assert operation is not None
    said = text_of(client.get(f"/reference/{name}/"))
    named = [key.name for keys in (operation.parameters, operation.body, operation.answer) for key in keys]
    codes = [refusal.code for refusal in operation.refusals]
    told = [operation.says, operation.more, operation.method, operation.path, operation.status, *named, *codes]
    assert [one for one in told if one not in said] == []


def test_words_of_an_options_list_are_told_with_their_meanings(client: Client) -> None:
    said = text_of(client.get("/reference/CreatePool/"))
    assert "Notebook Notebooks" in said
    assert "unshared Only its owner uses it" in said


def test_a_key_of_an_address_says_that_it_is_one(client: Client) -> None:
    assert "project_id string in the address required" in text_of(client.get("/reference/ListPools/"))


def test_the_command_can_be_pasted_into_a_shell(client: Client) -> None:
    said = leaves.find("CreatePool")
    assert said is not None
    assert said.curl.startswith('curl -sS -X POST "$URL/v2/')
    assert '-H "X-Auth-Token: $TOKEN"' in said.curl
    assert said.body_example in said.curl


@pytest.mark.parametrize(
    ("words", "found"),
    [("createpool", "CreatePool"), ("POST pools create", "CreatePool"), ("  lock ", "BatchLockPoolNodes")],
)
def test_operations_are_found_by_words(client: Client, words: str, found: str) -> None:
    page = client.get("/reference/", {"q": words}).content.decode()
    assert f"/reference/{found}/" in page
    assert "/reference/ListWorkspace/" not in page


@pytest.mark.parametrize("words", ["nothing like it", "<script>alert(1)</script>", "💧" * 500])
def test_what_is_not_found_is_said_and_hurts_nobody(client: Client, words: str) -> None:
    answer = client.get("/reference/", {"q": words})
    assert "No operation has all these words" in text_of(answer)
    assert b"<script>alert" not in answer.content


@pytest.mark.django_db
def test_an_unknown_operation_is_not_found(client: Client) -> None:
    assert client.get("/reference/CreateFish/").status_code == 404


def test_no_page_carries_a_script_or_a_style_of_its_own(client: Client) -> None:
    page = client.get("/reference/CreatePool/").content.decode()
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=", page)
