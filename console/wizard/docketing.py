"""What of a draft is ours alone and never sent: by when it is needed, whom to ask, who bears the cost, its ticket."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy

from console import describing
from console.wizard.assembly import Steps, one
from pools.dockets import Docket, Slip, read
from pools.models import Team

# The step at which each part is typed; the fields are named as the parts are.
AT: Final[Mapping[str, str]] = {
    "contact": "labels", "cost_centre": "labels", "needed_by": "billing", "ticket": "billing"
}  # fmt: skip
OVER: Final = gettext_lazy("This day is over. Choose another, or leave it empty.")


def docket_of(steps: Steps) -> Docket:
    """What was typed, without what cannot be kept."""
    return _read(steps)[0]


def problems(steps: Steps) -> Iterator[tuple[str, str, str]]:
    """Step, field and words of each part that cannot be kept as it was typed, or not be met any more."""
    docket, slips = _read(steps)
    for slip in slips:
        yield AT[slip.part], slip.part, describing.words_of(slip)
    if docket.needed_by and docket.needed_by < timezone.localdate():
        yield AT["needed_by"], "needed_by", str(OVER)


def _read(steps: Steps) -> tuple[Docket, list[Slip]]:
    return read(**{part: one(steps.get(step, {}), part) for part, step in AT.items()})


def lay(docket: Docket, steps: Steps, *, team: Team) -> None:
    """Write a docket into steps that are laid out, and what it does not say as the team has it by default."""
    docket = replace(docket, contact=docket.contact or team.contact, cost_centre=docket.cost_centre or team.cost_centre)
    day = docket.needed_by.isoformat() if docket.needed_by else ""
    typed = {"contact": docket.contact, "cost_centre": docket.cost_centre, "needed_by": day, "ticket": docket.ticket}
    for part, text in typed.items():
        if text:
            steps.setdefault(AT[part], {})[part] = [text]


def told(docket: Docket) -> dict[str, list[tuple[str, Any]]]:
    """Question and answer of each part, by the step where it is typed."""
    contact, cost_centre, needed_by, ticket = describing.docket(docket)
    return {"labels": [contact, cost_centre], "billing": [needed_by, ticket]}


def tag(added: Collection[str], steps: Steps, *, team: Team) -> None:
    """Give flavors that were added just now the tags of the team; where one panel stands for all, the first has it."""
    typed = {**steps.get("drivers", {})} or {"same": ["on"]}
    # One that comes back has what it had.
    fresh = [row for row in added if not any(name.startswith(f"{row}-") for name in typed)]
    if one(typed, "same"):
        fresh = [row for row in fresh if row == steps["flavors"]["row"][0]]
    if not team.tags or not fresh:
        return
    for row in fresh:
        typed[f"{row}-tag"] = [f"t{number}" for number in range(1, len(team.tags) + 1)]
        for number, kept in enumerate(team.tags, 1):
            typed |= {f"{row}-t{number}-key": [kept["key"]], f"{row}-t{number}-value": [kept["value"]]}
    steps["drivers"] = typed
