"""Making supernodes larger or smaller: nodes join one that is there or leave it, and what stays is of another step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pools.endpoint import amending, chance, clock, errors, judging, ledger, nodekeeping, passing, purchasing, refunding
from pools.endpoint.amendment import living
from pools.endpoint.entries import Kind, brief, fewer, joined, kind, named_pool
from pools.endpoint.models import BillingOrder, HostedPool, PoolChange
from pools.endpoint.node_answers import batch_uid
from pools.endpoint.purchasing import MODE, Purchase
from pools.endpoint.roster import Node
from pools.endpoint.scaling import PATH
from pools.endpoint.scenario import Fate
from pools.wire.enums import BillingMode, Phase, StepType
from pools.wire.extras import Annotation, is_yes
from pools.wire.nodes import NodesResize, ResizedEntry

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """One supernode: its name (`Node.batch`), its nodes that stay, those that leave, and how many join them."""

    name: str
    stays: Sequence[Node]
    leaves: Sequence[Node]
    joins: int

    @property
    def az(self) -> str:
        """A supernode is in one place."""
        return self.stays[0].az


def resize(pool: HostedPool, asked: NodesResize) -> HostedPool:
    """Begin to resize supernodes of a running pool; return the pool. Raises `Refused` (400).

    Nodes that are added are paid for as those that are there: their order may have to be paid first, and then nothing
    happens until it is.
    """
    with transaction.atomic():
        row, now = passing.hold(pool), clock.now(pool.project)
        _insist_on_rest(row, now)
        source, target = _ends(row, asked)
        batches = _batches(row, kind(source), asked, target["creatingStep"]["step"], now)
        change = _planned(row, batches, target, now)
        after = arranged(row, change.detail)
        change.detail["after"] = brief(after)
        _judge(row, after, kind(target) if change.detail["lots"] else None, change.detail["billing_mode"])
        document = deepcopy(row.document)
        bills = _bills(row, change, batches, asked, now)
        if change.pay_until is not None:
            document["metadata"]["annotations"][Annotation.ORDER_ID.value] = change.detail["order_id"]
        if change.begun_at is not None:
            document["spec"]["resources"] = after
        amending.begin(row, document, [change], now=now, orders=True, bill=bills[0] if bills else None)
        BillingOrder.objects.bulk_create(bills[1:])
    return row


def carry_out(pool: HostedPool, change: PoolChange) -> None:
    """Have the pool say what it is once the change is paid for. The caller holds its row, and writes."""
    pool.document["spec"]["resources"] = arranged(pool, change.detail)


def arranged(pool: HostedPool, detail: Mapping[str, Any]) -> list[Document]:
    """`spec.resources` with the supernodes of a change as it wants them; a new entry stands last."""
    moves, gone = detail["moves"], {*detail["removed"]}
    there = [node for node in pool.roster() if node.gone_at is None and node.batch in moves["batches"]]
    less = Counter((kind(node.resource), node.az) for node in there)
    more = Counter(node.az for node in there if node.name not in gone)
    for az, room in (zone for lot in detail["lots"] for zone in lot["zones"]):
        more[az] += room
    return joined(fewer(pool.document["spec"]["resources"], less), moves["to"], more)


def _insist_on_rest(row: HostedPool, now: datetime) -> None:
    phase = living(row, now)
    if phase is not Phase.RUNNING:
        raise errors.bad_request(f"The pool is {phase.value}, not Running.")
    if ledger.is_frozen(row, now):
        raise errors.bad_request("The pool is frozen: nothing of it is paid for any more.")
    if waiting := row.waiting(now):
        raise errors.bad_request(f"Order {waiting.detail['order_id']} awaits payment; pay or cancel it first.")


def _ends(row: HostedPool, asked: NodesResize) -> tuple[Document, Document]:
    """The entry whose supernodes are resized, and what they are of afterwards, without a count."""
    for path, end in (("$.source", asked.source), ("$.target", asked.target)):
        if end.creating_step.type is not StepType.HYPERINSTANCE or not end.creating_step.step:
            raise errors.bad_request(f"{path}.creatingStep: only supernodes (hyperinstance) can be resized")
    source = next((one for one in row.document["spec"]["resources"] if kind(one) == _kind(asked.source)), None)
    if source is None:
        raise errors.bad_request("$.source: the pool has no such node pool")
    if asked.target.flavor != asked.source.flavor:
        raise errors.bad_request("$.target.flavor: cannot be changed")
    if asked.target.creating_step.step == asked.source.creating_step.step:
        raise errors.bad_request("$.target.creatingStep.step: is what it is already")
    kept = next((one for one in row.document["spec"]["resources"] if kind(one) == _kind(asked.target)), source)
    target = {key: value for key, value in kept.items() if key not in {"count", "maxCount", "azs"}}
    named = named_pool({"flavor": source["flavor"], "nodePool": asked.target.node_pool})
    target |= {"nodePool": named, "creatingStep": asked.target.creating_step.wire()}
    parameters = target.get("extendParams")
    if isinstance(parameters, dict) and named != named_pool(kept):
        target["extendParams"] = {key: value for key, value in parameters.items() if key != "nodePoolName"}
    return source, {key: value for key, value in target.items() if value or key not in {"nodePool", "extendParams"}}


def _kind(end: ResizedEntry) -> Kind:
    return kind({"flavor": end.flavor, "nodePool": end.node_pool, "creatingStep": end.creating_step.wire()})


def _batches(row: HostedPool, source: Kind, asked: NodesResize, step: int, now: datetime) -> list[Batch]:
    there: dict[str, list[Node]] = {}
    for node in row.roster():
        if node.batch and node.gone_at is None and kind(node.resource) == source:
            there.setdefault(batch_uid(row, node), []).append(node)
    uids = [one.batch_uid for one in asked.nodes]
    if len({*uids}) < len(uids):
        raise errors.bad_request("$.nodes: each supernode is named once")
    found = []
    for index, one in enumerate(asked.nodes):
        path, nodes = f"$.nodes[{index}]", there.get(one.batch_uid, [])
        if not nodes:
            raise errors.bad_request(f"{path}.batchUID: no such supernode in the source")
        if any(node.due_at is None or node.due_at > now for node in nodes):
            raise errors.bad_request(f"{path}.batchUID: nodes of it are still being created")
        found.append(_batch(path, nodes, one.delete_node_names or [], step))
    _insist_on_one_way(row, found)
    return found


def _batch(path: str, nodes: Sequence[Node], leaving: Sequence[str], step: int) -> Batch:
    fewer_by = max(len(nodes) - step, 0)
    leaves = [node for node in nodes if node.name in leaving]
    if len(leaves) < len(leaving) or len(leaves) != fewer_by:
        raise errors.bad_request(f"{path}.deleteNodeNames: {fewer_by} nodes of the supernode are expected")
    return Batch(nodes[0].batch, [node for node in nodes if node not in leaves], leaves, max(step - len(nodes), 0))


def _insist_on_one_way(row: HostedPool, batches: Sequence[Batch]) -> None:
    if any(one.joins for one in batches) and any(one.leaves for one in batches):
        raise errors.bad_request("$.nodes: nodes cannot be added and removed at once")
    if locked := nodekeeping.locked_of(row, [node.name for one in batches for node in one.leaves]):
        raise errors.bad_request(f"node {locked[0]} is locked against deletion")
    if len({node.billing_mode for one in batches for node in one.stays}) > 1:
        raise errors.bad_request("$.nodes: yearly/monthly and pay-per-use supernodes are not resized together")


def _planned(row: HostedPool, batches: Sequence[Batch], target: Document, now: datetime) -> PoolChange:
    joins = [one for one in batches if one.joins]
    lot = {
        "resource": target,
        "count": sum(one.joins for one in joins),
        "zones": [[one.az, one.joins] for one in joins],
        "joins": [[one.name, one.joins] for one in joins],
    }
    return PoolChange(
        pool=row,
        kind=PoolChange.Kind.SCALE,
        begun_at=now,
        detail={
            "lots": [lot] if joins else [],
            "removed": [node.name for one in batches for node in one.leaves],
            "moves": {"batches": [one.name for one in batches], "to": target},
            "drivers": {},
            "fails": bool(joins) and row.fate == Fate.NO_GROWTH and not any(one.lots for one in row.story.scalings),
            "dice": chance.draw(row.project).luck.randrange(2**31),
            "billing_mode": batches[0].stays[0].billing_mode,
            "before": brief(row.document["spec"]["resources"]),
        },
    )


def _judge(row: HostedPool, after: Sequence[Document], grown: Kind | None, mode: str) -> None:
    if sum(entry["count"] for entry in after) > judging.MOST_NODES:
        raise errors.bad_request(f"{PATH}: a pool has at most {judging.MOST_NODES} nodes")
    metadata = row.document["metadata"]
    paid = {**metadata, "annotations": {**metadata["annotations"], MODE: mode}}
    document = {**row.document, "metadata": paid, "spec": {**row.document["spec"], "resources": after}}
    growing = [index for index, entry in enumerate(after) if kind(entry) == grown]
    judging.admit_change(row.project, document, touched=[PATH], growing=growing)


def _bills(
    row: HostedPool, change: PoolChange, batches: Sequence[Batch], asked: NodesResize, now: datetime
) -> list[BillingOrder]:
    """What is to be paid, or paid back, for nodes that are paid in advance."""
    if change.detail["billing_mode"] != BillingMode.PREPAID:
        return []
    known = {one.node.name: one for one in ledger.paid(ledger.at_hand(row), now)}
    leaving = [known[name] for name in change.detail["removed"] if name in known]
    if leaving:
        return [refunding.of_node(row, one, now) for one in leaving]
    if not change.detail["lots"]:
        return []
    order = known[batches[0].stays[0].name].order
    at_once = asked.billing is not None and is_yes(asked.billing.auto_pay)
    purchase = Purchase(order.billing_mode, order.period_type, order.period_num, order.auto_renew, at_once)
    added = [{"flavor": lot["resource"]["flavor"], "count": lot["count"]} for lot in change.detail["lots"]]
    bill = purchasing.draw_up(row, purchase, added, now=now)
    change.begun_at, change.pay_until = bill.paid_at, bill.deadline
    change.detail["order_id"] = bill.order_id
    return [bill]
