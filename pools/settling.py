"""Ending doubts: an order that was sent and not answered is looked for abroad until it is proved ours, or absent.

Proof is what `pools.recognising` says it is. What cannot be proved is told to a person, whose word then counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from pools import tracking
from pools.models import Order, Pool, Project, Trouble
from pools.recognising import Finding, created_at, name_of, recognise
from pools.speaking import client_for, insist_on_no_transaction, lease_for
from pools.states import OrderState
from pools.tracking.failing import note_refusal, pause_after
from pools.upstream import Client, Heard, NotFound, Unauthorised, UpstreamError
from pools.wire import naming
from pools.wire import pool as wire
from pools.wire.enums import Phase, WorkOrderOperation
from pools.wire.errors import Code
from pools.wire.reading import hear_pool

MOST_SENDS: Final = 3
SHOWS_TO_BE_ABSENT: Final = 2
BETWEEN_SHOWS: Final = timedelta(seconds=2)
# How often a doubt that waits for a person is looked into all the same: things may have come clear.
WHILE_A_PERSON_THINKS: Final = timedelta(minutes=5)
# When the cloud has had a work order for so long and still shows no pool, a person is asked.
WORK_SHOWS_WITHIN: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class _Candidate:
    """A pool abroad that may be the order's, and what comparing them told."""

    heard: Heard[wire.Pool]
    finding: Finding

    @property
    def is_telling(self) -> bool:
        """Whether it tells anything of the order: an older creation that failed does not even hold the name."""
        status = self.heard.typed.status
        has_failed = status is not None and status.phase == Phase.CREATION_FAILED
        return not (has_failed and self.finding is Finding.NOT_OURS)


def settle(order: Order) -> None:
    """Look abroad for what became of an order in doubt, and end the doubt, or look again later."""
    insist_on_no_transaction()
    asked_at = timezone.now()
    try:
        client = client_for(order.project_id)
        if not order.take(until=lease_for(client, reads=4)):
            return
        if found := _find(client, order):
            _judge(order, found, at=asked_at)
        else:
            _nothing_found(client, order, at=asked_at)
    except UpstreamError as trouble:
        order.note(due_at=later(order, trouble), setbacks=order.setbacks + 1, changed_at=order.changed_at)


def accept(order: Order, heard: Heard[wire.Pool], *, at: datetime, proved: bool = True) -> bool:
    """Move to ACCEPTED and take the pool heard when asked at `at`, both or neither. Returns whether we won.

    Not if another order has the pool: one pool was ordered once. Nor if another team has adopted it, unless it is
    `proved` that the order made it: a person's word takes nothing from a team.
    """
    was = order.state
    with transaction.atomic():
        won = order.move(OrderState.ACCEPTED, failure_code="", failure_message="")
        if won:
            pool = tracking.adopt(_project_of(order), heard, at=at, order=order, proved=proved)
            Pool.objects.filter(pk=pool.pk).update(look_after=timezone.now())
            if pool.order_id != order.pk:
                transaction.set_rollback(True)
                order.state, won = was, False
    if won:
        tracking.look_soon(_project_of(order))
    return won


def later(order: Order, trouble: UpstreamError, *, least: timedelta = timedelta()) -> datetime:
    """When to try again after `trouble`; refused credentials are told to the project besides."""
    project, now = _project_of(order), timezone.now()
    if isinstance(trouble, Unauthorised):
        note_refusal(project, at=now)
    return now + max(least, pause_after(trouble, failures=order.setbacks + 1, embedded=project.embedded))


def _find(client: Client, order: Order) -> list[_Candidate]:
    """The pools abroad that may be the order's: the one with the ID that its name leads to, else any of its name.

    Not those that prove nothing: while the cloud has not said that the name is taken, a failed creation does not hold
    it, and a pool of another name may have the ID only because that is not how the cloud forms it.
    """
    taken = order.failure_code == Code.POOL_EXISTS
    shown = _shown(client, order)
    if shown and name_of(shown.document) == order.pool_name:
        skew, documents = shown.clock_skew, [shown.document]
    else:
        # Each pool is read by itself: none is nested too deeply to be told from ours, nor keeps others from being read.
        listed = client.skim_pools()
        named = [pool for pool in map(listed.document, listed.prints) if name_of(pool) == order.pool_name]
        skew, documents = listed.clock_skew, named or ([shown.document] if shown and taken else [])
    found = [_compare(order, document, skew=skew) for document in documents]
    return [each for each in found if taken or each.is_telling]


def _shown(client: Client, order: Order) -> Heard[wire.Pool] | None:
    try:
        return client.get_pool(naming.pool_id(order.pool_name, client.connection.project_id))
    except NotFound:
        return None


def _compare(order: Order, document: dict[str, Any], *, skew: float | None) -> _Candidate:
    pool_id = document["metadata"]["name"]
    created = created_at(document)
    others = Pool.objects.filter(project=order.project_id, pool_id=pool_id, order__isnull=False).exclude(order=order)
    finding = recognise(
        sent=json.loads(order.body),
        heard=document,
        first_sent_at=order.first_sent_at or order.placed_at,
        clock_skew=_project_of(order).clock_skew if skew is None else skew,
        claimed=created is not None and others.filter(created_abroad=created).exists(),
    )
    # Only proof takes a pool from the team that adopted it, and a person could offer no more than their word.
    if finding is Finding.UNPROVEN and _is_adopted(order, pool_id, created):
        finding = Finding.NOT_OURS
    return _Candidate(Heard(document=document, hear=hear_pool, clock_skew=skew), finding)


def _is_adopted(order: Order, pool_id: str, created: datetime | None) -> bool:
    """Whether the pool of this ID, made then, is one that another team than the order's took in."""
    adopted = Pool.objects.living().filter(project=order.project_id, pool_id=pool_id, order=None, team__isnull=False)
    # One made before was another pool under the same ID.
    made_then = adopted.filter(created_abroad__gte=created) if created else adopted
    return made_then.exclude(team=order.team_id).exists()


def _judge(order: Order, found: list[_Candidate], *, at: datetime) -> None:
    """End the doubt by what was found, if that proves anything or a person's word stands for the proof."""
    ours = [each for each in found if each.finding is Finding.OURS]
    unproven = [each for each in found if each.finding is Finding.UNPROVEN]
    if order.resolved_as == Order.Resolution.OURS and not ours:
        ours = unproven
    if len(ours) == 1 and accept(order, ours[0].heard, at=at, proved=ours[0].finding is Finding.OURS):
        return
    if ours or unproven:
        _ask_person(order, Trouble.UNPROVEN)
    else:
        order.move(OrderState.REFUSED, failure_code=Trouble.NAME_TAKEN, failure_message="")


def _nothing_found(client: Client, order: Order, *, at: datetime) -> None:
    """Count towards absent: two shows, the first when no request can be on its way any more, and no work order."""
    last_sent = order.last_sent_at or order.placed_at
    settled_at = last_sent + 2 * timedelta(seconds=client.connection.read_timeout)
    if order.resolved_as == Order.Resolution.OURS:
        _ask_person(order, Trouble.NOTHING_FOUND, resolved_as="")
    elif at <= settled_at:
        order.note(due_at=settled_at + BETWEEN_SHOWS / 2, setbacks=0, changed_at=order.changed_at)
    elif order.absences + 1 < SHOWS_TO_BE_ABSENT:
        order.note(
            absences=order.absences + 1,
            absent_since=order.absent_since or at,
            due_at=timezone.now() + BETWEEN_SHOWS,
            setbacks=0,
            changed_at=order.changed_at,
        )
    elif not _is_in_work(client, order):
        _absent(order)
    elif at - last_sent > WORK_SHOWS_WITHIN:
        _ask_person(order, Trouble.IN_WORK)
    else:
        pause = BETWEEN_SHOWS * 2 ** min(order.setbacks, 5)
        again = {"absences": 0, "absent_since": None, "setbacks": order.setbacks + 1}
        order.note(due_at=timezone.now() + pause, changed_at=order.changed_at, **again)


def _absent(order: Order) -> None:
    """It never arrived: send it again, the same bytes under the same name. After three sends a person is asked."""
    if order.needs_person or order.sends >= MOST_SENDS:
        _ask_person(order, Trouble.UNPROVEN if order.failure_code == Code.POOL_EXISTS else Trouble.LOST)
    else:
        order.move(OrderState.PLACED, due_at=timezone.now(), absences=0, absent_since=None, setbacks=0)


def _is_in_work(client: Client, order: Order) -> bool:
    """Whether the cloud lists a work order that our sending may have begun."""
    since = (order.first_sent_at or order.placed_at) - timedelta(seconds=1)
    pool_id = naming.pool_id(order.pool_name, client.connection.project_id)
    for involved in (order.pool_name, pool_id):
        try:
            heard = client.list_orders(since=since, involved=involved)
        except NotFound:
            continue
        skew = timedelta(seconds=heard.clock_skew or 0.0)
        earliest = (since + skew).timestamp() * 1000
        for work in heard.typed.items or []:
            creates = work.operation in {None, WorkOrderOperation.APPLY}
            if creates and (work.creation_timestamp is None or work.creation_timestamp >= earliest):
                return True
    return False


def _ask_person(order: Order, trouble: Trouble, **also: object) -> None:
    """Leave it to a person; look again now and then all the same, for what has come clear by itself."""
    fields = {"needs_person": True, "failure_code": trouble, "failure_message": "", **also}
    news = any(getattr(order, name) != value for name, value in fields.items())
    # Nothing new is nothing for pages to fetch.
    stamp = {} if news else {"changed_at": order.changed_at}
    order.note(due_at=timezone.now() + WHILE_A_PERSON_THINKS, **fields, **stamp)


def _project_of(order: Order) -> Project:
    """Without its credentials, which may be what is in the way."""
    return Project.objects.without_credentials().get(pk=order.project_id)
