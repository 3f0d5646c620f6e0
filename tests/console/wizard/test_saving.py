"""Drafts saved as one types: what the script is told, and that it never takes what another window saved."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from console.models import Draft
from pools.states import OrderState
from tests import builders
from tests.console.wizard.catalog import CPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def type_at(client: Client, draft: Draft, step: str, *, version: Any = None, **typed: Any) -> Any:
    """What the script posts while somebody types."""
    draft.refresh_from_db()
    form = {"version": draft.version if version is None else version, **typed}
    return client.post(url(draft, step), form, headers={"Accept": "application/json"})


def test_what_is_typed_is_saved_and_the_next_version_told(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    answer = type_at(lena, draft, "labels", name="vision-01")
    draft.refresh_from_db()
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert (draft.version, draft.name) == (1, "vision-01")


def test_half_a_word_is_saved_as_it_is(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    type_at(lena, draft, "labels", name="Vi")
    assert 'value="Vi"' in text_of(lena.get(url(draft, "labels")))


def test_a_step_that_was_only_begun_is_not_red(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    answer = type_at(lena, draft, "labels", name="Vi")
    page = text_of(lena.get(url(draft, "labels")))
    assert "aria-invalid" not in page
    assert 'data-step="problems"' not in answer.json()["parts"]["steps"] + page


def test_a_begun_step_says_how_many_problems_it_has_once_another_is_shown(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    type_at(lena, draft, "labels", name="Vi")
    assert "1 problem" in text_of(lena.get(url(draft, "billing")))


def test_a_step_that_was_left_stays_told(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    type_at(lena, draft, "labels", name="Vi")
    draft.refresh_from_db()
    lena.post(url(draft, "labels"), {"version": draft.version, "name": "Vi"})
    answer = type_at(lena, draft, "labels", name="Vis")
    assert 'href="#id_name"' in answer.json()["parts"]["problems"]
    assert 'id="id_name_error"' in text_of(lena.get(url(draft, "labels")))


def test_problems_are_told_by_field_with_what_mends_them(lena: Client, draft_of: MakeDraft) -> None:
    answer = type_at(
        lena, draft_of(order()), "workload", network="net-blue-p1", scope="Train", container_cidr="10.0.0.1/16"
    )
    (problem,) = answer.json()["problems"]
    assert problem == {
        "field": "container_cidr",
        "text": "10.0.0.1/16 is the address of a host. Did you mean 10.0.0.0/16?",
        "severity": "block",
        "mends": [{"act": "mend:workload/container_cidr=10.0.0.0/16", "label": "Use 10.0.0.0/16"}],
    }  # fmt: skip


def test_the_parts_beside_the_fields_come_along(lena: Client, draft_of: MakeDraft) -> None:
    parts = type_at(lena, draft_of(order()), "flavors", row="r1", **{"r1-flavor": CPU, "r1-count": "7"}).json()["parts"]
    assert "7 ×" in parts["so-far"]
    assert "Saved" in parts["saved"]


def test_a_second_window_is_told_who_saved_and_takes_nothing(
    vision: Vision, draft_of: MakeDraft, client: Client
) -> None:
    draft, other = draft_of(order()), Client()
    other.force_login(builders.person(username="ken", member_of=vision.team))
    type_at(other, draft, "labels", name="theirs-01", window="one")
    client.force_login(builders.person(username="mona", member_of=vision.team))
    answer = type_at(client, draft, "labels", version=0, name="mine-01", window="two")
    draft.refresh_from_db()
    assert (answer.status_code, draft.name) == (409, "theirs-01")
    assert answer.json() == {"version": 1, "words": "ken saved this draft after you opened this page."}


def test_keep_mine_is_a_save_over_the_version_that_was_told(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    type_at(lena, draft, "labels", name="theirs-01", window="one")
    told = type_at(lena, draft, "labels", version=0, name="mine-01", window="two").json()["version"]
    type_at(lena, draft, "labels", version=told, name="mine-01", window="two")
    draft.refresh_from_db()
    assert draft.name == "mine-01"


def test_a_window_that_never_heard_its_answer_is_not_overtaken_by_itself(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    type_at(lena, draft, "labels", name="pool-one", window="one")
    assert type_at(lena, draft, "labels", version=0, name="pool-two", window="one").status_code == 200


def test_nobody_passes_for_another_persons_window(vision: Vision, lena: Client, draft_of: MakeDraft) -> None:
    draft, other = draft_of(order()), Client()
    type_at(lena, draft, "labels", name="pool-one", window="one")
    other.force_login(builders.person(member_of=vision.team))
    assert type_at(other, draft, "labels", version=0, name="pool-two", window="one").status_code == 409


def test_a_placed_draft_takes_no_typing_and_leads_to_its_order(
    vision: Vision, lena: Client, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    made = builders.order(team=vision.team, placed_by=vision.lena, project=vision.project, draft=draft.pk)
    answer = type_at(lena, draft, "labels", name="pool-red")
    assert (answer.status_code, answer.json()["order"]) == (409, reverse("order", kwargs={"pk": made.pk}))


def test_who_is_signed_out_finds_what_was_typed_after_the_sign_in(
    vision: Vision, draft_of: MakeDraft, client: Client
) -> None:
    draft = draft_of()
    answer = type_at(client, draft, "labels", name="half-typed")
    assert answer.status_code == 302
    client.post("/sign-in/", {"username": "lena", "password": builders.PASSWORD})
    assert 'value="half-typed"' in text_of(client.get(url(draft, "labels")))


def test_a_strangers_typing_goes_nowhere(draft_of: MakeDraft, client: Client) -> None:
    draft = draft_of()
    client.force_login(builders.person(member_of=builders.team()))
    assert type_at(client, draft, "labels", name="pool-red").status_code == 404


def test_odd_typing_is_answered_all_the_same(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    odd = {"name": "\u202e" * 300, "description": "\x00<script>", "window": "w" * 5000, "row": "r1"}
    assert type_at(lena, draft, "labels", **odd).status_code == 200
    draft.refresh_from_db()
    assert len(json.dumps(draft.data)) < 3000


def test_a_save_costs_as_many_questions_as_a_press_of_the_button_and_its_parts(
    lena: Client, draft_of: MakeDraft, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = draft_of(order())
    # Session and person, draft, its order, owners, the save, the catalog and names; the quota, who decides, how long it
    # will take.
    with django_assert_num_queries(16):
        lena.post(url(draft, "labels"), {"version": 0, "name": "pool-one"}, headers={"Accept": "application/json"})


def test_a_refused_orders_draft_becomes_its_next_revision_as_one_types(
    vision: Vision, lena: Client, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    builders.order(
        team=vision.team, placed_by=vision.lena, project=vision.project, draft=draft.pk, state=OrderState.REFUSED
    )
    type_at(lena, draft, "labels", name="pool-red")
    draft.refresh_from_db()
    assert draft.revision == 2
