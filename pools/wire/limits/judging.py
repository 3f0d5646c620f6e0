"""The judge: one function for the endpoint and the console, so that both give the same verdict."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, Final

from pools.wire.breaches import SHAPE, Breach, Malformed
from pools.wire.creation import PoolCreation
from pools.wire.limits import advising, disks, metadata, nodes, placement
from pools.wire.limits.case import Case, Rule, breach
from pools.wire.limits.catalog import Catalog
from pools.wire.limits.verdicts import Compatibility, Verdict
from pools.wire.mending import Where, at, leave_out_empty
from pools.wire.reading import MOST_BREACHES, read_plainly

# In the order in which breaches are reported: R1 to R22 with what the tables themselves say (T) at its place.
RULES: Final[tuple[Rule, ...]] = (
    metadata.version_and_kind,
    metadata.name,
    placement.network,
    placement.network_is_ready,
    placement.scopes,
    nodes.numbers_of_flavors,
    nodes.flavors,
    nodes.counts,
    nodes.zones,
    nodes.steps,
    disks.volumes,
    disks.configured,
    disks.container_share,
    disks.mount_paths,
    disks.stripes,
    disks.scripts,
    nodes.tags,
    placement.ranges,
    placement.drivers,
    metadata.billing,
    metadata.description,
    metadata.workspace,
    metadata.quota,
    metadata.uniqueness,
)
HOUSE_RULES: Final[tuple[Rule, ...]] = (
    placement.some_scope,
    placement.ranges_of_job_types,
    placement.masters,
    nodes.zones_differ,
    nodes.job_types_of_flavors,
    nodes.tags_differ,
    disks.container_space,
    disks.one_container_disk,
    disks.mounts,
    disks.disk_limits,
    disks.local_disks,
)
ADVICE: Final[tuple[Rule, ...]] = (
    advising.nodes,
    advising.zones,
    advising.choices,
    advising.versions,
    advising.ranges,
    advising.mounts,
)

_ALL_UNKNOWN: Final = Catalog()


def judge(
    document: object,
    *,
    catalog: Catalog | None = None,
    compatibility: Compatibility | str = Compatibility.SEED,
    only_breaches: bool = False,
) -> Verdict:
    """Read a request strictly and hold it against every rule that can be judged with what the catalog knows.

    Never raises, whatever the document is. `only_breaches` leaves out house rules and advice, which the endpoint
    does not use.
    """
    mend = _leave_room if compatibility == Compatibility.WIDE else leave_out_empty
    try:
        creation = read_plainly(PoolCreation, document, mend)
    except Malformed as malformed:
        return Verdict(None, malformed.breaches)
    if creation.spec is None:
        return Verdict(None, (breach(SHAPE, "$.spec", "required"),))
    case = Case(creation, creation.spec, catalog or _ALL_UNKNOWN, Compatibility(compatibility))
    breaches = _broken(RULES, case)
    if only_breaches:
        return Verdict(creation, breaches)
    return Verdict(creation, breaches, _broken(HOUSE_RULES, case), _broken(ADVICE, case))


def _broken(rules: Iterable[Rule], case: Case) -> tuple[Breach, ...]:
    return tuple(islice(chain.from_iterable(rule(case) for rule in rules), MOST_BREACHES))


def _leave_room(document: Any, where: Where, kind: str) -> bool:
    """The room the wide mode gives: disks without extendParams are ordinary ones, a size may be a number."""
    holder, value = at(document, where[:-1]), at(document, where)
    if _is_data_volume(where) and kind == "missing" and isinstance(value, dict) and "extendParams" not in value:
        value["extendParams"] = {"volumeGroup": "default"}
        return True
    if where[-1] == "extendParams" and _is_data_volume(where[:-1]) and value in ({}, "", None):
        holder["extendParams"] = {"volumeGroup": "default"}
        return True
    if where[-1] == "size" and kind == "string_type" and isinstance(value, int) and not isinstance(value, bool):
        holder["size"] = str(value)
        return True
    return leave_out_empty(document, where, kind)


def _is_data_volume(where: Where) -> bool:
    return len(where) > 1 and where[-2] == "dataVolumes"
