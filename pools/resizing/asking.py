"""Asking for other numbers of nodes of a pool: recorded, if they can be."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pools import altering
from pools.altering import NotNow, Overtaken, Why, soon
from pools.models import CatalogPart, Pool, Resize, User
from pools.phases import RESIZABLE
from pools.rules import require
from pools.states import ErrandState
from pools.wire import resizing
from pools.wire.enums import BillingMode, Phase, StockState
from pools.wire.limits import Catalog
from pools.wire.resizing import Entry, Kind

LONGEST_REASON = 2000


class Unfit(StrEnum):
    """What is wrong with the numbers that are wanted."""

    NOTHING = "nothing"
    BOTH_WAYS = "both_ways"
    NO_NODES = "no_nodes"
    TOO_MANY = "too_many"
    STEP = "step"
    SOLD_OUT = "sold_out"
    ZONE_SOLD_OUT = "zone_sold_out"
    NOT_SOLD_THERE = "not_sold_there"


class Ill(ValueError):
    """The numbers cannot be: `what`, and of which flavor and zone, or how many go together."""

    def __init__(self, what: Unfit, **values: Any) -> None:
        super().__init__(what)
        self.what, self.values = what, values


def why_not(pool: Pool) -> Why | None:
    """Why `pool`, read with its deletions, resizes and interventions, cannot be resized now; None if it can."""
    if why := altering.why_not(pool, pool.resizes.all(), phases=RESIZABLE):
        return why
    if any(one.is_under_way and one.takes_nodes for one in pool.interventions.all()):
        return Why.NODES_LEAVE
    if _is_prepaid(pool):
        return Why.PREPAID
    return Why.UNTOLD if resizing.entries(pool.document) is None else None


def judge(pool: Pool, wanted: Sequence[Entry]) -> dict[tuple[Kind, str], int]:
    """What `wanted` adds or takes, by entry and zone. Raises `Ill`, by the rules and by what is known of the stock."""
    was = resizing.entries(pool.document) or ()
    moves = resizing.grown(was, wanted)
    if not moves:
        raise Ill(Unfit.NOTHING)
    if sum(one.count for one in wanted) < 1:
        raise Ill(Unfit.NO_NODES)
    if sum(one.count for one in wanted) > resizing.MOST_NODES:
        raise Ill(Unfit.TOO_MANY, most=resizing.MOST_NODES)
    if min(moves.values()) < 0 < max(moves.values()):
        raise Ill(Unfit.BOTH_WAYS)
    for one in wanted:
        if one.step and one.count % one.step:
            raise Ill(Unfit.STEP, flavor=one.flavor, step=one.step)
    _insist_on_stock(moves, CatalogPart.objects.facts_of(pool.project))
    return moves


def _insist_on_stock(moves: dict[tuple[Kind, str], int], known: Catalog) -> None:
    for ((flavor, *_rest), zone), nodes in moves.items():
        offer = (known.flavors or {}).get(flavor)
        if nodes < 0 or offer is None:
            continue
        if offer.is_sold_out:
            raise Ill(Unfit.SOLD_OUT, flavor=flavor)
        if zone and offer.zones is not None and zone not in offer.zones:
            raise Ill(Unfit.NOT_SOLD_THERE, flavor=flavor, zone=zone)
        if zone and (offer.zones or {}).get(zone) == StockState.SOLD_OUT:
            raise Ill(Unfit.ZONE_SOLD_OUT, flavor=flavor, zone=zone)


def grows(pool: Pool, wanted: Sequence[Entry]) -> bool:
    """Whether `wanted` gives the pool nodes that it has not: more than it is to have or, after a growth that failed,
    more than its status tells are there, which may be fewer than it is to have.
    """
    moves = resizing.grown(resizing.entries(pool.document) or (), wanted)
    if any(nodes > 0 for nodes in moves.values()):
        return True
    if pool.phase != Phase.SCALING_FAILED:
        return False
    return any(nodes > 0 for nodes in resizing.added_to_what_is_there(pool.document, wanted).values())


def ask(pool: Pool, *, by: User, wanted: Sequence[Entry], seen: str, why: str = "") -> Resize:
    """Record that `pool` is to have the nodes that are `wanted`; asked for the same again, returns what is under way.

    `seen` is the print of the entries that were read before (`resizing.print_of`). One that adds nodes waits until
    somebody who may has approved it; whoever may approve their own asks and approves at once. `why` is for them to
    read. Raises `NotAllowed`, `NotNow`, `Overtaken`, `Ill`, and ValueError for more of it than `LONGEST_REASON`.
    """
    require("pools.resize_pool", pool, of=by)
    said = fitting(why)
    now = timezone.now()
    try:
        with transaction.atomic():
            # The pool as it is now, and nobody lists it meanwhile.
            for held in Pool.objects.select_for_update(of=("self",)).filter(pk=pool.pk):
                pool = held
            reason = why_not(pool)
            body = resizing.patch(pool.document, wanted) if resizing.entries(pool.document) else ""
            if reason is Why.UNDER_WAY and (first := _asked_before(pool, by=by, body=body)):
                return first
            if reason:
                raise NotNow(reason)
            stands = resizing.entries(pool.document) or ()
            if resizing.print_of(stands) != seen:
                raise Overtaken
            judge(pool, wanted)
            resize = Resize(
                pool=pool, by=by, at=now, changed_at=now, body=body, was=resizing.patch(pool.document, stands),
                grows=grows(pool, wanted), why=said, state=ErrandState.RECORDED,
            )  # fmt: skip
            if not resize.grows or by.has_perm("pools.approve_resize", resize):
                resize.approved_by, resize.approved_at, resize.due_at = by, now, soon()
            resize.save(force_insert=True)
            Pool.objects.filter(pk=pool.pk).update(changed_at=now)
            return resize
    except IntegrityError:
        if first := _asked_before(pool, by=by, body=body):
            return first
        raise NotNow(Why.UNDER_WAY) from None


def fitting(words: str) -> str:
    """What was typed, as it is kept. Raises ValueError for more than `LONGEST_REASON`."""
    words = words.replace("\0", "").strip()
    if len(words) > LONGEST_REASON:
        raise ValueError(words)
    return words


def _asked_before(pool: Pool, *, by: User, body: str) -> Resize | None:
    return Resize.objects.under_way().filter(pool=pool, by=by, body=body).first()


def _is_prepaid(pool: Pool) -> bool:
    """Nodes that are paid in advance are added and given back in billing."""
    annotations = pool.document.get("metadata", {}).get("annotations")
    mode = annotations.get("os.modelarts/billing.mode") if isinstance(annotations, dict) else None
    return str(mode) == BillingMode.PREPAID
