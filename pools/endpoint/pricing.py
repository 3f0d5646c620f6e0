"""What things cost: the price list of a project's catalog, and what an order for nodes comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pools.endpoint.models import HostedFlavor
from pools.wire.enums import BillingMode, PeriodType
from pools.wire.limits import metadata

Line = dict[str, Any]

# The one currency of the price list and of everything that is billed.
CURRENCY = "CNY"
# A year is sold at the price of ten months.
MONTHS_PAID = {PeriodType.MONTH.value: 1, PeriodType.YEAR.value: 10}
# What is paid by use costs in so many hours what a month costs in advance.
HOURS_OF_A_MONTH = 480
# How many months or years can be bought at once (R18).
MOST_PERIODS = {kind.value: most for kind, most in metadata.MOST_PERIODS.items()}
NOTHING = Decimal("0.00")


def of_period(flavor: HostedFlavor, *, period_type: str, period_num: int) -> Decimal:
    """What one node of the flavor costs for so many months or years, in `CURRENCY`."""
    return Decimal(flavor.monthly_price) * MONTHS_PAID[period_type] * period_num


def of_hour(flavor: HostedFlavor) -> Decimal:
    """What one node of the flavor costs for an hour of use, in `CURRENCY`; not rounded."""
    return Decimal(flavor.monthly_price) / HOURS_OF_A_MONTH


def lines(
    resources: Iterable[Mapping[str, Any]],
    flavors: Iterable[HostedFlavor],
    *,
    billing_mode: str,
    period_type: str = "",
    period_num: int = 0,
) -> list[Line]:
    """The lines of an order for these `spec.resources`, one for each. Pay-per-use costs nothing at first."""
    on_sale = {flavor.name: flavor for flavor in flavors}
    told = []
    for one in resources:
        amount, flavor = NOTHING, on_sale.get(one["flavor"])
        if flavor is not None and billing_mode == BillingMode.PREPAID:
            amount = of_period(flavor, period_type=period_type, period_num=period_num) * one["count"]
        told.append({"product": one["flavor"], "count": one["count"], "amount": f"{amount:.2f}"})
    return told


def total(lines: Sequence[Line]) -> Decimal:
    """What the lines come to."""
    return sum((Decimal(line["amount"]) for line in lines), NOTHING)
