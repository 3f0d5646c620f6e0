"""One product for all journeys, at a pace at which every phase can be seen; each person in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, Page

from tests.browsing import launched, watched_page
from tests.engines import wait_for
from tests.journeys.records import rows
from tests.running import Product, running

_WHAT_ORDERS_NEED = "kind IN ('flavors', 'networks', 'drivers') AND read_at IS NOT NULL"
THE_CATALOG = f"SELECT count(*) FROM pools_catalogpart WHERE {_WHAT_ORDERS_NEED}"
OpenPage = Callable[..., Page]
Cookies = dict[str, list[SetCookieParam]]


class SignedIn(Protocol):
    def __call__(self, username: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page: ...


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    with running(pace="quick") as started:
        wait_for(lambda: rows(started, THE_CATALOG) == [(3,)], what="the worker to read the catalog", seconds=60)
        yield started


# Nothing here asks Django in this process, for which Playwright is a loop that it must not wait in.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, product: Product) -> Iterator[OpenPage]:
    """Open pages of the product, each with its own cookies: `open_page(width=390, scheme="dark")`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(watched_page(browser, base_url=product.url, **options))


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture(scope="package")
def cookies() -> Cookies:
    """Of everybody who has signed in, by name."""
    return {}


@pytest.fixture
def signed_in(open_page: OpenPage, product: Product, cookies: Cookies) -> SignedIn:
    """`signed_in("mia")`: an empty page of hers, in a browser context of its own, which is signed in.

    Not by the form, whose own story `test_every_page` tells: dozens of journeys begin here.
    """
    accounts = {account["username"]: account for account in product.first_run["accounts"]}

    def open_for(username: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page:
        page = open_page(width=width, scheme=scheme, scripts=scripts)
        if username not in cookies:
            kept = product.session(accounts[username]).cookies
            cookies[username] = [{"name": one.name, "value": one.value or "", "url": product.url} for one in kept]
        page.context.add_cookies(cookies[username])
        return page

    return open_for
