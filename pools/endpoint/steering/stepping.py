"""The next phase of one pool: it alone is made older, or the whole project's clock is moved on.

Not every pool has a next phase. Which, if any, and why not, is told; nothing is done that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Model

from pools.endpoint import clock, ledger, paying, scenario
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedPool
from pools.endpoint.scenario import Fate
from pools.endpoint.steering import foreseeing, winding
from pools.endpoint.steering.patience import patiently
from pools.wire.enums import BillingStatus, Phase
from pools.wire.errors import Code

OF_POOL = ("accepted_at", "started_at", "pay_until", "withdrawn_at", "deleted_at")
OF_CHANGE = ("begun_at", "pay_until", "withdrawn_at", "stopped_at")
OF_ORDER = ("created_at", "deadline", "paid_at", "cancelled_at")


class By(StrEnum):
    """What is moved: the pool's own times, or the clock."""

    POOL = "pool"
    CLOCK = "clock"


class Waiting(StrEnum):
    """What becomes of a pool that waits for its order: only a person, or a week, ends that."""

    STAY = "stay"
    PAY = "pay"
    EXPIRE = "expire"


class Why(StrEnum):
    """Why a pool was not moved."""

    WAITS = "waits_for_payment"
    UNPAYABLE = "cannot_be_paid"
    FOR_EVER = "stays_for_ever"
    SETTLED = "settled"
    UNDER_WAY = "settled_with_things_under_way"
    ALREADY = "moved_already"


@dataclass(frozen=True, slots=True)
class Step:
    """What happened: the phase before and after (None: gone), and by how much the pool or the clock was moved.

    `why` is None if the pool was moved. `until` is when what is under way will be over, or the order's deadline.
    """

    pool: str
    was: Phase | None
    phase: Phase | None
    by: By
    seconds: float = 0.0
    paid: bool = False
    why: Why | None = None
    until: datetime | None = None


def step(
    project: EndpointProject,
    ident: str,
    *,
    by: By = By.POOL,
    waiting: Waiting = Waiting.STAY,
    seen: str | None = None,
) -> Step:
    """Take the pool to its next phase. With `seen`, only if it is still in that one: two clicks are one step.

    Raises `Refused`: 404 for a pool that is not there, 400 where the clock cannot go so far.
    """
    if waiting is Waiting.PAY and (paid := _paid(project, ident, by, seen)) is not None:
        return paid
    return patiently(lambda: _moved(project, ident, by, waiting, seen))


def _moved(project: EndpointProject, ident: str, by: By, waiting: Waiting, seen: str | None) -> Step:
    row = project.pools.select_for_update().filter(ident=ident, buried=False).first()
    # As the clock is by now: the call may have waited for the row while somebody else turned it.
    now = clock.now(EndpointProject.objects.get(pk=project.pk))
    said = _phase(row, ident, now)
    if row is None or seen not in {None, said}:
        return Step(ident, said, said, by, why=Why.ALREADY)
    if said is Phase.WAITING and waiting is not Waiting.EXPIRE:
        return Step(ident, said, said, by, why=Why.WAITS, until=row.pay_until)
    turn = foreseeing.next_phase(row.life, now)
    if turn is None:
        return _staying(row, now, said, by)
    at, then = turn
    if by is By.CLOCK:
        winding.advance(project, to=at)
    else:
        age(row, at - now)
        while scenario.phase(row.life, now) is said and row.lapses_at is not None and row.lapses_at > now:
            age(row, row.lapses_at - now)
    return Step(ident, said, then, by, seconds=(at - now).total_seconds())


def _phase(row: HostedPool | None, ident: str, now: datetime) -> Phase:
    said = scenario.phase(row.life, now) if row is not None else None
    if said is None:
        raise Refused(404, Code.POOL_NOT_FOUND, f'pool "{ident}" not found')
    return said


def _paid(project: EndpointProject, ident: str, by: By, seen: str | None) -> Step | None:
    """Pay the order that the pool waits for, as billing does it; None if it waits for none."""
    row = project.pools.filter(ident=ident, buried=False).first()
    said = _phase(row, ident, clock.now(project))
    if row is None or said is not Phase.WAITING or seen not in {None, said}:
        return None
    order = row.billing_orders.filter(status=BillingStatus.PENDING_PAYMENT).select_related("project").first()
    if order is None:
        return None
    try:
        paying.pay(order)
    except (paying.BalanceInsufficient, paying.CapacityInsufficient):
        return Step(ident, said, said, by, why=Why.UNPAYABLE, until=row.pay_until)
    except (paying.NotPayable, paying.TooLate):
        return None
    row.refresh_from_db()
    return Step(ident, said, scenario.phase(row.life, clock.now(project)), by, paid=True)


def _staying(row: HostedPool, now: datetime, said: Phase, by: By) -> Step:
    coming = foreseeing.to_pool(row, now)
    for_ever = {Phase.CREATING: Fate.STUCK, Phase.DELETING: Fate.UNDELETABLE}.get(said) == row.fate
    why = Why.FOR_EVER if for_ever else Why.UNDER_WAY if coming else Why.SETTLED
    return Step(row.ident, said, said, by, why=why, until=coming[0].at if coming and not for_ever else None)


def age(pool: HostedPool, by: timedelta) -> None:
    """Have everything that ever happened to the pool have happened so much earlier. The caller holds its row."""
    parts: list[tuple[Iterable[Model], tuple[str, ...]]] = [
        ([pool], OF_POOL),
        (pool.changes.all(), OF_CHANGE),
        (pool.work_orders.all(), ("created_at",)),
        (pool.node_jobs.all(), ("begun_at",)),
        (pool.billing_orders.all(), OF_ORDER),
        (pool.renewal_turns.all(), ("at",)),
    ]
    for rows, names in parts:
        for row in rows:
            shift(row, names, by)
            row.save(update_fields=names)
    # Months that begin on another day are not as long.
    ledger.remember(pool)
    pool.refresh_from_db(fields=["paid_until", "lapses_at", "renews_from"])


def shift(row: Model, names: Iterable[str], by: timedelta) -> None:
    """Make these times of a row so much earlier, those it has."""
    for name in names:
        was: datetime | None = getattr(row, name)
        setattr(row, name, was and was - by)
