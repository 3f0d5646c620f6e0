"""How long what was paid for lasts. Pure, as `pools.endpoint.scenario` is."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

from pools.wire.enums import PeriodType


def months(period_type: str, period_num: int) -> int:
    """The length of so many months or years, in months."""
    return period_num * (12 if period_type == PeriodType.YEAR else 1)


def later(moment: datetime, number: int) -> datetime:
    """The same day, so many months later, or the last one that the month has."""
    years, month = divmod(moment.month - 1 + number, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
