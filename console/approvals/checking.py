"""What the order depends on, as it is known now: each line with what it is, how it stands, and how old that is.

Nothing here blocks: the order is with the cloud already. What could not be checked is a result of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from console import describing
from console.differing import Told
from pools import queries
from pools.models import CatalogPart, Order
from pools.wire.enums import NetworkPhase, Phase, StockState
from pools.wire.limits import Catalog, FlavorFacts

Result = Literal["good", "bad", "unknown"]
SHAPES: Final[Mapping[Result, str]] = {"good": "tick", "bad": "triangle", "unknown": "dashed"}


@dataclass(frozen=True, kw_only=True)
class Check:
    """`read_at` is when the cloud said so; None where it never did."""

    what: str
    result: Result
    says: str
    read_at: datetime | None = None

    @property
    def shape(self) -> str:
        return SHAPES[self.result]


def checks(order: Order, wire: Any, drift: Told | None) -> list[Check]:
    """One query, for the mirrored catalog. `drift`: how the cloud's answer differs from the order, if there is one."""
    facts, read_at = queries.catalog_with_ages(order.project)
    return [
        _waits(order),
        _is_what_was_ordered(order, drift),
        *_on_sale(wire, facts, read_at.get(CatalogPart.Kind.FLAVORS)),
        _network(wire, facts, read_at.get(CatalogPart.Kind.NETWORKS)),
    ]


def _waits(order: Order) -> Check:
    pool, waits = order.pool, order.pool.phase == Phase.WAITING
    says = _("the pool is %(phase)s") % {"phase": pool.phase or "?"}
    read_at = pool.as_heard_with(order.project.heard_at)
    return Check(what=_("Waits in the cloud"), result="good" if waits else "bad", says=says, read_at=read_at)


def _is_what_was_ordered(order: Order, drift: Told | None) -> Check:
    what, read_at = _("The cloud has what was ordered"), order.pool.as_heard_with(order.project.heard_at)
    if drift is None:
        return Check(what=what, result="unknown", says=_("it has not told yet"))
    if drift:
        return Check(what=what, result="bad", says=_("no: see what changes"), read_at=read_at)
    return Check(what=what, result="good", says=_("word for word"), read_at=read_at)


def _on_sale(wire: Any, facts: Catalog, read_at: datetime | None) -> list[Check]:
    flavors = facts.flavors
    return [
        _stock(
            line, flavors.get(line.flavor) if flavors is not None else None, read_at if flavors is not None else None
        )
        for line in describing.flavor_lines(wire)
    ]


def _stock(line: describing.FlavorLine, offer: FlavorFacts | None, read_at: datetime | None) -> Check:
    what = _("%(flavor)s on sale") % {"flavor": line.flavor}
    if read_at is None:
        return Check(what=what, result="unknown", says=_("could not be checked: the flavors were not read yet"))
    if offer is None:
        return Check(what=what, result="bad", says=_("no flavor of this name is offered"), read_at=read_at)
    zones = offer.zones or {}
    gone = [zone for zone, _count in line.azs if zones.get(zone) == StockState.SOLD_OUT]
    if offer.is_sold_out:
        return Check(what=what, result="bad", says=_("sold out in every zone"), read_at=read_at)
    if gone:
        return Check(
            what=what, result="bad", says=_("sold out in %(zones)s") % {"zones": ", ".join(gone)}, read_at=read_at
        )
    return Check(what=what, result="good", says=_("yes"), read_at=read_at)


def _network(wire: Any, facts: Catalog, read_at: datetime | None) -> Check:
    name = wire.spec.network.name if wire.spec and wire.spec.network else ""
    if facts.networks is None or not name:
        says = _("could not be checked: the networks were not read yet") if name else _("none is named")
        return Check(what=_("Network Active"), result="unknown", says=says)
    network = facts.networks.get(name)
    if network is None:
        return Check(what=_("Network Active"), result="bad", says=_("there is no such network"), read_at=read_at)
    result: Result = "good" if network.phase in {NetworkPhase.ACTIVE, ""} else "bad"
    return Check(what=_("Network Active"), result=result, says=network.phase or _("yes"), read_at=read_at)
