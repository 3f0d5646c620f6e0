"""Rules about flavors and nodes: how many, of what, in which zones, in which steps, with which tags."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from pools.wire.breaches import Breach
from pools.wire.enums import BillingMode
from pools.wire.limits.case import NODE_POOL, Case, breach, house_rule
from pools.wire.limits.catalog import FlavorFacts
from pools.wire.naming import node_pool_beside, own_node_pool
from pools.wire.shared import PoolResource

RESOURCES: Final = "$.spec.resources"
NODE_POOL_NAME: Final = re.compile(r"[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?")
PAY_PER_USE: Final = BillingMode.PAY_PER_USE.value
TAG_PREFIXES: Final = ("CCE-", "__type_baremetal")
LONGEST_TAG_KEY: Final = 128
LONGEST_TAG_VALUE: Final = 255


def numbers_of_flavors(case: Case) -> Iterator[Breach]:
    """R6."""
    resources, most = case.spec.resources, case.catalog.max_flavors
    if not 1 <= len(resources) <= most:
        yield breach("R6", RESOURCES, "number", minimum=1, maximum=most, number=len(resources))
    if len(resources) < 2:  # noqa: PLR2004 - one entry is like no other
        return
    seen: set[tuple[object, ...]] = set()
    for index, (resource, came) in enumerate(zip(resources, case.resources, strict=True)):
        key = _node_pool(resource, came)
        if key in seen:
            yield breach("R6", f"{RESOURCES}[{index}].flavor", "repeated", flavor=resource.flavor)
        seen.add(key)
    yield from _architectures(case)


def _node_pool(resource: PoolResource, came: Mapping[str, Any]) -> tuple[object, ...]:
    """What makes an entry an entry of its own: flavor, node pool (its default name is no name), creation step."""
    step, named = resource.creating_step, node_pool_beside(came.get(NODE_POOL), flavor=resource.flavor)
    return (resource.flavor, named, step.step, step.type) if step else (resource.flavor, named)


def node_pools(case: Case) -> Iterator[Breach]:
    """T4."""
    seen: set[str] = set()
    for index, resource in enumerate(case.resources):
        named = resource.get(NODE_POOL) or ""
        if named in ("", own_node_pool(resource["flavor"])):
            continue
        path = f"{RESOURCES}[{index}].{NODE_POOL}"
        if not isinstance(named, str) or not NODE_POOL_NAME.fullmatch(named) or named.endswith("-default"):
            yield breach("T4", path, "pattern", maximum=50)
        elif named in seen:
            yield breach("T4", path, "repeated", name=named)
        else:
            seen.add(named)


def _architectures(case: Case) -> Iterator[Breach]:
    first: FlavorFacts | None = None
    for index, resource in enumerate(case.spec.resources if case.catalog.flavors is not None else ()):
        known = case.facts(resource)
        if known is None or known.cpu_arch is None:
            continue
        if first is None:
            first = known
        elif known.cpu_arch != first.cpu_arch:
            yield breach(
                "R6",
                f"{RESOURCES}[{index}].flavor",
                "architecture",
                flavor=known.name,
                arch=known.cpu_arch,
                first=first.name,
                first_arch=first.cpu_arch,
            )


def flavors(case: Case) -> Iterator[Breach]:
    """R7."""
    for index, resource in enumerate(case.spec.resources):
        known = case.facts(resource)
        if not resource.flavor or (known is None and case.catalog.flavors is not None):
            yield breach("R7", f"{RESOURCES}[{index}].flavor", "unknown", flavor=resource.flavor)
        elif known is not None:
            yield from _sale(case, known, resource, index)


def _sale(case: Case, known: FlavorFacts, resource: PoolResource, index: int) -> Iterator[Breach]:
    path, mode = f"{RESOURCES}[{index}]", case.annotations.billing_mode or PAY_PER_USE
    if known.billing_modes is not None and mode not in known.billing_modes:
        yield breach("R7", f"{path}.flavor", "billing", flavor=known.name, mode=mode)
    if known.zones is None:
        return
    if known.is_sold_out:
        yield breach("R7", f"{path}.flavor", "sold_out", flavor=known.name)
        return
    for position, zone in enumerate(resource.azs or ()):
        if zone.az in known.in_stock or not zone.az:  # R9 says that it lacks a name
            continue
        problem = "zone_sold_out" if zone.az in known.zones else "zone_unknown"
        yield breach("R7", f"{path}.azs[{position}].az", problem, flavor=known.name, zone=zone.az)


def counts(case: Case) -> Iterator[Breach]:
    """R8."""
    for index, resource in enumerate(case.spec.resources):
        if resource.count < 1:
            yield breach("R8", f"{RESOURCES}[{index}].count", "count", minimum=1)
        if resource.max_count is not None and resource.max_count != resource.count:
            yield breach("R8", f"{RESOURCES}[{index}].maxCount", "max_count", count=resource.count)


def zones(case: Case) -> Iterator[Breach]:
    """R9."""
    for index, resource in enumerate(case.spec.resources):
        if not resource.azs:
            continue
        path, placed = f"{RESOURCES}[{index}].azs", 0
        for position, zone in enumerate(resource.azs):
            placed += zone.count
            if zone.count < 1:
                yield breach("R9", f"{path}[{position}].count", "count", minimum=1)
            if not zone.az:
                yield breach("R9", f"{path}[{position}].az", "required")
        if placed != resource.count:
            yield breach("R9", path, "sum", placed=placed, count=resource.count)


def zones_differ(case: Case) -> Iterator[Breach]:
    """H4."""
    for index, resource in enumerate(case.spec.resources):
        named = [zone.az for zone in resource.azs or ()]
        if len(set(named)) != len(named):
            yield house_rule("H4", f"{RESOURCES}[{index}].azs", "repeated")


def steps(case: Case) -> Iterator[Breach]:
    """R10."""
    for index, resource in enumerate(case.spec.resources):
        chosen = resource.creating_step
        if chosen is None or chosen.step is None:
            continue
        path, known = f"{RESOURCES}[{index}].creatingStep.step", case.facts(resource)
        if chosen.step < 1:
            yield breach("R10", path, "minimum", minimum=1)
            continue
        if known is not None and known.steps is not None:
            offered = [step for step, kind in known.steps if chosen.type is None or kind in ("", chosen.type)]
            if chosen.step not in offered:
                yield breach("R10", path, "unknown", flavor=known.name, step=chosen.step, offered=offered)
        if resource.count % chosen.step:
            yield breach("R10", f"{RESOURCES}[{index}].count", "multiple", step=chosen.step, count=resource.count)


def job_types_of_flavors(case: Case) -> Iterator[Breach]:
    """H5."""
    for index, resource in enumerate(case.spec.resources):
        known = case.facts(resource)
        if known is None or not known.scopes:
            continue
        for scope in case.spec.scope or ():
            if scope not in known.scopes:
                path = f"{RESOURCES}[{index}].flavor"
                yield house_rule("H5", path, "scope", flavor=known.name, scope=scope.value)


def unfit_tag(key: str, value: str, *, before: Collection[str] = ()) -> str | None:
    """Why no order could have this tag beside those of the keys `before`, as the rules call it: R15, H6, and the most
    characters that tags have where they are written by themselves (`pools.wire.tags`). None where nothing is wrong."""
    cases = (
        ("key", not key.strip()),
        ("prefix", key.startswith(TAG_PREFIXES)),
        ("repeated", key in before),
        ("long", len(key) > LONGEST_TAG_KEY or len(value) > LONGEST_TAG_VALUE),
        ("unreadable", not f"{key}{value}".isprintable()),
    )
    return next((case for case, applies in cases if applies), None)


def tags(case: Case) -> Iterator[Breach]:
    """R15."""
    for index, resource in enumerate(case.spec.resources):
        for position, tag in enumerate(resource.tags or ()):
            if tag.key.startswith(TAG_PREFIXES):
                prefix = next(prefix for prefix in TAG_PREFIXES if tag.key.startswith(prefix))
                yield breach("R15", f"{RESOURCES}[{index}].tags[{position}].key", "prefix", key=tag.key, prefix=prefix)


def tags_differ(case: Case) -> Iterator[Breach]:
    """H6."""
    for index, resource in enumerate(case.spec.resources):
        seen: set[str] = set()
        for position, tag in enumerate(resource.tags or ()):
            path = f"{RESOURCES}[{index}].tags[{position}].key"
            if not tag.key.strip():
                yield house_rule("H6", path, "required")
            elif tag.key in seen:
                yield house_rule("H6", path, "repeated", key=tag.key)
            seen.add(tag.key)
