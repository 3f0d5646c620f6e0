"""What a connection test found, in words: what works, what is missing, and who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pools.models import Probe

Part, Outcome = Probe.Part, Probe.Outcome

WHAT_FOR: Final[Mapping[str, str | Promise]] = {
    Part.POOLS: gettext_lazy("The dashboard reads it."),
    Part.FLAVORS: gettext_lazy("The wizard offers what it lists."),
    Part.WORK_ORDERS: gettext_lazy("They tell what became of an order that is in doubt."),
    Part.BILLING: gettext_lazy("Approving and rejecting pay and cancel orders there."),
}
RIGHTS: Final[Mapping[str, str]] = {
    Part.POOLS: "modelarts:pool:list, modelarts:pool:get, modelarts:pool:create, modelarts:pool:delete",
    Part.FLAVORS: "modelarts:pool:list",
    Part.WORK_ORDERS: "modelarts:pool:list",
    Part.BILLING: "bss:order:view, bss:order:update, billing:order:pay",
}
# The account belongs to the billing centre's other site.
OTHER_SITE: Final = frozenset({"CBC.0150", "CBC.0156"})


@dataclass(frozen=True)
class Line:
    """One part of the test as the page shows it."""

    part: str
    name: str
    outcome: str
    word: str
    text: str
    said: str
    """The cloud's own words, with its code; empty where it said none."""


def lines(probe: Probe) -> list[Line]:
    """The findings in words; what an older version wrote and nobody knows any more is left out."""
    return [_line(finding) for finding in probe.findings if finding.get("part") in Part.values]


def summary(found: Iterable[Line]) -> str:
    missing = [line.name for line in found if line.outcome != Outcome.WORKS]
    if not missing:
        return _("Everything works.")
    return _("Does not work: %(parts)s.") % {"parts": ", ".join(missing)}


def _line(finding: Mapping[str, Any]) -> Line:
    part, outcome = Part(finding["part"]), finding.get("outcome")
    known = Outcome(outcome) if outcome in Outcome.values else Outcome.UNCLEAR
    code, message = str(finding.get("code") or ""), str(finding.get("message") or "")
    return Line(
        part=part.value,
        name=str(part.label),
        outcome=known.value,
        word=str(known.label),
        text=_text(part, known, code=code, count=finding.get("count")),
        said=f"{code}: {message}" if code and message else message or code,
    )


ADVICE: Final[Mapping[str, str | Promise]] = {
    Outcome.REFUSED: gettext_lazy(
        "These credentials are wrong, have ended, or are not for this project. Check the project ID; enter them again."
    ),
    Outcome.MISSING: gettext_lazy("The address answers, but not to this. Check the project ID and the address."),
    Outcome.THROTTLED: gettext_lazy("The cloud asks for a pause. Test again in a minute."),
    Outcome.UNREACHED: gettext_lazy("Nothing was heard. Check the address, and that this machine may reach it."),
    Outcome.UNCLEAR: gettext_lazy("Something answered that is not this service, or it has a fault. Check the address."),
    Outcome.UNSET: gettext_lazy("No billing address is set, so orders that wait for payment cannot be approved here."),
}


def _text(part: Probe.Part, outcome: Probe.Outcome, *, code: str, count: object) -> str:
    if outcome == Outcome.WORKS:
        return _counted(part, count) if isinstance(count, int) else str(WHAT_FOR[part])
    if outcome != Outcome.DENIED:
        return str(ADVICE[outcome])
    if code in OTHER_SITE:
        return _("The account belongs to the other billing site. Connect by addresses, and give that site's.")
    return _("The credentials are good, but lack a right: %(rights)s.") % {"rights": RIGHTS[part]}


def _counted(part: Probe.Part, count: int) -> str:
    if part == Part.POOLS:
        return ngettext("%(n)d pool is there.", "%(n)d pools are there.", count) % {"n": count}
    return ngettext("%(n)d flavor is offered.", "%(n)d flavors are offered.", count) % {"n": count}
