"""What the wizard shows of a project: the mirrored catalog, part by part, each with its age. Never the cloud itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from console.prices import PriceList
from pools.models import CatalogPart, Project
from pools.models.catalog import network_quota
from pools.wire.enums import StockState
from pools.wire.flavors import Accelerator, ResourceFlavor
from pools.wire.limits import FlavorFacts
from pools.wire.numbers import by_numbers, whole
from pools.wire.reading import hear_flavors, hear_networks

Kind = CatalogPart.Kind


@dataclass(frozen=True)
class FlavorOffer:
    """One flavor as the table shows it, and as the rules see it."""

    name: str
    facts: FlavorFacts
    kind: str  # "NPU", "GPU" or "CPU"
    accelerator: str
    cards: int  # accelerators of one node
    cpu: str
    memory: str
    arch: str
    zones: Mapping[str, str]
    bare_metal: bool
    local_disk: bool
    billing_code: str = ""  # what the price list calls it

    @property
    def on_sale(self) -> list[str]:
        return [az for az, stock in self.zones.items() if stock != StockState.SOLD_OUT]

    @property
    def stock(self) -> list[tuple[str, bool]]:
        """Every zone, and whether the flavor is on sale there."""
        return [(az, stock != StockState.SOLD_OUT) for az, stock in sorted(self.zones.items())]


@dataclass(frozen=True)
class NetworkOffer:
    """A network: `name` is the identifier that is sent, `title` what people called it."""

    name: str
    title: str
    cidr: str
    phase: str


@dataclass(frozen=True)
class Offers:
    """The parts of one project's catalog. A part that was never heard offers nothing and forbids nothing."""

    parts: Mapping[str, CatalogPart] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project) -> Offers:
        # Kept with the project, so that the rules judge by the very rows that the page shows.
        prefetch_related_objects([project], "catalog_parts")
        return cls({part.kind: part for part in project.catalog_parts.all()})

    def document(self, kind: CatalogPart.Kind) -> Mapping[str, Any]:
        part = self.parts.get(kind)
        return part.document if part and isinstance(part.document, dict) else {}

    def read_at(self, kind: CatalogPart.Kind) -> datetime | None:
        part = self.parts.get(kind)
        return part.read_at if part else None

    @property
    def oldest(self) -> datetime | None:
        """When the catalog as a whole was read: the age of its oldest part that was ever heard."""
        return min((part.read_at for part in self._judged if part.read_at), default=None)

    @property
    def failing(self) -> CatalogPart | None:
        """A part whose last reading failed, if any."""
        return next((part for part in self._judged if part.failed_at), None)

    @property
    def _judged(self) -> list[CatalogPart]:
        """What orders are judged by; prices are read in their own time, and not everybody may ask for them."""
        return [part for part in self.parts.values() if part.kind != Kind.PRICES]

    @cached_property
    def prices(self) -> PriceList:
        return PriceList(self.document(Kind.PRICES))

    @cached_property
    def flavors(self) -> Mapping[str, FlavorOffer]:
        heard = hear_flavors(self.document(Kind.FLAVORS)).items or []
        return {offer.name: offer for offer in map(_flavor, heard) if offer.name}

    @cached_property
    def networks(self) -> list[NetworkOffer]:
        offers = []
        for network in hear_networks(self.document(Kind.NETWORKS)).items or []:
            name = (network.metadata and network.metadata.name) or ""
            labels = network.metadata.labels if network.metadata else None
            title = (labels and labels.name) or name
            cidr = (network.spec and network.spec.cidr) or ""
            offers.append(NetworkOffer(name, title, cidr, str((network.status and network.status.phase) or "")))
        return [offer for offer in offers if offer.name]

    @cached_property
    def zones(self) -> list[str]:
        """Every availability zone that any flavor knows."""
        return sorted({az for offer in self.flavors.values() for az in offer.zones})

    @property
    def workspaces(self) -> list[tuple[str, str]]:
        """Identifier and name of each workspace; the default one is always among them where any are known."""
        rows = _objects(self.document(Kind.WORKSPACES).get("workspaces"))
        return [(str(row["id"]), str(row.get("name") or row["id"])) for row in rows if row.get("id") not in (None, "")]

    @property
    def cluster_flavors(self) -> list[tuple[str, str]]:
        """Cluster flavors and a line about each, as the tenant configuration lists them."""
        specs = self.document(Kind.CONFIG).get("clusterFlavorSpecs")
        named = []
        for spec in specs if isinstance(specs, list) else []:
            name = spec if isinstance(spec, str) else _first(spec, "name")
            nodes = _first(spec, "maxNodes")
            words = _("%(name)s, up to %(nodes)s nodes") if nodes else "%(name)s"
            named.append((name, words % {"name": name, "nodes": nodes}))
        return [pair for pair in named if pair[0]]

    @property
    def most_flavors(self) -> int:
        most = self.document(Kind.CONFIG).get("maxPoolFlavors")
        return most if isinstance(most, int) and most > 0 else 10

    def drivers(self, kind: str) -> list[tuple[str, str]]:
        """Driver versions on offer for "gpu" or "npu", newest first as far as their numbers tell; each with the day
        since which there is it, as the service writes it, or empty."""
        answer = self.document(Kind.DRIVERS).get(kind)
        spec = answer.get("spec") if isinstance(answer, dict) else None
        versions = spec.get("versions") if isinstance(spec, dict) else None
        if isinstance(versions, dict):
            found = {version: _first(told, "creationTimestamp") for version, told in versions.items()}
        else:
            told = [{"version": one} if isinstance(one, str) else one for one in versions or []]
            found = {_first(one, "version", "name"): _first(one, "creationTimestamp") for one in told}
        return sorted(((name, since[:10]) for name, since in found.items() if name), key=_newest, reverse=True)

    @property
    def network_quota(self) -> tuple[int, int] | None:
        """Networks there are and may be; None where it is not known."""
        most, used = network_quota(self.document(Kind.QUOTAS))
        return None if most is None else (used or 0, most)

    @property
    def quota(self) -> tuple[int, int] | None:
        """Pools used and allowed; None where it is not known."""
        quotas = self.document(Kind.QUOTAS).get("quotas")
        for row in _objects(quotas.get("resources") if isinstance(quotas, dict) else None):
            used, quota = whole(str(row.get("used", ""))), whole(str(row.get("quota", "")))
            if row.get("type") == "pool" and used is not None and quota is not None:
                return used, quota
        return None


def _flavor(flavor: ResourceFlavor) -> FlavorOffer:
    facts, spec = FlavorFacts.from_flavor(flavor), flavor.spec
    labels = flavor.metadata.labels if flavor.metadata else None
    gpu, npu = (spec.gpu, spec.npu) if spec else (None, None)
    phase = (flavor.status and flavor.status.phase) or {}
    return FlavorOffer(
        name=facts.name,
        facts=facts,
        kind="NPU" if npu else "GPU" if gpu else "CPU",
        accelerator=_accelerator(npu or gpu),
        cards=_cards(npu or gpu),
        cpu=(spec and spec.cpu) or "",
        memory=_spaced((spec and spec.memory) or ""),
        arch=str((spec and spec.cpu_arch) or ""),
        zones={az: str(stock) for az, stock in phase.items()},
        bare_metal=bool(labels and labels.baremetal == "true"),
        local_disk=bool(labels and labels.local_disk == "true"),
        billing_code=(spec and spec.billing_code) or "",
    )


def _accelerator(card: Accelerator | None) -> str:
    """ "8 × Ascend 910B, 64 GiB": what one node has."""
    if card is None:
        return ""
    count = f"{card.size} × " if card.size else ""
    return f"{count}{card.type or '?'}" + (f", {_spaced(card.memory)}" if card.memory else "")


def _cards(card: Accelerator | None) -> int:
    return whole(str(card.size)) or 0 if card and card.size else 0


def _spaced(size: str) -> str:
    """`32Gi` as `32 GiB`."""
    return f"{size[:-2]} GiB" if size.endswith("Gi") else size


def _objects(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def _first(holder: object, *names: str) -> str:
    values = (holder.get(name) for name in names) if isinstance(holder, dict) else iter(())
    return next((str(value) for value in values if value), "")


def _newest(driver: tuple[str, str]) -> list[tuple[int, str]]:
    return by_numbers(driver[0])
