"""What an order costs by the price list: told where all of it is known, and nowhere made up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from console.prices import Money, PriceList
from tests.console.wizard.catalog import CPU, GPU, flavor, mirror, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url
from tests.console.wizard.mistakes import labelled

FLAVORS = {"items": [flavor(CPU, billingCode="cpu"), flavor(GPU, billingCode="gpu", gpu={"type": "V", "size": "8"})]}
PRICES = {
    "hour": {"currency": "CNY", "amounts": {"cpu": "2.5", "gpu": "1234.5678"}},
    "month": {"currency": "CNY", "amounts": {"cpu": "1200"}},
    "year": {"currency": "CNY", "amounts": {"cpu": "12000"}},
}


@pytest.fixture(autouse=True)
def priced(vision: Vision) -> None:
    mirror(vision.project, flavors=FLAVORS, prices=PRICES)


@pytest.mark.parametrize(
    ("document", "words"),
    [(order(), "CNY 5.00 an hour"),
     (order(resources=[{"flavor": CPU, "count": 2}, {"flavor": GPU, "count": 1}]), "CNY 1,239.57 an hour"),
     (labelled(notes={"billing_mode": "1", "period_type": "2", "period_num": "3"}), "CNY 2,400.00 a month"),
     (labelled(notes={"billing_mode": "1", "period_type": "3", "period_num": "1"}), "CNY 24,000.00 a year")],
    ids=["one", "two flavors", "monthly", "yearly"],
)  # fmt: skip
def test_all_nodes_of_an_order_have_a_price(
    lena: Client, draft_of: MakeDraft, document: dict[str, Any], words: str
) -> None:
    draft = draft_of(document)
    assert f"<dt>List price</dt><dd>{words}</dd>" in text_of(lena.get(url(draft, "labels")))
    page = text_of(lena.get(url(draft, "review")))
    assert f"List price of all its nodes: {words}." in page
    assert "before discounts" in page


@pytest.mark.parametrize(
    "document",
    [order(resources=[{"flavor": CPU, "count": 2}, {"flavor": "no.such", "count": 1}]),
     order(resources=[{"flavor": CPU, "count": "many"}]), order(resources=[]),
     order(resources=[{"flavor": CPU, "count": 10**17}]),
     labelled(notes={"billing_mode": "1", "period_type": "9", "period_num": "1"})],
    ids=["unknown flavor", "no number", "no flavor", "too many", "no period"],
)  # fmt: skip
def test_where_part_of_it_is_not_known_no_price_is_told(
    lena: Client, draft_of: MakeDraft, document: dict[str, Any]
) -> None:
    draft = draft_of(document)
    assert "List price" not in text_of(lena.get(url(draft, "labels"))) + text_of(lena.get(url(draft, "review")))


@pytest.mark.parametrize(
    ("billed", "words"),
    [({}, "CNY 2.50 an hour"), ({"billing_mode": "1"}, "CNY 1,200.00 a month"),
     ({"billing_mode": "1", "period_type": "3"}, "CNY 12,000.00 a year")],
    ids=["by use", "ahead", "yearly"],
)  # fmt: skip
def test_the_catalog_tells_what_a_node_costs_as_the_order_is_billed(
    lena: Client, vision: Vision, draft_of: MakeDraft, billed: dict[str, str], words: str
) -> None:
    draft = draft_of(labelled(notes=billed))
    assert f"List price of a node: {words}" in text_of(lena.get(url(draft, "flavors")))
    mirror(vision.project, flavors=FLAVORS, prices={})
    assert "List price" not in text_of(lena.get(url(draft, "flavors")))


@pytest.mark.parametrize(
    ("amount", "words"),
    [("2.5", "CNY 2.50"), ("0.375", "CNY 0.375"), ("0.00004", "CNY 0.00004"), ("1.00501", "CNY 1.01"),
     ("0", "CNY 0.00"), ("18900", "CNY 18,900.00")],
)  # fmt: skip
def test_amounts_are_told_to_the_cent_and_small_ones_more_exactly(amount: str, words: str) -> None:
    assert str(Money(Decimal(amount), "CNY")) == words


@pytest.mark.parametrize(
    "told",
    [None, [], {"currency": "", "amounts": {"c": "1"}}, {"currency": "CNY", "amounts": ["c"]},
     {"currency": "CNY", "amounts": {"c": "NaN"}}, {"currency": "CNY", "amounts": {"c": "-1"}},
     {"currency": "CNY", "amounts": {"c": "1e99999"}}, {"currency": "CNY", "amounts": {"c": {}}}],
    ids=str,
)  # fmt: skip
def test_of_a_list_that_nobody_understands_no_price_is_told(told: Any) -> None:
    assert PriceList({"hour": told}).of_node("c", "hour") is None
