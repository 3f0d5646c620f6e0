"""What a connection test found, in words: what works, what is missing, and who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pools.models import Probe, mishaps

Part, Outcome = Probe.Part, Probe.Outcome

WHAT_FOR: Final[Mapping[str, str | Promise]] = {
    Part.POOLS: gettext_lazy("The dashboard reads it."),
    Part.FLAVORS: gettext_lazy("The wizard offers what it lists."),
    Part.NETWORKS: gettext_lazy("The wizard offers what it lists."),
    Part.WORK_ORDERS: gettext_lazy("They tell what became of an order that is in doubt."),
    Part.BILLING: gettext_lazy("Approving and rejecting pay and cancel orders there."),
}
RIGHTS: Final[Mapping[str, str]] = {
    Part.POOLS: ", ".join(f"modelarts:pool:{act}" for act in ("list", "get", "create", "update", "delete")),
    Part.FLAVORS: "modelarts:pool:list",
    Part.NETWORKS: "modelarts:network:list",
    Part.WORK_ORDERS: "modelarts:pool:list",
    Part.BILLING: "bss:order:view, bss:order:update, billing:order:pay",
}
# The account belongs to the billing centre's other site.
OTHER_SITE: Final = frozenset({"CBC.0150", "CBC.0156"})
# Signatures hold for 15 minutes on either side; in seconds, with room for a slow line.
CLOCKS_DIFFER: Final = 600


@dataclass(frozen=True)
class Line:
    """One part of the test as the page shows it."""

    part: str
    name: str
    outcome: str
    word: str
    text: str
    """Empty where it would only repeat the line before."""
    said: str
    """The cloud's own words, with its code; empty where it said none."""


def lines(probe: Probe) -> list[Line]:
    """The findings in words; what an older version wrote and nobody knows any more is left out.

    Where one reason explains several parts in a row, it is told at the first of them.
    """
    found = [_line(finding) for finding in probe.findings if finding.get("part") in Part.values]
    repeated = [(one.text, one.said) == (before.text, before.said) for before, one in pairwise(found)]
    return [
        replace(one, text="", said="") if again else one for one, again in zip(found, [False, *repeated], strict=False)
    ]


def summary(found: Iterable[Line]) -> str:
    missing = [line.name for line in found if line.outcome != Outcome.WORKS]
    if not missing:
        return _("Everything works.")
    return _("Does not work: %(parts)s.") % {"parts": _(", ").join(missing)}


def _line(finding: Mapping[str, Any]) -> Line:
    part, outcome = Part(finding["part"]), finding.get("outcome")
    known = Outcome(outcome) if outcome in Outcome.values else Outcome.UNCLEAR
    code, message = str(finding.get("code") or ""), mishaps.said(str(finding.get("message") or ""))
    return Line(
        part=part.value,
        name=str(part.label),
        outcome=known.value,
        word=str(known.label),
        text=_off_by(finding.get("clock_skew"), known) or _text(part, known, code=code, count=finding.get("count")),
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
        return _(
            "The account belongs to the other billing site. Edit the project, choose addresses of your own, and give"
            " that site's."
        )
    return _("The credentials are good, but lack a right: %(rights)s.") % {"rights": RIGHTS[part]}


def _off_by(skew: object, outcome: Probe.Outcome) -> str:
    """What to say where the clocks alone explain a refusal, else nothing."""
    if outcome != Outcome.REFUSED or not isinstance(skew, int | float) or abs(skew) < CLOCKS_DIFFER:
        return ""
    minutes = {"n": round(abs(skew) / 60)}
    if skew > 0:
        return (
            _("This machine's clock is %(n)d minutes behind the cloud's, and signatures hold for 15. Set it.") % minutes
        )
    return (
        _("This machine's clock is %(n)d minutes ahead of the cloud's, and signatures hold for 15. Set it.") % minutes
    )


NONE: Final[Mapping[str, str | Promise]] = {
    Part.POOLS: gettext_lazy("None is there yet."),
    Part.FLAVORS: gettext_lazy("None is offered to this project."),
    Part.NETWORKS: gettext_lazy("None is there yet, and an order needs one."),
}


def _counted(part: Probe.Part, count: int) -> str:
    if count == 0 and part in NONE:
        return str(NONE[part])
    if part == Part.POOLS:
        return ngettext("%(n)d pool is there.", "%(n)d pools are there.", count) % {"n": count}
    if part == Part.NETWORKS:
        return ngettext("%(n)d network is there.", "%(n)d networks are there.", count) % {"n": count}
    return ngettext("%(n)d flavor is offered.", "%(n)d flavors are offered.", count) % {"n": count}
