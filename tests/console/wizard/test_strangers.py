"""Every address of the wizard, and every act, with somebody in the room who has no business there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from console.wizard.steps import FORMS
from pools.models import Order, Reading, User
from tests import builders
from tests.console.wizard.catalog import order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of

ACTS = ["order-place", "draft-delete", "catalog-read"]
STEPS = [name for name, _form in FORMS]


@pytest.fixture(params=["stranger", "other-team-member", "other-team-admin", "staff", "superuser"])
def somebody(request: pytest.FixtureRequest, vision: Vision) -> User:
    other = builders.team(name="Speech")
    vision.project.teams.add(other)
    match request.param:
        case "other-team-member":
            return builders.person(member_of=other)
        case "other-team-admin":
            return builders.person(admin_of=other)
        case "staff":
            return builders.person(staff=True)
        case "superuser":
            return builders.person(staff=True, superuser=True)
    return builders.person()


@pytest.mark.parametrize("step", STEPS)
def test_a_strangers_draft_does_not_exist(somebody: User, client: Client, draft_of: MakeDraft, step: str) -> None:
    draft = draft_of(order())
    client.force_login(somebody)
    address = reverse("wizard", kwargs={"draft": draft.pk, "step": step})
    assert client.get(address).status_code == 404
    assert client.post(address, {"version": 0, "name": "mine-now"}).status_code == 404
    draft.refresh_from_db()
    assert draft.version == 0


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_does_nothing_to_a_draft(somebody: User, client: Client, draft_of: MakeDraft, act: str) -> None:
    draft = draft_of(order())
    client.force_login(somebody)
    assert client.post(reverse(act, kwargs={"draft": draft.pk}), {"version": 0, "revision": 1}).status_code == 404
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert not Order.objects.exists()
    assert not Reading.objects.exists()


@pytest.mark.parametrize("act", [*ACTS, *STEPS])
def test_a_person_unknown_signs_in_first(client: Client, draft_of: MakeDraft, act: str) -> None:
    draft = draft_of(order())
    address = (
        reverse(act, kwargs={"draft": draft.pk})
        if act in ACTS
        else reverse("wizard", kwargs={"draft": draft.pk, "step": act})
    )
    # An address that takes no GET leads back to the step it was pressed on.
    step = {"order-place": "review", "catalog-read": "flavors"}.get(act)
    back = reverse("wizard", kwargs={"draft": draft.pk, "step": step}) if step else address
    assert client.post(address).headers["Location"] == f"{reverse('sign-in')}?next={back}"
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert not Order.objects.exists()


def test_a_session_that_ended_comes_back_to_the_same_step(client: Client, draft_of: MakeDraft) -> None:
    address = reverse("wizard", kwargs={"draft": draft_of().pk, "step": "zones"})
    assert client.get(address).headers["Location"] == f"{reverse('sign-in')}?next={address}"


def test_a_draft_that_never_was_does_not_exist(lena: Client) -> None:
    assert lena.get(reverse("wizard", kwargs={"draft": uuid4(), "step": "labels"})).status_code == 404


def test_a_colleague_sees_and_saves_the_teams_draft(client: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    client.force_login(builders.person(member_of=vision.team))
    client.post(reverse("wizard", kwargs={"draft": draft.pk, "step": "labels"}), {"version": 0, "name": "pool-red"})
    draft.refresh_from_db()
    assert draft.name == "pool-red"


def test_a_stranger_sees_no_draft_and_no_pool_where_an_order_starts(
    somebody: User, client: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    draft_of(order())
    builders.pool(team=vision.team, name="secret-pool")
    client.force_login(somebody)
    page = text_of(client.get(reverse("order-new")))
    assert "pool-blue" not in page
    assert "secret-pool" not in page


def test_a_strangers_pool_cannot_be_copied(somebody: User, client: Client, vision: Vision) -> None:
    pool = builders.pool(team=vision.team, name="secret-pool")
    client.force_login(somebody)
    client.post(reverse("order-new"), {"start": "copy", "pool": pool.pk})
    assert not Draft.objects.exists()


def test_a_draft_cannot_be_given_to_a_team_that_is_not_ones_own(lena: Client, draft_of: MakeDraft) -> None:
    draft, other = draft_of(), builders.team(name="Speech")
    project = builders.project(teams=(other,))
    form = {"version": 0, "name": "pool-red", "owner": f"{other.pk}:{project.pk}"}
    lena.post(reverse("wizard", kwargs={"draft": draft.pk, "step": "labels"}), form)
    draft.refresh_from_db()
    assert draft.team.name == "Vision"


def test_somebody_dismissed_from_the_team_loses_its_drafts(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of()
    vision.team.memberships.filter(user=vision.lena).delete()
    assert lena.get(reverse("wizard", kwargs={"draft": draft.pk, "step": "labels"})).status_code == 404
