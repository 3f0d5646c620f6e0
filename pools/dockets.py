"""What is ours alone of an order and never sent: by when it is needed, whom to ask, who bears the cost, its ticket."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, Literal
from urllib.parse import urlsplit

Part = Literal["needed_by", "contact", "cost_centre", "ticket"]
Case = Literal["date", "long", "unreadable", "password"]

LONGEST: Final[dict[str, int]] = {"contact": 120, "cost_centre": 40, "ticket": 255}  # characters
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Docket:
    """Kept with an order for whoever decides it, and for the books. No part of it is needed."""

    needed_by: date | None = None
    contact: str = ""
    cost_centre: str = ""
    ticket: str = ""

    def kept(self) -> dict[str, str]:
        """As a row keeps it that is no order yet."""
        return {**asdict(self), "needed_by": self.needed_by.isoformat() if self.needed_by else ""}

    @classmethod
    def of(cls, kept: dict[str, str]) -> Docket:
        """What `kept` wrote."""
        return read(**kept)[0]


@dataclass(frozen=True)
class Slip:
    """A part that was typed so that it cannot be kept."""

    part: Part
    case: Case


def read(*, needed_by: str, contact: str, cost_centre: str, ticket: str) -> tuple[Docket, list[Slip]]:
    """The docket that was typed, its date as YYYY-MM-DD, without what cannot be kept; and that, with what is wrong."""
    day, slips = _day(needed_by)
    texts: dict[str, str] = {}
    typed: dict[Part, str] = {"contact": contact, "cost_centre": cost_centre, "ticket": ticket}
    for part, text in typed.items():
        case = _trouble(part, text)
        texts[part] = "" if case else text
        slips += [Slip(part, case)] if case else []
    return Docket(needed_by=day, **texts), slips


def _day(text: str) -> tuple[date | None, list[Slip]]:
    if not text:
        return None, []
    try:
        # One spelling: Python reads weeks and digits without hyphens as well.
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:  # the 31st of June
        day = None
    return day, [] if day else [Slip("needed_by", "date")]


def _trouble(part: Part, text: str) -> Case | None:
    if len(text) > LONGEST[part]:
        return "long"
    if not text.isprintable():
        return "unreadable"
    # Everybody in the team reads it, and an address with a password signs in whoever follows it.
    return "password" if part == "ticket" and _signs_in(text) else None


def address(ticket: str) -> str:
    """Where a ticket leads that is an address of the web; empty for a number, and for whatever a browser might run."""
    try:
        parts = urlsplit(ticket)
    except ValueError:
        return ""
    return ticket if parts.scheme in {"http", "https"} and parts.hostname and " " not in ticket else ""


def _signs_in(text: str) -> bool:
    try:
        return "@" in urlsplit(text).netloc
    except ValueError:
        return False
