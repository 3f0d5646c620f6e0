"""Staff connect a second project of the embedded endpoint in a browser, and the worker says how it goes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import complaints, sign_in
from tests.journeys.conftest import OpenPage
from tests.journeys.inspecting import faults
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]
ROOT = {"username": "root", "password": "correct horse battery"}


@pytest.fixture
def root(product: Product, open_page: OpenPage) -> Page:
    product.manage(
        *("createsuperuser", "--noinput", "--username", ROOT["username"], "--email", "root@example.org"),
        DJANGO_SUPERUSER_PASSWORD=ROOT["password"],
    )
    page = open_page(width=360)
    sign_in(page, ROOT)
    return page


def fill_in(page: Page, iam: dict[str, Any], *, project_id: str) -> None:
    page.get_by_label("Name", exact=True).fill("By password")
    page.get_by_label("Project ID").fill(project_id)
    page.get_by_label("The embedded endpoint").check()
    page.get_by_label("IAM user and password").check()
    page.get_by_label("Account name").fill(iam["domain"])
    page.get_by_label("IAM user name").fill(iam["username"])
    page.get_by_label("Password", exact=True).fill(iam["password"])


def test_a_project_is_connected_tested_mended_and_let_go(product: Product, root: Page) -> None:
    endpoint = product.first_run["endpoint"]
    found: list[str] = []
    root.goto("/projects/")
    found += faults(root)

    root.get_by_role("link", name="Connect a project").click()
    expect(root.get_by_label("Secret key (SK)")).to_be_visible()
    expect(root.get_by_label("Password", exact=True)).to_be_hidden()
    fill_in(root, endpoint["iam"], project_id="0" * 32)
    expect(root.get_by_label("Secret key (SK)")).to_be_hidden()
    found += faults(root)
    root.get_by_role("button", name="Connect and test").click()

    expect(root.locator(".found")).to_contain_text("Does not work: List pools", timeout=20_000)
    expect(root.locator("[data-outcome=works]")).to_have_count(1)  # billing is the account's, whatever the project
    found += faults(root)
    assert endpoint["iam"]["password"] not in root.content()

    root.goto("/projects/")
    root.get_by_role("link", name="Embedded endpoint").click()
    root.get_by_role("button", name="Test connection").click()
    expect(root.locator(".found")).to_have_text("Everything works.", timeout=20_000)
    found += faults(root)

    root.goto("/projects/")
    root.get_by_role("link", name="By password").click()
    root.get_by_role("link", name="Edit").click()
    root.get_by_label("Addresses of your own").check()
    root.get_by_label("ModelArts address").fill("https://169.254.169.254")
    root.get_by_role("button", name="Save and test").click()
    expect(root.get_by_role("alert")).to_contain_text("link-local or metadata")
    found += faults(root)

    root.get_by_role("link", name="By password").click()
    root.get_by_role("button", name="Disconnect…").click()
    found += faults(root)
    root.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    expect(root.get_by_text("By password is disconnected")).to_be_visible()
    complaints(root)[:] = [said for said in complaints(root) if "422" not in said]
    assert found == []
