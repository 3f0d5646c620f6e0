"""What the wizard offers and judges by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, prefetch_related_objects
from django.db.models.fields.json import KT

from pools.estimates import MOST, Band, band, band_of, kind_of
from pools.models import CatalogPart, Founding, Membership, Order, Pool, Project, Reading, Stretch, Team, User
from pools.queries.among import among
from pools.stages import Stage
from pools.states import ON_THE_WAY
from pools.wire.gist import read_census
from pools.wire.limits import Catalog

# However many pools were ordered with templates, they are told by so many.
MOST_CREATIONS: Final = 500
# However many pools a project has, what they use is told by so many.
MOST_USES: Final = 1000


def catalog_of(project: Project) -> Catalog:
    """What the wizard offers and judges by: what was mirrored, and the names in use in the project, whosever."""
    return replace(CatalogPart.objects.facts_of(project), pool_names=names_taken(project.pk))


def names_taken(project: int) -> frozenset[str]:
    """The pool names that cannot be ordered in a project, whosever they are; `project` is its number."""
    living = Pool.objects.holding_names().filter(project_id=project).values_list("name", flat=True)
    ordered = Order.objects.filter(project_id=project, on_the_way_or_living=True).values_list("pool_name", flat=True)
    return frozenset([*living, *ordered])


def creation_takes(project: Project, document: object) -> Band | None:
    """How long the project takes to create such a pool as the document orders, once nobody is waited for and until it
    is ready: by its own history, by typical values before there is any, which are of whole creations too; None where
    the document does not say what its nodes are.
    """
    family, size = kind_of(document)
    if not family:
        return None
    row = Stretch(project=project, stage=Stage.CREATING, family=family, size=size)
    return band(Stretch.objects.creations_like(row), stage=Stage.CREATING, pace=project.pace)


def creations_ordered_from(drafts: Collection[UUID]) -> list[tuple[UUID, float]]:
    """How many seconds the latest pools took to be created that were ordered from these drafts, each with its draft."""
    told = Stretch.objects.filter(stage=Stage.CREATING, teaches=True, ended_at__isnull=False)
    rows = told.filter(pool__order__draft__in=drafts).order_by("-ended_at")[:MOST_CREATIONS]
    return rows.creations("pool__order__draft")


@dataclass(frozen=True)
class Uses:
    """How many living pools stand in each network, by its identifier, and have each version of a driver."""

    networks: Mapping[str, int]
    drivers: Mapping[str, Mapping[str, int]]


def uses_in(project: Project) -> Uses:
    """What pools of the project use, whosever they are: numbers, and nobody's names. Of very many the newest count.

    One statement, which reads the documents of `MOST_USES` pools at most.
    """
    said = ("spec__network__name", *(f"status__driver__{kind}__version" for kind in ("gpu", "npu")))
    asked = tuple(f"spec__driver__{kind}Version" for kind in ("gpu", "npu"))
    newest = Pool.objects.living().filter(project=project).order_by("-pk").values("pk")[:MOST_USES]
    # As text: read as JSON, SQLite would make the number 24.1 of the version.
    rows = list(Pool.objects.filter(among(newest)).values_list(*(KT(f"document__{path}") for path in (*said, *asked))))
    gpus, npus = (row[1] or row[3] for row in rows), (row[2] or row[4] for row in rows)
    return Uses(_counted(row[0] for row in rows), {"gpu": _counted(gpus), "npu": _counted(npus)})


def _counted(values: Iterable[Any]) -> Counter[str]:
    return Counter(value for value in values if isinstance(value, str) and value)


def flavors_in_use(team: Team) -> Counter[str]:
    """In how many living pools of the team each flavor is. One statement, out of an index."""
    rows = Pool.objects.living().filter(team=team).values_list("census").annotate(number=Count("pk")).order_by()
    found: Counter[str] = Counter()
    for census, number in rows:
        found.update(dict.fromkeys(read_census(census), number))
    return found


def creations_by_family(project: Project) -> dict[str, Band]:
    """How long the latest pools of each family of flavors took to be created, whatever their size; none of a family
    with too few to tell. One statement.
    """
    told = Stretch.objects.filter(project=project, stage=Stage.CREATING, teaches=True, ended_at__isnull=False)
    seconds: dict[str, list[float]] = {}
    latest = told.order_by("-ended_at").values("pk")[:MOST_CREATIONS]
    for family, length in Stretch.objects.filter(among(latest)).order_by("-ended_at").creations("family"):
        seconds.setdefault(family, []).append(length)
    return {family: found for family, lengths in seconds.items() if (found := band_of(lengths[:MOST]))}


def unanswered_orders(project: Project, *, seen_by: User) -> tuple[int, list[int]]:
    """How many orders of the project the cloud has not answered, each of which may be one pool more than its quota
    tells; and which of them the user may know of, by their numbers. One statement.
    """
    seats = Membership.objects.filter(user_id=seen_by.pk, team_id=OuterRef("team_id"))
    pending = Order.objects.filter(project=project, state__in=ON_THE_WAY).annotate(known=Exists(seats))
    rows = list(pending.order_by("pk").values_list("pk", "known"))
    return len(rows), [pk for pk, known in rows if known]


def catalog_with_ages(project: Project) -> tuple[Catalog, dict[str, datetime | None]]:
    """What was mirrored of the project, without names in use, and when each part was read. One statement."""
    prefetch_related_objects([project], "catalog_parts")
    ages = {part.kind: part.read_at for part in project.catalog_parts.all()}
    return CatalogPart.objects.facts_of(project), ages


def catalog_ages(project: Project) -> dict[str, CatalogPart]:
    """When each part of the catalog was read, by kind, without the documents."""
    return {part.kind: part for part in project.catalog_parts.defer("document")}


def newest_catalog_reading(project: Project) -> Reading | None:
    """The last time somebody asked to have the catalog of `project` read, answered or not."""
    return project.readings.filter(pool=None).order_by("-asked_at", "-pk").first()


def newest_founding(draft: UUID) -> Founding | None:
    """The network that was asked for last from a draft, whatever became of it."""
    return Founding.objects.select_related("project").filter(draft=draft).order_by("-at", "-pk").first()


def is_catalog_being_read(project: Project) -> bool:
    return project.readings.filter(pool=None, state=Reading.State.ASKED).exists()
