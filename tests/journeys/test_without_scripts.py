"""An order on a phone whose browser runs no scripts at all."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignedIn
from tests.journeys.wizard import fill_every_step, place

pytestmark = [pytest.mark.process, pytest.mark.browser]

NAME = "vision-phone-01"


def test_every_step_works_without_scripts_on_a_phone(signed_in: SignedIn) -> None:
    mia = signed_in("mia", width=360, scripts=False)

    fill_every_step(mia, name=NAME)
    place(mia)

    expect(mia.get_by_role("heading", level=1)).to_have_text(NAME)


def test_the_list_of_steps_saves_what_was_typed_without_scripts(signed_in: SignedIn) -> None:
    mia = signed_in("mia", width=360, scripts=False)
    mia.goto("/orders/new/")
    mia.get_by_role("button", name="Start blank").click()
    mia.get_by_label("Name", exact=True).fill("half-typed")

    mia.locator(".steps").get_by_role("button", name="Billing").click()
    expect(mia.get_by_role("heading", level=1)).to_have_text("Billing")
    mia.locator(".steps").get_by_role("button", name="Labels").click()

    expect(mia.get_by_label("Name", exact=True)).to_have_value("half-typed")
