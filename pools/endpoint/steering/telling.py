"""Steering in words, for people and for programs: what happened, what a rule does, what is unusual and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pools.endpoint.models import FaultRule
from pools.endpoint.steering.stepping import By, Step, Why


def step(done: Step) -> str:
    """What became of the pool that was asked to go to its next phase."""
    if done.why is not None:
        return _stays(done)
    values = {"was": done.was or "", "phase": done.phase or ""}
    if done.paid:
        return _("Its order is paid: from %(was)s to %(phase)s.") % values
    how = {By.POOL: _("The pool alone is %(time)s older"), By.CLOCK: _("The clock is moved on by %(time)s")}[done.by]
    moved = how % {"time": length(done.seconds)}
    if done.phase is None:
        return _("%(moved)s: it was %(was)s and is gone.") % {"moved": moved, **values}
    return _("%(moved)s: from %(was)s to %(phase)s.") % {"moved": moved, **values}


def _stays(done: Step) -> str:
    values = {"phase": done.phase or "", "until": moment(done.until) if done.until else ""}
    words = {
        Why.WAITS: _(
            "It waits for its order to be paid, which somebody has to do. Unpaid, it fails when the order expires, at "
            "%(until)s. Say whether it shall be paid or expire."
        ),
        Why.UNPAYABLE: _("Its order cannot be paid: such is its fate. It can be cancelled, or expire at %(until)s."),
        Why.FOR_EVER: _("It is %(phase)s for ever: such is its fate. It can only be deleted."),
        Why.SETTLED: _("It is %(phase)s and stays so: nothing is to come unless somebody does something."),
        Why.UNDER_WAY: _("It is %(phase)s and stays so. What is under way has its next end at %(until)s."),
        Why.ALREADY: _("It is %(phase)s by now: somebody was faster. Nothing was moved."),
    }
    return words[done.why or Why.SETTLED] % values


def harm(rule: FaultRule) -> str:
    """What the rule does to a call."""
    before = rule.moment == FaultRule.Moment.BEFORE
    if rule.kind == FaultRule.Kind.DELAY:
        time = length(rule.seconds or 0.0)
        return (_("waits %(time)s before") if before else _("waits %(time)s after its effect")) % {"time": time}
    if rule.kind == FaultRule.Kind.DROP:
        return _("connection cut before any effect") if before else _("connection cut after its effect")
    status = f"{rule.status} {rule.code}".strip()
    if rule.retry_after is not None:
        status += f", Retry-After: {rule.retry_after}"
    return (_("answered %(status)s") if before else _("answered %(status)s after its effect")) % {"status": status}


def rule(one: FaultRule) -> str:
    """A rule in a sentence, without its end."""
    return f"{aim(one)}: {harm(one)}, {often(one)}"


def often(rule: FaultRule) -> str:
    """How many calls the rule hits."""
    if rule.probability is not None:
        return _("each with probability %(p)s") % {"p": f"{rule.probability:g}"}
    if rule.left is None:
        return _("every one")
    if rule.left == 0:
        return _("used up")
    return ngettext("the next one", "the next %(n)d", rule.left) % {"n": rule.left}


def aim(rule: FaultRule) -> str:
    """Which calls the rule hits."""
    called = rule.operation or _("Any call")
    return (
        _("%(call)s with “%(part)s” in its path") % {"call": called, "part": rule.path_part}
        if rule.path_part
        else called
    )


def length(seconds: float) -> str:
    """A while, in the largest unit that says it well."""
    for least, unit, word in ((172_800, 86_400, _("%s d")), (5400, 3600, _("%s h")), (120, 60, _("%s min"))):
        if round(seconds) >= least:
            return word % f"{seconds / unit:.1f}".removesuffix(".0")
    return _("%s s") % f"{seconds:.1f}".removesuffix(".0")


def ahead(by: timedelta) -> str:
    """How far the clock is from real time."""
    seconds = by.total_seconds()
    words = _("%(time)s ahead of real time") if seconds >= 0 else _("%(time)s behind real time")
    return words % {"time": length(abs(seconds))}


def moment(at: datetime) -> str:
    """A moment, as the API writes it."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
