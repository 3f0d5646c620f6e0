"""Carrying decisions, deletions and alterations to the cloud, each exactly once: ask how things stand, act, record.

The cloud is always asked first, so that nothing that is paid is paid again, nothing that is gone is deleted, and
nothing that somebody changed meanwhile is changed back. How each kind is told, and what is asked about it, is in a
module of its own; `kinds` says what they have in common.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pools import tracking

# These four teach `kinds` what to do with each kind of errand.
from pools.carrying import alterations, decisions, deletions, interventions  # noqa: F401
from pools.carrying.kinds import Standing, Unready, objection, pool_of, reads, standing, tell, what_thwarted
from pools.models import Decision, Pool, Project, Trouble
from pools.models.pool_errands import PoolErrand
from pools.speaking import client_for, insist_on_no_transaction, lease_for, told
from pools.states import ErrandState
from pools.tracking.failing import note_refusal, pause_after
from pools.upstream import Client, InDoubt, NotFound, NotSent, Refused, Throttled, Unauthorised, UpstreamError
from pools.wire.errors import Code

Errand = Decision | PoolErrand

# Refusals that say no more than that things stand otherwise than we thought.
ASK_AGAIN = frozenset({Code.BILLING_NOT_PAYABLE, Code.BILLING_NOT_CANCELLABLE})
MOST_SENDS = 5


def attend_errand(errand: Errand) -> None:
    """Do what is due for a decision, a deletion or an alteration."""
    match ErrandState(errand.state):
        case ErrandState.RECORDED:
            carry_out(errand)
        case ErrandState.SENDING if errand.lease_until and errand.lease_until <= timezone.now():
            # The worker that sent it died before it could record the answer.
            errand.move(ErrandState.IN_DOUBT, due_at=timezone.now(), failure_code=Trouble.DIED, failure_message="")
        case ErrandState.IN_DOUBT:
            settle_errand(errand)


def carry_out(errand: Errand) -> None:
    """Send a recorded errand abroad, if it is still to be done, and record what came of it."""
    insist_on_no_transaction()
    before = errand.sent_so_far
    try:
        client = client_for(pool_of(errand).project_id)
    except Unauthorised as refusal:
        _put_back(errand, refusal)
        return
    lease = lease_for(client, reads=reads(errand), sends=1)
    if not errand.claim(ErrandState.SENDING, until=lease):
        return
    client = client.within(lease)
    try:
        found = standing(errand, client)
    except (UpstreamError, Unready) as trouble:
        _put_back(errand, trouble, **before)
        return
    if found in {Standing.DONE, Standing.THWARTED}:
        _conclude(errand, found)
    elif objected := objection(errand):
        errand.move(ErrandState.FAILED, failure_code=objected, failure_message="", **before)
    else:
        _act(client, errand, before)


def _act(client: Client, errand: Errand, before: dict[str, object]) -> None:
    # How long it may be on its way counts from here: asking how things stand took its time. And who lost it meanwhile,
    # sends nothing.
    same = {"lease_until": errand.lease_until, "changed_at": errand.changed_at}
    if not errand.note(**same, last_sent_at=timezone.now()):
        return
    try:
        tell(errand, client)
    except (NotSent, Throttled, Unauthorised) as trouble:
        _put_back(errand, trouble, **before)
    except InDoubt as trouble:
        errand.move(ErrandState.IN_DOUBT, due_at=timezone.now(), **told(trouble))
    except NotFound as trouble:
        # Whatever was to be changed is not there; asking once more tells what that means.
        errand.move(ErrandState.IN_DOUBT, due_at=timezone.now(), **told(trouble))
    except Refused as refusal:
        doubtful = refusal.code in ASK_AGAIN
        errand.move(
            ErrandState.IN_DOUBT if doubtful else ErrandState.FAILED,
            due_at=timezone.now() if doubtful else None,
            **told(refusal),
        )
    else:
        _conclude(errand, Standing.DONE)


def settle_errand(errand: Errand) -> None:
    """Find out what became of an errand in doubt; if nothing did, have it sent again."""
    insist_on_no_transaction()
    try:
        client = client_for(pool_of(errand).project_id)
        if not errand.take(until=lease_for(client, reads=reads(errand))):
            return
        found = standing(errand, client)
    except (UpstreamError, Unready) as trouble:
        errand.note(due_at=_later(errand, trouble), setbacks=errand.setbacks + 1)
        return
    match found:
        case Standing.UNKNOWN:
            errand.note(due_at=_later(errand, None), setbacks=errand.setbacks + 1)
        case Standing.UNDONE if errand.sends < MOST_SENDS:
            errand.move(ErrandState.RECORDED, due_at=timezone.now())
        case Standing.UNDONE:
            errand.move(ErrandState.FAILED, failure_code=errand.failure_code or Trouble.NO_EFFECT)
        case _:
            _conclude(errand, found)


def _conclude(errand: Errand, found: Standing) -> None:
    """Record that the errand is over, and have the pool looked at."""
    if found is Standing.DONE:
        errand.move(ErrandState.DONE, failure_code="", failure_message="")
    else:
        errand.move(ErrandState.FAILED, failure_code=what_thwarted(errand), failure_message="")
    pool = pool_of(errand)
    Pool.objects.living().filter(pk=pool.pk).update(look_after=timezone.now())
    tracking.look_soon(_project_of(pool))


def _put_back(errand: Errand, trouble: UpstreamError | Unready, **unsaid: object) -> None:
    """Nothing was done: try again later, not sooner than we were told."""
    words = told(trouble) if isinstance(trouble, UpstreamError) else {}
    also = {"due_at": _later(errand, trouble), "setbacks": errand.setbacks + 1, **words, **unsaid}
    if isinstance(trouble, Refused | NotFound):
        errand.move(ErrandState.FAILED, **words)
    elif errand.state == ErrandState.RECORDED:
        errand.note(**also)
    else:
        errand.move(ErrandState.RECORDED, **also)


def _later(errand: Errand, trouble: UpstreamError | Unready | None) -> datetime:
    project = _project_of(pool_of(errand))
    if isinstance(trouble, Unauthorised):
        note_refusal(project, at=timezone.now())
    error = trouble if isinstance(trouble, UpstreamError) else InDoubt("")
    return timezone.now() + pause_after(error, failures=errand.setbacks + 1, embedded=project.embedded)


def _project_of(pool: Pool) -> Project:
    """Without its credentials, which may be what is in the way."""
    return Project.objects.without_credentials().get(pk=pool.project_id)
