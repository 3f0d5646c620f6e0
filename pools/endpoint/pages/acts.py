"""What is posted from the pages. Each says in a sentence what it did."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pools.endpoint import errors
from pools.endpoint.models import EndpointProject
from pools.endpoint.pages.doing import act
from pools.endpoint.pages.forms import Advance, Settings
from pools.endpoint.steering import faults as rules
from pools.endpoint.steering import identifying, logbook, stepping, telling, winding
from pools.endpoint.steering.stepping import Waiting
from pools.endpoint.steering.winding import Turn


@act("sandbox-project")
def turn(request: HttpRequest, project: EndpointProject) -> str:
    """Freeze the clock, let it run, or move it on."""
    match request.POST.get("do"):
        case "freeze":
            winding.freeze(project)
            return _("The clock stands.")
        case "run":
            winding.run(project)
            return _("The clock runs again, from where it stood.")
        case "in-step":
            winding.run(project, in_step=True)
            return _("The clock runs in step with real time.")
        case "next":
            return _moved(winding.advance(project))
        case _other:
            form = Advance(request.POST)
            if not form.is_valid():
                raise errors.bad_request(_("Say by how much: a whole number, at most ten years."))
            return _moved(winding.advance(project, by=form.by))


def _moved(done: Turn) -> str:
    if not done.seconds:
        return _("Nothing is to come: the clock was left where it is.")
    moved = _("The clock was moved on by %(time)s.") % {"time": telling.length(done.seconds)}
    if not done.happened:
        return moved
    first = done.happened[0]
    what = _("%(what)s went from %(was)s to %(phase)s.") % {
        "what": first.what,
        "was": first.was,
        "phase": first.phase or _("gone"),
    }
    more = len(done.happened) - 1
    rest = ngettext("%(n)d more changed.", "%(n)d more changed.", more) % {"n": more} if more else ""
    return " ".join(part for part in (moved, what, rest) if part)


@act("sandbox-project")
def choose(request: HttpRequest, project: EndpointProject) -> str:
    """The pace, and what identifiers are drawn from."""
    form = Settings(request.POST)
    if not form.is_valid():
        raise errors.bad_request(_("A pace of the list, and a seed of at most 64 characters, are expected."))
    winding.set_pace(project, form.pace)
    identifying.set_seed(project, form.cleaned_data["seed"] or None)
    return _("Saved. What is accepted from now on goes by it.")


@act("sandbox-project")
def step(request: HttpRequest, project: EndpointProject, pool: str) -> str:
    """Take one pool to its next phase."""
    waiting = request.POST.get("waiting", Waiting.STAY)
    if waiting not in list(Waiting):
        raise errors.bad_request(_("A waiting pool stays, is paid, or expires."))
    done = stepping.step(project, pool, waiting=Waiting(waiting), seen=request.POST.get("seen") or None)
    return f"{pool}: {telling.step(done)}"


@act("sandbox-faults")
def apply(request: HttpRequest, project: EndpointProject, rule: str) -> str:  # noqa: ARG001 - as every act
    """Have an armed rule hit."""
    applied = rules.apply(project, rule)
    return _("Applied: %(what)s.") % {"what": telling.rule(applied)}


@act("sandbox-faults")
def remove(request: HttpRequest, project: EndpointProject, rule: str) -> str:  # noqa: ARG001 - as every act
    """Take a rule away."""
    rules.remove(project, rule)
    return _("The rule is removed.")


@act("sandbox-faults")
def remove_all(request: HttpRequest, project: EndpointProject) -> str:  # noqa: ARG001 - as every act
    """Take every rule away."""
    gone = rules.remove_all(project)
    return ngettext("%(n)d rule is removed.", "%(n)d rules are removed.", gone) % {"n": gone}


@act("sandbox-calls")
def keep(request: HttpRequest, project: EndpointProject) -> str:
    """Begin or cease to remember calls, or forget them."""
    match request.POST.get("do"):
        case "begin":
            logbook.switch(project, on=True)
            return _("Calls are kept from now on, the last 200 of them.")
        case "cease":
            logbook.switch(project, on=False)
            return _("No more calls are kept. Those that are stay until the log is emptied.")
        case "empty":
            logbook.empty(project)
            return _("The log is empty.")
        case _other:
            raise errors.bad_request(_("The log begins, ceases or is emptied."))
