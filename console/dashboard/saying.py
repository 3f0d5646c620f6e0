"""The line under a status: what it means for the person who looks, and what happens next."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console import describing, timing
from pools.models import Decision, Deletion, Intervention, Order, Pool, Refit, Resize, Stretch
from pools.queries import FAILED
from pools.states import IN_VAIN, ErrandState, OrderState
from pools.wire import refitting, resizing
from pools.wire.enums import Phase, ScopeState
from pools.wire.pool import Pool as WirePool

MOST_CHARACTERS = 120
MEANINGS = {
    OrderState.SENDING: _("It is being sent to the cloud."),
    OrderState.IN_DOUBT: _("We are checking whether the cloud accepted it. Do not order again."),
    OrderState.HELD: _("The cloud does not accept this console's credentials. Sent again once they work."),
    OrderState.REFUSED: _("The cloud refused it. Nothing was created."),
    OrderState.WITHDRAWN: _("Taken back before it was sent. Nothing was created."),
    OrderState.ACCEPTED: _("The cloud accepted it."),
}


def of_order(order: Order) -> str:
    """What our own state means, for an order that no pool speaks for."""
    state = OrderState(order.state)
    if state is OrderState.PLACED:
        return _placed(order)
    if order.needs_person:
        return gettext("The cloud can neither confirm nor deny it. An admin of the team must say what it is.")
    if state is OrderState.REFUSED and order.trouble:
        return shortened(order.trouble)
    return str(MEANINGS[state])


def _placed(order: Order) -> str:
    if order.due_at and order.sends and order.due_at > timezone.now():
        at = formats.date_format(timezone.localtime(order.due_at), "H:i:s")
        return gettext("The cloud could not take it yet; sent again at %(at)s.") % {"at": at}
    return gettext("It goes to the cloud in a moment.")


def of_pool(
    pool: Pool,
    wire: WirePool,
    *,
    decision: Decision | None,
    deletion: Deletion | None,
    stretch: Stretch | None = None,
) -> str:
    """What the cloud's phase means, with what we know besides: decisions, deletions, nodes, job types, and how long.

    `decision` and `deletion` are the ones that stand, if any; `stretch` is what the pool is at, if it is at something.
    """
    if pool.gone_at:
        return gettext("Not found in the cloud any more.")
    if deletion:
        return of_deletion(deletion)
    if pool.phase == Phase.WAITING:
        return of_decision(decision) if decision else gate_line(pool.order)
    if pool.phase in FAILED and decision and decision.verdict == Decision.Verdict.REJECTED:
        return of_decision(decision)
    words = [_of_phase(pool, wire), timing.line(stretch) if stretch else ""]
    return " · ".join(word for word in words if word)


def _of_phase(pool: Pool, wire: WirePool) -> str:
    if pool.phase in FAILED:
        return shortened(pool.message) or gettext("The cloud gave no reason.")
    if pool.phase == Phase.RUNNING:
        return _readiness(wire)
    if pool.phase == "":
        return gettext("Accepted by the cloud; its first phase is not heard yet.")
    return _nodes(pool, wire)


def gate_line(order: Order | None) -> str:
    """Gate 2, in one line: which order of the cloud waits, and for what."""
    if order and order.billing_order:
        return gettext("The cloud's order %(order)s awaits payment or approval.") % {"order": order.billing_order}
    return gettext("The cloud's order awaits payment or approval.")


def of_decision(decision: Decision) -> str:
    """A decision on its way to the cloud, or carried out there and not seen in the phase yet."""
    said: dict[str, object] = {"who": decision.by}
    approved = decision.verdict == Decision.Verdict.APPROVED
    if decision.state == ErrandState.IN_DOUBT:
        return gettext("Decided by %(who)s; we are checking whether the cloud heard it.") % said
    if decision.asked and decision.state == ErrandState.DONE:
        return gettext("%(who)s asked for changes, and it was cancelled.") % said
    if decision.state == ErrandState.DONE:
        return (
            gettext("Approved by %(who)s and paid.") if approved else gettext("Rejected by %(who)s and cancelled.")
        ) % said
    if decision.can_be_undone and decision.due_at and decision.due_at > timezone.now():
        said["at"] = formats.date_format(timezone.localtime(decision.due_at), "H:i:s")
        return (
            gettext("Approved by %(who)s; sent at %(at)s.")
            if approved
            else gettext("Rejected by %(who)s; sent at %(at)s.")
        ) % said
    return (
        gettext("Approved by %(who)s, being paid.") if approved else gettext("Rejected by %(who)s, being cancelled.")
    ) % said


def of_deletion(deletion: Deletion) -> str:
    said = {"who": deletion.by}
    if deletion.state == ErrandState.IN_DOUBT:
        return gettext("%(who)s asked to delete it; we are checking whether the cloud heard it.") % said
    if deletion.state == ErrandState.DONE:
        return gettext("Deleted by %(who)s; the cloud is removing it.") % said
    return gettext("%(who)s asked to delete it.") % said


def _readiness(wire: WirePool) -> str:
    scopes = (wire.status.scope if wire.status else None) or []
    ready = [str(scope.scope_type) for scope in scopes if scope.state == ScopeState.ENABLED]
    others = [f"{scope.scope_type} {scope.state}" for scope in scopes if scope.state != ScopeState.ENABLED]
    words = [gettext("Ready for %(types)s") % {"types": gettext(", ").join(ready)}] if ready else []
    return gettext("; ").join([*words, *others])


def _nodes(pool: Pool, wire: WirePool) -> str:
    nodes = describing.nodes(wire)
    if pool.phase == Phase.CREATING and nodes.known and not pool.message:
        return gettext("%(n)s of %(all)s nodes") % {"n": nodes.available, "all": nodes.wanted}
    if pool.phase == Phase.ABNORMAL and nodes.abnormal:
        return gettext("%(n)s of %(all)s nodes abnormal") % {"n": nodes.abnormal, "all": nodes.wanted}
    if pool.phase == Phase.DELETING:
        left = nodes.available + nodes.deleting + nodes.abnormal + nodes.creating
        return gettext("%(n)s nodes left") % {"n": left} if left else ""
    return shortened(pool.message)


def standing_decision(order: Order) -> Decision | None:
    """The decision that counts, out of what was prefetched."""
    return next((one for one in order.decisions.all() if one.state not in IN_VAIN), None)


def rejection(order: Order) -> Decision | None:
    """The decision by which the order was not wanted, if it was not."""
    standing = standing_decision(order)
    return standing if standing and standing.verdict == Decision.Verdict.REJECTED else None


def standing_deletion(pool: Pool) -> Deletion | None:
    return next((one for one in pool.deletions.all() if one.state not in IN_VAIN), None)


def standing_resize(pool: Pool) -> Resize | None:
    """The resize that is under way, out of what was prefetched; with a pool that is gone it is, too."""
    return None if pool.gone_at else next((one for one in pool.resizes.all() if one.is_under_way), None)


def standing_intervention(pool: Pool) -> Intervention | None:
    """As `standing_resize`, of what is done to its nodes."""
    return None if pool.gone_at else next((one for one in pool.interventions.all() if one.is_under_way), None)


def as_ordered(pool: Pool) -> str:
    """What was ordered, as text, with what it was given here since: nodes, job types, drivers. Empty where no order of
    ours made it.
    """
    if pool.order is None:
        return ""
    resized = next(((one.at, one.body) for one in pool.resizes.all() if one.state == ErrandState.DONE), None)
    lessened = [(one.at, one.left) for one in pool.interventions.all() if one.state == ErrandState.DONE and one.left]
    given = [patch for _at, patch in sorted([*([resized] if resized else []), *lessened[:1]])]
    sized = resizing.laid_over(pool.order.body, given[-1]) if given else pool.order.body
    fitted = [one.body for one in pool.refits.all() if one.state == ErrandState.DONE and not one.retried]
    return refitting.laid_over(sized, fitted[::-1])


def standing_refit(pool: Pool) -> Refit | None:
    """As `standing_resize`, of job types and drivers."""
    return None if pool.gone_at else next((one for one in pool.refits.all() if one.is_under_way), None)


def stretch_of(pool: Pool) -> Stretch | None:
    """What the pool is at, out of what was prefetched."""
    return next((one for one in pool.stretches.all() if one.ended_at is None), None)


def shortened(text: str) -> str:
    """As much of a message of the cloud as a row can hold; its page has all of it."""
    return Truncator(text.strip()).chars(MOST_CHARACTERS)
