"""What one team does is nobody else's business, whatever addresses they know."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsing import complaints
from tests.journeys.conftest import SignedIn
from tests.journeys.wizard import order_by_document, start_blank
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.browser]

NAME = "vision-secret-01"


def test_a_stranger_finds_nothing_by_any_address(product: Product, signed_in: SignedIn) -> None:
    mia, zoe = signed_in("mia"), signed_in("zoe")
    order = order_by_document(mia, name=NAME, project=product.first_run["endpoint"]["project_id"])
    opening = mia.get_by_role("link", name="Open the pool")
    expect(opening).to_be_visible(timeout=30_000)
    pool, draft = str(opening.get_attribute("href")), start_blank(mia)

    number = order.strip("/").split("/")[-1]
    for path in (
        order,
        pool,
        f"{pool}delete/",
        f"/approvals/{number}/",
        f"{draft}labels/",
        f"{draft}review/",
        "/teams/vision/",
    ):
        answer = zoe.goto(path)
        assert answer
        assert (answer.status, NAME in zoe.content()) == (404, False), path
    for path in (
        "/",
        "/?team=vision",
        "/?q=secret",
        "/approvals/",
        "/approvals/?tab=decided",
        "/orders/new/",
        "/parts/?orders=1,2,3&pools=1,2,3",
    ):
        zoe.goto(path)
        assert NAME not in zoe.content(), path
    # Chromium logs every 404 as an error.
    complaints(zoe)[:] = [said for said in complaints(zoe) if "404 (Not Found)" not in said]
