"""The Django admin in a browser, under the product's strict content policy."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.running import Product

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def root(product: Product) -> dict[str, str]:
    product.manage(
        "createsuperuser", "--noinput", "--username=caretaker", "--email=", DJANGO_SUPERUSER_PASSWORD="open-sesame-9"
    )
    return {"username": "caretaker", "password": "open-sesame-9"}


def _signed_in(page: Page, root: dict[str, str]) -> Page:
    page.goto("/admin/")
    page.locator("input[name=username]").fill(root["username"])
    page.locator("input[name=password]").fill(root["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/admin/")
    return page


def test_a_superuser_walks_through_the_admin_without_a_policy_violation(
    open_page: OpenPage, root: dict[str, str]
) -> None:
    page = _signed_in(open_page(), root)
    expect(page).to_have_title(re.compile("Site administration"))
    kinds: list[str] = page.locator("#content-main th a").evaluate_all("links => links.map(link => link.pathname)")
    # The lists are all made alike; who may see which is told without a browser.
    for path in kinds[::4]:
        page.goto(path)
        expect(page.locator("#content h1")).to_be_visible()
    for path in ("/admin/pools/project/", "/admin/pools/team/add/", "/admin/pools/user/add/"):
        page.goto(path)
        expect(page.locator("#content h1")).to_be_visible()


def test_the_admin_names_orders_without_a_way_to_add_one(open_page: OpenPage, root: dict[str, str]) -> None:
    page = _signed_in(open_page(), root)
    page.goto("/admin/pools/order/")
    expect(page.locator("#content a.addlink")).to_have_count(0)
