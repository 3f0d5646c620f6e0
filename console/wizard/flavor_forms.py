"""Which flavors, how many nodes of each, and in which zones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.forms import BoundField
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from console.wizard.assembly import PER_ZONE
from console.wizard.costing import price_of
from console.wizard.dividing import Split, split_of
from console.wizard.fields import Choice, Choices, Number, Text, hidden
from console.wizard.forms import StepForm
from console.wizard.offers import FlavorOffer
from pools.estimates import Band
from pools.models import CatalogPart
from pools.wire.enums import BillingMode, StepType, StockState
from pools.wire.numbers import whole
from pools.wire.shared import PoolResource


@dataclass
class FlavorCard:
    """One flavor of the order, with its fields."""

    row: str
    name: str
    offer: FlavorOffer | None
    fields: dict[str, BoundField]
    beside: list[tuple[str, Any]]


@dataclass(frozen=True)
class FlavorLine:
    """One line of the catalog table; `why_not` says why it cannot be added, if so. What is only sold out can be, to be
    watched. `uses` are the pools of the team that have it."""

    offer: FlavorOffer
    chosen: bool
    why_not: str = ""
    price: str = ""
    is_only_sold_out: bool = False
    takes: Band | None = None
    uses: int = 0


class FlavorsForm(StepForm):
    step = "flavors"

    def build(self) -> None:
        for row in self.typed.get("row", []):
            offer = self.situation.offers.flavors.get(self.value(f"{row}-flavor"))
            self.fields[f"{row}-flavor"] = hidden() if offer else Text(PoolResource, "flavor", _("Flavor"))
            self.fields[f"{row}-count"] = Number(PoolResource, "count", _("Nodes"), help_text="")
            steps = (offer.facts.steps if offer else None) or ()
            batch = self.value(f"{row}-batch")
            if steps or batch:
                self.fields[f"{row}-batch"] = Choice(_("Created"), _batches(steps), value=batch)
            self.fields[f"{row}-max"] = Number(PoolResource, "max_count", _("Elastic number of nodes"))
        self.fields["named"] = Text(PoolResource, "flavor", _("Flavor"), help_text="")

    def split(self) -> Split | None:
        """How more nodes than are advised at once would be split."""
        return split_of({self.step: self.typed})

    def cards(self) -> list[FlavorCard]:
        cards = []
        for row in self.typed.get("row", []):
            name = self.value(f"{row}-flavor")
            parts = {
                part: self[f"{row}-{part}"]
                for part in ("flavor", "count", "batch", "max")
                if f"{row}-{part}" in self.fields
            }
            offer = self.situation.offers.flavors.get(name)
            cards.append(FlavorCard(row, name, offer, parts, self.situation.kept_beside(row)))
        return cards

    def lines(self) -> list[FlavorLine]:
        """Every flavor on offer, those that cannot be used too, with the reason."""
        chosen = [self.value(f"{row}-flavor") for row in self.typed.get("row", [])]
        offers = self.situation.offers.flavors
        arch = next((offers[name].arch for name in chosen if name in offers and offers[name].arch), "")
        lines = [self._line(offer, chosen, arch) for offer in offers.values()]
        order = {"NPU": 0, "GPU": 1, "CPU": 2}
        return sorted(lines, key=lambda line: (order[line.offer.kind], line.offer.name))

    def _line(self, offer: FlavorOffer, chosen: list[str], arch: str) -> FlavorLine:
        why_not = self._why_not(offer, chosen, arch)
        sold_out = not why_not and bool(offer.zones) and not offer.on_sale
        why_not = now("sold out in every zone") if sold_out else why_not
        price, takes = price_of(self.situation, offer), self.situation.takes(offer.name)
        uses = self.situation.flavors_in_use.get(offer.name, 0)
        return FlavorLine(offer, offer.name in chosen, why_not, price, sold_out, takes, uses)

    @property
    def filters(self) -> list[tuple[str, Any]]:
        """What the table can be narrowed to: only what tells its lines apart."""
        offers = list(self.situation.offers.flavors.values())
        found: list[tuple[str, Any]] = [
            *((kind, kind) for kind in ("NPU", "GPU", "CPU") if any(offer.kind == kind for offer in offers)),
            *((arch, arch) for arch in ("x86", "arm64") if any(offer.arch == arch for offer in offers)),
            ("metal", _("bare metal")),
            ("local", _("local disks")),
            ("stock", _("in stock only")),
        ]
        has = {"metal": any(one.bare_metal for one in offers), "local": any(one.local_disk for one in offers)}
        return [(name, word) for name, word in found if has.get(name, True)]

    def _why_not(self, offer: FlavorOffer, chosen: list[str], arch: str) -> str:
        scopes, modes = offer.facts.scopes, offer.facts.billing_modes
        missing = [scope for scope in self.situation.scopes if scopes and scope not in scopes]
        mode = self.situation.billing_mode or BillingMode.PAY_PER_USE
        reasons = (
            (offer.name in chosen and not offer.facts.steps, now("in this order")),
            (len(chosen) >= self.situation.offers.most_flavors, now("a pool cannot hold more flavors")),
            (
                bool(arch and offer.arch) and offer.arch != arch,
                now("%(arch)s; the first flavor is %(first)s") % {"arch": offer.arch, "first": arch},
            ),
            (bool(missing), now("does not support %(scopes)s") % {"scopes": now(", ").join(missing)}),
            (
                bool(modes) and mode not in (modes or ()),
                now("not sold pay-per-use") if mode == BillingMode.PAY_PER_USE else now("not sold monthly or yearly"),
            ),
        )
        return next((reason for applies, reason in reasons if applies), "")


def _batches(steps: tuple[tuple[int, str], ...]) -> Choices:
    words = {
        StepType.RACK: _("in whole racks of %(n)s nodes"),
        StepType.HYPERINSTANCE: _("in supernodes of %(n)s nodes"),
    }
    choices: Choices = [("", _("node by node"))]
    for step, kind in steps:
        word = words[StepType(kind)] if kind in list(StepType) else _("in batches of %(n)s nodes")
        choices.append((f"{step}:{kind}", word % {"n": step}))
    return choices


@dataclass
class Cell:
    """One zone of one flavor: how many nodes are placed there. A document may name a zone twice: both are shown."""

    az: str
    stock: str  # "normal", "soldout" or empty where it is not known
    parts: list[tuple[str, BoundField]] = field(default_factory=list)

    @property
    def is_sold_out(self) -> bool:
        return self.stock == StockState.SOLD_OUT

    @property
    def is_on_sale(self) -> bool:
        return bool(self.stock) and not self.is_sold_out


@dataclass
class ZoneRow:
    row: str
    name: str
    nodes: str
    mode: BoundField
    on_sale: str
    read_at: datetime | None = None
    cells: list[Cell] = field(default_factory=list)
    placed: int = 0

    @property
    def left(self) -> int | None:
        """How many nodes are still to be placed; None when the number is not known."""
        nodes = whole(self.nodes)
        return None if nodes is None else nodes - self.placed

    @property
    def is_per_zone(self) -> bool:
        return bool(self.mode.value() == PER_ZONE)

    @property
    def balance(self) -> str:
        """A tick, or how many nodes are left or too many; empty when their number is not known."""
        if self.left is None:
            return ""
        if not self.left:
            return "✓"
        return (now("%(n)s left") if self.left > 0 else now("%(n)s too many")) % {"n": abs(self.left)}


class ZoneTotal(NamedTuple):
    """All nodes placed in one zone, whatever their flavor."""

    az: str
    placed: int


class ZonesForm(StepForm):
    """One matrix: a row per flavor, a column per zone. Automatic sends no zones."""

    step = "zones"

    def build(self) -> None:
        self.cells = {row: self._cells_of(row) for row in self.situation.rows}
        modes: Choices = [("", _("Automatic")), (PER_ZONE, _("Per zone"))]
        for row, cells in self.cells.items():
            self.fields[f"{row}-mode"] = Choice(_("Zones"), modes, value=self.value(f"{row}-mode"), radio=True)
            for cell, az in cells:
                self.fields[f"{row}-{cell}-count"] = Number(None, "count", az)

    def _cells_of(self, row: str) -> list[tuple[str, str]]:
        """The cells typed so far, then one for every other zone that the flavor knows."""
        typed = [(cell, self.value(f"{row}-{cell}-az")) for cell in self.typed.get(f"{row}-cell", [])]
        offer = self.situation.offer(row)
        known = sorted(offer.zones) if offer else self.situation.offers.zones
        taken = max((int(cell[1:]) for cell, _az in typed), default=0)
        missing = [az for az in known if az not in {az for _cell, az in typed}]
        return typed + [(f"z{number}", az) for number, az in enumerate(missing, taken + 1)]

    def columns(self) -> list[str]:
        return sorted({az for cells in self.cells.values() for _cell, az in cells})

    @property
    def totals(self) -> list[ZoneTotal]:
        return [ZoneTotal(az, sum(self._placed(az))) for az in self.columns()]

    @property
    def placed(self) -> int:
        return sum(total.placed for total in self.totals)

    def _placed(self, az: str) -> Iterator[int]:
        """What is placed by hand in a zone: numbers of a flavor that is left to the cloud are not sent."""
        for row, cells in self.cells.items():
            for cell, zone in cells:
                if zone == az and self.value(f"{row}-mode") == PER_ZONE:
                    yield whole(self.value(f"{row}-{cell}-count")) or 0

    def matrix(self) -> list[ZoneRow]:
        return [self._line(row) for row in self.situation.rows]

    def _line(self, row: str) -> ZoneRow:
        offer = self.situation.offer(row)
        on_sale = ",".join(offer.on_sale) if offer else ""
        situation = self.situation
        mode, read_at = self[f"{row}-mode"], situation.offers.read_at(CatalogPart.Kind.FLAVORS)
        line = ZoneRow(row, situation.flavor(row), situation.nodes(row), mode, on_sale, read_at)
        for az in self.columns():
            cell = Cell(az, offer.zones.get(az, "") if offer else "")
            for part, zone in self.cells[row]:
                if zone == az:
                    line.placed += whole(self.value(f"{row}-{part}-count")) or 0
                    cell.parts.append((part, self[f"{row}-{part}-count"]))
            line.cells.append(cell)
        return line
