"""What happened to an order and its pool, ours and the cloud's in one line of time, oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import changing, checking, deeds, fitting
from console.templatetags.console import ERRAND_SHAPES, GONE, STATE_SHAPES, phase_shape
from pools.models import Decision, Intervention, Order, Pool, Refit, Resize
from pools.states import ErrandState, OrderState
from pools.wire.enums import Phase

MANY_ALIKE: Final = 3


@dataclass(frozen=True, kw_only=True)
class Event:
    """`kind` and `value` give the tone ("phase" or "state"), `shape` the shape, `by` a person if one did it.

    `digest` names what was decided about, if something was.
    `source` says whose word it is: ours, what we heard of the phase ("phase"), or an event of the cloud's ("cloud", or
    "warning" where it is one). `alike` are those that said the same before it, and stand folded in it.
    """

    kind: str
    value: str
    shape: str
    what: str
    at: datetime
    by: str = ""
    note: str = ""
    digest: str = ""
    source: str = "ours"
    alike: tuple[Event, ...] = ()


def folded(events: Iterable[Event]) -> list[Event]:
    """`events`, newest first, with what the cloud said many times in a row said once; what people did stands alone."""
    told: list[Event] = []
    for (source, _what), run in groupby(events, key=lambda event: (event.source, event.what)):
        newest, *others = run
        fold = source in {"cloud", "warning"} and len(others) >= MANY_ALIKE
        told += [replace(newest, alike=tuple(others))] if fold else [newest, *others]
    return told


def of_order(order: Order) -> list[Event]:
    """Placing, sending, a person's word about a doubt, the end, and the decisions."""
    events = [_event(OrderState.PLACED, _("Order placed"), order.placed_at, by=str(order.placed_by))]
    if watch := getattr(order, "watch", None):
        # It was placed while nobody looked: what was agreed to, and when, is part of how it came about.
        days, wants = watch.expires_at, _(", ").join(dict.fromkeys(want["flavor"] for want in watch.wants))
        note = _("Until %(when)s, for %(what)s.") % {"when": date_format(days, "SHORT_DATETIME_FORMAT"), "what": wants}
        events = [
            _event(OrderState.PLACED, _("Watched"), watch.since, by=str(watch.by), note=note, digest=watch.digest),
            _event(OrderState.PLACED, _("On sale again, and placed by the watch"), order.placed_at),
        ]
    if order.first_sent_at:
        again = order.sends > 1
        note = _("Sent %(n)s times in all.") % {"n": order.sends} if again else ""
        events.append(_event(OrderState.SENDING, _("Sent to the cloud"), order.first_sent_at, note=note))
    if order.resolved_at:
        word = str(order.get_resolved_as_display())
        events.append(_event(OrderState.IN_DOUBT, _("Settled: %(word)s") % {"word": word}, order.resolved_at,
                             by=str(order.resolved_by)))  # fmt: skip
    ends = {
        OrderState.REFUSED: _("Refused by the cloud"),
        OrderState.WITHDRAWN: _("Taken back"),
        OrderState.HELD: _("Held"),
        OrderState.IN_DOUBT: _("Outcome unknown"),
    }
    state = OrderState(order.state)
    if state in ends:
        events.append(_event(state, ends[state], order.changed_at, note=order.trouble))
    if pool := getattr(order, "pool", None):
        # Their clock has whole seconds: nothing is accepted before it was sent.
        accepted = max(pool.created_abroad, order.first_sent_at or pool.created_abroad)
        events.append(_event(OrderState.ACCEPTED, _("Accepted by the cloud"), accepted))
    events += [event for decision in order.decisions.all() for event in _decision(decision)]
    events += [_reminder(str(one["kind"]), str(one["at"])) for one in order.reminders]
    return sorted(events, key=lambda event: event.at)


def of_pool(pool: Pool) -> list[Event]:
    """Everything of its order, and every phase as it was heard, deletions and the end."""
    accepted = _event(OrderState.ACCEPTED, _("Accepted by the cloud"), pool.created_abroad)
    events = of_order(pool.order) if pool.order else [accepted]
    for change in pool.phase_changes.all():
        shape = phase_shape(change.became)
        events.append(
            Event(
                kind="phase", value=change.became, shape=shape, what=change.became, at=change.heard_at,
                note=change.message, source="phase",
            )
        )  # fmt: skip
    adoption = getattr(pool, "adoption", None)
    # Not where the pool was another team's until its order was proved: their people are no concern of this one's.
    if adoption and adoption.team_id == pool.team_id:
        what = _("Adopted by %(team)s") % {"team": pool.team}
        events.append(_event(OrderState.ACCEPTED, what, adoption.at, by=str(adoption.by)))
    for deletion in pool.deletions.all():
        failed = deletion.state == ErrandState.FAILED
        what = _("Deletion failed") if failed else _("Deletion asked for")
        events.append(_event(ErrandState(deletion.state), what, deletion.at, by=str(deletion.by),
                             note=deletion.trouble))  # fmt: skip
    events += [event for resize in pool.resizes.all() for event in of_resize(resize)]
    events += [event for intervention in pool.interventions.all() for event in _intervention(intervention)]
    events += [event for refit in pool.refits.all() for event in of_refit(refit)]
    if pool.gone_at:
        what = _("Not found in the cloud any more")
        events.append(Event(kind="phase", value=GONE, shape=phase_shape(GONE), what=what, at=pool.gone_at,
                            source="phase"))  # fmt: skip
    return sorted(events, key=lambda event: event.at)


def _decision(decision: Decision) -> list[Event]:
    """A decision, and that it was undone if it was."""
    approved, state = decision.verdict == Decision.Verdict.APPROVED, ErrandState(decision.state)
    what = _("Approved") if approved else _("Changes requested") if decision.asked else _("Rejected")
    if state is ErrandState.FAILED:
        what = (
            _("Approved, but the cloud did not take it") if approved else _("Rejected, but the cloud did not take it")
        )
    bad = checking.overruled(decision)
    despite = _("In spite of: %(what)s.") % {"what": bad} if bad else ""
    note = " ".join(word for word in (decision.reason, despite, decision.trouble) if word)
    # A rejection that was carried out is no success: it wears the tone of what was not wanted.
    unwanted = not approved and state is ErrandState.DONE
    undone = state is ErrandState.WITHDRAWN
    mark = OrderState.WITHDRAWN if unwanted else ErrandState.RECORDED if undone else state
    events = [_event(mark, what, decision.at, by=str(decision.by), note=note, digest=decision.digest)]
    if undone:
        events.append(_event(state, _("Undone before it was sent"), decision.changed_at, by=str(decision.by)))
    return events


REMINDERS = {
    "day_1": gettext_lazy("Reminder: undecided for a day"),
    "day_3": gettext_lazy("Reminder: undecided for three days"),
    "day_6": gettext_lazy("Reminder: undecided for six days"),
    "needed": gettext_lazy("Reminder: it is needed soon"),
}


def _reminder(kind: str, at: str) -> Event:
    what = str(REMINDERS.get(kind, kind))
    return Event(kind="phase", value=Phase.WAITING, shape="hourglass", what=what, at=datetime.fromisoformat(at))


def of_refit(refit: Refit) -> list[Event]:
    """That other job types or drivers, or another try, were asked for, and what came of it."""
    state, note = ErrandState(refit.state), fitting.in_a_line(refit)
    asked = ErrandState.RECORDED if state is ErrandState.WITHDRAWN else state
    what = _("Another try asked for") if refit.retried else _("Job types and drivers asked for")
    events = [_event(asked, what, refit.at, by=str(refit.by), note=note)]
    if state is ErrandState.FAILED:
        failed = _("The other try failed") if refit.retried else _("Job types and drivers were not changed")
        events.append(_event(state, failed, refit.changed_at, note=refit.trouble))
    elif state is ErrandState.WITHDRAWN:
        back = _("Job types and drivers taken back")
        events.append(_event(state, back, refit.changed_at, by=str(refit.ended_by or "")))
    elif state is ErrandState.DONE:
        done = _("Another try begun by the cloud") if refit.retried else _("Job types and drivers taken by the cloud")
        events.append(_event(state, done, refit.changed_at))
    return events


def of_resize(resize: Resize) -> list[Event]:
    """That it was asked for and told of again, by whom it was approved, and that it came to nothing if it did."""
    state, note = ErrandState(resize.state), changing.in_a_line(resize)
    asked = ErrandState.RECORDED if state is ErrandState.WITHDRAWN else state
    events = [_event(asked, _("Resize asked for"), resize.at, by=str(resize.by), note=note)]
    events += [_reminder(str(one["kind"]), str(one["at"])) for one in resize.reminders]
    events += [event for told in resize.undone for event in _undone(told)]
    if resize.approved_at and (resize.approved_by_id != resize.by_id or resize.digest):
        events.append(_event(asked, _("Resize approved"), resize.approved_at, by=str(resize.approved_by),
                             note=resize.comment, digest=resize.digest))  # fmt: skip
    if resize.has_lapsed:
        events.append(_event(state, _("Resize lapsed"), resize.changed_at, note=resize.trouble))
    elif state is ErrandState.FAILED:
        events.append(_event(state, _("Resize failed"), resize.changed_at, note=resize.trouble))
    elif state is ErrandState.WITHDRAWN:
        what = _("Resize rejected") if resize.is_rejected else _("Resize taken back")
        digest = resize.digest if resize.is_rejected else ""
        events.append(_event(state, what, resize.changed_at, by=str(resize.ended_by or ""), note=resize.reason,
                             digest=digest))  # fmt: skip
    elif state is ErrandState.DONE:
        events.append(_event(state, _("Resize taken by the cloud"), resize.changed_at))
    return sorted(events, key=lambda event: event.at)


def _undone(told: dict[str, str]) -> list[Event]:
    """An approval that was undone before it was sent."""
    at, until = (datetime.fromisoformat(told[name]) for name in ("at", "until"))
    return [
        _event(ErrandState.RECORDED, _("Resize approved"), at, by=told["by"]),
        _event(ErrandState.WITHDRAWN, _("Undone before it was sent"), until, by=told["by"]),
    ]


def _intervention(intervention: Intervention) -> list[Event]:
    """That it was asked for, and that it came to nothing if it did."""
    state, note = ErrandState(intervention.state), deeds.in_a_line(intervention.nodes)
    asked = ErrandState.RECORDED if state is ErrandState.WITHDRAWN else state
    events = [_event(asked, deeds.was_asked(intervention), intervention.at, by=str(intervention.by), note=note)]
    if state is ErrandState.FAILED:
        events.append(_event(state, deeds.failure(intervention), intervention.changed_at, note=intervention.trouble))
    elif state is ErrandState.WITHDRAWN:
        who = str(intervention.ended_by or "")
        events.append(_event(state, _("Taken back before it was sent"), intervention.changed_at, by=who))
    return events


def _event(
    state: OrderState | ErrandState, what: str, at: datetime, *, by: str = "", note: str = "", digest: str = ""
) -> Event:
    shape = STATE_SHAPES[state] if isinstance(state, OrderState) else ERRAND_SHAPES[state]
    return Event(kind="state", value=state, shape=shape, what=what, at=at, by=by, note=note, digest=digest)
