"""Which orders an order competes with, in words; whose they are only for who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from console.shell import Shell, SignedIn
from pools.checking import Rival
from pools.states import OrderState

MOST_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Line:
    """Why the two cannot both be had, and of whom the other is; `url` is empty where it is not to be seen."""

    says: str
    who: str
    url: str = ""


@dataclass(frozen=True)
class Competition:
    """`more` is how many there are besides those told."""

    lines: list[Line]
    more: int


def of(request: SignedIn, rivals: Iterable[Rival]) -> Competition:
    found, mine = list(rivals), {membership.team_id for membership in Shell.of(request).memberships}
    return Competition([_line(rival, mine) for rival in found[:MOST_SHOWN]], max(len(found) - MOST_SHOWN, 0))


def _line(rival: Rival, mine: set[int]) -> Line:
    order = rival.order
    if order.team_id not in mine:
        return Line(says=_why(rival), who=_("another team"))
    # At the gate it has a page to be decided on; before, one of its own.
    page = "approval" if order.state == OrderState.ACCEPTED else "order"
    who = _("#%(number)s by %(who)s") % {"number": order.pk, "who": order.placed_by}
    return Line(says=_why(rival), who=who, url=reverse(page, args=[order.pk]))


def _why(rival: Rival) -> str:
    if rival.kind == "stock":
        return _("Competes for %(flavor)s, which is running out") % {"flavor": rival.flavor}
    return _("Competes for the quota of pools, which does not hold for both")
