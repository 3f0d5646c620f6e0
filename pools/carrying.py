"""Carrying decisions, deletions and resizes to the cloud, each exactly once: ask how things stand, act, record.

The cloud is always asked first, so that nothing that is paid is paid again and nothing that is gone is deleted: a pool
deleted and ordered again has the same ID, and only its creation time tells it from the one that was to go. And nothing
that somebody changed meanwhile is changed back: a resize is only sent to a pool that has the nodes it was asked for at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from django.utils import timezone

from pools import tracking
from pools.models import Decision, Deletion, Pool, Project, Resize, Trouble
from pools.phases import RESIZABLE
from pools.rules import NotAllowed, require
from pools.speaking import client_for, insist_on_no_transaction, lease_for, told
from pools.states import ErrandState
from pools.tracking.failing import note_refusal, pause_after
from pools.tracking.sight import Sight
from pools.upstream import Client, InDoubt, NotFound, NotSent, Refused, Throttled, Unauthorised, UpstreamError
from pools.wire import resizing
from pools.wire.enums import BillingStatus, Phase
from pools.wire.errors import Code

Errand = Decision | Deletion | Resize

PAID = frozenset({BillingStatus.PROCESSING, BillingStatus.COMPLETED})
# Refusals that say no more than that things stand otherwise than we thought.
ASK_AGAIN = frozenset({Code.BILLING_NOT_PAYABLE, Code.BILLING_NOT_CANCELLABLE})
MOST_SENDS = 5
# A pool just accepted may not be found, nor its order be named, for a while.
TOO_YOUNG = timedelta(minutes=1)
NAMED_WITHIN = timedelta(minutes=15)


class Standing(Enum):
    """How far what was asked for has come, by the cloud's own account."""

    DONE = auto()
    UNDONE = auto()
    UNKNOWN = auto()
    THWARTED = auto()


class Unready(Exception):
    """Too early to tell."""


def attend_errand(errand: Errand) -> None:
    """Do what is due for a decision, a deletion or a resize."""
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
        client = client_for(_pool_of(errand).project_id)
    except Unauthorised as refusal:
        _put_back(errand, refusal)
        return
    lease = lease_for(client, reads=2, sends=1)
    if not errand.claim(ErrandState.SENDING, until=lease):
        return
    client = client.within(lease)
    try:
        standing = _standing(client, errand)
    except (UpstreamError, Unready) as trouble:
        _put_back(errand, trouble, **before)
        return
    if standing in {Standing.DONE, Standing.THWARTED}:
        _conclude(errand, standing)
    elif objection := _objection(errand):
        errand.move(ErrandState.FAILED, failure_code=objection, failure_message="", **before)
    else:
        _act(client, errand, before)


def _objection(errand: Errand) -> Trouble | None:
    """Why a deletion or a resize may not go out: since it was asked for, the pool may be another team's, or the person
    in none; and not every phase is one to resize in, nor a pool that is to be deleted.

    A decision is about an order, which stays its team's, and was allowed when it was taken.
    """
    if isinstance(errand, Decision):
        return None
    pool = Pool.objects.select_related("order").get(pk=errand.pool_id)
    try:
        if isinstance(errand, Deletion):
            require("pools.delete_pool", pool, of=errand.by)
        else:
            require("pools.resize_pool", pool, of=errand.by)
            if errand.grows:
                require("pools.approve_resize", errand, of=errand.approved_by or errand.by)
    except NotAllowed:
        return Trouble.NOT_ALLOWED if isinstance(errand, Deletion) else Trouble.NOT_YOURS
    if isinstance(errand, Deletion):
        return None
    if Deletion.objects.standing().filter(pool=pool).exists():
        return Trouble.DELETED
    return Trouble.NOT_RUNNING if pool.phase not in RESIZABLE else None


def _act(client: Client, errand: Errand, before: dict[str, object]) -> None:
    try:
        _tell(client, errand)
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
        client = client_for(_pool_of(errand).project_id)
        if not errand.take(until=lease_for(client, reads=2)):
            return
        standing = _standing(client, errand)
    except (UpstreamError, Unready) as trouble:
        errand.note(due_at=_later(errand, trouble), setbacks=errand.setbacks + 1)
        return
    match standing:
        case Standing.UNKNOWN:
            errand.note(due_at=_later(errand, None), setbacks=errand.setbacks + 1)
        case Standing.UNDONE if errand.sends < MOST_SENDS:
            errand.move(ErrandState.RECORDED, due_at=timezone.now())
        case Standing.UNDONE:
            errand.move(ErrandState.FAILED, failure_code=errand.failure_code or Trouble.NO_EFFECT)
        case _:
            _conclude(errand, standing)


def _conclude(errand: Errand, standing: Standing) -> None:
    """Record that the errand is over, and have the pool looked at."""
    if standing is Standing.DONE:
        errand.move(ErrandState.DONE, failure_code="", failure_message="")
    else:
        errand.move(ErrandState.FAILED, failure_code=_what_thwarted(errand), failure_message="")
    pool = _pool_of(errand)
    Pool.objects.living().filter(pk=pool.pk).update(look_after=timezone.now())
    tracking.look_soon(_project_of(pool))


def _what_thwarted(errand: Errand) -> Trouble:
    if not isinstance(errand, Decision):
        return Trouble.OVERTAKEN
    return Trouble.CANCELLED if errand.verdict == Decision.Verdict.APPROVED else Trouble.PAID


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
    project = _project_of(_pool_of(errand))
    if isinstance(trouble, Unauthorised):
        note_refusal(project, at=timezone.now())
    error = trouble if isinstance(trouble, UpstreamError) else InDoubt("")
    return timezone.now() + pause_after(error, failures=errand.setbacks + 1, embedded=project.embedded)


def _tell(client: Client, errand: Errand) -> None:
    if isinstance(errand, Deletion):
        client.delete_pool(errand.pool.pool_id)
    elif isinstance(errand, Resize):
        client.change_pool(errand.pool.pool_id, errand.body)
    elif errand.verdict == Decision.Verdict.APPROVED:
        client.pay_order(errand.order.billing_order)
    else:
        client.cancel_order(errand.order.billing_order)


def _standing(client: Client, errand: Errand) -> Standing:
    if isinstance(errand, Deletion):
        return _standing_of_deletion(client, errand)
    if isinstance(errand, Resize):
        return _standing_of_resize(client, errand)
    return _standing_of_decision(client, errand)


def _standing_of_decision(client: Client, decision: Decision) -> Standing:
    """By the status of the cloud's order: paid, cancelled, or neither yet."""
    _learn_billing_order(client, decision)
    info = client.show_billing_order(decision.order.billing_order).typed.order_info
    status = info.status if info else None
    approving = decision.verdict == Decision.Verdict.APPROVED
    if status in PAID:
        return Standing.DONE if approving else Standing.THWARTED
    if status == BillingStatus.CANCELLED:
        return Standing.THWARTED if approving else Standing.DONE
    return Standing.UNDONE if status == BillingStatus.PENDING_PAYMENT else Standing.UNKNOWN


def _learn_billing_order(client: Client, decision: Decision) -> None:
    """See that the order knows what it is called in billing; the cloud may name it some time after the creation."""
    order = decision.order
    if order.billing_order:
        return
    heard = client.get_pool(order.pool.pool_id)
    name = Sight.of(heard.document).billing_order
    if name:
        order.billing_order = name
        type(order).objects.filter(pk=order.pk, billing_order="").update(billing_order=name)
    elif timezone.now() - decision.at < NAMED_WITHIN:
        raise Unready
    else:
        raise Refused(str(Trouble.NO_BILLING_ORDER.label), code=Trouble.NO_BILLING_ORDER)


def _standing_of_deletion(client: Client, deletion: Deletion) -> Standing:
    """Gone, replaced by a later pool of the same ID, or on its way out: all of that is done."""
    pool, asked_at = deletion.pool, timezone.now()
    try:
        heard = client.get_pool(pool.pool_id)
    except NotFound:
        never_shown = not pool.phase
        if never_shown and asked_at - pool.created_abroad < TOO_YOUNG:
            raise Unready from None
        return Standing.DONE
    sight = Sight.of(heard.document)
    tracking.observe(pool, heard, at=asked_at)
    replaced = sight.created is not None and sight.created > pool.created_abroad
    leaving = bool(heard.document["metadata"].get("deletionTimestamp")) or sight.phase == Phase.DELETING
    return Standing.DONE if replaced or leaving else Standing.UNDONE


def _standing_of_resize(client: Client, resize: Resize) -> Standing:
    """By the nodes that the pool says it is to have: those that are wanted, those that were there, or others."""
    pool, asked_at = resize.pool, timezone.now()
    try:
        heard = client.get_pool(pool.pool_id)
    except NotFound:
        return Standing.THWARTED
    sight = Sight.of(heard.document)
    tracking.observe(pool, heard, at=asked_at)
    stands = resizing.entries(heard.document)
    if sight.created is not None and sight.created > pool.created_abroad:
        return Standing.THWARTED
    if resizing.is_as(resize.wanted, stands):
        return Standing.DONE
    if not resizing.is_as(resize.stood, stands):
        return Standing.THWARTED
    sent = resize.last_sent_at if resize.state == ErrandState.IN_DOUBT else None
    if sent and asked_at <= sent + 2 * timedelta(seconds=client.connection.read_timeout):
        # What was sent may be on its way still, and come after whatever is sent next.
        raise Unready
    return Standing.UNDONE


def _pool_of(errand: Errand) -> Pool:
    return errand.order.pool if isinstance(errand, Decision) else errand.pool


def _project_of(pool: Pool) -> Project:
    """Without its credentials, which may be what is in the way."""
    return Project.objects.without_credentials().get(pk=pool.project_id)
