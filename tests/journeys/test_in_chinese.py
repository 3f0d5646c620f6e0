"""An order by somebody who reads Chinese: from the switch at the door to what the cloud accepted."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from tests.browsing import sign_in
from tests.journeys.conftest import OpenPage
from tests.journeys.inspecting import faults
from tests.journeys.wizard import CPU
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]

NAME = "vision-zh-01"


def said(words: str) -> str:
    with translation.override("zh-hans"):
        return translation.gettext(words)


def _press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=said(words)).first.click()


def test_an_order_in_chinese_from_the_door_to_the_cloud(open_page: OpenPage, product: Product) -> None:
    page = open_page()
    page.goto("/sign-in/")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    sign_in(page, product.account("member"))
    found = faults(page)

    page.goto("/orders/new/")
    _press(page, "Start blank")
    page.get_by_label(said("Name"), exact=True).fill(NAME)
    _press(page, "Save and continue")
    page.locator("input[name$=scope][value=Train]").check()
    network = page.get_by_label(said("Network"), exact=True)
    network.select_option(value=str(network.locator("option", has_text="network-21e1").get_attribute("value")))
    _press(page, "Save and continue")
    page.get_by_role("button", name=f"{said('Add')} {CPU}").click()
    page.get_by_label(said("Nodes"), exact=True).fill("2")
    _press(page, "Save and continue")
    page.goto(re.sub(r"\w+/$", "review/", page.url))
    found += faults(page)
    _press(page, "Place the order")

    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("[data-part=answers]")).to_contain_text("Waiting", timeout=60_000)
    assert found == []
