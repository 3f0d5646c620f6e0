"""The four questions of whoever ordered: what step, who can act, since when, what can I do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from console.dashboard import saying
from pools import ordering, queries
from pools.models import Order, Pool, User
from pools.queries import FAILED
from pools.states import OrderState
from pools.wire.enums import Phase


@dataclass(frozen=True, kw_only=True)
class Answers:
    """`who` by name where somebody has to act; `waits` at gate 2, where nobody has decided."""

    who: str
    since: datetime
    waits: bool
    may_decide: bool
    may_undo: bool
    may_remind: bool


def of(order: Order, user: User) -> Answers:
    """Costs a query for the names where the order waits, and one or two for what the user may do there."""
    pool: Pool | None = getattr(order, "pool", None)
    decision = saying.standing_decision(order)
    waits = pool is not None and pool.phase == Phase.WAITING and not pool.gone_at and decision is None
    undoable = decision if decision and decision.can_be_undone else None
    since = (pool.phase_since if pool else None) or order.changed_at
    return Answers(
        who=_deciders(order) if waits else _who(order, pool),
        since=max(since, decision.at) if decision and pool and pool.phase == Phase.WAITING else since,
        waits=waits,
        may_decide=waits and user.has_perm("pools.decide_order", order),
        may_remind=waits and _is_time_to_remind(order) and user.has_perm("pools.remind_order", order),
        may_undo=undoable is not None and user.has_perm("pools.undo_decision", undoable),
    )


def _is_time_to_remind(order: Order) -> bool:
    return order.reminded_at is None or timezone.now() - order.reminded_at >= ordering.REMIND_AGAIN


def _deciders(order: Order) -> str:
    names = _(", ").join(str(user) for user in queries.deciders_of(order))
    return names or _("Nobody: the team needs another admin")


def _who(order: Order, pool: Pool | None) -> str:
    decision = saying.standing_decision(order)
    if decision and decision.can_be_undone:
        return _("%(who)s can still undo the decision") % {"who": decision.by}
    if order.needs_person:
        return _("An admin of the team")
    if pool and (pool.gone_at or pool.phase not in FAILED):
        return _("Nobody needs to act")
    if pool:
        return _("%(who)s, by mending and sending it again") % {"who": order.placed_by}
    words = {
        OrderState.PLACED: _("Nobody needs to act"),
        OrderState.SENDING: _("Nobody needs to act"),
        OrderState.IN_DOUBT: _("Nobody needs to act; we check by ourselves"),
        OrderState.HELD: _("Whoever administers this console's credentials"),
        OrderState.REFUSED: _("%(who)s, by mending and sending it again") % {"who": order.placed_by},
        OrderState.WITHDRAWN: _("Nobody"),
        OrderState.ACCEPTED: _("Nobody needs to act"),
    }
    return words[OrderState(order.state)]
