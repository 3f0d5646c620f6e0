"""Single nodes: which there are, deleting them, and jobs on them such as a reboot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import deepcopy
from typing import Any

from django.db import transaction

from pools.endpoint import amending, chance, clock, errors, naming, passing, roster, scenario
from pools.endpoint.models import BillingOrder, EndpointProject, HostedNode, HostedPool, NodeJob, with_changes
from pools.endpoint.roster import Node
from pools.wire.enums import BillingMode, Phase
from pools.wire.options import NodePhase

Document = dict[str, Any]


def standing(pool: HostedPool) -> dict[str, Node]:
    """The nodes that stay, or are on their way, by name."""
    found = roster.present(pool.roster(), pool.life, clock.now(pool.project))
    return {node.name: node for node, phase in found if phase is not NodePhase.DELETING}


def insist(pool: HostedPool, names: Collection[str]) -> dict[str, Node]:
    """The nodes of these names. Raises `Refused` (404) for one that is not there."""
    known = standing(pool)
    for name in names:
        if name not in known:
            raise errors.no_such_node(name)
    return {name: known[name] for name in names}


def home_of(project: EndpointProject, name: str, *, closed: Collection[str], pool_name: str = "") -> HostedPool:
    """The pool that has the node; `pool_name` says which where a client knows it. Raises `Refused` (404)."""
    pools = project.pools.exclude(workspace_id__in=closed).standing(clock.now(project))
    if pool_name:
        pools = pools.filter(ident=pool_name)
    for pool in with_changes(pools):
        if name in standing(pool):
            return pool
    raise errors.no_such_node(name)


def delete(pool: HostedPool, names: Sequence[str]) -> None:
    """Remove these nodes; the last one stays. Raises `Refused`: 404 for an unknown one, 400 for one that must stay."""
    with transaction.atomic():
        row = passing.hold(pool)
        chosen = insist(row, names)
        phase = scenario.phase(row.life, clock.now(row.project))
        if phase not in {Phase.RUNNING, Phase.SCALING_FAILED, Phase.ABNORMAL}:
            raise errors.bad_request(f"The pool is {phase.value if phase else 'gone'}, not Running.")
        if any(node.billing_mode == BillingMode.PREPAID for node in chosen.values()):
            raise errors.bad_request("Yearly/monthly nodes are unsubscribed in the billing centre.")
        if locked := locked_of(row, names):
            raise errors.bad_request(f"node {locked[0]} is locked against deletion")
        if len(chosen) == len(standing(row)):
            raise errors.bad_request("At least one node must remain in the pool.")
        remove(row, chosen.values())


def remove(row: HostedPool, chosen: Collection[Node], *, bill: BillingOrder | None = None) -> None:
    """Have these nodes leave `row`, which the caller has locked."""
    now = clock.now(row.project)
    change, left = passing.leaving(row, chosen, now)
    document = deepcopy(row.document)
    document["spec"]["resources"] = left
    amending.begin(row, document, [change], now=now, orders=True, bill=bill)


def locked_of(pool: HostedPool, names: Collection[str]) -> list[str]:
    """Which of these nodes are locked against deletion."""
    return list(HostedNode.objects.filter(pool=pool, name__in=names, locked=True).values_list("name", flat=True))


def work(pool: HostedPool, names: Sequence[str], *, kind: NodeJob.Kind) -> NodeJob:
    """Begin a job on these nodes; it ends by itself. Raises `Refused` (404)."""
    with transaction.atomic():
        # Held, so that nobody sweeps the pool away from under it.
        insist(passing.hold(pool), names)
        return NodeJob.objects.create(
            project=pool.project,
            pool=pool,
            ident=str(naming.serial(chance.draw(pool.project).luck)),
            kind=kind,
            nodes=list(names),
            begun_at=clock.now(pool.project),
        )
