"""The form of a resize: a pool's entries with their numbers, by zone where those were chosen, and one more flavor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pools.models import Pool
from pools.resizing import LONGEST_REASON
from pools.wire import resizing
from pools.wire.enums import BillingMode, StockState
from pools.wire.limits import Catalog
from pools.wire.resizing import MOST_NODES, Entry


@dataclass(frozen=True)
class Line:
    """One entry on the page: its fields by zone, the one without a zone where the cloud chooses."""

    entry: Entry
    fields: list[tuple[str, forms.BoundField, str]]


class Numbers(forms.Form):
    """`wanted` is what was typed, once it is valid. The catalog adds zones that a flavor is sold in, and flavors."""

    seen = forms.CharField(widget=forms.HiddenInput)
    flavor = forms.ChoiceField(label=gettext_lazy("Another flavor"), required=False)
    more = forms.IntegerField(label=gettext_lazy("Its nodes"), required=False, min_value=1, max_value=MOST_NODES)
    zone = forms.ChoiceField(label=gettext_lazy("In which zone"), required=False)
    like = forms.ChoiceField(label=gettext_lazy("Its disks"), required=False)
    why = forms.CharField(
        label=gettext_lazy("What for?"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("More nodes are approved by an admin, who reads this. It is never sent."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, pool: Pool, known: Catalog, typed: Mapping[str, Any] | None = None, *, begin: Sequence[Entry] = ()
    ) -> None:
        """It begins with the numbers of now, or those of the same entry in `begin`."""
        self._begin = {one.kind: one for one in begin}
        self.stands = resizing.entries(pool.document) or ()
        super().__init__(typed, initial={"seen": resizing.print_of(self.stands)})
        self._places: list[tuple[Entry, list[tuple[str, str]]]] = []
        self._stock = {name: offer.zones or {} for name, offer in (known.flavors or {}).items()}
        for number, entry in enumerate(self.stands):
            zones = enumerate(self._zones(entry))
            self._places.append((entry, [self._add(f"nodes-{number}-{nth}", entry, zone) for nth, zone in zones]))
        self.offers = _offers(pool, known, self.stands)
        sold = sorted({zone for name in self.offers for zone in self._stock[name]})
        self._choose("flavor", ("", _("none")), *((name, name) for name in self.offers))
        self._choose("zone", ("", _("chosen by the cloud")), *((zone, zone) for zone in sold))
        alike = [
            (str(nth), _("as those of %(flavor)s") % {"flavor": one.flavor}) for nth, one in enumerate(self.stands)
        ]
        self._choose("like", ("", _("those that the flavor comes with")), *alike)

    def _choose(self, name: str, *choices: tuple[str, str]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def _zones(self, entry: Entry) -> list[str]:
        if not entry.zones:
            return [""]
        return list(dict.fromkeys([*(zone for zone, _nodes in entry.zones), *self._stock.get(entry.flavor, ())]))

    def _add(self, name: str, entry: Entry, zone: str) -> tuple[str, str]:
        told = self._begin.get(entry.kind, entry)
        # Ordered where the cloud chose, and told by zone since: then those are the numbers of now.
        now = dict(told.zones or entry.zones).get(zone, 0) if zone else told.count
        label = (
            _("Nodes of %(flavor)s in %(zone)s") % {"flavor": entry.flavor, "zone": zone}
            if zone
            else _("Nodes of %(flavor)s") % {"flavor": entry.flavor}
        )
        self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=MOST_NODES, initial=now)
        return zone, name

    @property
    def lines(self) -> list[Line]:
        def told(entry: Entry, zone: str) -> str:
            """What one should know of the zone: that there is nothing left there."""
            gone = self._stock.get(entry.flavor, {}).get(zone) == StockState.SOLD_OUT
            return _("sold out") if gone else ""

        return [
            Line(entry, [(zone, self[name], told(entry, zone)) for zone, name in places])
            for entry, places in self._places
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("flavor") and not cleaned.get("more") and "more" not in self.errors:
            self.add_error("more", _("Say how many nodes of it."))
        if cleaned.get("more") and not cleaned.get("flavor") and "flavor" not in self.errors:
            self.add_error("flavor", _("Say of which flavor, or leave the number empty."))
        return cleaned

    @property
    def wanted(self) -> list[Entry]:
        found = []
        for entry, places in self._places:
            numbers = [(zone, self.cleaned_data[name]) for zone, name in places]
            found.append(entry.of(sum(nodes for _zone, nodes in numbers), [one for one in numbers if one[0]]))
        if flavor := self.cleaned_data.get("flavor"):
            count, zone, like = (self.cleaned_data[name] for name in ("more", "zone", "like"))
            zones = ((zone, count),) if zone else ()
            alike = self.stands[int(like)].kind if like else None
            found.append(Entry(flavor=flavor, count=count, zones=zones, like=alike))
        return found


def _offers(pool: Pool, known: Catalog, stands: tuple[Entry, ...]) -> list[str]:
    """Flavors that may be added: on sale by use, of the pool's architecture, for its job types, and not in it yet."""
    offers, here = known.flavors or {}, {one.flavor for one in stands}
    if len(stands) >= known.max_flavors:
        return []
    architectures = {offers[name].cpu_arch for name in here if name in offers} - {None}
    spec = pool.document.get("spec")
    scope = {*map(str, (spec.get("scope") if isinstance(spec, dict) else None) or [])}
    return sorted(
        name
        for name, offer in offers.items()
        if name not in here
        and not offer.is_sold_out
        and (not architectures or offer.cpu_arch is None or offer.cpu_arch in architectures)
        and (offer.billing_modes is None or BillingMode.PAY_PER_USE in offer.billing_modes)
        and (offer.scopes is None or scope <= offer.scopes)
    )
