"""The judge: one function for the endpoint and the console, so that both give the same verdict."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any, Final

from pools.wire.breaches import SHAPE, Breach, Malformed
from pools.wire.creation import PoolCreation
from pools.wire.limits import advising, disks, metadata, nodes, placement
from pools.wire.limits.case import (
    ANNOTATED,
    DISKS,
    DRIVERS,
    EVERY,
    GROUPS,
    NODE_POOLS,
    PARAMETERS,
    RANGES,
    STEPS,
    TAGS,
    ZONES,
    Case,
    Rule,
    breach,
)
from pools.wire.limits.catalog import Catalog
from pools.wire.limits.verdicts import Compatibility, Verdict
from pools.wire.mending import Where, at, leave_out_empty
from pools.wire.reading import MOST_BREACHES, read_plainly


class Rules:
    """Rules, each with its subject, in the order in which breaches are reported."""

    def __init__(self, *rules: tuple[str, Rule]) -> None:
        self._rules = rules
        # By what a creation speaks of; of such sets there are not many.
        self._about: dict[frozenset[str], tuple[Rule, ...]] = {}

    def broken(self, case: Case) -> tuple[Breach, ...]:
        about = self._about.get(case.subjects)
        if about is None:
            about = tuple(rule for subject, rule in self._rules if subject in case.subjects)
            self._about[case.subjects] = about
        return tuple(islice(chain.from_iterable([rule(case) for rule in about]), MOST_BREACHES))


# R1 to R22, with what the tables themselves say (T) at its place.
RULES: Final = Rules(
    (EVERY, metadata.version_and_kind),
    (EVERY, metadata.name),
    (EVERY, placement.network),
    (EVERY, placement.network_is_ready),
    (EVERY, placement.scopes),
    (EVERY, nodes.numbers_of_flavors),
    (NODE_POOLS, nodes.node_pools),
    (EVERY, nodes.flavors),
    (EVERY, nodes.counts),
    (ZONES, nodes.zones),
    (STEPS, nodes.steps),
    (DISKS, disks.volumes),
    (DISKS, disks.configured),
    (GROUPS, disks.container_share),
    (GROUPS, disks.mount_paths),
    (GROUPS, disks.stripes),
    (PARAMETERS, disks.scripts),
    (TAGS, nodes.tags),
    (RANGES, placement.ranges),
    (DRIVERS, placement.drivers),
    (ANNOTATED, metadata.billing),
    (ANNOTATED, metadata.description),
    (EVERY, metadata.workspace),
    (EVERY, metadata.quota),
    (EVERY, metadata.uniqueness),
)
HOUSE_RULES: Final = Rules(
    (EVERY, placement.some_scope),
    (RANGES, placement.ranges_of_job_types),
    (EVERY, placement.masters),
    (ZONES, nodes.zones_differ),
    (EVERY, nodes.job_types_of_flavors),
    (TAGS, nodes.tags_differ),
    (PARAMETERS, disks.container_space),
    (EVERY, disks.one_container_disk),
    (GROUPS, disks.mounts),
    (DISKS, disks.disk_limits),
    (GROUPS, disks.local_disks),
    (EVERY, placement.licence),
    (EVERY, placement.cluster_size),
)
ADVICE: Final = Rules(
    (EVERY, advising.nodes),
    (ZONES, advising.zones),
    (EVERY, advising.choices),
    (DRIVERS, advising.versions),
    (EVERY, advising.ranges),
    (GROUPS, advising.mounts),
    (PARAMETERS, advising.scripts),
    (ANNOTATED, advising.payment),
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

    Never raises, whatever the document is. `only_breaches` leaves out what the endpoint does not use: house rules,
    advice, and keys of the creation that the tables do not know.
    """
    if not isinstance(compatibility, Compatibility):
        compatibility = Compatibility(compatibility)
    mend = _leave_room if compatibility is Compatibility.WIDE else leave_out_empty
    try:
        creation = read_plainly(PoolCreation, document, mend, known_only=only_breaches)
    except Malformed as malformed:
        return Verdict(None, malformed.breaches)
    if creation.spec is None:
        return Verdict(None, (breach(SHAPE, "$.spec", "required"),))
    case = Case(document, creation, creation.spec, catalog or _ALL_UNKNOWN, compatibility)
    breaches = RULES.broken(case)
    if only_breaches:
        return Verdict(creation, breaches)
    return Verdict(creation, breaches, HOUSE_RULES.broken(case), ADVICE.broken(case))


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
