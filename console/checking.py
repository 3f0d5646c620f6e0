"""Checks in words: what an order rests on, how that stands, and how old it is. What they find is `pools.checking`'s.

Rooms of the face share this: the desk shows them before somebody decides, and every trail what they were when one did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pools.checking import Check, Question, Result
from pools.models import Decision, Resize

SHAPES: Final[Mapping[Result, str]] = {"good": "tick", "bad": "triangle", "unknown": "dashed"}
QUESTIONS: Final[Mapping[str, str | Promise]] = {
    Question.WAITS: gettext_lazy("Waits in the cloud"),
    Question.AS_ORDERED: gettext_lazy("The cloud has what was ordered"),
    Question.NAME: gettext_lazy("The name is its own"),
    Question.QUOTA: gettext_lazy("The quota of pools holds"),
    Question.STOCK: gettext_lazy("%(flavor)s on sale"),
    Question.NETWORK: gettext_lazy("Network Active"),
    Question.RUNS: gettext_lazy("It can be resized"),
    Question.UNCHANGED: gettext_lazy("Nodes as when it was asked for"),
    Question.STAYS: gettext_lazy("It is to stay"),
}
CASES: Final[Mapping[tuple[str, str], str | Promise]] = {
    (Question.WAITS, "phase"): gettext_lazy("the pool is %(phase)s"),
    (Question.WAITS, "gone"): gettext_lazy("the pool does not exist any more"),
    (Question.AS_ORDERED, "untold"): gettext_lazy("it has not told yet"),
    (Question.AS_ORDERED, "same"): gettext_lazy("word for word"),
    (Question.AS_ORDERED, "other"): gettext_lazy("no: see what changes"),
    (Question.NAME, "own"): gettext_lazy("no other pool of the project is called %(name)s"),
    (Question.NAME, "shared"): gettext_lazy("another pool of the project is called %(name)s"),
    (Question.NAME, "unread"): gettext_lazy("could not be checked: the pools were not read yet"),
    (Question.QUOTA, "room"): gettext_lazy("%(used)s of %(most)s in use, this one counted"),
    (Question.QUOTA, "room_with_more"): gettext_lazy(
        "%(used)s of %(most)s in use, this one counted; on their way: %(coming)s"
    ),
    (Question.QUOTA, "exceeded"): gettext_lazy("%(used)s pools, this one counted, and %(most)s are allowed"),
    (Question.QUOTA, "unread"): gettext_lazy("could not be checked: the quotas were not read yet"),
    (Question.STOCK, "on_sale"): gettext_lazy("yes"),
    (Question.STOCK, "not_offered"): gettext_lazy("no flavor of this name is offered"),
    (Question.STOCK, "sold_out"): gettext_lazy("sold out in every zone"),
    (Question.STOCK, "zone_sold_out"): gettext_lazy("sold out in %(zones)s"),
    (Question.STOCK, "unread"): gettext_lazy("could not be checked: the flavors were not read yet"),
    (Question.RUNS, "phase"): gettext_lazy("the pool is %(phase)s"),
    (Question.RUNS, "gone"): gettext_lazy("the pool does not exist any more"),
    (Question.UNCHANGED, "same"): gettext_lazy("%(nodes)s in all"),
    (Question.UNCHANGED, "other"): gettext_lazy("by now other ones, %(nodes)s in all"),
    (Question.UNCHANGED, "untold"): gettext_lazy("the cloud did not tell what nodes it is to have"),
    (Question.STAYS, "stays"): gettext_lazy("no deletion is asked for"),
    (Question.STAYS, "leaving"): gettext_lazy("its deletion was asked for"),
    (Question.NETWORK, "phase"): "%(phase)s",
    (Question.NETWORK, "missing"): gettext_lazy("there is no such network"),
    (Question.NETWORK, "unnamed"): gettext_lazy("none is named"),
    (Question.NETWORK, "unread"): gettext_lazy("could not be checked: the networks were not read yet"),
}
FAILED: Final = gettext_lazy("could not be checked: the last reading failed")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One check as people read it. `key` is what having seen it answers."""

    what: str
    result: Result
    says: str
    key: str
    read_at: datetime | None = None

    @property
    def shape(self) -> str:
        return SHAPES[self.result]


def in_words(found: Iterable[Check]) -> list[Line]:
    return [_line(check) for check in found]


def _line(check: Check) -> Line:
    values = _spoken(check.values)
    what = str(QUESTIONS.get(check.question, check.question)) % values
    case = FAILED if check.case == "failed" else CASES.get((check.question, check.case), check.case)
    return Line(what=what, result=check.result, says=str(case) % values, key=check.key, read_at=check.read_at)


def _spoken(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as a sentence holds them; a phase that was not told is no word to say."""
    said = {name: _(", ").join(map(str, value)) if isinstance(value, list) else value for name, value in values.items()}
    return said | {"phase": said.get("phase") or _("not told")}


def when_decided(decision: Decision | Resize) -> list[Line]:
    """What was checked when somebody decided; nothing of decisions that are older than checks."""
    return in_words(found for kept in decision.checks or () if (found := Check.read(kept)))


def overruled(decision: Decision) -> str:
    """What was bad and was approved all the same, in one line; empty where nothing was."""
    bad = [
        _("%(what)s: %(says)s") % {"what": line.what, "says": line.says}
        for line in when_decided(decision)
        if line.result == "bad"
    ]
    return _("; ").join(bad)
