"""Sending orders to the cloud, each exactly once: claim the row, speak with no transaction open, record by lease.

Whatever becomes of a worker between two of these lines, the row says what to do next: `attend` is called for every
row that is due, and nothing else drives an order on.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import singledispatch
from typing import Final

from django.utils import timezone

from pools.carrying import attend_errand, carry_out, settle_errand
from pools.laying import attend_founding
from pools.models import Decision, Deletion, Founding, Intervention, Order, Project, Refit, Resize, Trouble
from pools.models.deletions import DeletionQuerySet
from pools.models.errands import Errand
from pools.models.foundings import FoundingQuerySet
from pools.models.interventions import InterventionQuerySet
from pools.models.orders import DecisionQuerySet, OrderQuerySet
from pools.models.pool_errands import PoolErrand
from pools.models.refits import RefitQuerySet
from pools.models.resizes import ResizeQuerySet
from pools.settling import accept, later, settle
from pools.speaking import client_for, insist_on_no_transaction, lease_for, told
from pools.states import OrderState
from pools.upstream import AlreadyExists, InDoubt, NotSent, Throttled, Unauthorised, UpstreamError

__all__ = [
    "attend",
    "carry_out",
    "due_decisions",
    "due_deletions",
    "due_foundings",
    "due_interventions",
    "due_orders",
    "due_refits",
    "due_resizes",
    "release_held",
    "settle",
    "settle_errand",
    "submit",
]

# How often a held order looks whether the credentials work again.
HELD_FOR: Final = timedelta(seconds=5)
# A JSON path as our endpoint writes it, else dotted keys as the service does: spec.network, spec.resources[0].count.
PLACE: Final = re.compile(r"""\$(?:\.\w+|\[\d+\]|\["[^"]*"\])+|\b(?:metadata|spec)(?:\.\w+|\[\d+\])+""")


def due_orders() -> OrderQuerySet:
    """Orders to attend to now, by one indexed read: to be sent, in doubt, held, or left by a worker that died."""
    return Order.objects.due()


def due_decisions() -> DecisionQuerySet:
    return Decision.objects.due()


def due_deletions() -> DeletionQuerySet:
    return Deletion.objects.due()


def due_resizes() -> ResizeQuerySet:
    return Resize.objects.due()


def due_interventions() -> InterventionQuerySet:
    return Intervention.objects.due()


def due_refits() -> RefitQuerySet:
    return Refit.objects.due()


def due_foundings() -> FoundingQuerySet:
    return Founding.objects.due()


@singledispatch
def attend(errand: Errand) -> None:
    """Do what is due for this row. Safe for two workers at once, and for a row that was read a while ago."""
    raise TypeError(errand)


@attend.register
def _(errand: Decision) -> None:
    attend_errand(errand)


@attend.register
def _(errand: PoolErrand) -> None:
    attend_errand(errand)


@attend.register
def _(errand: Founding) -> None:
    attend_founding(errand)


@attend.register
def _(order: Order) -> None:
    now = timezone.now()
    match OrderState(order.state):
        case OrderState.PLACED:
            submit(order)
        case OrderState.SENDING if order.lease_until and order.lease_until <= now:
            # The worker that sent it died before it could record the answer.
            order.move(OrderState.IN_DOUBT, due_at=now, absences=0, failure_code=Trouble.DIED, failure_message="")
        case OrderState.IN_DOUBT:
            settle(order)
        case OrderState.HELD:
            _look_at_credentials(order)


def submit(order: Order) -> None:
    """Send a placed order, and record what the answer means for it: the table of `docs/flow.md`."""
    insist_on_no_transaction()
    before = order.sent_so_far
    try:
        client = client_for(order.project_id)
    except Unauthorised as refusal:
        _hold(order, refusal)
        return
    lease = lease_for(client, sends=1)
    if not order.claim(OrderState.SENDING, until=lease):
        return
    asked_at = timezone.now()
    try:
        heard = client.within(lease).create_pool(order.body)
    except (NotSent, Throttled) as trouble:
        again = {"due_at": later(order, trouble), "setbacks": order.setbacks + 1}
        order.move(OrderState.PLACED, **again, **told(trouble), **before)
    except Unauthorised as refusal:
        _hold(order, refusal, **before)
    except AlreadyExists as conflict:
        # It may be our own earlier success: the name is looked at before anybody is told that it is taken.
        if order.move(OrderState.IN_DOUBT, due_at=asked_at, absences=0, **told(conflict)):
            settle(order)
    except InDoubt as trouble:
        order.move(OrderState.IN_DOUBT, due_at=timezone.now(), absences=0, **told(trouble))
    except UpstreamError as refusal:
        order.move(OrderState.REFUSED, failure_field=_place(refusal.message), **told(refusal))
    else:
        accept(order, heard, at=asked_at)


def release_held(project: Project) -> int:
    """The credentials of `project` work: send what was held for them. Returns how many orders that freed.

    An order refused again and again keeps its own pace: credentials may list pools and yet be allowed to make none.
    """
    held = Order.objects.filter(project=project, state=OrderState.HELD, setbacks__lte=1)
    return sum(order.move(OrderState.PLACED, due_at=timezone.now()) for order in held)


def _hold(order: Order, refusal: Unauthorised, **before: object) -> None:
    due_at = later(order, refusal, least=HELD_FOR)
    order.move(OrderState.HELD, due_at=due_at, setbacks=order.setbacks + 1, **told(refusal), **before)


def _look_at_credentials(order: Order) -> None:
    """Send a held order again once its project is heard; the worker's sweep is what finds that out."""
    if Project.objects.filter(pk=order.project_id, credentials_refused_at__isnull=False).exists():
        order.note(due_at=timezone.now() + HELD_FOR, changed_at=order.changed_at)
    else:
        order.move(OrderState.PLACED, due_at=timezone.now())


def _place(message: str) -> str:
    """The field that a refusal names, as a JSON path; empty if it names none."""
    named = PLACE.search(message)
    place = named[0] if named else ""
    return (place if place.startswith("$") or not place else f"$.{place}")[:255]
