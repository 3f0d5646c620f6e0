"""An admin's word on more nodes, before anything is sent; and what whoever asked may do meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pools import checking
from pools.altering import NotNow, Overtaken, Why, soon
from pools.checking import Check
from pools.models import Deletion, Pool, Resize, User
from pools.phases import RESIZABLE
from pools.resizing.asking import fitting
from pools.rules import require
from pools.states import ErrandState
from pools.wire import digest, reading, resizing

# Whoever asked may ask for a decision so often.
REMIND_AGAIN: Final = timedelta(days=1)


class Changed(Exception):
    """What would be sent is not what was read before deciding; nothing was decided."""


class Worse(Exception):
    """A check is bad; nothing was decided. `checks` are as of now."""

    def __init__(self, checks: list[Check]) -> None:
        super().__init__("; ".join(check.key for check in checks if check.result == "bad"))
        self.checks = checks


def digest_of(resize: Resize) -> str:
    """The short name of exactly what it sends."""
    try:
        return digest.digest(reading.parse_json(resize.body))
    except reading.NotJson:
        return digest.digest(resize.body)


def approve(resize: Resize, *, by: User, seen: str | None = None, comment: str = "") -> bool:
    """Have it sent. Returns whether it still waited for that.

    `seen` is the digest of what the person read before; None for whoever reads the row itself, just now. Every check is
    made again on the act, and kept. Raises `NotAllowed`, `Changed` if something else would be sent than was seen,
    `NotNow` or `Overtaken` where the pool is not as it was when it was asked for, or where it was not approved in time,
    `Worse` where another check is bad, and ValueError for a comment longer than `LONGEST_REASON`.
    """
    require("pools.approve_resize", resize, of=by)
    comment = fitting(comment)
    row = Resize.objects.awaited().select_related("pool__project").filter(pk=resize.pk).first()
    if row is None:
        return False
    digest_now = _insist_on(row, seen)
    _insist_on_pool(row)
    found = checking.checks_of_resizes([row])[row.pk]
    if checking.light(found) == "bad":
        raise Worse(found)
    now = timezone.now()
    with transaction.atomic():
        awaited = Resize.objects.awaited().filter(pk=resize.pk)
        # With a new token, so that whoever rejects or takes it back has read that it was approved.
        word = {"approved_by": by, "approved_at": now, "lease_token": uuid4(), "changed_at": now}
        read = {"comment": comment, "digest": digest_now, "checks": [check.kept() for check in found]}
        won = awaited.update(**word, **read, due_at=soon()) == 1
        if won:
            Pool.objects.filter(pk=row.pool_id).update(changed_at=now)
    return won


def _insist_on(resize: Resize, seen: str | None) -> str:
    """The digest of what it sends. Raises `Changed` if another one was seen."""
    sent = digest_of(resize)
    if seen is not None and seen != sent:
        raise Changed
    return sent


def _insist_on_pool(resize: Resize) -> None:
    pool = resize.pool
    if resize.has_lapsed:
        raise NotNow(Why.LAPSED)
    if pool.gone_at or pool.phase not in RESIZABLE:
        raise NotNow(Why.GONE if pool.gone_at else Why.PHASE)
    if Deletion.objects.standing().filter(pool=pool).exists():
        raise NotNow(Why.DELETED)
    if not resizing.is_as(resize.stood, resizing.entries(pool.document)):
        raise Overtaken


def reject(resize: Resize, *, by: User, reason: str, seen: str | None = None) -> bool:
    """Say that it is not wanted, and why. Returns whether it still waited for that.

    Raises `NotAllowed`, `Changed` as `approve` does, and ValueError without a reason, or with one that is longer than
    `LONGEST_REASON`.
    """
    require("pools.approve_resize", resize, of=by)
    reason = fitting(reason)
    if not reason:
        raise ValueError(reason)
    if not resize.is_awaited:
        return False
    sent = _insist_on(resize, seen)
    return resize.move(ErrandState.WITHDRAWN, ended_by=by, reason=reason, digest=sent)


def undo(resize: Resize, *, by: User) -> bool:
    """Unsay an approval: it waits to be approved again. Returns whether it was in time. Raises `NotAllowed`.

    The same compare-and-swap as a worker's claim: one of the two wins.
    """
    require("pools.undo_resize", resize, of=by)
    if not resize.can_be_undone or resize.approved_at is None:
        return False
    told = {"by": str(by), "at": resize.approved_at.isoformat(), "until": timezone.now().isoformat()}
    unsaid: dict[str, Any] = {
        "approved_by": None,
        "approved_at": None,
        "due_at": None,
        "comment": "",
        "digest": "",
        "checks": [],
    }
    return resize.note(**unsaid, undone=[*resize.undone, told], lease_token=uuid4())


def remind(resize: Resize, *, by: User) -> bool:
    """Ask whoever decides to do so, once in `REMIND_AGAIN`. Returns whether it was not too soon, and it still waits.

    Raises `NotAllowed`.
    """
    require("pools.remind_resize", resize, of=by)
    now = timezone.now()
    long_ago = Q(reminded_at__isnull=True) | Q(reminded_at__lte=now - REMIND_AGAIN)
    with transaction.atomic():
        asked = Resize.objects.awaited().filter(long_ago, pk=resize.pk).update(reminded_at=now, changed_at=now) == 1
        if asked:
            Pool.objects.filter(pk=resize.pool_id).update(changed_at=now)
    return asked


def take_back(resize: Resize, *, by: User) -> bool:
    """Let it come to nothing, approved or not. Returns whether it was in time. Raises `NotAllowed`."""
    require("pools.take_back_resize", resize, of=by)
    return resize.can_be_taken_back and resize.move(ErrandState.WITHDRAWN, ended_by=by)
