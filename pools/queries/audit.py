"""Who did what to a pool and to the order that made it: every act of a person of which there is a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pools.models import Decision, Founding, Order, Pool, Reading, User
from pools.models.errands import Errand
from pools.models.pool_errands import PoolErrand
from pools.models.resizes import Resize
from pools.states import ErrandState
from pools.wire import reading
from pools.wire.digest import digest

# Readings asked for by hand are the one kind that a person can make many of.
MOST_READINGS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act. `kind` is its stable word: what it is about, a dot, and what was done; `row` is what it left behind.

    `digest` names the document that it is about, `trace` the click, each empty where none was kept. `result` is the
    state of `row` where the act is carried out after it, `note` what was said with it, or what went wrong.
    """

    kind: str
    by: str
    at: datetime
    row: Any
    digest: str = ""
    trace: str = ""
    result: str = ""
    note: str = ""


def audit_of(pool: Pool, *, reader: User) -> list[Entry]:
    """The latest first. Two statements besides what `pool_page` reads.

    Whoever else had the cloud read while the pool was nobody's is told to people of their own teams alone.
    """
    found = [*_of_pool(pool), *_of_readings(pool, reader)]
    if pool.order:
        found += [*_of_order(pool.order), *(each for one in pool.order.decisions.all() for each in _of_decision(one))]
        found += _of_foundings(pool.order)
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _of_order(order: Order) -> Iterator[Entry]:
    if watch := getattr(order, "watch", None):
        yield Entry(
            kind="order.watched", by=str(watch.by), at=watch.since, row=watch, digest=watch.digest, trace=watch.trace
        )
    yield _carried("order.placed", order, by=str(order.placed_by), at=order.placed_at, digest=_digest_of(order.body))
    if order.resolved_at and order.resolved_by:
        yield Entry(
            kind="order.settled", by=str(order.resolved_by), at=order.resolved_at, row=order, note=order.resolved_as
        )
    if order.reminded_at:
        yield Entry(kind="order.reminded", by=str(order.placed_by), at=order.reminded_at, row=order)


def _of_decision(decision: Decision) -> Iterator[Entry]:
    word = "sent_back" if decision.asked else decision.verdict
    note = decision.reason or decision.trouble
    yield _carried(f"order.{word}", decision, by=str(decision.by), at=decision.at, digest=decision.digest, note=note)
    if decision.state == ErrandState.WITHDRAWN:
        yield Entry(
            kind="decision.undone", by=str(decision.by), at=decision.changed_at, row=decision, digest=decision.digest
        )


def _of_foundings(order: Order) -> Iterator[Entry]:
    """Networks that were asked for while it was being ordered."""
    for one in Founding.objects.filter(draft=order.draft).select_related("by"):
        yield _carried("network.asked", one, by=str(one.by), at=one.at, digest=_digest_of(one.body), note=one.name)


def _of_pool(pool: Pool) -> Iterator[Entry]:
    for one in errands_of(pool):
        document = _digest_of(getattr(one, "body", ""))
        yield _carried(f"{one._meta.model_name}.asked", one, by=str(one.by), at=one.at, digest=document)  # noqa: SLF001
        if isinstance(one, Resize):
            yield from _of_approvals(one)
        ended_by = getattr(one, "ended_by", None)
        if one.state == ErrandState.WITHDRAWN and ended_by:
            reason = getattr(one, "reason", "")
            word = "rejected" if reason else "taken_back"
            kind = f"{one._meta.model_name}.{word}"  # noqa: SLF001
            yield Entry(kind=kind, by=str(ended_by), at=one.changed_at, row=one, digest=document, note=reason)
    if pool.drift_meant_at and pool.drift_meant_by:
        yield Entry(
            kind="drift.meant", by=str(pool.drift_meant_by), at=pool.drift_meant_at, row=pool, digest=pool.drift_meant
        )
    adoption = getattr(pool, "adoption", None)
    # Not where the pool was another team's until its order was proved: see `console.history`.
    if adoption and adoption.team_id == pool.team_id:
        yield Entry(kind="pool.adopted", by=str(adoption.by), at=adoption.at, row=adoption, trace=adoption.trace)


def _of_approvals(resize: Resize) -> Iterator[Entry]:
    """The one that stands, and those that were undone, of which no more was kept."""
    for told in resize.undone:
        at, until = (datetime.fromisoformat(told[name]) for name in ("at", "until"))
        yield Entry(kind="resize.approved", by=told["by"], at=at, row=resize)
        yield Entry(kind="resize.undone", by=told["by"], at=until, row=resize)
    if resize.approved_at and resize.approved_by:
        yield Entry(
            kind="resize.approved", by=str(resize.approved_by), at=resize.approved_at, row=resize, digest=resize.digest,
            note=resize.comment,
        )  # fmt: skip


def errands_of(pool: Pool) -> Iterator[Any]:
    """Everything that was asked of it, of whatever kind."""
    kinds = [PoolErrand]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if not kind._meta.abstract:  # noqa: SLF001 - Django's public way to ask a model
            yield from getattr(pool, f"{kind._meta.model_name}s").all()  # noqa: SLF001


def _of_readings(pool: Pool, reader: User) -> Iterator[Entry]:
    theirs = Reading.objects.filter(pool=pool, asked_by__in=User.objects.filter(teams__in=reader.teams.all()))
    for one in theirs.select_related("asked_by")[:MOST_READINGS]:
        yield Entry(
            kind="pool.read", by=str(one.asked_by), at=one.asked_at, row=one, trace=one.trace, result=one.state,
            note=one.result,
        )  # fmt: skip


def _carried(kind: str, row: Errand, *, by: str, at: datetime, digest: str, note: str = "") -> Entry:
    """An act whose row is its errand, too."""
    return Entry(
        kind=kind, by=by, at=at, row=row, digest=digest, trace=row.trace, result=row.state, note=note or row.trouble
    )


def _digest_of(body: str) -> str:
    try:
        return digest(reading.parse_json(body)) if body else ""
    except reading.NotJson:
        return ""
