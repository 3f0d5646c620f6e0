"""Staff steer the embedded endpoint in a browser, without a script of ours; everybody else is told meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import complaints, sign_in
from tests.engines import wait_for
from tests.journeys.conftest import OpenPage, SignedIn
from tests.journeys.inspecting import faults
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]
STAFF = {"username": "steersman", "password": "correct horse battery"}


@pytest.fixture(scope="module")
def account(product: Product) -> dict[str, str]:
    """Of somebody on the staff, made once."""
    product.manage(
        *("createsuperuser", "--noinput", "--username", STAFF["username"], "--email", "staff@example.org"),
        DJANGO_SUPERUSER_PASSWORD=STAFF["password"],
    )
    return STAFF


@pytest.fixture
def staff(account: dict[str, str], open_page: OpenPage) -> Page:
    page = open_page(width=390, scripts=False)
    sign_in(page, account)
    return page


def type_the_name_if_asked(page: Page) -> None:
    """Where pools are hosted already, as other journeys leave them, filling takes them away and asks for the name."""
    if page.get_by_label("Type the project's name").count():
        page.get_by_label("Type the project's name").fill("cn-north-4")


def test_a_project_is_filled_steered_and_reset(product: Product, staff: Page, signed_in: SignedIn) -> None:
    mia = signed_in("mia")
    staff.get_by_role("link", name="Sandbox", exact=True).click()
    staff.get_by_role("link", name="Fill…").first.click()
    staff.get_by_label("A team's project").check()
    type_the_name_if_asked(staff)
    staff.get_by_role("button", name="Fill the project").click()
    expect(staff.get_by_text("8 pools are hosted now.")).to_be_visible()

    staff.get_by_role("button", name="Freeze").click()
    expect(staff.get_by_text("Its clock stands at")).to_be_visible()
    mia.goto("/")
    expect(mia.get_by_text("Its clock stands at")).to_be_visible()
    expect(mia.get_by_role("link", name="Steer")).to_have_count(0)
    staff.get_by_role("button", name="Next phase of genomics-01").click()
    expect(staff.get_by_text("from Creating to Running")).to_be_visible()
    staff.get_by_role("button", name="Pay the order of ocr-batch-03").click()
    expect(staff.get_by_text("from Waiting to Creating")).to_be_visible()

    staff.get_by_role("link", name="Fault rules").click()
    staff.get_by_label("Which calls").select_option("ListPools")
    staff.get_by_label("The answer is late").check()
    staff.get_by_label("Seconds", exact=True).fill("0.5")
    # More than the worker makes meanwhile: a rule that is used up is nothing to tell of.
    staff.get_by_label("How many", exact=True).fill("100")
    staff.get_by_role("button", name="Arm").click()
    staff.get_by_role("button", name="Apply: ListPools").click()
    expect(staff.get_by_text("Calls go wrong: ListPools: waits 0.5 s before")).to_be_visible()

    staff.get_by_role("link", name="Reset…").click()
    staff.get_by_label("Type the project's name").fill("cn-north-4")
    staff.get_by_role("button", name="Reset the project").click()
    expect(staff.get_by_text("The project begins anew.")).to_be_visible()
    expect(staff.get_by_text("is being steered")).to_have_count(0)


def test_its_pages_are_accessible_while_everything_is_armed(account: dict[str, str], open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, account)
    page.goto("/sandbox/")
    home = page.url
    found = faults(page)
    page.goto(f"{home}fill/")
    page.get_by_label("A pool in every phase").check()
    type_the_name_if_asked(page)
    found += faults(page)
    page.get_by_role("button", name="Fill the project").click()
    page.get_by_role("button", name="Freeze").click()
    page.goto(f"{home}calls/")
    found += faults(page)
    page.get_by_role("button", name="Keep calls").click()
    page.goto(f"{home}faults/")
    found += faults(page)
    for _ in range(2):
        page.get_by_label("Which calls").select_option("CreatePool")
        page.get_by_role("button", name="Arm", exact=True).click()
    page.get_by_role("button", name="Apply: CreatePool").first.click()
    page.get_by_label("HTTP status").fill("7")
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page)
    for path in (home, f"{home}faults/", f"{home}fill/", f"{home}reset/", "/"):
        page.goto(path)
        found += faults(page)
    wait_for(lambda: page.goto(f"{home}calls/") and page.locator("tbody a.name").count(), what="a call of the worker")
    page.locator("tbody a.name").first.click()
    found += faults(page)
    page.goto(f"{home}reset/")
    page.get_by_label("Type the project's name").fill("cn-north-4")
    page.get_by_role("button", name="Reset the project").click()
    complaints(page)[:] = [said for said in complaints(page) if "Failed to load resource" not in said]
    assert found == []
