"""What an order costs by the cloud's price list, as far as that was heard: nothing is guessed, nothing taken off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from console.wizard.assembly import MONTHLY, one
from console.wizard.offers import FlavorOffer
from console.wizard.prices import Money, Unit, said
from console.wizard.situation import Situation
from pools.models import CatalogPart
from pools.wire.enums import PeriodType

PERIODS: Final[Mapping[str, Unit]] = {PeriodType.MONTH.value: "month", PeriodType.YEAR.value: "year"}
LABEL: Final = "os.modelarts/"


@dataclass(frozen=True)
class Cost:
    """In words, for all nodes of the order, and when the list was read."""

    words: str
    read_at: datetime | None


def price_of(situation: Situation, offer: FlavorOffer) -> str:
    """What one node costs as the draft is billed, in words; by the month where it does not say for how long."""
    billing = situation.steps.get("billing", {})
    unit = "hour" if one(billing, "mode") != MONTHLY else PERIODS.get(one(billing, "period_type"), "month")
    price = situation.offers.prices.of_node(offer.billing_code, unit)
    return said(price, unit) if price else ""


def cost_of(situation: Situation, document: Mapping[str, Any]) -> Cost | None:
    """What all nodes cost for one hour, month or year; None while one of the prices or numbers is not known."""
    unit = _unit(document["metadata"].get("annotations", {}))
    resources = document["spec"].get("resources", [])
    if unit is None or not isinstance(resources, list) or not resources:
        return None
    prices = [_of_resource(situation, resource, unit) for resource in resources]
    known = [price for price in prices if price is not None]
    if len(known) < len(prices) or len({price.currency for price in known}) != 1:
        return None
    total = Money(sum((price.amount for price in known), Decimal(0)), known[0].currency)
    return Cost(said(total, unit), situation.offers.read_at(CatalogPart.Kind.PRICES))


def _unit(annotations: Mapping[str, Any]) -> Unit | None:
    if annotations.get(f"{LABEL}billing.mode") != MONTHLY:
        return "hour"
    return PERIODS.get(str(annotations.get(f"{LABEL}period.type", "")))


def _of_resource(situation: Situation, resource: object, unit: Unit) -> Money | None:
    count = resource.get("count") if isinstance(resource, dict) else None
    offer = situation.offers.flavors.get(str(resource.get("flavor", ""))) if isinstance(resource, dict) else None
    if offer is None or not isinstance(count, int) or isinstance(count, bool) or not 0 < count < 10**6:
        return None
    price = situation.offers.prices.of_node(offer.billing_code, unit)
    return None if price is None else price * count
