"""The whole wizard in a real browser: on a phone, without scripts, and with nothing for axe to find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browsing import sign_in
from tests.running import Product

pytestmark = pytest.mark.browser

FLAVOR = "modelarts.vm.gpu.v100.x8"


@pytest.fixture
def phone_without_scripts(browser: Browser, product: Product) -> Iterator[Page]:
    context = browser.new_context(
        base_url=product.url, viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def go_to_a_read_catalog(page: Page) -> None:
    """The worker reads the catalog within seconds of the first start."""
    page.wait_for_url("**/workload/")
    for _ in range(40):
        page.reload()
        if page.locator("select[name=network]").count():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the catalog was never read")


def order_a_pool(page: Page, *, name: str, at_each_step: Callable[[Page], None] = lambda page: None) -> None:
    """Through every step, from the start to the order's page."""

    def save() -> None:
        at_each_step(page)
        page.get_by_role("button", name="Save and continue").click()

    page.goto("/orders/new/")
    at_each_step(page)
    page.get_by_role("button", name="Start blank").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Description").fill("Nightly training")
    save()
    go_to_a_read_catalog(page)
    page.get_by_label("Network", exact=True).select_option(index=1)
    save()
    page.get_by_role("button", name=f"Add {FLAVOR}").click()
    page.get_by_label("Nodes", exact=True).fill("4")
    save()
    page.get_by_role("button", name=f"Spread evenly {FLAVOR}").click()
    save()
    page.get_by_role("button", name="Data disk at a path").click()
    page.get_by_label("Size, GiB").last.fill("500")
    page.get_by_label("Mount path").fill("/data")
    save()
    page.get_by_role("button", name="Add a tag").click()
    page.get_by_label("Key", exact=True).fill("cost-centre")
    page.get_by_label("Value", exact=True).fill("42")
    save()
    save()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")
    at_each_step(page)
    page.get_by_role("button", name="Place the order").click()
    page.wait_for_url(re.compile(r"/orders/\d+/$"), timeout=10_000)


def test_an_order_is_written_and_placed_on_a_phone_without_scripts(
    phone_without_scripts: Page, product: Product
) -> None:
    sign_in(phone_without_scripts, product.account())
    order_a_pool(phone_without_scripts, name="phone-pool-01")
    expect(phone_without_scripts.get_by_role("heading", level=1)).to_contain_text("phone-pool-01")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_no_step_has_anything_for_axe_to_find_or_scrolls_sideways(
    open_page: Callable[..., Page], product: Product, width: int, scheme: str
) -> None:
    page = open_page(width=width, scheme=scheme)
    sign_in(page, product.account())

    def check(page: Page) -> None:
        violations = Axe().run(page).response["violations"]
        assert not violations, (page.url, violations)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, page.url

    order_a_pool(page, name=f"axe-pool-{width}", at_each_step=check)


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
