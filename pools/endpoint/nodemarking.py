"""What is done to nodes that stay: locks, marks, tags, and another driver for some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.db import transaction

from pools.endpoint import amending, clock, errors, passing, scenario, tagging
from pools.endpoint.amendment import EMPTY
from pools.endpoint.capacities import accelerator
from pools.endpoint.models import HostedNode, HostedPool, PoolChange
from pools.endpoint.node_answers import flavors_of, tags_of
from pools.endpoint.nodekeeping import insist
from pools.endpoint.roster import Node
from pools.wire.enums import Phase, UpdateStrategy
from pools.wire.options import BatchAction, TagAction, TaintEffect

LONGEST_VERSION = 64
# What a batch update does to tags, by what it calls that.
TAGGING: Mapping[str, TagAction] = {
    BatchAction.CREATE_TAGS: TagAction.CREATE,
    BatchAction.DELETE_TAGS: TagAction.DELETE,
}
REDUNDANT_EFFECTS = (TaintEffect.NO_SCHEDULE.value, TaintEffect.NO_EXECUTE.value)


def lock(pool: HostedPool, names: Sequence[str], *, locked: bool) -> None:
    """Lock these nodes against deletion, or unlock them. Raises `Refused` (404)."""
    with transaction.atomic():
        row = passing.hold(pool)
        insist(row, names)
        _mark(row, names, locked=locked)


def mark(pool: HostedPool, names: Sequence[str], document: Mapping[str, Any]) -> None:
    """Carry out one `batch-update`. Raises `Refused`."""
    action, driver = document.get("action"), document.get("driver")
    if action not in [*BatchAction] and not (driver and action in EMPTY):
        raise errors.bad_request(f"$.action: one of {', '.join(BatchAction)}")
    effect = document.get("haRedundantEffect") or TaintEffect.NO_SCHEDULE.value
    if effect not in REDUNDANT_EFFECTS:
        raise errors.bad_request(f"$.haRedundantEffect: one of {', '.join(REDUNDANT_EFFECTS)}")
    tags = tagging.read(document) if str(action) in TAGGING else []
    with transaction.atomic():
        row = passing.hold(pool)
        chosen = insist(row, names)
        if str(action) in TAGGING:
            _tag(row, chosen, TAGGING[str(action)], tags)
        elif action not in EMPTY:
            _mark(row, names, ha_redundant=action == BatchAction.OPEN_HA_REDUNDANT, ha_effect=effect)
        if driver:
            _upgrade(row, names, driver)


def tag(pool: HostedPool, name: str, action: object, tags: list[tuple[str, str | None]]) -> tagging.Tags:
    """Change the tags of one node; returns all. Raises `Refused`: 400, and 404 for an unknown node."""
    with transaction.atomic():
        row = passing.hold(pool)
        (after,) = _tag(row, insist(row, [name]), action, tags)
    return after


def _tag(
    pool: HostedPool, chosen: Mapping[str, Node], action: object, tags: list[tuple[str, str | None]]
) -> list[tagging.Tags]:
    rows = _rows(pool, list(chosen))
    for row in rows:
        row.tags = tagging.merged(tags_of(chosen[row.name], row), action, tags)
    HostedNode.objects.bulk_update(rows, ["tags"])
    return [row.tags for row in rows]


def _upgrade(row: HostedPool, names: Sequence[str], driver: object) -> None:
    """Begin to change the drivers of these nodes of a running pool. Raises `Refused` (400)."""
    asked = driver if isinstance(driver, Mapping) else {}
    version, strategy = asked.get("version"), asked.get("updateStrategy") or UpdateStrategy.IDLE.value
    if not isinstance(version, str) or not 0 < len(version) <= LONGEST_VERSION:
        raise errors.bad_request("$.driver.version: a version is expected")
    if strategy not in [*UpdateStrategy]:
        raise errors.bad_request(f"$.driver.updateStrategy: one of {', '.join(UpdateStrategy)}")
    now = clock.now(row.project)
    phase = scenario.phase(row.life, now)
    if phase is not Phase.RUNNING:
        raise errors.bad_request(f"$.driver: the pool is {phase.value if phase else 'gone'}, not Running")
    chosen = insist(row, names)
    flavors = flavors_of(row, chosen.values())
    kinds = {name: accelerator(flavors.get(node.resource["flavor"], {})) for name, node in chosen.items()}
    if without := [name for name, kind in kinds.items() if not kind]:
        raise errors.bad_request(f"$.driver: node {without[0]} has no accelerator (R17)")
    changes = [
        PoolChange(
            pool=row,
            kind=PoolChange.Kind.DRIVER,
            begun_at=now,
            detail={
                "kind": kind,
                "version": version,
                "strategy": strategy,
                "nodes": [name for name in names if kinds[name] == kind],
            },
        )
        for kind in sorted({*kinds.values()})
    ]
    amending.begin(row, deepcopy(row.document), changes, now=now, orders=False)


def _mark(pool: HostedPool, names: Sequence[str], **what: Any) -> None:
    _rows(pool, names)
    HostedNode.objects.filter(pool=pool, name__in=names).update(**what)


def _rows(pool: HostedPool, names: Sequence[str]) -> list[HostedNode]:
    HostedNode.objects.bulk_create([HostedNode(pool=pool, name=name) for name in names], ignore_conflicts=True)
    return list(HostedNode.objects.filter(pool=pool, name__in=names))
