"""One product for all journeys, at a pace at which every phase can be seen; each person in a browser of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Page

from tests.browsing import sign_in
from tests.conftest import OpenPage
from tests.running import Product, running


class SignedIn(Protocol):
    def __call__(self, username: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page: ...


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    with running(pace="quick") as started:
        yield started


@pytest.fixture
def signed_in(open_page: OpenPage, product: Product) -> SignedIn:
    """`signed_in("mia")`: her page, signed in, in a browser context of its own."""
    accounts = {account["username"]: account for account in product.first_run["accounts"]}

    def open_for(username: str, *, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page:
        page = open_page(width=width, scheme=scheme, scripts=scripts)
        sign_in(page, accounts[username])
        return page

    return open_for
