"""What more nodes of a pool rest on, judged by what is known at this moment, as `pools.checking.judging` judges orders.

Here a bad check keeps it from being approved: what could not be asked for now, or was asked for at other nodes, is not
sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from pools.checking.judging import Check, Question, Result, stock_of, sure
from pools.models import CatalogPart, Deletion, Project, Resize
from pools.phases import RESIZABLE
from pools.wire import resizing
from pools.wire.enums import Phase
from pools.wire.limits import Catalog

Parts = Mapping[str, CatalogPart]


def checks_of_resizes(resizes: Sequence[Resize]) -> dict[int, list[Check]]:
    """The checks of each of these resizes, which have their pool, its document and its project at hand.

    Two statements for any number of them, none for none: the mirrored catalogs, and the deletions that stand.
    """
    if not resizes:
        return {}
    projects = list({resize.pool.project_id: resize.pool.project for resize in resizes}.values())
    prefetch_related_objects(projects, "catalog_parts")
    known = {project.pk: _known(project) for project in projects}
    pools = [resize.pool_id for resize in resizes]
    leaving = set(Deletion.objects.standing().filter(pool__in=pools).values_list("pool_id", flat=True))
    return {one.pk: list(_judge(one, *known[one.pool.project_id], leaving=one.pool_id in leaving)) for one in resizes}


def _known(project: Project) -> tuple[Catalog, Parts]:
    return CatalogPart.objects.facts_of(project), {part.kind: part for part in project.catalog_parts.all()}


def _judge(resize: Resize, facts: Catalog, parts: Parts, *, leaving: bool) -> Iterator[Check]:
    heard_at = resize.pool.as_heard_with(resize.pool.project.heard_at)
    yield _runs(resize, heard_at)
    yield _unchanged(resize, heard_at)
    yield Check(question=Question.STAYS, result="bad" if leaving else "good", case="leaving" if leaving else "stays")
    flavors = parts.get(CatalogPart.Kind.FLAVORS)
    for flavor, zones in _growing(resize).items():
        found = stock_of(flavor, zones, facts, flavors.read_at if flavors else None)
        yield sure(found, parts, CatalogPart.Kind.FLAVORS)


def _runs(resize: Resize, heard_at: datetime) -> Check:
    if resize.pool.gone_at:
        return Check(question=Question.RUNS, result="bad", case="gone", read_at=heard_at)
    phase = resize.pool.phase
    result: Result = "good" if phase in RESIZABLE else "bad"
    return Check(question=Question.RUNS, result=result, case="phase", values={"phase": phase}, read_at=heard_at)


def _unchanged(resize: Resize, heard_at: datetime) -> Check:
    stands = resizing.entries(resize.pool.document)
    if stands is None:
        return Check(question=Question.UNCHANGED, result="unknown", case="untold")
    values = {"nodes": sum(one.count for one in stands)}
    same = resizing.is_as(resize.stood, stands)
    case = "same" if same else "other"
    return Check(
        question=Question.UNCHANGED, result="good" if same else "bad", case=case, values=values, read_at=heard_at
    )


def _growing(resize: Resize) -> dict[str, list[str]]:
    """The flavors that are to have more nodes, with the zones in which they are; none where the cloud chooses."""
    grown = resizing.grown(resize.stood, resize.wanted)
    zones: dict[str, list[str]] = {}
    for ((flavor, *_rest), zone), nodes in grown.items():
        if nodes > 0:
            zones.setdefault(flavor, []).extend([zone] if zone else [])
    if resize.pool.phase == Phase.SCALING_FAILED:
        added = resizing.added_to_what_is_there(resize.pool.document, resize.wanted)
        zones |= {flavor: zones.get(flavor, []) for flavor, nodes in added.items() if nodes > 0}
    return zones
