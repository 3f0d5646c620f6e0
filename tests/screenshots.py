"""A picture of every page: `make screenshots`. Desktop and phone, light and dark, into `screenshots/`.

The picture of the README is taken along with them. `tools/screenshots desktop-light` takes one set only.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browsing import complaints, launch, sign_in, watched_page
from tests.running import ROOT, Product, running

SIZES = {"desktop": (1440, 900), "phone": (360, 800)}
SCHEMES = ("light", "dark")
OUT = ROOT / "screenshots"
GONE = OUT / ".gone"
README_PICTURE = ROOT / "docs" / "images" / "dashboard.png"
# Pools of the scene, one in every phase; where no name is given the phase's own sample stands for it.
POOLS = {
    "waiting": "vision-eval-01",
    "creating": "sample-creating",
    "running": "vision-train-01",
    "long": "vision-pretrain-winter-26",
    "abnormal": "sample-abnormal",
    "failed": "vision-lab-07",
    "deleting": "sample-deleting",
    "error": "sample-error",
}
STAFF = {"username": "root", "password": "correct horse battery"}
ORDERS = {"refused": "vision-refused-01", "in-doubt": "vision-doubt-01", "held": "vision-held-01"}

Shot = tuple[str, Callable[[Page], object]]


def _at(path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(path)


def _first(page: Page, pattern: str) -> str:
    """The first link on the page whose path matches. Fails if there is none: every page has a way to it."""
    links: list[str] = page.locator("a[href]").evaluate_all("links => links.map(link => link.pathname)")
    return next(link for link in links if re.fullmatch(pattern, link))


def _link(page: Page, name: str) -> str:
    return page.locator("[data-rows]").get_by_role("link", name=name, exact=True).first.get_attribute("href") or ""


def _shots_of_an_admin(page: Page) -> Iterator[Shot]:
    """Every page that an admin of a team can be on, by name, and how to get there."""
    page.goto("/")
    pools = {name: _link(page, pool) for name, pool in POOLS.items()}
    orders = {name: _link(page, order) for name, order in ORDERS.items()}
    orders["accepted"] = _first(page, r"/orders/\d+/")
    gone = GONE.read_text()
    yield "dashboard", _at("/")
    yield "dashboard-filtered", _at("/?phase=Running")
    yield "dashboard-nothing-matches", _at("/?q=nothing-like-this")
    for name, path in pools.items():
        yield f"pool-{name}", _at(path)
    yield "pool-gone", _at(gone)
    yield "pool-delete", _at(f"{pools['running']}delete/")
    for name, path in orders.items():
        yield f"order-{name}", _at(path)
    yield "approvals", _at("/approvals/")
    yield "approvals-decided", _at("/approvals/?tab=decided")
    page.goto("/approvals/")
    waiting = _first(page, r"/approvals/\d+/")
    yield "approval", _at(waiting)
    yield "approval-reject", lambda page: _open(page, waiting, page.get_by_role("button", name="Reject…"))
    yield "teams", _at("/teams/")
    page.goto("/teams/")
    yield "team", _at(_first(page, r"/teams/[\w-]+/"))
    yield "menu", lambda page: _open(page, "/", page.locator(".menu > summary"))
    yield "not-found", _at("/pools/987654321/")


def _open(page: Page, path: str, button: Locator) -> None:
    page.goto(path)
    button.click()


def _shots_of_the_wizard(page: Page) -> Iterator[Shot]:
    """The wizard over a copy of a pool, so that its steps have something to show, and once with a mistake in it."""
    yield "wizard-start", _at("/orders/new/")
    page.goto("/orders/new/")
    page.locator("select[name=pool]").select_option(label=_option(page, POOLS["long"]))
    page.locator("[name=start][value=copy]").click()
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/[\w-]+/"))
    draft = page.url.rsplit("/", 2)[0]
    links: list[str] = page.locator(".steps a").evaluate_all("all => all.map(one => one.pathname)")
    for step in dict.fromkeys([*(link.split("/")[-2] for link in links), "review"]):
        yield f"wizard-{step}", _at(f"{draft}/{step}/")
    yield "wizard-mistake", lambda page: _mistake(page, f"{draft}/labels/")


def _option(page: Page, name: str) -> str:
    words: list[str] = page.locator("select[name=pool] option").all_inner_texts()
    return next((word for word in words if name in word), words[0])


def _mistake(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("#step-form input[type=text]").first.fill("2 Fast!")
    with page.expect_navigation():
        page.locator("#step-form button.button--primary").click()


def _shots_of_staff(page: Page) -> Iterator[Shot]:
    """The project room. Its three projects are one that answers, one half of which does, and one that does not."""
    yield "projects", _at("/projects/")
    page.goto("/projects/")
    for project in page.locator("tbody th a").all():
        name = re.sub(r"\W+", "-", project.inner_text()).lower()
        yield f"project-{name}", _at(project.get_attribute("href") or "")
    yield "project-new", _at("/projects/new/")
    yield "project-mistakes", _connect_nothing
    yield "project-edit", _at(_first(page, r"/projects/\d+/") + "edit/")


def _connect_nothing(page: Page) -> None:
    page.goto("/projects/new/")
    page.get_by_label("Addresses of your own").check()
    page.get_by_label("IAM user and password").check()
    page.get_by_role("button", name="Connect and test").click()
    page.wait_for_load_state()
    complaints(page).clear()


def _take(browser: Browser, product: Product, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    look = {"base_url": product.url, "width": width, "height": height, "scheme": scheme}
    with watched_page(browser, **look) as page:  # type: ignore[arg-type]  # the four are of the right types
        page.goto("/sign-in/")
        _save(page, "sign-in", size, scheme)
        sign_in(page, product.account("admin"))
        for shots in (_shots_of_an_admin, _shots_of_the_wizard):
            for name, go in list(shots(page)):
                go(page)
                _save(page, name, size, scheme)
                if name == "not-found":
                    complaints(page).clear()
    with watched_page(browser, **look) as page:  # type: ignore[arg-type]  # as above
        sign_in(page, STAFF)
        for name, go in list(_shots_of_staff(page)):
            go(page)
            _save(page, name, size, scheme)
    with watched_page(browser, **look) as page:  # type: ignore[arg-type]  # as above
        sign_in(page, product.account(stranger=True))
        pages = {"desk-empty": "/approvals/", "dashboard-one": "/"}
        pages |= {"reference": "/reference/", "reference-operation": "/reference/CreatePool/"}
        for name, path in pages.items():
            page.goto(path)
            _save(page, name, size, scheme)
    if (size, scheme) == ("desktop", "light"):
        _take_for_readme(browser, product)


def _save(page: Page, name: str, size: str, scheme: str) -> None:
    # A dialog lies over what one sees, not over the whole page.
    whole = page.locator(":popover-open").count() == 0
    page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png", full_page=whole)


def _take_for_readme(browser: Browser, product: Product) -> None:
    with watched_page(browser, base_url=product.url, width=1280, height=880) as page:
        sign_in(page, product.account("admin"))
        page.goto("/")
        page.screenshot(path=README_PICTURE)


def main(*wanted: str) -> None:
    OUT.mkdir(exist_ok=True)
    with running(pace="demo") as product:
        GONE.write_text(product.manage(module="tests.staging").splitlines()[-1])
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for size in SIZES:
                for scheme in SCHEMES:
                    if not wanted or f"{size}-{scheme}" in wanted:
                        _take(browser, product, size, scheme)
            browser.close()
    sys.stdout.write(f"{len(list(OUT.glob('*.png')))} pictures are in {OUT}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
