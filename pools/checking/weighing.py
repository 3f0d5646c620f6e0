"""A document weighed before it is ordered: read as the cloud will read it, and judged by the mirrored catalog."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from pools.models import CatalogPart, Project
from pools.wire import limits, reading
from pools.wire.creation import PoolCreation
from pools.wire.enums import StockState
from pools.wire.limits import Breach, Catalog, Verdict

# What passes by itself: the flavor, or a zone of it, is sold out.
_OF_STOCK: Final = frozenset({("R7", "sold_out"), ("R7", "zone_sold_out")})
# What is only advised about, and yet is in the way unless it was written by hand: a driver version that is not listed.
_SLIPS: Final = "A6"


def weigh(project: Project, body: str) -> Verdict:
    """The judge's word about `body`, a creation document as JSON text, and any text at all."""
    try:
        document = reading.parse_json(body.encode())
    except (reading.NotJson, UnicodeEncodeError) as trouble:
        return Verdict(None, (Breach(rule="json", path="$", values={"trouble": str(trouble)}),))
    catalog = CatalogPart.objects.facts_of(project)
    return limits.judge(document, catalog=catalog, compatibility=project.compatibility)


def is_of_stock(breach: Breach) -> bool:
    """Whether it is nothing but something that is sold out."""
    return (breach.rule, breach.problem) in _OF_STOCK


def is_slip(rule: str, path: str, *, written: Collection[str]) -> bool:
    """Whether advice by `rule` about `path` is in the way of an order: nobody wrote it by hand, so it may be a slip."""
    return rule == _SLIPS and path not in written


def is_on_sale(creation: PoolCreation, catalog: Catalog) -> bool:
    """Whether all that is wanted was told to be on sale: in the zones that were chosen, or in any where none was.

    Only what was told counts. What is not known is not on sale, though nobody is kept from ordering it.
    """
    stocks = list(_stocks(creation, catalog))
    return bool(stocks) and all(stocks)


def _stocks(creation: PoolCreation, catalog: Catalog) -> Iterator[bool]:
    for resource in creation.spec.resources if creation.spec else ():
        offer = (catalog.flavors or {}).get(resource.flavor or "")
        zones = (offer and offer.zones) or {}
        chosen = [zones.get(place.az or "") == StockState.NORMAL for place in resource.azs or ()]
        yield all(chosen) if chosen else StockState.NORMAL in zones.values()
