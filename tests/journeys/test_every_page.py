"""axe-core finds nothing on any page; no phone has to scroll sideways; the browser never complains.

Each page in one of the two schemes, and of the states that a row can have, some: always the same ones. What else a page
is held to stands in `inspecting`; `make accessibility` holds all states of all pages to it, in both schemes.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from random import Random

import pytest
from playwright.sync_api import Page

from tests.browsing import complaints
from tests.journeys.conftest import OpenPage, SignedIn
from tests.journeys.inspecting import SCHEMES, faults
from tests.journeys.wizard import (
    FLAVOR,
    STEPS,
    fill_every_step,
    save_and_continue,
    start_blank,
)
from tests.running import Product

MOST_BYTES = 150_000
OF_EACH_KIND = 2

pytestmark = [pytest.mark.process, pytest.mark.browser]


@pytest.fixture(scope="module")
def paths(product: Product) -> Iterator[dict[str, str]]:
    """Where a row of every kind is shown. The worker sleeps meanwhile, so that they stay as they are."""
    product.kill_worker()
    yield json.loads(product.manage(module="tests.journeys.scene"))
    product.restart_worker()


def _some(names: Iterable[str]) -> list[str]:
    """Of orders, pools, decisions and whatever else there is, a few of each, which differ in what state they are in."""
    kinds: dict[str, list[str]] = {}
    for name in sorted(names):
        kinds.setdefault(name.partition(" ")[0], []).append(name)
    chance = Random(OF_EACH_KIND)
    return [name for each in kinds.values() for name in chance.sample(each, min(OF_EACH_KIND, len(each)))]


def _forget_statuses(page: Page) -> None:
    """Chromium logs every answer of 400 and above as an error; these were asked for."""
    complaints(page)[:] = [said for said in complaints(page) if "Failed to load resource" not in said]


def _found_at(page: Page, *paths: str) -> list[str]:
    found: list[str] = []
    for path in paths:
        page.goto(path)
        found += faults(page)
    _forget_statuses(page)
    return found


def test_the_inspection_finds_what_is_wrong(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/sign-in/")
    page.evaluate("""() => {
      document.querySelector("main").insertAdjacentHTML("afterbegin", `<p id="grey">hard to read</p><ul>
        <li><a class="tint" href="#" aria-current="true">this</a></li><li><a class="tint" href="#">that</a></li></ul>`);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`#grey { width: 500px; height: 400px; color: #888; background: #999 }
        #grey { animation: turn 1s infinite } .tint { outline: 0 !important }
        .tint[aria-current] { background: #dff }`);
      document.adoptedStyleSheets = [sheet];
    }""")
    page.wait_for_timeout(50)
    found = faults(page, SCHEMES)
    for what in (
        *("(light): color-contrast", "(dark): color-contrast", "wide on a screen of 360", "wide on a screen of 320"),
        *("hides which is chosen", "moves: turn", "jumped by"),
    ):
        assert any(what in fault for fault in found), f"{what} is not in {found}"


def test_the_entrance(open_page: OpenPage) -> None:
    page = open_page()
    found = _found_at(page, "/sign-in/", "/sign-in/?next=/teams/")
    page.locator("input[name=username]").fill("mia")
    page.locator("input[name=password]").fill("wrong")
    page.locator("input[name=password]").press("Enter")
    page.get_by_role("alert").wait_for()
    assert found + faults(page) == []
    _forget_statuses(page)


def test_the_reference(open_page: OpenPage) -> None:
    page = open_page()
    found = _found_at(page, "/reference/", "/reference/?q=nothing")
    page.goto("/reference/PatchPool/")
    page.locator("#body").scroll_into_view_if_needed()
    for more in page.locator("section[aria-labelledby=body] summary").all():
        more.evaluate("summary => summary.parentElement.open = true")
    assert found + faults(page) == []


def test_pages_of_an_empty_team(signed_in: SignedIn) -> None:
    zoe = signed_in("zoe")
    pages = ("/", "/?q=nothing", "/approvals/", "/approvals/?tab=decided", "/teams/speech/", "/orders/new/")
    assert _found_at(zoe, *pages) == []


def test_a_blank_order_and_one_full_of_mistakes(signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    draft = start_blank(mia)
    found = _found_at(mia, *(f"{draft}{step}/" for step in STEPS))

    mia.goto(f"{draft}labels/")
    mia.get_by_label("Name", exact=True).fill("NO")
    mia.get_by_label("Description").fill("<script>")
    save_and_continue(mia)
    found += faults(mia)
    mia.goto(f"{draft}flavors/")
    mia.get_by_role("button", name=f"Add {FLAVOR}").click()
    mia.get_by_label("Nodes", exact=True).fill("none")
    save_and_continue(mia)
    found += faults(mia)
    mia.goto(f"{draft}disks/")
    mia.get_by_role("button", name="Data disk at a path").click()
    mia.locator("input[name$=d1-size]").fill("1")
    save_and_continue(mia)
    found += faults(mia) + _found_at(mia, f"{draft}zones/", f"{draft}review/")
    assert found == []


def test_a_filled_order_at_every_step(signed_in: SignedIn) -> None:
    mia, found = signed_in("mia"), list[str]()
    fill_every_step(mia, name="vision-looks-01", look=lambda _step: found.extend(faults(mia)))
    found += _found_at(mia, "/orders/new/", "/orders/templates/")
    assert found == []


def test_orders_pools_and_decisions(signed_in: SignedIn, paths: dict[str, str]) -> None:
    assert _found_at(signed_in("ada"), "/", "/?phase=Waiting", *(paths[name] for name in _some(paths))) == []


def test_what_a_member_sees_of_them(signed_in: SignedIn, paths: dict[str, str]) -> None:
    tabs = [f"{paths['pool pool-running']}{tab}/" for tab in ("nodes", "events", "orders", "configuration")]
    seen = [paths[name] for name in ("order order-placed", "pool pool-running", "decision to-decide", "order rejected")]
    assert _found_at(signed_in("mia"), "/", "/approvals/", "/teams/vision/", *seen, *tabs) == []


def test_the_desk_the_team_and_questions_before_an_act(signed_in: SignedIn, paths: dict[str, str]) -> None:
    ada = signed_in("ada")
    found = _found_at(ada, "/approvals/", "/approvals/?tab=decided", "/teams/", "/teams/vision/")
    ada.goto(paths["decision to-decide"])
    for opens in ("Approve…", "Reject…"):
        ada.get_by_role("button", name=opens).click()
        found += faults(ada)
        ada.keyboard.press("Escape")
    ada.goto(paths["delete"])
    ada.get_by_label("Type the pool's name").fill("something else")
    ada.get_by_role("button", name="Delete the pool").click()
    found += faults(ada)
    _forget_statuses(ada)
    assert found == []


def test_error_pages(signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    assert _found_at(mia, "/pools/987654321/", "/no/such/page/") == []
    mia.goto("/teams/vision/")
    forbidden = mia.evaluate("""() => {
      const form = document.createElement("form");
      form.method = "post"; form.action = "/teams/vision/four-eyes/";
      form.append(Object.assign(document.createElement("input"), {
        name: "csrfmiddlewaretoken", value: document.querySelector("[name=csrfmiddlewaretoken]").value }));
      document.body.append(form); form.submit();
    }""")
    assert forbidden is None
    mia.wait_for_url("**/four-eyes/")
    assert "may not" in mia.get_by_role("heading", level=1).inner_text()
    assert faults(mia) == []
    _forget_statuses(mia)


def test_a_first_visit_is_light_and_no_script_holds_it_up(product: Product, paths: dict[str, str]) -> None:
    session = product.session(product.account("admin"))

    def fetched(path: str) -> bytes:
        answer = session.get(product.url + path, headers={"Accept-Encoding": "gzip"}, stream=True)
        assert answer.status_code == 200
        return bytes(answer.raw.read(decode_content=False))

    for path in ("/", "/approvals/", "/orders/new/", paths["pool pool-running"], paths["decision to-decide"]):
        page = fetched(path)
        html = gzip.decompress(page).decode()
        files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
        weight = len(page) + sum(len(fetched(file)) for file in files)
        assert weight < MOST_BYTES, f"{path} weighs {weight}"
        assert re.findall(r"<script(?![^>]*\bdefer\b)[^>]*>", html) == []
