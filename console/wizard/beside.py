"""What stands beside the fields of a step: the same for the page and for the script that keeps it up to date."""

from __future__ import annotations

from typing import Any

from console.wizard import drawing, steps
from console.wizard.checks import Examination
from console.wizard.forms import StepForm
from console.wizard.node_forms import DisksForm
from console.wizard.quotas import quota_of
from console.wizard.situation import Situation
from console.wizard.summary import Summary
from pools import queries


def around(situation: Situation) -> dict[str, Any]:
    """What the order meets outside of itself: the project's quota, and who will decide it."""
    deciders = queries.deciders_for(situation.draft.team, placed_by_id=situation.user.pk)
    return {"quota": quota_of(situation), "deciders": deciders}


def beside(form: StepForm, examination: Examination, *, told: bool) -> dict[str, Any]:
    """Steps, problems, summary and drawings. `told`: the step was left before, so its problems are summed up."""
    situation, document = examination.situation, examination.assembly.document
    problems = examination.at(form.step) if told else []
    return {
        "draft": situation.draft,
        "form": form,
        "step": form.step,
        "lines": steps.lines(examination, form.step),
        "summary": Summary(situation, document),
        "offers": situation.offers,
        **around(situation),
        "nodes": drawing.nodes(situation, document, form.shown()) if isinstance(form, DisksForm) else [],
        "blocking": [problem for problem in problems if problem.severity == "block"],
        "warnings": [problem for problem in problems if problem.severity == "warn"],
    }
