"""The steps of an order, in their order, and how far each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.models import Draft
from console.wizard.checks import Examination
from console.wizard.flavor_forms import FlavorsForm, ZonesForm
from console.wizard.forms import BillingForm, LabelsForm, ReviewForm, StepForm, WorkloadForm
from console.wizard.node_forms import DisksForm, DriversForm

FORMS: list[tuple[str, type[StepForm]]] = [
    (form.step, form)
    for form in (
        LabelsForm,
        WorkloadForm,
        FlavorsForm,
        ZonesForm,
        DisksForm,
        DriversForm,
        BillingForm,
        ReviewForm,
    )
]
REVIEW = ReviewForm.step

TITLES: dict[str, tuple[Any, Any]] = {
    "labels": (_("Labels and owner"), _("What the pool is called, and whose it is.")),
    "workload": (_("Workload and network"), _("What it runs, and where it stands.")),
    "flavors": (_("Flavors"), _("What its nodes are made of, and how many there are.")),
    "zones": (_("Zones"), _("Where the nodes are placed.")),
    "disks": (_("Disks"), _("What every node can store.")),
    "drivers": (_("Drivers and tags"), _("What every node is given besides.")),
    "billing": (_("Billing"), _("How it is paid for.")),
    "review": (_("Review"), _("Everything that will be sent, before it is sent.")),
}

State = Literal["not-started", "done", "problems"]


@dataclass(frozen=True)
class StepLine:
    """One line of the list of steps."""

    name: str
    number: int
    title: Any
    url: str
    is_current: bool
    state: State
    problems: int = 0


def step_url(draft: Draft, step: str) -> str:
    return reverse("wizard", kwargs={"draft": draft.pk, "step": step})


def lines(examination: Examination, current: str) -> list[StepLine]:
    """Every step with its state: one that nobody typed into, or that is being begun, complains of nothing yet."""
    situation, found = examination.situation, []
    for number, (name, _form) in enumerate(FORMS, 1):
        problems = len(examination.blocking) if name == REVIEW and current == REVIEW else 0
        started = name in situation.steps and not (name == current and name in situation.begun)
        if started:
            problems = len(examination.blocking_at(name))
        state: State = "problems" if problems else "done" if started else "not-started"
        url = step_url(situation.draft, name)
        found.append(StepLine(name, number, TITLES[name][0], url, name == current, state, problems))
    return found
