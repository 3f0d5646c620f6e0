"""Writing an order with the keyboard alone, on a dark phone, in two windows at once, and while the line is down."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browsing import complaints
from tests.journeys.conftest import SignedIn
from tests.journeys.wizard import CPU, fill_every_step, place, start_blank

pytestmark = [pytest.mark.process, pytest.mark.browser]

SAVED = re.compile(r"^Saved \d\d:\d\d$")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what matches `selector` has the focus."""
    for _press in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector}")


def forget(page: Page, *words: str) -> None:
    """Chromium logs every failed request as an error; these were asked for."""
    complaints(page)[:] = [said for said in complaints(page) if not any(word in said for word in words)]


def test_an_order_is_written_with_the_keyboard_alone(signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    mia.goto("/")
    mia.keyboard.press("c")
    mia.wait_for_url("**/orders/new/")
    tab_to(mia, "button[name=start][value=blank], button[value=blank]")
    mia.keyboard.press("Enter")

    mia.wait_for_url("**/labels/")
    tab_to(mia, "input[name=name]")
    mia.keyboard.type("vision-typed-01")
    mia.keyboard.press("Control+Enter")
    mia.wait_for_url("**/workload/")
    tab_to(mia, "select[name=network]")
    while "21e1" not in mia.locator("select[name=network]").input_value():
        mia.keyboard.press("ArrowDown")
    mia.keyboard.press("Alt+3")
    mia.wait_for_url("**/flavors/")
    tab_to(mia, f"button[value='add:{CPU}']")
    mia.keyboard.press("Enter")
    expect(mia.get_by_role("heading", name=CPU)).to_be_focused()
    mia.keyboard.press("Tab")
    mia.keyboard.press("Enter")
    expect(mia.get_by_text(f"{CPU} was removed.")).to_be_visible()
    tab_to(mia, "button[value='undo:']")
    mia.keyboard.press("Enter")
    expect(mia.get_by_role("heading", name=CPU)).to_be_focused()
    tab_to(mia, "input[name$=-count]")
    mia.keyboard.type("2")
    mia.keyboard.press("Enter")
    mia.wait_for_url("**/zones/")
    tab_to(mia, "button[value^='spread:'][value*=',']")
    mia.keyboard.press("Enter")
    expect(mia.locator("[data-placed]")).to_have_text("2 / 2")
    mia.keyboard.press("Alt+7")
    mia.wait_for_url("**/billing/")
    mia.keyboard.press("Control+Enter")

    mia.wait_for_url("**/review/")
    for box in mia.locator("input[name=understood]").all():
        tab_to(mia, f"#{box.evaluate('box => box.id')}")
        mia.keyboard.press("Space")
    mia.keyboard.press("Control+Enter")
    mia.wait_for_url(re.compile(r"/orders/\d+/$"))
    expect(mia.get_by_role("heading", level=1)).to_have_text("vision-typed-01")


def test_an_order_is_written_on_a_dark_phone(signed_in: SignedIn) -> None:
    mia, sideways = signed_in("mia", width=360, scheme="dark"), list[str]()

    def look(step: str) -> None:
        if mia.evaluate("document.documentElement.scrollWidth > innerWidth"):
            sideways.append(step)

    fill_every_step(mia, name="vision-dark-01", look=look)
    place(mia)
    look("order")
    assert sideways == []
    assert mia.evaluate("getComputedStyle(document.body).colorScheme") != "light"
    expect(mia.get_by_role("heading", level=1)).to_have_text("vision-dark-01")


def test_of_two_windows_on_one_draft_neither_loses_what_it_typed(signed_in: SignedIn) -> None:
    mine = signed_in("mia")
    draft = start_blank(mine)
    theirs = mine.context.new_page()
    theirs.goto(f"{draft}labels/")
    theirs.get_by_label("Name", exact=True).fill("vision-theirs-01")
    expect(theirs.locator(".saved")).to_have_text(SAVED)

    mine.get_by_label("Name", exact=True).fill("vision-mine-01")
    expect(mine.get_by_text("You saved this draft in another window")).to_be_visible()
    expect(mine.get_by_label("Name", exact=True)).to_have_value("vision-mine-01")
    mine.get_by_role("button", name="Keep mine").click()
    expect(mine.locator(".saved")).to_have_text(SAVED)

    theirs.get_by_label("Description").fill("Nightly")
    theirs.get_by_role("link", name="Load theirs").click()
    expect(theirs.get_by_label("Name", exact=True)).to_have_value("vision-mine-01")
    theirs.close()
    forget(mine, "409")


def test_a_line_that_is_down_loses_nothing(signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    draft = start_blank(mia)
    name, asked = mia.get_by_label("Name", exact=True), list[str]()

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    mia.on("dialog", stay)
    name.fill("vision-line-01")
    expect(mia.locator(".saved")).to_have_text(SAVED)

    mia.context.set_offline(True)
    name.fill("vision-line-02")
    expect(mia.locator(".saved")).to_have_text("Not saved, retrying")
    mia.get_by_role("button", name="Save and continue").click()
    expect(name).to_have_value("vision-line-02")
    mia.close(run_before_unload=True)
    expect(mia.locator(".saved")).to_have_text("Not saved, retrying")
    assert asked == ["beforeunload"]

    mia.context.set_offline(False)
    expect(mia.locator(".saved")).to_have_text(SAVED)
    mia.goto(f"{draft}labels/")
    expect(name).to_have_value("vision-line-02")
    forget(mia, "ERR_INTERNET_DISCONNECTED")


def test_the_focus_goes_to_the_summary_of_problems(signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    start_blank(mia)
    mia.get_by_label("Name", exact=True).fill("Not A Name")
    mia.keyboard.press("Enter")
    summary = mia.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(mia.get_by_label("Name", exact=True)).to_be_focused()
