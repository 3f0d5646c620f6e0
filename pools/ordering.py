"""What people ask for: to order a pool, to think better of it, to delete one, to have the cloud read now or read on
while they look.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from pools import checking
from pools.dockets import Docket
from pools.models import Attention, Deletion, Order, Pool, Project, Reading, Team, Trouble, User, Watch
from pools.rules import NotAllowed, require
from pools.states import ErrandState, OrderState, allows
from pools.wire import limits
from pools.wire.creation import PoolCreation

__all__ = [
    "AlreadyGone",
    "Mistyped",
    "NameTaken",
    "NotAllowed",
    "NothingToResolve",
    "PaysItself",
    "Unsendable",
    "advice_of",
    "ask_reading",
    "delete",
    "key_of",
    "look_sooner",
    "mean_drift",
    "place",
    "read_anew",
    "remind",
    "resolve",
    "watch",
    "weighed",
    "withdraw",
]


NO_DOCKET: Final = Docket()
BETWEEN_LOOKS: Final = timedelta(seconds=2)
REMIND_AGAIN = timedelta(days=1)
NOTED_EVERY: Final = timedelta(seconds=15)
# What somebody decides by is read again when they come to it, unless it is younger than this.
YOUNG_ENOUGH: Final = timedelta(minutes=1)


class NameTaken(Exception):
    """A live pool or order of this project has the name already. Never says whose."""


class Unsendable(ValueError):
    """The document breaks rules that the cloud would refuse it for: `breaches` names them."""

    def __init__(self, breaches: tuple[limits.Breach, ...]) -> None:
        super().__init__("; ".join(limits.say(breach) for breach in breaches))
        self.breaches = breaches


class PaysItself(Exception):
    """The order would be paid without an admin, and its team does not want that."""


class Mistyped(ValueError):
    """The name typed to confirm is not the pool's."""


class AlreadyGone(Exception):
    """The pool does not exist any more."""


class NothingToResolve(Exception):
    """The order is in no doubt that asks for a person, or it was settled a moment ago."""


def place(
    *,
    project: Project,
    team: Team,
    by: User,
    draft: UUID,
    revision: int,
    body: str,
    understood: Collection[str] = (),
    docket: Docket = NO_DOCKET,
) -> Order:
    """Place an order: `body`, a creation document as JSON text, will be sent byte for byte; `docket` is ours alone.

    `understood` are the warnings that the person read and accepted, each as its rule, a space and its path; those that
    the judge does give are kept with the order.
    One order per (draft, revision): asked again, as by a double click, it returns the first. Raises `NotAllowed`
    (also for a project that does not serve the team), `Unsendable`, `PaysItself` and `NameTaken`.
    """
    require("pools.place_order", team, of=by)
    if not project.teams.filter(pk=team.pk).exists():
        raise NotAllowed("pools.place_order")
    if first := _placed_before(team=team, by=by, draft=draft, revision=revision):
        return first
    creation, advice = weighed(project, draft=draft, body=body)
    labels = creation.metadata.labels
    now = timezone.now()
    try:
        with transaction.atomic():
            # Under lock: a project that is being disconnected takes no order any more.
            if not Project.objects.hold(project.pk):
                raise NotAllowed("pools.place_order")
            if Pool.objects.holding_names().filter(project=project, name=labels.name).exists():
                raise NameTaken
            # Asked of the row as it is now: whoever placed it may have had the team before them for hours.
            if creation.pays_itself and not Team.objects.filter(pk=team.pk, orders_may_pay_themselves=True).exists():
                raise PaysItself
            # Whoever watches it need not any more. One that is being placed by its watch does not stand.
            Watch.objects.filter(draft=draft).end(Watch.Ending.BY_HAND, by=by)
            return Order.objects.create(
                project=project,
                team=team,
                placed_by=by,
                placed_at=now,
                changed_at=now,
                due_at=now,
                draft=draft,
                revision=revision,
                pool_name=labels.name,
                workspace_id=labels.workspace_id or "0",
                body=body,
                understood=_accepted(advice, understood),
                pays_itself=creation.pays_itself,
                **asdict(docket),
                state=OrderState.PLACED,
            )
    except IntegrityError:
        # Two constraints guard an order; which of them spoke is told by what is there now.
        if first := _placed_before(team=team, by=by, draft=draft, revision=revision):
            return first
        raise NameTaken from None


def _placed_before(*, team: Team, by: User, draft: UUID, revision: int) -> Order | None:
    first = Order.objects.filter(draft=draft, revision=revision).first()
    if first and (first.placed_by_id, first.team_id) != (by.pk, team.pk):
        raise NotAllowed("pools.place_order")
    return first


def weighed(project: Project, *, draft: UUID, body: str) -> tuple[PoolCreation, tuple[limits.Breach, ...]]:
    """The order in `body`, and all that is advised about it. Raises `Unsendable`."""
    verdict = checking.weigh(project, body)
    if verdict.blocking or verdict.creation is None:
        raise Unsendable(verdict.blocking)
    return verdict.creation, advice_of(project, verdict.creation, verdict.advice, draft=draft)


def advice_of(
    project: Project, creation: PoolCreation, advice: tuple[limits.Breach, ...], *, draft: UUID
) -> tuple[limits.Breach, ...]:
    """What the judge advises, and what only the project's other networks tell of the network of `draft`."""
    network = creation.spec.network if creation.spec else None
    overlap = checking.overlap_of(project, draft=draft, network=(network and network.name) or "")
    return (*advice, overlap) if overlap else advice


def key_of(advice: limits.Breach) -> str:
    """What ticking it says."""
    return f"{advice.rule} {advice.path}"


def _accepted(advice: tuple[limits.Breach, ...], understood: Collection[str]) -> list[dict[str, Any]]:
    """What was ticked, as the order keeps it: codes and values, for the words are the reader's."""
    ticked = [breach for breach in advice if key_of(breach) in understood]
    return [
        {"rule": breach.rule, "case": breach.problem, "path": breach.path, "values": _told(breach)} for breach in ticked
    ]


def _told(breach: limits.Breach) -> dict[str, Any]:
    """Plain values, whatever a rule tells."""
    plain = (str, int, float, bool)
    return {name: value if isinstance(value, plain) else str(value) for name, value in breach.values.items()}


def withdraw(order: Order, *, by: User) -> bool:
    """Take back an order that is not on the wire. Returns whether it was in time. Raises `NotAllowed`."""
    require("pools.withdraw_order", order, of=by)
    return allows(OrderState(order.state), OrderState.WITHDRAWN) and order.move(OrderState.WITHDRAWN)


def remind(order: Order, *, by: User) -> bool:
    """Ask whoever decides to do so, once in `REMIND_AGAIN`. Returns whether it was not too soon, and the order waits.

    Raises `NotAllowed`.
    """
    require("pools.remind_order", order, of=by)
    now = timezone.now()
    long_ago = Q(reminded_at__isnull=True) | Q(reminded_at__lte=now - REMIND_AGAIN)
    waiting = Order.objects.waiting().filter(pk=order.pk).values("pk")
    return Order.objects.filter(long_ago, pk__in=waiting).update(reminded_at=now, changed_at=now) == 1


def delete(pool: Pool, *, by: User, typed_name: str) -> Deletion:
    """Record that `pool` is to be deleted; asked again, returns the deletion that stands.

    Raises `NotAllowed`, `Mistyped` unless `typed_name` is the pool's name, and `AlreadyGone`.
    """
    require("pools.delete_pool", pool, of=by)
    if typed_name.strip() != pool.name:
        raise Mistyped
    now = timezone.now()
    try:
        with transaction.atomic():
            if not Pool.objects.living().filter(pk=pool.pk).update(changed_at=now):
                raise AlreadyGone
            return Deletion.objects.create(
                pool=pool, by=by, at=now, changed_at=now, due_at=now, state=ErrandState.RECORDED
            )
    except IntegrityError:
        return Deletion.objects.filter(pool=pool).latest("at")


def mean_drift(pool: Pool, *, by: User, drift: str) -> bool:
    """Say that `pool` is meant to be as it is, though it was ordered otherwise: it needs nobody until it changes again.

    `drift` is the print of what was read. Returns whether it is still that. Raises `NotAllowed`.
    """
    require("pools.mean_drift", pool, of=by)
    now = timezone.now()
    same = Pool.objects.living().filter(pk=pool.pk, drift=drift).exclude(drift="")
    meant = {"drift_meant": drift, "drift_meant_by": by, "drift_meant_at": now}
    return same.update(drift_since=None, changed_at=now, **meant) == 1


def ask_reading(project: Project, *, by: User, pool: Pool | None = None) -> Reading:
    """Have the worker read the cloud now: one pool, or the project's catalog. An open request is returned as it is.

    Raises `NotAllowed`.
    """
    if pool is None:
        require("pools.read_project", project, of=by)
    else:
        require("pools.view_pool", pool, of=by)
        if pool.project_id != project.pk:
            raise NotAllowed("pools.view_pool")
    asked = Reading.objects.filter(project=project, pool=pool, state=Reading.State.ASKED)
    if open_one := asked.first():
        return open_one
    try:
        with transaction.atomic():
            return Reading.objects.create(project=project, pool=pool, asked_by=by)
    except IntegrityError:
        # Somebody asked at the same moment; the worker may even have answered since.
        return Reading.objects.filter(project=project, pool=pool).latest("asked_at")


def read_anew(project: Project, *, by: User) -> bool:
    """Have the catalog read if any part of it was read longer than `YOUNG_ENOUGH` ago. Returns whether it is asked for.

    Raises `NotAllowed`.
    """
    if not project.catalog_parts.filter(read_at__lt=timezone.now() - YOUNG_ENOUGH).exists():
        return False
    ask_reading(project, by=by)
    return True


def look_sooner(order: Order, *, by: User) -> bool:
    """Have the worker look now what became of an order in doubt. Returns whether it was to look later than that.

    A worker that is looking just now is left in peace, and the pause between two looks is kept. Raises `NotAllowed`.
    """
    require("pools.view_order", order, of=by)
    soon = timezone.now() + BETWEEN_LOOKS
    idle = Order.objects.filter(pk=order.pk, state=OrderState.IN_DOUBT, lease_until__isnull=True)
    return idle.filter(due_at__gt=soon).update(due_at=soon) == 1


def watch(pool: Pool) -> None:
    """Note that somebody has this pool before them: its details are read now, and again while they look.

    Nothing is written where that was noted less than `NOTED_EVERY` ago.
    """
    now, attention = timezone.now(), getattr(pool, "attention", None)
    if pool.gone_at or (attention and attention.looked_at and now - attention.looked_at < NOTED_EVERY):
        return
    noted = {"looked_at": now, "due_at": Coalesce("due_at", Value(now))}
    if not Attention.objects.filter(pool=pool).update(**noted):
        Attention.objects.bulk_create([Attention(pool=pool, looked_at=now, due_at=now)], ignore_conflicts=True)


def resolve(order: Order, *, by: User, as_: Order.Resolution) -> None:
    """Record a person's word on an order in doubt that asks for one.

    "Not ours" refuses the order and gives its name free; "send again" lets it go out once more; "ours" has the worker
    look, and take the pool of that name as the one ordered. Raises `NotAllowed`, `NothingToResolve`.
    """
    require("pools.resolve_order", order, of=by)
    if not order.needs_person:
        raise NothingToResolve
    now = timezone.now()
    # A new token, so that a worker that is looking just now cannot write over what was said.
    word = {"resolved_as": as_, "resolved_by": by, "resolved_at": now, "lease_token": uuid4()}
    match as_:
        case Order.Resolution.NOT_OURS:
            heeded = order.move(OrderState.REFUSED, failure_code=Trouble.GIVEN_UP, failure_message="", **word)
        case Order.Resolution.SEND_AGAIN:
            heeded = order.move(OrderState.PLACED, due_at=now, needs_person=False, setbacks=0, **word)
        case Order.Resolution.OURS:
            heeded = order.note(due_at=now, **word)
    if not heeded:
        raise NothingToResolve
