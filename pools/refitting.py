"""Asking for other job types and drivers of a pool that runs, and for another try at a job type that failed.

None of it is paid for, so nobody approves it (`docs/decisions`). It is recorded, and sent by the worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from pools import altering
from pools.altering import NotNow, Overtaken, Why, soon
from pools.models import CatalogPart, Pool, Refit, User
from pools.phases import FITTABLE, RETRYABLE
from pools.rules import NotAllowed, require
from pools.states import ErrandState
from pools.wire import refitting
from pools.wire.breaches import Breach
from pools.wire.limits import Catalog
from pools.wire.refitting import Fitting

__all__ = [
    "Ill",
    "NotAllowed",
    "NotNow",
    "Overtaken",
    "Unfit",
    "Why",
    "ask",
    "judge",
    "retry",
    "take_back",
    "why_no_retry",
    "why_not",
]

# A job type is tried again no sooner: the cloud needs some time to fail.
BETWEEN_TRIES: Final = timedelta(minutes=1)


class Unfit(StrEnum):
    """What is wrong with what is wanted."""

    NOTHING = "nothing"
    NO_JOB_TYPE = "no_job_type"
    LICENCE = "licence"
    UNSUPPORTED = "unsupported"
    RESERVED = "reserved"
    NO_ACCELERATOR = "no_accelerator"
    NOT_OFFERED = "not_offered"
    OTHER = "other"


_BY_RULE: Final[Mapping[str, Unfit]] = {
    "H1": Unfit.NO_JOB_TYPE,
    "H2": Unfit.RESERVED,
    "H5": Unfit.UNSUPPORTED,
    "H12": Unfit.LICENCE,
    "R17": Unfit.NO_ACCELERATOR,
    "A6": Unfit.NOT_OFFERED,
}


class Ill(ValueError):
    """It cannot be: `what`, and which flavor, job type or version it is about."""

    def __init__(self, what: Unfit, **values: Any) -> None:
        super().__init__(what)
        self.what, self.values = what, values

    @classmethod
    def of(cls, breach: Breach) -> Ill:
        return cls(_BY_RULE.get(breach.rule, Unfit.OTHER), **breach.values, path=breach.path)


def why_not(pool: Pool) -> Why | None:
    """Why `pool`, read with its deletions and refits, cannot be refitted now; None if it can."""
    if why := altering.why_not(pool, pool.refits.all(), phases=FITTABLE):
        return why
    return Why.UNTOLD if refitting.fitting(pool.document) is None else None


def why_no_retry(pool: Pool, job_type: str, known: Catalog | None = None) -> Why | None:
    """Why `job_type` cannot be tried again now; None if it can. What is not known binds nothing."""
    if why := altering.why_not(pool, pool.refits.all(), phases=RETRYABLE):
        return why
    if job_type not in refitting.failed_job_types(pool.document):
        return Why.NOT_FAILED
    if known and known.retryable is not None and job_type not in known.retryable:
        return Why.NO_RETRY
    since = timezone.now() - BETWEEN_TRIES
    tried = (one for one in pool.refits.all() if one.retried == job_type and one.last_sent_at)
    return Why.LATELY if any(one.last_sent_at and one.last_sent_at > since for one in tried) else None


def judge(pool: Pool, wanted: Fitting) -> Fitting:
    """What of `wanted` is other than what the pool has. Raises `Ill`, by the rules and what is known of the project."""
    stands = refitting.fitting(pool.document) or Fitting()
    other = refitting.changed(stands, wanted)
    if other.says_nothing:
        raise Ill(Unfit.NOTHING)
    if not wanted.job_types:
        raise Ill(Unfit.NO_JOB_TYPE)
    # The cloud has no driver to change where it told none.
    if missing := [kind for kind in other.versions if kind not in stands.versions]:
        raise Ill(Unfit.NO_ACCELERATOR, problem=missing[0])
    for breach in refitting.broken(pool.document, wanted, CatalogPart.objects.facts_of(pool.project)):
        raise Ill.of(breach)
    return other


def ask(pool: Pool, *, by: User, wanted: Fitting, seen: str) -> Refit:
    """Record that `pool` is to have what is `wanted`; asked for the same again, returns what is under way.

    `seen` is the print of what was read before (`refitting.print_of`). Raises `NotAllowed`, `NotNow`, `Overtaken`,
    `Ill`.
    """
    require("pools.refit_pool", pool, of=by)
    with transaction.atomic():
        pool = _held(pool)
        stands = refitting.fitting(pool.document) or Fitting()
        body = refitting.patch(refitting.changed(stands, wanted))
        if why := why_not(pool):
            return _asked_before(pool, why, by=by, body=body)
        if refitting.print_of(stands) != seen:
            raise Overtaken
        was = refitting.patch(refitting.as_before(stands, judge(pool, wanted)))
        return _record(Refit(pool=pool, by=by, body=body, was=was, due_at=soon()))


def retry(pool: Pool, job_type: str, *, by: User) -> Refit:
    """Record that the cloud is to try again to switch on `job_type`; asked again, returns what is under way.

    It is sent at once. Raises `NotAllowed` and `NotNow`.
    """
    require("pools.refit_pool", pool, of=by)
    with transaction.atomic():
        pool = _held(pool)
        body = refitting.retry(job_type)
        if why := why_no_retry(pool, job_type, CatalogPart.objects.facts_of(pool.project)):
            return _asked_before(pool, why, by=by, body=body)
        return _record(Refit(pool=pool, by=by, body=body, was=body, retried=job_type, due_at=timezone.now()))


def take_back(refit: Refit, *, by: User) -> bool:
    """Let it come to nothing. Returns whether it was in time. Raises `NotAllowed`."""
    require("pools.take_back_refit", refit, of=by)
    return refit.can_be_taken_back and refit.move(ErrandState.WITHDRAWN, ended_by=by)


def _held(pool: Pool) -> Pool:
    """The pool as it is now; nobody else asks anything of it, or lists it, meanwhile."""
    return Pool.objects.select_for_update(of=("self",)).get(pk=pool.pk)


def _asked_before(pool: Pool, why: Why, *, by: User, body: str) -> Refit:
    """The same, where the same person asked for it a moment ago. Raises `NotNow` for all others."""
    first = Refit.objects.under_way().filter(pool=pool, by=by, body=body).first() if why is Why.UNDER_WAY else None
    if first is None:
        raise NotNow(why)
    return first


def _record(refit: Refit) -> Refit:
    refit.state, refit.at = ErrandState.RECORDED, timezone.now()
    refit.changed_at = refit.at
    refit.save(force_insert=True)
    Pool.objects.filter(pk=refit.pool_id).update(changed_at=refit.at)
    return refit
