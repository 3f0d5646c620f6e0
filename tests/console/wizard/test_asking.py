""" "Read the catalog now": asked for with everything typed kept, watched by the page, told to nobody else."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from console.models import Draft
from pools.models import Reading
from tests import builders
from tests.console.wizard.catalog import order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def state_of(client: Client, draft: Draft) -> object:
    return client.get(reverse("catalog-state", kwargs={"draft": draft.pk})).json()


def ask(client: Client, draft: Draft) -> None:
    client.post(url(draft, "labels"), {"version": draft.version, "name": "typed-01", "act": "read:"})
    draft.refresh_from_db()


def test_asking_keeps_what_was_typed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    ask(lena, draft)
    assert draft.name == "typed-01"
    assert Reading.objects.get().project == draft.project


def test_the_page_watches_while_the_catalog_is_read(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert "data-catalog-watch" not in text_of(lena.get(url(draft, "zones")))
    ask(lena, draft)
    page = text_of(lena.get(url(draft, "zones")))
    assert f'data-catalog-watch="{reverse("catalog-state", kwargs={"draft": draft.pk})}"' in page
    assert "Reload in a moment" in page


def test_the_state_is_that_of_the_last_request(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert state_of(lena, draft) == {"state": ""}
    ask(lena, draft)
    assert state_of(lena, draft) == {"state": "asked"}
    Reading.objects.update(state=Reading.State.DONE)
    assert state_of(lena, draft) == {"state": "done"}


def test_the_reading_of_a_pool_is_none_of_the_catalogs(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    pool = builders.pool(project=vision.project, team=vision.team)
    Reading.objects.create(project=vision.project, pool=pool, asked_by=vision.lena)
    assert state_of(lena, draft_of()) == {"state": ""}


def test_a_stranger_does_not_learn_whether_a_catalog_is_read(client: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    client.force_login(builders.person(username="mallory", member_of=builders.team(name="Other")))
    assert client.get(reverse("catalog-state", kwargs={"draft": draft.pk})).status_code == 404
