"""What a draft costs by the cloud's price list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console import prices
from console.prices import PERIODS, Cost, said
from console.wizard.assembly import MONTHLY, one
from console.wizard.offers import FlavorOffer
from console.wizard.situation import Situation
from pools.models import CatalogPart


def price_of(situation: Situation, offer: FlavorOffer) -> str:
    """What one node costs as the draft is billed, in words; by the month where it does not say for how long."""
    billing = situation.steps.get("billing", {})
    unit = "hour" if one(billing, "mode") != MONTHLY else PERIODS.get(one(billing, "period_type"), "month")
    price = situation.offers.prices.of_node(offer.billing_code, unit)
    return said(price, unit) if price else ""


def cost_of(situation: Situation, document: Mapping[str, Any]) -> Cost | None:
    """What all nodes cost for one hour, month or year; None while one of the prices or numbers is not known."""
    offers = situation.offers
    codes = {name: offer.billing_code for name, offer in offers.flavors.items()}
    return prices.cost_of(document, offers.prices, codes=codes, read_at=offers.read_at(CatalogPart.Kind.PRICES))
