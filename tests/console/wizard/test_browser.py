"""What only a browser can tell of the wizard by itself; whole orders are played in `tests/journeys`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import sign_in
from tests.running import Product

pytestmark = pytest.mark.browser


def test_the_focus_goes_to_the_summary_of_problems(open_page: Callable[..., Page], product: Product) -> None:
    page = open_page()
    sign_in(page, product.account())
    page.goto("/orders/new/")
    page.get_by_role("button", name="Start blank").click()
    page.get_by_label("Name", exact=True).fill("Not A Name")
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
