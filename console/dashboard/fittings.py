"""The form of a refit: job types, a driver for each kind of accelerator of the pool, how drivers are installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import fitting
from console.describing import job_word
from pools.models import Pool
from pools.wire import refitting
from pools.wire.enums import JobType, UpdateStrategy
from pools.wire.limits import Catalog
from pools.wire.numbers import by_numbers
from pools.wire.refitting import ACCELERATORS, Accelerator, Fitting


@dataclass(frozen=True)
class Box:
    """One job type: whether it is ticked, and why it cannot be, if it cannot."""

    value: str
    word: str
    is_ticked: bool
    why_not: str


class Fittings(forms.Form):
    """`wanted` is what was chosen, once it is valid. The catalog tells which versions there are."""

    seen = forms.CharField(widget=forms.HiddenInput)
    job_types = forms.MultipleChoiceField(
        label=gettext_lazy("Job types"),
        help_text=gettext_lazy("Only what you need: the components of each use part of the pool."),
        error_messages={"required": gettext_lazy("A pool keeps at least one job type.")},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, pool: Pool, known: Catalog, typed: Mapping[str, Any] | None = None) -> None:
        self.stands = refitting.fitting(pool.document) or Fitting()
        here = self.stands.job_types or ()
        super().__init__(typed, initial={"seen": refitting.print_of(self.stands), "job_types": list(here)})
        self._names = refitting.in_order({*here, *JobType}, before=here)
        self.fields["job_types"].choices = [(one, job_word(one)) for one in self._names]  # type: ignore[attr-defined]
        self._unsupported = _unsupported(pool, known)
        for kind, version in self.stands.versions.items():
            self._driver(kind, version, known)
        if self.stands.versions:
            self.fields["strategy"] = forms.ChoiceField(
                label=_("How drivers are installed"),
                choices=[(one.value, f"{one.value} · {_(one.meaning)}") for one in reversed(UpdateStrategy)],
                initial=self.stands.strategy or UpdateStrategy.IDLE,
                widget=forms.RadioSelect,
            )

    def _driver(self, kind: Accelerator, version: str, known: Catalog) -> None:
        offered = getattr(known.drivers, kind, None)
        others = sorted(offered or (), key=by_numbers, reverse=True)
        now = (version, _("%(version)s, as now") % {"version": version})
        self.fields[kind] = forms.ChoiceField(
            label=str(fitting.DRIVERS[kind]),
            choices=[now, *((one, one) for one in others if one != version)],
            initial=version,
            help_text="" if offered is not None else _("What other versions there are was not read yet."),
        )

    @property
    def boxes(self) -> list[Box]:
        ticked = self["job_types"].value() or []
        return [
            Box(one, job_word(one), one in ticked, "" if one in ticked else self._unsupported.get(one, ""))
            for one in self._names
        ]

    @property
    def drivers(self) -> list[forms.BoundField]:
        return [self[kind] for kind in ACCELERATORS if kind in self.fields]

    @property
    def wanted(self) -> Fitting:
        chosen = self.cleaned_data
        return Fitting(
            job_types=refitting.in_order(chosen["job_types"], before=self.stands.job_types or ()),
            gpu=chosen.get("gpu"),
            npu=chosen.get("npu"),
            strategy=chosen.get("strategy"),
        )


def _unsupported(pool: Pool, known: Catalog) -> dict[str, str]:
    """Why a job type that the pool does not have cannot be added, by job type: a flavor of its does not support it."""
    spec = pool.document.get("spec")
    entries = spec.get("resources") if isinstance(spec, dict) else None
    flavors = [one.get("flavor") for one in (entries if isinstance(entries, list) else []) if isinstance(one, dict)]
    found = {}
    for flavor in flavors:
        offer = (known.flavors or {}).get(str(flavor))
        for one in JobType if offer and offer.scopes else ():
            if offer and offer.scopes and one not in offer.scopes:
                found[one.value] = _("%(flavor)s does not support it") % {"flavor": flavor}
    return found
