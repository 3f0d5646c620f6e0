"""A dashboard that stays true by itself: without taking the focus away, without asking unseen, and after errors."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browsing import complaints
from tests.journeys.conftest import SignedIn
from tests.journeys.inspecting import faults
from tests.journeys.wizard import order_by_document, paste_and_place, wait_until_waiting
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]

# What a browser tells a page that is no longer looked at.
HIDE = """
hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


def test_a_row_that_changes_keeps_focus_and_selected_text_and_what_stands_open(
    product: Product, signed_in: SignedIn
) -> None:
    mia, ada = signed_in("mia"), signed_in("ada")
    _order(mia, product, "vision-focus-01")
    wait_until_waiting(mia)
    _order(mia, product, "vision-focus-02")
    ada.goto("/?sort=changed")
    row = ada.locator("tr", has=ada.get_by_role("link", name="vision-focus-01", exact=True))
    row.get_by_role("checkbox").check()
    row.get_by_role("link", name="Details").click()
    panel = ada.get_by_role("complementary", name="vision-focus-01")
    expect(panel).to_contain_text("Waiting")
    ada.get_by_text("Columns", exact=True).first.click()
    ada.get_by_role("link", name="vision-focus-01", exact=True).focus()
    ada.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")

    desk = signed_in("omar")
    desk.goto("/approvals/")
    desk.get_by_role("link", name="Decide vision-focus-01").click()
    desk.get_by_role("button", name="Approve…").click()
    desk.get_by_role("button", name="Approve and pay").click()

    expect(row).to_contain_text("Creating", timeout=20_000)
    expect(panel).to_contain_text("Creating")
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(ada.get_by_role("checkbox", name="Job types")).to_be_visible()
    assert ada.evaluate("document.activeElement.textContent") == "vision-focus-01"
    assert ada.evaluate("String(getSelection())") == "Vision"

    # It has changed last now, and stands where it stood until somebody wants the new order.
    moved = ada.locator("[data-moved]")
    expect(moved).to_contain_text("changed place", timeout=20_000)
    # One press closes one thing.
    ada.keyboard.press("Escape")
    expect(ada.get_by_role("checkbox", name="Job types")).to_be_hidden()
    expect(panel).to_be_visible()
    moved.get_by_role("button", name="Apply").click()
    expect(moved).to_be_hidden()
    expect(row.get_by_role("checkbox")).to_be_checked()
    assert faults(ada) == []


def test_a_row_is_looked_at_and_selected_by_keyboard_and_escape_leads_back(
    product: Product, signed_in: SignedIn
) -> None:
    mia = signed_in("mia")
    _order(mia, product, "vision-keys-01")
    mia.goto("/?q=vision-keys-01")
    mia.keyboard.type("jx")
    expect(mia.get_by_text("1 row selected")).to_be_visible()
    mia.keyboard.press("j")
    mia.keyboard.press("o")
    panel = mia.get_by_role("complementary", name="vision-keys-01")
    expect(panel).to_be_focused()
    assert "beside=order-" in mia.url
    assert faults(mia) == []
    mia.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(mia.get_by_role("link", name="Details vision-keys-01")).to_be_focused()
    assert "beside" not in mia.url


def test_a_page_nobody_looks_at_asks_nothing_and_asks_at_once_on_return(product: Product, signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    _order(mia, product, "vision-hidden-01")
    mia.goto("/")
    with mia.expect_request("**/changes?*"):
        pass
    mia.evaluate(HIDE, True)
    mia.wait_for_timeout(300)  # an answer that is on its way may still arrive

    asked: list[str] = []
    mia.on("request", lambda request: asked.append(request.url))
    mia.wait_for_timeout(4000)
    assert not asked
    with mia.expect_request("**/changes?*", timeout=1000):
        mia.evaluate(HIDE, False)


def test_after_an_error_the_page_says_so_and_recovers_by_itself(product: Product, signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    _order(mia, product, "vision-error-01")
    mia.goto("/")
    row = mia.locator("tr", has=mia.get_by_role("link", name="vision-error-01", exact=True))

    def fail(route: Route) -> None:
        route.abort()

    mia.route("**/changes?*", fail)
    expect(mia.locator("[data-trouble]")).to_contain_text("No answer from the console", timeout=10_000)
    expect(row).to_be_visible()
    mia.unroute("**/changes?*", fail)
    expect(mia.locator("[data-trouble]")).to_be_hidden(timeout=30_000)
    expect(row).to_contain_text("Waiting", timeout=30_000)
    # Chromium logs every request that fails as an error.
    complaints(mia)[:] = [said for said in complaints(mia) if "ERR_FAILED" not in said]


def test_what_is_done_in_one_tab_is_seen_in_the_others_at_once(product: Product, signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    other = mia.context.new_page()

    def come_back_late(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "ask-again": "60"})

    other.route("**/changes?*", come_back_late)
    # Nothing moves on this page, and the feed said to come back in a minute.
    with other.expect_response("**/changes?*"):
        other.goto("/?q=nothing-is-called-so")

    with other.expect_request("**/changes?*", timeout=20_000):
        paste_and_place(mia, name="vision-tabs-01", project=product.first_run["endpoint"]["project_id"])


def _order(page: Page, product: Product, name: str) -> None:
    order_by_document(page, name=name, project=product.first_run["endpoint"]["project_id"])
