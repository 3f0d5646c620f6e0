"""An order that is not wanted: the reason reaches the person who ordered, who may mend it and send it again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignedIn
from tests.journeys.wizard import order_by_document, place, wait_until_waiting
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]

NAME = "vision-lab-07"
REASON = "vision-train-01 has room for this."


def test_a_rejected_order_tells_why_and_may_be_sent_again(product: Product, signed_in: SignedIn) -> None:
    mia, ada = signed_in("mia"), signed_in("ada")
    order = order_by_document(mia, name=NAME, project=_project(product))
    wait_until_waiting(mia)

    ada.goto("/approvals/")
    ada.get_by_role("link", name=f"Decide {NAME}").click()
    ada.get_by_role("button", name="Reject…").click()
    ada.get_by_label("Why?").fill(REASON)
    ada.get_by_role("button", name="Reject and cancel").click()
    expect(ada.get_by_text("ada rejected this order")).to_be_visible()

    # She watches the page of her order, and nothing but the page itself brings the news.
    expect(mia.get_by_text(REASON).first).to_be_visible(timeout=30_000)
    mia.get_by_role("button", name="Edit and send again").click()
    mia.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/review/$"))
    mia.get_by_role("link", name="Change Labels and owner").click()
    expect(mia.get_by_label("Name", exact=True)).to_have_value(NAME)
    mia.get_by_label("Description").fill("As small as can be")
    mia.locator(".steps").get_by_role("button", name="Review").click()
    assert place(mia) != order
    wait_until_waiting(mia)


def _project(product: Product) -> str:
    return str(product.first_run["endpoint"]["project_id"])
