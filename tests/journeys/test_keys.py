"""The keyboard outside of fields: every key has a control that can be seen, and a person may do without them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignedIn
from tests.journeys.inspecting import faults

pytestmark = [pytest.mark.process, pytest.mark.browser]


def test_a_question_mark_lists_them_and_escape_leads_back(signed_in: SignedIn) -> None:
    ada = signed_in("ada")
    ada.goto("/")
    ada.get_by_role("link", name="Approvals").focus()
    ada.keyboard.press("?")
    expect(ada.get_by_role("heading", name="Keys")).to_be_visible()
    assert faults(ada) == []
    ada.keyboard.press("Escape")
    expect(ada.get_by_role("heading", name="Keys")).to_be_hidden()
    expect(ada.get_by_role("link", name="Approvals")).to_be_focused()


def test_two_letters_lead_to_a_room_and_one_to_a_new_order(signed_in: SignedIn) -> None:
    ada = signed_in("ada")
    ada.goto("/")
    ada.keyboard.type("ga")
    ada.wait_for_url("**/approvals/")
    ada.keyboard.type("gd")
    ada.get_by_role("heading", name="Vision", level=1).wait_for()
    ada.keyboard.type("gp")
    expect(ada.locator("#pools")).to_be_focused()
    ada.keyboard.press("c")
    ada.wait_for_url("**/orders/new/")


def test_what_is_typed_into_a_field_goes_nowhere(signed_in: SignedIn) -> None:
    ada = signed_in("ada")
    ada.goto("/")
    ada.keyboard.press("/")
    search = ada.get_by_role("searchbox")
    expect(search).to_be_focused()
    ada.keyboard.type("cga?")
    expect(search).to_have_value("cga?")
    expect(ada.get_by_role("heading", name="Keys")).to_be_hidden()


def test_whoever_wants_none_has_none(signed_in: SignedIn) -> None:
    zoe = signed_in("zoe")
    zoe.goto("/preferences/")
    assert faults(zoe) == []
    zoe.get_by_label("Single-letter keys").uncheck()
    zoe.get_by_role("button", name="Save").click()
    zoe.get_by_text("Your preferences were saved.").wait_for()
    zoe.keyboard.type("?cgd")
    zoe.wait_for_timeout(200)
    expect(zoe.get_by_role("heading", name="Keys")).to_be_hidden()
    assert zoe.url.endswith("/preferences/")
