"""A clock that stands still until it is moved: `with freeze_time("2026-03-01T08:00:00Z") as clock: clock.tick(60)`.

It is the wall clock, of the whole process; how long something takes is measured as ever.
"""

from __future__ import annotations

from contextlib import ContextDecorator
from datetime import UTC, datetime, timedelta
from types import TracebackType

import time_machine


def _moment(told: datetime | str) -> datetime:
    """Without a zone it is UTC."""
    moment = datetime.fromisoformat(told) if isinstance(told, str) else told
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Clock:
    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def tick(self, by: timedelta | float = 1) -> None:
        """Move on by a duration, or by seconds."""
        self._traveller.shift(by)

    def move_to(self, moment: datetime | str) -> None:
        self._traveller.move_to(_moment(moment))


class freeze_time(ContextDecorator):  # noqa: N801 - read like a function
    """Have it be `moment` for as long as this lasts; with `tick` the clock goes on from there."""

    def __init__(self, moment: datetime | str, *, tick: bool = False) -> None:
        self._travel = time_machine.travel(_moment(moment), tick=tick)

    def __enter__(self) -> Clock:
        return Clock(self._travel.start())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._travel.stop()
