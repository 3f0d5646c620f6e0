"""A network made from within the wizard: in place, once, and nothing that was typed is lost over it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from pools.models import Founding, Order
from pools.states import ErrandState
from pools.wire.naming import pool_id
from tests import builders
from tests.console.wizard.catalog import DOCUMENTS, mirror, network, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def make(client: Client, draft: Draft, **typed: Any) -> Any:
    """What the button sends: all of the step, and the form for the network."""
    draft.refresh_from_db()
    said = {"version": draft.version, "act": "network:", "scope": ["Infer"], "network": "net-blue-p1"}
    return client.post(url(draft, "workload"), said | {f"new-network-{key}": value for key, value in typed.items()})


FREE = {"name": "net-new1", "cidr": "10.1.0.0/16"}


def test_the_network_is_asked_for_chosen_and_what_else_was_typed_is_kept(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert make(lena, draft, **FREE).url == f"{url(draft, 'workload')}#id_network"
    asked = Founding.objects.get()
    draft.refresh_from_db()
    typed = draft.data["step_data"]["workload"]
    assert (asked.name, asked.draft, typed["scope"]) == ("net-new1", draft.pk, ["Infer"])
    assert typed["network"] == [pool_id("net-new1", draft.project.project_id)]
    assert "name" not in str(typed)


def test_pressed_twice_it_is_one(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    make(lena, draft, **FREE)
    make(lena, draft, **FREE)
    assert Founding.objects.count() == 1


def test_while_it_is_made_the_step_and_review_say_so_and_watch(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    make(lena, draft, **FREE)
    for step, words in (("workload", "is being made. You can go on"), ("review", "is still being made.")):
        page = text_of(lena.get(url(draft, step)))
        assert f"The network net-new1 {words}" in page
        assert "There is no network" not in page
        assert "data-catalog-watch" in page
        assert 'data-step="problems"' not in page or step == "review"
    assert lena.get(reverse("catalog-state", args=[draft.pk])).json() == {"state": "asked"}


def test_once_it_is_ready_it_is_a_network_as_any_other(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    make(lena, draft, **FREE)
    asked = Founding.objects.get()
    ident = pool_id("net-new1", vision.project.project_id)
    asked.move(ErrandState.SENDING)
    asked.move(ErrandState.DONE, network_id=ident)
    mirror(
        vision.project, networks={"items": [*DOCUMENTS["networks"]["items"], network(ident, "Active", "10.1.0.0/16")]}
    )
    page = text_of(lena.get(url(draft, "workload")))
    assert f'<option value="{ident}" selected>' in page
    assert "is being made" not in page
    assert "data-catalog-watch" not in page


def test_what_is_made_is_waited_for_although_its_id_is_another_networks(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    """Which the worker may hear only after it was asked for."""
    draft = draft_of(order())
    make(lena, draft, **FREE)
    ident = pool_id("net-new1", vision.project.project_id)
    mirror(
        vision.project, networks={"items": [*DOCUMENTS["networks"]["items"], network(ident, "Active", "10.9.0.0/16")]}
    )
    draft.refresh_from_db()
    form = {"version": draft.version, "revision": draft.revision}
    answer = lena.post(reverse("order-place", kwargs={"draft": draft.pk}), form)
    assert answer.status_code == 422
    assert "The network net-new1 is still being made." in text_of(answer)


def test_what_the_cloud_refused_is_told_with_its_words_and_can_be_mended(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    make(lena, draft, **FREE)
    Founding.objects.get().move(ErrandState.FAILED, failure_message="No more subnets.")
    page = text_of(lena.get(url(draft, "workload")))
    assert "The network net-new1 was not made: No more subnets." in page
    assert 'value="10.1.0.0/16"' in page


@pytest.mark.parametrize(
    ("said", "words"),
    [({"name": "Net"}, "Write 4 to 32 lowercase letters"), ({"cidr": "10.0.0.1/16"}, "Write a private range"),
     ({"name": "net-blue"}, "has a network net-blue already"), ({"name": "\0" * 9}, "Write 4 to 32 lowercase letters"),
     ({"name": "<b>" * 900, "cidr": "☃" * 9000}, "Write 4 to 32 lowercase letters")],
)  # fmt: skip
def test_what_cannot_be_had_is_told_beside_its_field_and_the_step_is_kept(
    lena: Client, draft_of: MakeDraft, said: dict[str, str], words: str
) -> None:
    draft = draft_of(order())
    response = make(lena, draft, **{**FREE, **said})
    assert (response.status_code, Founding.objects.count()) == (422, 0)
    assert words in text_of(response)
    draft.refresh_from_db()
    assert draft.data["step_data"]["workload"]["scope"] == ["Infer"]


def test_a_full_project_is_told_before_anything_is_asked(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    mirror(vision.project, quotas={"quotas": {"resources": [{"type": "network", "quota": "2", "used": "2"}]}})
    draft = draft_of(order())
    assert "The project has 2 of 2 networks." in text_of(lena.get(url(draft, "workload")))
    assert "may have no more networks" in text_of(make(lena, draft, **FREE))


def test_a_range_that_overlaps_nothing_is_proposed(lena: Client, draft_of: MakeDraft) -> None:
    # The project's two networks take both halves of the first range that would be.
    assert 'value="10.0.0.0/16"' in text_of(lena.get(url(draft_of(order()), "workload")))


def test_a_project_without_networks_offers_to_make_one(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    mirror(vision.project, networks={"items": []})
    assert '<details class="disclosure" id="new-network" open>' in text_of(lena.get(url(draft_of(), "workload")))


def test_a_stranger_makes_no_network_in_anothers_draft(draft_of: MakeDraft, client: Client) -> None:
    draft = draft_of(order())
    client.force_login(builders.person(admin_of=builders.team()))
    assert make(client, draft, **FREE).status_code == 404
    assert not Founding.objects.exists()


def test_after_a_mistake_the_page_goes_on_from_what_it_saved(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    page = text_of(make(lena, draft, name="Net", cidr="10.1.0.0/16"))
    draft.refresh_from_db()
    assert f'name="version" value="{draft.version}"' in page


OVERLAPPING = {"name": "net-new1", "cidr": "192.168.64.0/18"}


def test_a_range_that_overlaps_a_network_is_told_and_made_only_once_that_is_meant(
    lena: Client, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    page = text_of(make(lena, draft, **OVERLAPPING))
    assert "This overlaps net-blue (192.168.0.0/17)." in page
    assert 'value="mend:workload/new-network-cidr=10.0.0.0/16"' in page
    assert not Founding.objects.exists()
    make(lena, draft, **OVERLAPPING, overlap="net-young")  # ticked for another one
    assert not Founding.objects.exists()
    make(lena, draft, **OVERLAPPING, overlap="net-blue")
    assert Founding.objects.get().cidr == "192.168.64.0/18"


def test_while_a_range_is_typed_the_script_is_told_what_it_overlaps(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    typed = {"version": 0, "scope": "Train", "new-network-cidr": "192.168.64.0/18"}
    heard = lena.post(url(draft, "workload"), typed, headers={"Accept": "application/json"}).json()
    (told,) = (one for one in heard["problems"] if one["field"] == "new-network-cidr")
    assert (told["severity"], told["mends"][0]["label"]) == ("warn", "Use 10.0.0.0/16")


def test_at_review_a_network_that_overlaps_one_made_since_wants_a_tick_that_stays_with_the_order(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    make(lena, draft, **FREE)
    ident = pool_id("net-new1", vision.project.project_id)
    Founding.objects.get().move(ErrandState.SENDING)
    Founding.objects.get().move(ErrandState.DONE, network_id=ident)
    mine, theirs = network(ident, "Active", "10.1.0.0/16"), network("net-other-p1", "Active", "10.0.0.0/12")
    mirror(vision.project, networks={"items": [mine, theirs]})
    draft.refresh_from_db()
    form = {"version": draft.version, "revision": draft.revision}
    words = "10.1.0.0/16 overlaps 10.0.0.0/12 of the network net-other"
    answer = lena.post(reverse("order-place", kwargs={"draft": draft.pk}), form)
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    lena.post(reverse("order-place", kwargs={"draft": draft.pk}), form | {"understood": "A12 $.spec.network.name"})
    assert [kept["rule"] for kept in Order.objects.get().understood] == ["A12"]


@pytest.mark.parametrize("goto", ["", "labels"])
def test_what_was_typed_for_a_network_stays_when_another_button_is_pressed(
    lena: Client, draft_of: MakeDraft, goto: str
) -> None:
    draft = draft_of(order())
    typed = {
        "version": 0,
        "scope": "Train",
        "network": "net-blue-p1",
        "new-network-name": "net-h",
        "wizard_goto_step": goto,
    }
    lena.post(url(draft, "workload"), typed | {"new-network-cidr": "10.0.0.0/16"})
    page = text_of(lena.get(url(draft, "workload")))
    assert 'value="net-h"' in page
    assert '<details class="disclosure" id="new-network" open>' in page


def test_a_range_that_was_only_proposed_is_nobodys_typing(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    lena.post(url(draft, "workload"), {"version": 0, "scope": "Train", "new-network-cidr": "10.0.0.0/16"})
    draft.refresh_from_db()
    assert "new-network" not in str(draft.data)


def test_in_two_windows_the_network_typed_in_the_second_is_asked_for_once_it_is_kept(
    lena: Client, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    lena.post(url(draft, "workload"), {"version": 0, "scope": "Infer"})
    late = {"version": 0, "act": "network:", "scope": "Train", "new-network-name": "net-new1"}
    answer = lena.post(url(draft, "workload"), late | {"new-network-cidr": "10.1.0.0/16"})
    assert (answer.status_code, "Name of the network" in text_of(answer)) == (409, True)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text_of(answer))
    lena.post(url(draft, "workload"), dict(fields))
    assert Founding.objects.get().name == "net-new1"


def test_a_double_click_is_answered_as_the_first_one(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    click: dict[str, Any] = {"version": 0, "act": "network:", "scope": "Infer"}
    click |= {"new-network-name": "net-new1", "new-network-cidr": "10.1.0.0/16"}
    answers = [lena.post(url(draft, "workload"), click) for _click in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"{url(draft, 'workload')}#id_network"] * 2
    assert Founding.objects.count() == 1
