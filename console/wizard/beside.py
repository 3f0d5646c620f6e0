"""What stands beside the fields of a step: the same for the page and for the script that keeps it up to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console import viewing
from console.wizard import drawing, steps
from console.wizard.checks import Examination, Problem
from console.wizard.costing import cost_of
from console.wizard.forms import StepForm
from console.wizard.node_forms import DisksForm
from console.wizard.quotas import quota_of
from console.wizard.situation import Situation
from console.wizard.summary import Summary
from pools import queries


def around(situation: Situation, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the order meets outside of itself: the quota, who decides it, how long such ones take, what its nodes cost;
    and its code.
    """
    deciders = queries.deciders_for(situation.draft.team, placed_by_id=situation.user.pk)
    is_counted = Summary(situation, document).nodes is not None
    takes = queries.creation_takes(situation.draft.project, document) if is_counted else None
    forms = viewing.addresses("draft-as", draft=situation.draft.pk)
    cost = cost_of(situation, document)
    return {"quota": quota_of(situation), "deciders": deciders, "takes": takes, "cost": cost, "forms": forms}


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
        **around(situation, document),
        "nodes": drawing.nodes(situation, document, form.shown()) if isinstance(form, DisksForm) else [],
        "blocking": [problem for problem in problems if problem.severity == "block"],
        "warnings": [problem for problem in problems if problem.severity == "warn"],
    }


def tell(form: StepForm, problems: list[Problem]) -> None:
    """Set every problem beside its field."""
    form.full_clean()
    for problem in problems:
        if problem.field not in form.fields:
            continue
        form.mends.setdefault(problem.field, []).extend(problem.mends)
        if problem.severity == "block":
            form.add_error(problem.field, problem.text)
        else:
            words = form.hints if problem.severity == "note" else form.notes
            words.setdefault(problem.field, []).append(problem.text)
