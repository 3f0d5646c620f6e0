"""A session that ended in the middle of a step: the typing waits for who may have it, and for nobody else."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from console.wizard.interrupted import KEY, MOST_CHARACTERS
from tests import builders
from tests.console.wizard.catalog import order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def sign_in(client: Client, username: str) -> None:
    """By the form, as in a browser: what the anonymous session holds is carried over."""
    answer = client.post(reverse("sign-in"), {"username": username, "password": builders.PASSWORD})
    assert answer.status_code == 302


def test_what_was_typed_is_shown_after_sign_in_and_not_saved_yet(
    client: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    answer = client.post(url(draft, "labels"), {"version": 0, "name": "typed-late"})
    assert answer.headers["Location"] == f"{reverse('sign-in')}?next={url(draft, 'labels')}"
    sign_in(client, "lena")
    page = text_of(client.get(url(draft, "labels")))
    assert 'value="typed-late"' in page
    assert "This is not saved yet" in page
    draft.refresh_from_db()
    assert draft.name == "pool-blue"


def test_a_stranger_who_signs_in_instead_gets_nothing(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    builders.person(username="mallory", member_of=builders.team(name="Other"))
    client.post(url(draft, "labels"), {"version": 0, "name": "typed-late"})
    sign_in(client, "mallory")
    answer = client.get(url(draft, "labels"))
    assert answer.status_code == 404
    assert "typed-late" not in text_of(answer)
    assert KEY not in client.session


def test_nothing_of_it_is_shown_before_sign_in(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    answer = client.post(url(draft, "labels"), {"version": 0, "name": "typed-late"}, follow=True)
    assert "typed-late" not in text_of(answer)


def test_once_saved_it_waits_no_longer(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    client.post(url(draft, "labels"), {"version": 0, "name": "typed-late"})
    sign_in(client, "lena")
    client.post(url(draft, "labels"), {"version": 0, "name": "typed-later"})
    assert 'value="typed-later"' in text_of(client.get(url(draft, "labels")))


def test_it_can_be_given_up_for_what_is_saved(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    client.post(url(draft, "labels"), {"version": 0, "name": "typed-late"})
    sign_in(client, "lena")
    assert 'value="pool-blue"' in text_of(client.get(url(draft, "labels") + "?saved"))
    assert KEY not in client.session


def test_a_draft_that_moved_on_meanwhile_is_a_conflict_not_a_loss(
    client: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    client.post(url(draft, "labels"), {"version": 0, "name": "typed-late"})
    colleague = Client()
    colleague.force_login(builders.person(username="ken", member_of=vision.team))
    colleague.post(url(draft, "labels"), {"version": 0, "name": "kens-name"})
    sign_in(client, "lena")
    found = re.search(r'name="version" value="(\d+)"', text_of(client.get(url(draft, "labels"))))
    assert found
    assert client.post(url(draft, "labels"), {"version": found[1], "name": "typed-late"}).status_code == 409


@pytest.mark.parametrize("step", ["review", "elsewhere"])
def test_a_step_nobody_types_into_keeps_nothing(client: Client, vision: Vision, draft_of: MakeDraft, step: str) -> None:
    client.post(url(draft_of(), step), {"version": 0, "name": "typed-late"})
    assert KEY not in client.session


def test_a_draft_that_does_not_exist_keeps_nothing(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of()
    address = url(draft, "labels")
    draft.delete()
    client.post(address, {"version": 0, "name": "typed-late"})
    assert KEY not in client.session


def test_more_than_an_order_can_hold_is_not_kept(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    client.post(url(draft_of(), "labels"), {"version": 0, "description": "x" * MOST_CHARACTERS})
    assert KEY not in client.session


@pytest.mark.parametrize(("act", "step"), [("order-place", "review"), ("catalog-read", "flavors")])
def test_an_act_without_a_session_leads_back_to_its_step(
    client: Client, vision: Vision, draft_of: MakeDraft, act: str, step: str
) -> None:
    draft = draft_of(order())
    answer = client.post(reverse(act, kwargs={"draft": draft.pk}))
    assert answer.headers["Location"] == f"{reverse('sign-in')}?next={url(draft, step)}"


def test_what_was_typed_for_a_network_waits_too(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    client.post(url(draft, "workload"), {"version": 0, "act": "network:", "new-network-name": "net-typed-late"})
    sign_in(client, "lena")
    assert 'value="net-typed-late"' in text_of(client.get(url(draft, "workload")))
