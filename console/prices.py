"""What nodes cost by the cloud's price list, as far as that was heard: nothing is guessed, nothing taken off.

Rooms of the face share this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from django.utils import formats
from django.utils.translation import gettext as _

from pools.models import CatalogPart, Order, Pool, Project
from pools.models.catalog import billing_codes
from pools.wire import reading
from pools.wire.enums import BillingMode, PeriodType

Unit = Literal["hour", "month", "year"]

PERIODS: Final[Mapping[str, Unit]] = {PeriodType.MONTH.value: "month", PeriodType.YEAR.value: "year"}
LABEL: Final = "os.modelarts/"
MOST_NODES: Final = 10**6
# Some prices by the hour are less than one; more decimals say nothing to people.
CENT, SMALLEST = Decimal("0.01"), Decimal("0.0001")


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __str__(self) -> str:
        rounded = self.amount.quantize(SMALLEST if self.amount < 1 else CENT) or self.amount
        decimals = max(2, -int(rounded.normalize().as_tuple().exponent))
        return f"{self.currency} {formats.number_format(rounded, decimal_pos=decimals, force_grouping=True)}"


@dataclass(frozen=True)
class PriceList:
    """Amounts by unit and billing code, as `pools.tracking.pricing` keeps them."""

    document: Mapping[str, Any]

    def of_node(self, code: str, unit: Unit) -> Money | None:
        """What one node costs; None where the list does not tell."""
        told = self.document.get(unit)
        amounts, currency = (told.get("amounts"), told.get("currency")) if isinstance(told, dict) else (None, None)
        if not isinstance(amounts, dict) or not currency or code not in amounts:
            return None
        try:
            amount = Decimal(str(amounts[code]))
        except InvalidOperation:
            return None
        return Money(amount, str(currency)) if amount.is_finite() and 0 <= amount < 10**12 else None


def said(price: Money, unit: Unit) -> str:
    """ "CNY 2.50 an hour", "CNY 1,200.00 a month"."""
    words = {"hour": _("%(money)s an hour"), "month": _("%(money)s a month"), "year": _("%(money)s a year")}
    return words[unit] % {"money": price}


@dataclass(frozen=True)
class Cost:
    """For all nodes of the order, for one `unit` of time, and when the list was read."""

    money: Money
    unit: Unit
    read_at: datetime | None

    @property
    def words(self) -> str:
        return said(self.money, self.unit)


def cost_of(
    document: Mapping[str, Any], prices: PriceList, *, codes: Mapping[str, str], read_at: datetime | None
) -> Cost | None:
    """What all nodes cost for one hour, month or year; None while one of the prices or numbers is not known.

    `codes` are what the price list calls the flavors.
    """
    unit = _unit(_object(document, "metadata", "annotations"))
    resources = _object(document, "spec").get("resources", [])
    if unit is None or not isinstance(resources, list) or not resources:
        return None
    told = [_of_resource(resource, prices, codes=codes, unit=unit) for resource in resources]
    known = [price for price in told if price is not None]
    if len(known) < len(told) or len({price.currency for price in known}) != 1:
        return None
    total = Money(sum((price.amount for price in known), Decimal(0)), known[0].currency)
    return Cost(total, unit, read_at)


@dataclass(frozen=True)
class Tariff:
    """The price list of one project, and what it calls the project's flavors."""

    prices: PriceList
    codes: Mapping[str, str]

    def cost_of(self, document: Mapping[str, Any]) -> Cost | None:
        return cost_of(document, self.prices, codes=self.codes, read_at=None)


def tariffs(projects: Iterable[Project]) -> dict[int, Tariff]:
    """By project, of those that were read with their price lists and flavors (`queries.project_freshness`)."""
    told = [(one.pk, getattr(one, "prices", None), getattr(one, "flavors", None)) for one in projects]
    return {
        pk: Tariff(PriceList(prices), billing_codes(flavors))
        for pk, prices, flavors in told
        if isinstance(prices, dict)
    }


def cost_of_order(order: Order) -> Cost | None:
    """The same of an order that was placed, by its project's catalog."""
    try:
        return cost_in(order.project, reading.parse_json(order.body))
    except reading.NotJson:
        return None


def cost_of_nodes(pool: Pool, patch: str) -> Cost | None:
    """The same of a pool, had it the nodes that a patch of ours gives it."""
    resources = reading.parse_json(patch)["spec"]["resources"]
    return cost_in(pool.project, {"metadata": pool.document.get("metadata"), "spec": {"resources": resources}})


def cost_in(project: Project, document: Any) -> Cost | None:
    """The same of a document, by the catalog of `project`."""
    parts = {part.kind: part for part in project.catalog_parts.all()}
    listed, flavors = parts.get(CatalogPart.Kind.PRICES), parts.get(CatalogPart.Kind.FLAVORS)
    if listed is None or flavors is None or not isinstance(listed.document, dict):
        return None
    codes = billing_codes(flavors.document)
    return cost_of(document, PriceList(listed.document), codes=codes, read_at=listed.read_at)


def _object(holder: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        holder = holder.get(key) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, Mapping) else {}


def _unit(annotations: Mapping[str, Any]) -> Unit | None:
    if annotations.get(f"{LABEL}billing.mode") != BillingMode.PREPAID:
        return "hour"
    return PERIODS.get(str(annotations.get(f"{LABEL}period.type", "")))


def _of_resource(resource: object, prices: PriceList, *, codes: Mapping[str, str], unit: Unit) -> Money | None:
    if not isinstance(resource, dict):
        return None
    count, code = resource.get("count"), codes.get(str(resource.get("flavor", "")))
    if code is None or not isinstance(count, int) or isinstance(count, bool) or not 0 < count < MOST_NODES:
        return None
    price = prices.of_node(code, unit)
    return None if price is None else price * count
