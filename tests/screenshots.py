"""A picture of every page: `make screenshots`. Desktop and phone, light and dark, into `screenshots/`.

The picture of the README is taken along with them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsing import complaints, launch, sign_in, watched_page
from tests.running import ROOT, Product, running

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
OUT = ROOT / "screenshots"


def _first(page: Page, pattern: str) -> str:
    """The first link on the page whose path matches, or nothing."""
    links: list[str] = page.locator("a[href]").evaluate_all("links => links.map(link => link.pathname)")
    return next((link for link in links if re.fullmatch(pattern, link)), "")


def _pages_of_an_admin(page: Page) -> Iterator[tuple[str, str]]:
    """Name and path of every page that an admin of a team can be on."""
    yield "dashboard", "/"
    page.goto("/")
    pool = page.get_by_role("link", name="vision-train-01").first.get_attribute("href") or ""
    yield "pool", pool
    yield "pool-delete", f"{pool}delete/"
    yield "order", _first(page, r"/orders/\d+/")
    yield "approvals", "/approvals/"
    page.goto("/approvals/")
    yield "approval", _first(page, r"/approvals/\d+/")
    yield "teams", "/teams/"
    page.goto("/teams/")
    yield "team", _first(page, r"/teams/[\w-]+/")
    yield "not-found", "/pools/987654321/"
    yield from _pages_of_the_wizard(page)


def _pages_of_the_wizard(page: Page) -> Iterator[tuple[str, str]]:
    """The wizard over a copy of a pool, so that its steps have something to show."""
    yield "wizard-start", "/orders/new/"
    page.goto("/orders/new/")
    page.locator("select[name=pool]").select_option(index=0)
    page.locator("[name=start][value=copy]").click()
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/[\w-]+/"))
    draft = page.url.rsplit("/", 2)[0]
    links: list[str] = page.locator(".steps a").evaluate_all("all => all.map(one => one.pathname)")
    for step in dict.fromkeys([*(link.split("/")[-2] for link in links), "review"]):
        yield f"wizard-{step}", f"{draft}/{step}/"


def _take(browser: Browser, product: Product, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    with watched_page(browser, base_url=product.url, width=width, height=height, scheme=scheme) as page:
        page.goto("/sign-in/")
        _save(page, "sign-in", size, scheme)
        sign_in(page, product.account("admin"))
        for name, path in list(_pages_of_an_admin(page)):
            if path:
                page.goto(path)
                _save(page, name, size, scheme)
                if name == "not-found":
                    complaints(page).clear()
            else:
                sys.stdout.write(f"no link leads to: {name}\n")
    if (size, scheme) == ("desktop", "light"):
        _take_for_readme(browser, product)


def _save(page: Page, name: str, size: str, scheme: str) -> None:
    page.screenshot(path=OUT / f"{name}-{size}-{scheme}.png", full_page=True)


def _take_for_readme(browser: Browser, product: Product) -> None:
    with watched_page(browser, base_url=product.url, width=1280, height=800) as page:
        sign_in(page, product.account("admin"))
        page.goto("/")
        page.screenshot(path=ROOT / "docs" / "images" / "dashboard.png")


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with running(pace="demo") as product:
        product.manage(module="tests.staging")
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for size in SIZES:
                for scheme in SCHEMES:
                    _take(browser, product, size, scheme)
            browser.close()
    sys.stdout.write(f"{len(list(Path(OUT).glob('*.png')))} pictures are in {OUT}\n")


if __name__ == "__main__":
    main()
