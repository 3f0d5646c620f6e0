"""The acts on single nodes: delete, lock, unlock, mark, and jobs such as a reboot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.db import transaction

from pools.endpoint import amending, chance, clock, errors, naming, passing, scenario
from pools.endpoint.models import HostedNode, HostedPool, NodeJob, PoolChange
from pools.endpoint.roster import Node, fewer, kind
from pools.endpoint.scaling import brief
from pools.wire.enums import BillingMode, Phase

Document = dict[str, Any]
MOST_AT_ONCE = 500


def names_in(document: object, key: str) -> list[str]:
    """The node names that a batch call lists under `key`. Raises `Refused` (400)."""
    listed = document.get(key) if isinstance(document, Mapping) else None
    if not isinstance(listed, list) or not listed or not all(isinstance(name, str) and name for name in listed):
        raise errors.bad_request(f"$.{key}: must be an array of node names")
    if len(listed) > MOST_AT_ONCE:
        raise errors.bad_request(f"$.{key}: has at most {MOST_AT_ONCE} names")
    return list(dict.fromkeys(listed))


def standing(pool: HostedPool) -> dict[str, Node]:
    """The nodes that stay, or are on their way, by name."""
    now = clock.now(pool.project)
    nodes = (node for node in pool.roster() if node.leaves_at is None and node.phase(now) is not None)
    return {node.name: node for node in nodes}


def insist(pool: HostedPool, names: Collection[str]) -> dict[str, Node]:
    """The nodes of these names. Raises `Refused` (404) for one that is not there."""
    known = standing(pool)
    for name in names:
        if name not in known:
            raise errors.no_such_node(name)
    return {name: known[name] for name in names}


def delete(pool: HostedPool, names: Sequence[str]) -> None:
    """Remove these nodes; the last one stays. Raises `Refused`: 404 for an unknown one, 400 for one that must stay."""
    with transaction.atomic():
        row = passing.hold(pool)
        chosen = insist(row, names)
        if any(node.billing_mode == BillingMode.PREPAID for node in chosen.values()):
            raise errors.bad_request("Yearly/monthly nodes are unsubscribed in the billing centre.")
        if locked := _locked(row, names):
            raise errors.bad_request(f"node {locked[0]} is locked against deletion")
        if len(chosen) == len(standing(row)):
            raise errors.bad_request("At least one node must remain in the pool.")
        remove(row, chosen)


def remove(row: HostedPool, chosen: Mapping[str, Node]) -> None:
    """Have these nodes leave `row`, which the caller has locked. Raises `Refused` (400) unless it runs."""
    now = clock.now(row.project)
    phase = scenario.phase(row.life, now)
    if phase not in {Phase.RUNNING, Phase.SCALING_FAILED, Phase.ABNORMAL}:
        raise errors.bad_request(f"The pool is {phase.value if phase else 'gone'}, not Running.")
    document = deepcopy(row.document)
    before = document["spec"]["resources"]
    document["spec"]["resources"] = fewer(before, Counter((kind(node.resource), node.az) for node in chosen.values()))
    change = PoolChange(
        pool=row,
        kind=PoolChange.Kind.SCALE,
        begun_at=now,
        detail={
            "lots": [],
            "removed": list(chosen),
            "fails": False,
            "dice": 0,
            "billing_mode": BillingMode.PAY_PER_USE.value,
            "before": brief(before),
            "after": brief(document["spec"]["resources"]),
        },
    )
    amending.begin(row, document, [change], now=now, orders=True)


def _locked(pool: HostedPool, names: Collection[str]) -> list[str]:
    return list(HostedNode.objects.filter(pool=pool, name__in=names, locked=True).values_list("name", flat=True))


def lock(pool: HostedPool, names: Sequence[str], *, locked: bool) -> None:
    """Lock these nodes against deletion, or unlock them. Raises `Refused` (404)."""
    insist(pool, names)
    _mark(pool, names, locked=locked)


def mark(pool: HostedPool, names: Sequence[str], document: Mapping[str, Any]) -> None:
    """Carry out one `batch-update`. Raises `Refused`."""
    insist(pool, names)
    action, tags = document.get("action"), document.get("tags")
    if action in {"openHaRedundant", "closeHaRedundant"}:
        _mark(pool, names, ha_redundant=action == "openHaRedundant")
    elif action in {"createTags", "deleteTags"}:
        if not isinstance(tags, list) or not all(
            isinstance(tag, dict) and isinstance(tag.get("key"), str) for tag in tags
        ):
            raise errors.bad_request("$.tags: must be an array of tags")
        for row in _rows(pool, names):
            for tag in tags:
                if action == "createTags":
                    row.tags[tag["key"]] = str(tag.get("value") or "")
                else:
                    row.tags.pop(tag["key"], None)
            row.save(update_fields=["tags"])
    else:
        raise errors.bad_request("$.action: one of openHaRedundant, closeHaRedundant, createTags, deleteTags")


def _mark(pool: HostedPool, names: Sequence[str], **what: bool) -> None:
    with transaction.atomic():
        _rows(pool, names)
        HostedNode.objects.filter(pool=pool, name__in=names).update(**what)


def _rows(pool: HostedPool, names: Sequence[str]) -> list[HostedNode]:
    HostedNode.objects.bulk_create([HostedNode(pool=pool, name=name) for name in names], ignore_conflicts=True)
    return list(HostedNode.objects.filter(pool=pool, name__in=names))


def work(pool: HostedPool, names: Sequence[str], *, kind: NodeJob.Kind) -> NodeJob:
    """Begin a job on these nodes; it ends by itself. Raises `Refused` (404)."""
    insist(pool, names)
    return NodeJob.objects.create(
        project=pool.project,
        pool=pool,
        ident=str(naming.serial(chance.draw(pool.project).luck)),
        kind=kind,
        nodes=list(names),
        begun_at=clock.now(pool.project),
    )
