"""The whole story of a pool, as two people see it: ordered by one, approved by the other, running, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignedIn
from tests.journeys.wizard import FLAVOR, fill_every_step, understand
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]

NAME = "vision-train-01"
SECONDS = 1000  # in the milliseconds that the browser counts in
# Lives as long as the page does: a reload, or another page, would forget it.
WRITE_DOWN = """
name => {
  const look = () => {
    const row = [...document.querySelectorAll("tr")].find((one) => one.querySelector("a.name")?.textContent === name);
    const word = row?.querySelector(".status__word").textContent;
    if (word && word !== window.seen.at(-1)) window.seen.push(word);
  };
  window.seen = [];
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
}
"""


def test_a_pool_is_ordered_approved_seen_running_and_deleted(product: Product, signed_in: SignedIn) -> None:
    mia, ada, ada_at_the_desk = signed_in("mia"), signed_in("ada"), signed_in("ada")

    fill_every_step(mia, name=NAME)
    shown = json.loads(str(mia.locator("#order-json").inner_text()))
    _place_with_a_double_click(mia)
    _watch_the_dashboard(mia)
    expect(_phase(mia)).to_have_text("Waiting", timeout=20 * SECONDS)
    expect(mia.get_by_role("link", name=NAME, exact=True)).to_have_count(1)
    assert _is_part_of(shown["spec"], _heard_by_the_endpoint(product)["spec"])

    _watch_the_dashboard(ada)
    _approve(ada_at_the_desk)
    for page in (mia, ada):
        expect(_phase(page)).to_have_text("Running", timeout=40 * SECONDS)
        seen = page.evaluate("window.seen")
        assert seen[-3:] == ["Waiting", "Creating", "Running"], seen

    _delete_by_name(mia)
    expect(mia.get_by_text("This pool does not exist any more")).to_be_visible(timeout=30 * SECONDS)
    expect(_phase(ada)).not_to_have_text("Running", timeout=15 * SECONDS)
    assert "Deleting" in ada.evaluate("window.seen")


def _approve(page: Page) -> None:
    page.goto("/approvals/")
    page.get_by_role("link", name=f"Decide {NAME}").click()
    page.get_by_role("button", name="Approve…").click()
    page.get_by_role("button", name="Approve and pay").click()
    expect(page.get_by_text("ada approved this order")).to_be_visible()


def _place_with_a_double_click(page: Page) -> None:
    understand(page)
    page.get_by_role("button", name="Place the order").dblclick()
    page.wait_for_url("**/orders/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


def _watch_the_dashboard(page: Page) -> None:
    page.goto("/")
    page.evaluate(WRITE_DOWN, NAME)


def _phase(page: Page) -> Any:
    """The word of the pool's row that says how it is; others say in which phases something could be done."""
    row = page.locator("tr", has=page.get_by_role("link", name=NAME, exact=True))
    return row.locator(".status__word")


def _delete_by_name(page: Page) -> None:
    page.get_by_role("link", name=NAME, exact=True).click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_label("Type the pool's name to confirm").fill(NAME)
    page.get_by_role("button", name="Delete the pool").click()


def _heard_by_the_endpoint(product: Product) -> dict[str, Any]:
    """The pool as the endpoint answers it to somebody with the IAM user's token."""
    given = product.first_run["endpoint"]
    iam = given["iam"]
    user = {"name": iam["username"], "password": iam["password"], "domain": {"name": iam["domain"]}}
    asked = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"id": given["project_id"]}},
        }
    }
    answer = requests.post(f"{product.url}/v3/auth/tokens", json=asked, timeout=10)
    token = {"X-Auth-Token": answer.headers["X-Subject-Token"]}
    pools = requests.get(f"{product.url}/v2/{given['project_id']}/pools", headers=token, timeout=10).json()["items"]
    found: list[dict[str, Any]] = [pool for pool in pools if pool["metadata"]["labels"]["os.modelarts/name"] == NAME]
    assert len(found) == 1, "a double click orders once"
    assert found[0]["spec"]["resources"][0]["flavor"] == FLAVOR
    return found[0]


def _is_part_of(asked: Any, heard: Any) -> bool:
    """Whether everything asked for was heard; the endpoint may add its defaults."""
    if isinstance(asked, dict):
        return isinstance(heard, dict) and all(key in heard and _is_part_of(asked[key], heard[key]) for key in asked)
    if isinstance(asked, list):
        return len(asked) == len(heard) and all(map(_is_part_of, asked, heard))
    return bool(asked == heard)
