"""Asking for something to be done to single nodes: what was read is recorded, and sent by the worker to no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pools import altering, deeds, gleaning
from pools.altering import NotNow, Overtaken, Why, soon
from pools.deeds import Deed, Unfit
from pools.gleaning import NodeFact
from pools.models import Detail, Intervention, Pool, User
from pools.phases import TENDED
from pools.rules import NotAllowed, require
from pools.states import ErrandState
from pools.wire import resizing

__all__ = [
    "AT_ONCE",
    "Choice",
    "Mistyped",
    "NotAllowed",
    "NotNow",
    "Overtaken",
    "Why",
    "ask",
    "body",
    "choose",
    "left",
    "take_back",
    "why_not",
]

# Whoever did one of these by mistake does the other.
AT_ONCE = frozenset({Deed.LOCK, Deed.UNLOCK})


class Mistyped(ValueError):
    """The word that confirms a deletion is not the pool's name."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Nodes that somebody chose for a deed: those that are fit for it, and those that are left out, each with why.

    `lost` are names that no node has any more; `is_all`: of a pool that keeps one, all were chosen. `seen` is the print
    by which it is told whether anything of it was changed since it was read.
    """

    deed: Deed
    fit: tuple[NodeFact, ...]
    unfit: tuple[tuple[NodeFact, Unfit], ...]
    lost: tuple[str, ...]
    is_all: bool
    seen: str

    @property
    def can_be(self) -> bool:
        return 0 < len(self.fit) <= deeds.MOST and not self.is_all


def why_not(pool: Pool, deed: Deed) -> Why | None:
    """Why `deed` cannot be done to nodes of `pool` now, whichever they are; None if it can.

    The pool is read with its deletions, resizes and interventions.
    """
    if why := altering.why_not(pool, pool.interventions.all(), phases=TENDED):
        return why
    resized = deed is Deed.DELETE and any(one.is_under_way for one in pool.resizes.all())
    return Why.RESIZED if resized else None


def choose(pool: Pool, deed: Deed, names: Sequence[str]) -> Choice:
    """What `deed` would be done to of these nodes, as they were last heard. The pool is read with its details."""
    document: dict[str, Any] = next((one.document for one in pool.details.all() if one.kind == Detail.Kind.NODES), {})
    known = {node.name: node for node in NodeFact.read(document) if node.name}
    chosen = [known[name] for name in dict.fromkeys(names) if name in known]
    judged = [(node, deeds.unfit(deed, node)) for node in chosen]
    fit = [node for node, why in judged if why is None]
    remain = deed is not Deed.DELETE or gleaning.has_more(document) or deeds.some_remain(fit, known)
    return Choice(
        deed=deed,
        fit=tuple(fit),
        unfit=tuple((node, why) for node, why in judged if why),
        lost=tuple(name for name in dict.fromkeys(names) if name not in known),
        is_all=not remain,
        seen=_print(fit, after=_last(pool)),
    )


def ask(pool: Pool, deed: Deed, *, by: User, names: Sequence[str], seen: str, typed_name: str = "") -> Intervention:
    """Record that `deed` is to be done to these nodes; a second click on the same page returns the first one's.

    Needs nobody's approval: it adds nothing. Raises `NotAllowed`, `NotNow`, `Mistyped` (of a deletion), and `Overtaken`
    where any of the nodes is another than was read, or not fit for it any more.
    """
    require("pools.intervene_in_pool", pool, of=by)
    if deed is Deed.DELETE and typed_name.strip() != pool.name:
        raise Mistyped(typed_name)
    try:
        with transaction.atomic():
            # The pool as it is now, and nobody resizes it meanwhile.
            for held in Pool.objects.select_for_update(of=("self",)).filter(pk=pool.pk):
                pool = held
            if first := _asked_before(pool, deed, by=by, names=names, seen=seen):
                return first
            if why := why_not(pool, deed):
                raise NotNow(why)
            choice = choose(pool, deed, names)
            if choice.seen != seen or choice.unfit or choice.lost or not choice.can_be:
                raise Overtaken
            return _record(pool, choice, by=by)
    except IntegrityError:
        raise NotNow(Why.UNDER_WAY) from None


def body(choice: Choice) -> str:
    """What is sent, as JSON text, of a choice that can be."""
    return deeds.body(choice.deed, [node.name for node in choice.fit])


def left(pool: Pool, choice: Choice) -> tuple[resizing.Entry, ...] | None:
    """The numbers of nodes that a deletion leaves `pool`; None where that cannot be told, or nothing is deleted."""
    entries = resizing.entries(pool.document) if choice.deed is Deed.DELETE else None
    return deeds.left(entries, choice.fit) if entries else None


def _record(pool: Pool, choice: Choice, *, by: User) -> Intervention:
    now, numbers = timezone.now(), left(pool, choice)
    Pool.objects.filter(pk=pool.pk).update(changed_at=now)
    return Intervention.objects.create(
        pool=pool,
        by=by,
        at=now,
        changed_at=now,
        deed=choice.deed,
        body=body(choice),
        was=deeds.kept(choice.fit),
        left=resizing.patch(pool.document, numbers) if numbers else "",
        state=ErrandState.RECORDED,
        due_at=now if choice.deed in AT_ONCE else soon(),
    )


def take_back(intervention: Intervention, *, by: User) -> bool:
    """Let it come to nothing. Returns whether it was in time. Raises `NotAllowed`."""
    require("pools.take_back_intervention", intervention, of=by)
    return intervention.can_be_taken_back and intervention.move(ErrandState.WITHDRAWN, ended_by=by)


def _asked_before(pool: Pool, deed: Deed, *, by: User, names: Sequence[str], seen: str) -> Intervention | None:
    """What a first click on the same page made: it is the last one, and was asked for at what that page showed."""
    last, before = [*Intervention.objects.filter(pool=pool)[:2], None, None][:2]
    if last is None or (last.by_id, last.deed) != (by.pk, deed) or [one.name for one in last.nodes] != list(names):
        return None
    return last if _print(last.nodes, after=before.pk if before else 0) == seen else None


def _last(pool: Pool) -> int:
    """Which intervention was the last when this was read: two clicks on one page are told from two pages by that."""
    last = next(iter(pool.interventions.all()), None)
    return last.pk if last else 0


def _print(nodes: Sequence[NodeFact], *, after: int) -> str:
    return f"{deeds.print_of(nodes)}-{after}"
