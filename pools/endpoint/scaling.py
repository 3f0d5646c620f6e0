"""Changing the number of a pool's nodes: matching what is asked for with what is there, and choosing who goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from json import dumps, loads
from random import Random
from typing import Any

from pools.endpoint import chance, errors, naming, shelf
from pools.endpoint.amendment import EMPTY, Amendment, merge
from pools.endpoint.entries import brief, kind, named_pool
from pools.endpoint.judging import MOST_NODES
from pools.endpoint.models import HostedFlavor, HostedNode, HostedPool, PoolChange
from pools.endpoint.planning import newest_drivers
from pools.endpoint.roster import Node
from pools.endpoint.scenario import Fate
from pools.wire.enums import BillingMode, Phase, StockState

Document = dict[str, Any]
PATH = "$.spec.resources"
MODE = "os.modelarts/billing.mode"


def rescale(one: Amendment, value: object) -> None:
    """Take in the full new list of `spec.resources`. Raises `Refused` (400)."""
    wanted = _read(value)
    stand = list(one.spec["resources"])
    entries = _matched(stand, wanted)
    nodes = [node for node in one.pool.roster() if node.gone_at is None]
    there = Counter(kind(node.resource) for node in nodes)
    after, more, less = [], {}, {}
    for entry, was in entries:
        key = kind(was or entry)
        had = 0 if was is None else was["count"]
        if one.phase is Phase.SCALING_FAILED:
            # Asking again for what could not be provided tries again, asking for what is there gives it up.
            had = there[key]
        after.append(entry)
        if entry["count"] > had:
            more[len(after) - 1] = entry["count"] - had
        elif entry["count"] < had:
            less[key] = had - entry["count"]
    kept = [was for _, was in entries]
    for gone in (entry for entry in stand if entry not in kept):
        less[kind(gone)] = there[kind(gone)]
    one.spec["resources"] = after
    one.touched.add(PATH)
    if more or less or one.phase is Phase.SCALING_FAILED:
        _plan(one, nodes, more, less, before=stand)


def _read(value: object) -> list[Document]:
    if not isinstance(value, list) or not value:
        raise errors.bad_request(f"{PATH}: a pool keeps at least one node")
    for index, entry in enumerate(value):
        if not isinstance(entry, dict) or not isinstance(entry.get("flavor"), str):
            raise errors.bad_request(f"{PATH}[{index}].flavor: is required (shape)")
        count, step = entry.get("count"), entry.get("creatingStep")
        if "count" in entry and (not isinstance(count, int) or isinstance(count, bool)):
            raise errors.bad_request(f"{PATH}[{index}].count: must be an integer (shape)")
        if step not in EMPTY and not (isinstance(step, dict) and isinstance(step.get("step"), int)):
            raise errors.bad_request(f"{PATH}[{index}].creatingStep: must be an object with a step (shape)")
        if isinstance(step, dict) and not isinstance(step.get("type"), str | None):
            raise errors.bad_request(f"{PATH}[{index}].creatingStep.type: must be a string (shape)")
        zones = entry.get("azs")
        if zones not in EMPTY and not (isinstance(zones, list) and all(map(_is_zone, zones))):
            raise errors.bad_request(f"{PATH}[{index}].azs: must be an array of zones with their counts (shape)")
    return value


def _is_zone(zone: object) -> bool:
    counted = isinstance(zone, dict) and isinstance(zone.get("count"), int) and not isinstance(zone["count"], bool)
    return counted and isinstance(zone, dict) and isinstance(zone.get("az"), str)


def _matched(stand: Sequence[Document], wanted: Sequence[Document]) -> list[tuple[Document, Document | None]]:
    """Each entry asked for, with the one that stands for it; those that stand keep their order.

    The same flavor, step and node pool is the same entry; what is not mentioned of it stays as it is.
    """
    left, pairs = list(wanted), []
    alone = len(stand) == len(wanted) == 1 and stand[0]["flavor"] == wanted[0]["flavor"]
    for was in stand:
        same = next((entry for entry in left if alone or kind(entry) == kind(was)), None)
        if same is not None:
            left.remove(same)
            pairs.append((_laid_over(was, same), was))
    return pairs + [(_laid_over({}, entry), None) for entry in left]


def _laid_over(was: Document, entry: Document) -> Document:
    merged: Document = merge(was, entry)
    if "nodePool" in was and not named_pool(merged):
        merged["nodePool"] = was["nodePool"]
    if "count" not in merged:
        raise errors.bad_request(f"{PATH}: count is required")
    if merged["count"] != was.get("count"):
        if "azs" not in entry:
            merged.pop("azs", None)
        if "maxCount" not in entry or entry["maxCount"] == was.get("maxCount"):
            merged["maxCount"] = merged["count"]
    if merged.get("azs") in EMPTY:
        merged.pop("azs", None)
    if merged.get("creatingStep") in EMPTY:
        merged.pop("creatingStep", None)
    rest = {key: value for key, value in merged.items() if key not in {"flavor", "count", "maxCount"}}
    most = merged.get("maxCount") or merged["count"]
    return {"flavor": merged["flavor"], "count": merged["count"], "maxCount": most, **rest}


def _plan(
    one: Amendment, nodes: Sequence[Node], more: dict[int, int], less: dict[Any, int], *, before: list[Document]
) -> None:
    one.need(PATH, Phase.RUNNING, Phase.SCALING_FAILED)
    if more and less:
        raise errors.bad_request(f"{PATH}: nodes cannot be added and removed at once")
    if waiting := one.pool.waiting(one.now):
        raise errors.bad_request(f"{PATH}: order {waiting.detail['order_id']} awaits payment; pay or cancel it first")
    after = one.spec["resources"]
    if sum(entry["count"] for entry in after) > MOST_NODES:
        raise errors.bad_request(f"{PATH}: a pool has at most {MOST_NODES} nodes")
    one.growing |= more.keys()
    luck = chance.draw(one.pool.project).luck
    lots = _lots(one, nodes, luck, {index: count for index, count in more.items() if count <= MOST_NODES})
    _name_resources(one, after, luck)
    one.plan(
        PoolChange.Kind.SCALE,
        lots=lots,
        drivers=_drivers_brought(one, [after[index] for index in more]),
        removed=victims(one.pool, nodes, less, after),
        fails=bool(more) and one.pool.fate == Fate.NO_GROWTH and not _has_grown(one.pool),
        dice=luck.randrange(2**31),
        billing_mode=str(one.billing.get(MODE) or one.annotations.get(MODE) or BillingMode.PAY_PER_USE.value),
        before=brief(before),
        after=brief(after),
    )
    one.orders = True


def _has_grown(pool: HostedPool) -> bool:
    return any(scaling.lots for scaling in pool.story.scalings if scaling.begun_at is not None)


def _drivers_brought(one: Amendment, grown: Sequence[Document]) -> dict[str, str]:
    """With the first nodes of a kind of accelerator its driver comes into the pool: kind -> version."""
    stock = shelf.of(one.pool.project)
    flavors = [stock.flavors[entry["flavor"]] for entry in grown if entry["flavor"] in stock.flavors]
    versions = newest_drivers(flavors, stock.templates.values(), asked=one.spec.get("driver") or {})
    return {name: version for name, version in versions.items() if name not in one.pool.driver_versions}


def _lots(one: Amendment, nodes: Sequence[Node], luck: Random, more: dict[int, int]) -> list[Document]:
    lots = []
    for index, count in more.items():
        entry = one.spec["resources"][index]
        have = Counter(node.az for node in nodes if kind(node.resource) == kind(entry) and node.leaves_at is None)
        lots.append({"resource": entry, "count": count, "zones": _zones(one, entry, count, have, luck)})
    return lots


def _zones(one: Amendment, entry: Document, count: int, have: Counter[str], luck: Random) -> list[list[Any]]:
    asked, left = [], count
    for zone in entry.get("azs") or []:
        room = min(max(zone["count"] - have[zone["az"]], 0), left)
        if room:
            asked.append([zone["az"], room])
            left -= room
    flavor = HostedFlavor.objects.filter(project=one.pool.project, name=entry["flavor"]).first()
    stock = flavor.document["status"]["phase"] if flavor else {}
    zones = [az for az, state in stock.items() if state == StockState.NORMAL]
    return [*asked, [luck.choice(zones), left]] if left and zones else asked


def victims(pool: HostedPool, nodes: Sequence[Node], less: dict[Any, int], after: Sequence[Document]) -> list[str]:
    """Who goes: the newest first, from zones that shall have fewer; never a locked or a prepaid node. Their names."""
    locked = set(HostedNode.objects.filter(pool=pool, locked=True).values_list("name", flat=True))
    shares = {kind(entry): {zone["az"]: zone["count"] for zone in entry.get("azs") or []} for entry in after}
    chosen: list[str] = []
    for key, count in less.items():
        standing = [node for node in nodes if kind(node.resource) == key and node.leaves_at is None]
        ours = [node for node in reversed(standing) if node.billing_mode != BillingMode.PREPAID]
        if len(ours) < count:
            raise errors.bad_request(f"{PATH}: yearly/monthly nodes are unsubscribed in the billing centre")
        free = [node for node in ours if node.name not in locked]
        if len(free) < count:
            raise errors.bad_request(f"{PATH}: {len(ours) - len(free)} nodes are locked against deletion")
        chosen += _from_full_zones(free, count, shares.get(key, {}), Counter(node.az for node in standing))
    return chosen


def _from_full_zones(free: Sequence[Node], count: int, share: dict[str, int], have: Counter[str]) -> list[str]:
    first: list[Node] = []
    for node in free if share else ():
        if len(first) < count and have[node.az] > share.get(node.az, 0):
            first.append(node)
            have[node.az] -= 1
    return [node.name for node in [*first, *(node for node in free if node not in first)][:count]]


def _name_resources(one: Amendment, resources: Sequence[Document], luck: Random) -> None:
    """Billing's names of the flavors in the pool, new ones included."""
    known = loads(one.annotations.get("os.modelarts/flavor.resource.ids") or "{}")
    named = {
        one["flavor"]: known.get(one["flavor"]) or naming.flavor_resource(luck, one["flavor"]) for one in resources
    }
    one.annotations["os.modelarts/flavor.resource.ids"] = dumps(named, separators=(",", ":"), ensure_ascii=False)
