"""What one node of a flavor costs by the cloud's price list, as it was heard, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from django.utils import formats
from django.utils.translation import gettext as _

Unit = Literal["hour", "month", "year"]

# Prices by the hour are small; more decimals say nothing to people.
SMALLEST: Final = Decimal("0.0001")


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __str__(self) -> str:
        rounded = self.amount.quantize(SMALLEST)
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
