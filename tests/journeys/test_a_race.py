"""Two admins decide the same order at the same moment."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignedIn
from tests.journeys.wizard import order_by_document, wait_until_waiting
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]

NAME = "vision-race-01"


def test_of_two_admins_one_decides_and_the_other_is_told_who(product: Product, signed_in: SignedIn) -> None:
    mia, ada, omar = signed_in("mia"), signed_in("ada"), signed_in("omar")
    order_by_document(mia, name=NAME, project=product.first_run["endpoint"]["project_id"])
    wait_until_waiting(mia)
    for page in (ada, omar):
        page.goto("/approvals/")
        page.get_by_role("link", name=f"Decide {NAME}").click()
    ada.get_by_role("button", name="Approve…").click()
    omar.get_by_role("button", name="Reject…").click()
    omar.get_by_label("Why?").fill("Too large")

    # Both stand before the last button, and neither waits for the other's answer.
    _press_now(omar, "Reject and cancel")
    _press_now(ada, "Approve and pay")

    said = {page: _outcome(page) for page in (ada, omar)}
    lost = [page for page, text in said.items() if "does not count" in text]
    assert len(lost) == 1, said.values()
    winner = "omar rejected" if lost == [ada] else "ada approved"
    assert winner in said[lost[0]]
    for page in (ada, omar):
        expect(page.locator("[data-part=gate]")).to_contain_text(f"{winner} this order")


def _press_now(page: Page, button: str) -> None:
    """Press it and do not wait for the page that follows."""
    page.get_by_role("button", name=button).click(no_wait_after=True)


def _outcome(page: Page) -> str:
    page.locator("[data-part=gate]", has_text="this order").wait_for()
    return page.locator("main").inner_text()
