"""The books of a town's resizes: what was asked for and approved here, against what the cloud did to its pools.

Of every pool the cloud's own changes are gone through in order. Behind each must be a resize of ours that was approved
and sent to the nodes that it was asked for at, and none may be behind two of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.town import District
from tests.journeys.records import rows
from tests.running import Product

Nodes = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A resize as it is on record here. `is_untold`: it was sent, and its pool was gone before anybody heard whether it
    was heeded.
    """

    pk: int
    state: str
    approved: bool
    was: Nodes
    wanted: Nodes
    is_untold: bool = False


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A pool with what was asked for of it, in order, what the cloud changed of it, in order, and what it has now."""

    name: str
    ordered: Nodes
    asked: Sequence[Asked]
    changes: Sequence[tuple[Nodes, Nodes]]
    now: Nodes


def misdeeds(pool: Pool) -> Iterator[str]:
    """What of the books of one pool is wrong, in words. One resize at a time is under way: they are gone through in
    the order in which they were asked for.
    """
    now, left = pool.ordered, list(pool.changes)
    for one in pool.asked:
        if one.state == "done" and one.wanted == now:
            continue  # asked for by who had not heard yet that it is so: the worker looked, and sent nothing
        if left and left[0] == (one.was, one.wanted) and now == one.was and (one.state == "done" or one.is_untold):
            now = left.pop(0)[1]
            if not one.approved:
                yield f"{pool.name}: resize {one.pk} was sent, and nobody had approved it"
        elif one.state == "done":
            yield f"{pool.name}: resize {one.pk} is done, and the cloud did nothing"
    yield from (f"{pool.name}: {before} became {after}, and no resize is behind it, or it was sent twice"
                for before, after in left)  # fmt: skip
    if pool.now != now:
        yield f"{pool.name}: has {pool.now}, and by the resizes it should have {now}"


def arrivals(sent: Iterable[tuple[str, str]], asked: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Patches that the cloud took more often than they were asked for; each as the pool's ID and its text."""
    taken, wanted = Counter(sent), Counter(asked)
    for (pool, body), times in taken.items():
        if times > wanted[pool, body]:
            yield f"{pool}: taken {times} times, asked for {wanted[pool, body]} times: {body}"


def reckon(product: Product, districts: Iterable[District]) -> list[str]:
    """All that is wrong in the books of a product."""
    wrong = [one for pool in _pools(product) for one in misdeeds(pool)]
    taken = [patch for district in districts for patch in district.line.taken]
    asked = rows(product, "SELECT p.pool_id, r.body FROM pools_resize r JOIN pools_pool p ON p.id = r.pool_id")
    sent = [(path.rsplit("/", 1)[-1], body) for path, body in taken]
    return [*wrong, *arrivals(sent, [(str(pool), str(body)) for pool, body in asked])]


def _pools(product: Product) -> Iterator[Pool]:
    """Those that an order of ours made and the cloud still tells of, buried or not."""
    resizes = _by_pool(rows(product, RESIZES), _asked)
    changes = _by_pool(rows(product, CHANGES), lambda _pk, detail: (_nodes(detail["before"]), _nodes(detail["after"])))
    for ident, name, body, document in rows(product, POOLS):
        yield Pool(
            name=name, ordered=_nodes(json.loads(body)["spec"]["resources"]), asked=resizes.get(ident, []),
            changes=changes.get(ident, []), now=_nodes(document["spec"]["resources"]),
        )  # fmt: skip


def _asked(pk: int, state: str, said: Sequence[bool], was: str, body: str) -> Asked:
    approved, untold = said
    return Asked(pk=pk, state=state, approved=approved, is_untold=untold, was=_patched(was), wanted=_patched(body))


def _by_pool(found: Iterable[Sequence[Any]], made: Any) -> dict[str, list[Any]]:
    kept: dict[str, list[Any]] = {}
    for ident, *rest in found:
        kept.setdefault(ident, []).append(made(*rest))
    return kept


def _patched(body: str) -> Nodes:
    return _nodes(json.loads(body)["spec"]["resources"])


def _nodes(resources: Sequence[Mapping[str, Any]]) -> Nodes:
    counted: Counter[str] = Counter()
    for one in resources:
        counted[one["flavor"]] += one["count"]
    return dict(counted)


RESIZES = (
    "SELECT p.pool_id, r.id, r.state, ARRAY[r.approved_at IS NOT NULL, r.state = 'failed' AND r.sends > 0 AND"
    " p.gone_at IS NOT NULL], r.was, r.body FROM pools_resize r"
    " JOIN pools_pool p ON p.id = r.pool_id ORDER BY r.id"
)
CHANGES = (
    "SELECT h.ident, c.id, c.detail FROM endpoint_poolchange c JOIN endpoint_hostedpool h ON h.id = c.pool_id"
    " WHERE c.kind = 'scale' ORDER BY c.id"
)
POOLS = (
    "SELECT h.ident, h.name, o.body, h.document FROM endpoint_hostedpool h JOIN pools_pool p ON p.pool_id = h.ident"
    " JOIN pools_order o ON o.id = p.order_id"
)
