"""A network made from within the wizard: a small form in the step, the act behind its button, and what became of it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from console.models import Draft
from console.wizard.assembly import Place, Typed, one
from console.wizard.mending import Mend
from console.wizard.situation import Situation
from console.wizard.storage import steps_of
from pools import checking, founding
from pools.models import Founding, User
from pools.states import ErrandState
from pools.wire.enums import NetworkPhase
from pools.wire.ranges import SMALLEST, free_range, overlaps

MAKE: Final = "network:"  # the button
NAME, RANGE = "new-network-name", "new-network-cidr"

# Names and ranges.
Networks = list[tuple[str, str]]

_UNFIT: dict[str, tuple[str, Any]] = {
    "name": (
        "name",
        _("Write 4 to 32 lowercase letters, digits and hyphens; begin with a letter, and do not end with a hyphen."),
    ),
    "range": (
        "cidr",
        _(
            "Write a private range with its length, such as 192.168.0.0/17: in 10.0.0.0/8, 172.16.0.0/12 or "
            "192.168.0.0/16, not smaller than /%(smallest)s."
        ),
    ),
    "workspace": ("name", _("The workspace of the order is none of the project’s. Choose it anew first.")),
}


class NetworkForm(forms.Form):
    """Stands within the step's own form. What is typed into it stays in the draft until it is asked for.

    `notes` and `mends` are as those of a step.
    """

    prefix = "new-network"

    name = forms.CharField(
        label=_("Name of the network"),
        required=False,
        help_text=_("4 to 32 lowercase letters, digits and hyphens."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off", "maxlength": 64}),
    )
    cidr = forms.CharField(
        label=_("Address range"),
        required=False,
        help_text=_("Cannot be changed later. What is proposed overlaps no network of the project."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off", "maxlength": 32, "size": 18}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes: dict[str, list[str]] = {}
        self.mends: dict[str, list[Mend]] = {}
        self.is_begun = self.is_bound

    @classmethod
    def of(cls, situation: Situation, typed: Typed) -> NetworkForm:
        """With what was typed before; with what was asked for in vain; with a range that is free."""
        asked = situation.founding
        failed = asked if asked and asked.state == ErrandState.FAILED else None
        name, cidr, free = one(typed, NAME), one(typed, RANGE), free_for(situation)
        initial = {
            "name": name or (failed.name if failed else ""),
            "cidr": cidr or (failed.cidr if failed else free),
        }
        form = cls(initial=initial)
        form.is_begun = bool(name) or cidr not in {"", free}
        if overlapped := overlapped_by(situation, initial["cidr"]):
            form.warn(overlapped, free)
        return form

    def tell(self, field: str, words: str) -> None:
        """Say what is wrong beside the field, and lead there."""
        self.add_error(field, words)
        self.lead_to(field)

    def lead_to(self, field: str) -> None:
        self.fields[field].widget.attrs |= {"data-focus-first": True}

    def warn(self, overlapped: Networks, free: str) -> None:
        """Say beside the range what it overlaps, and offer one that does not."""
        self.notes["cidr"] = [overlap_words(overlapped)]
        self.mends["cidr"] = list(mends_of_overlap(free))

    def ask_whether_meant(self, overlapped: Networks, free: str) -> None:
        """Have it ticked that just these may be overlapped."""
        self.warn(overlapped, free)
        self.fields["overlap"] = forms.BooleanField(
            label=_("Create it all the same"),
            required=False,
            widget=forms.CheckboxInput(attrs={"value": _names(overlapped), "data-focus-first": True}),
        )
        # Of others than these nobody has read yet.
        self.data = {name: self.data[name] for name in self.data if name != self.add_prefix("overlap")}


def free_for(situation: Situation) -> str:
    """The range that is proposed."""
    return free_range(offer.cidr for offer in situation.offers.networks)


def overlapped_by(situation: Situation, cidr: str) -> Networks:
    """The networks of the catalog that a range overlaps."""
    return [(offer.title, offer.cidr) for offer in situation.offers.networks if overlaps(cidr, offer.cidr)]


def overlap_words(overlapped: Networks) -> str:
    named = now(", ").join(f"{name} ({cidr})" for name, cidr in overlapped)
    return now("This overlaps %(networks)s. Networks that overlap can never be connected with each other.") % {
        "networks": named
    }


def mends_of_overlap(free: str) -> tuple[Mend, ...]:
    return (Mend(Place("workload", RANGE), free, now("Use %(value)s") % {"value": free}),)


def _names(overlapped: Networks) -> str:
    return ",".join(name for name, _cidr in overlapped)


def leave_behind(typed: Typed, situation: Situation) -> None:
    """A range that was proposed and not touched is nobody's typing, as long as no name stands beside it."""
    if not one(typed, NAME) and one(typed, RANGE) == free_for(situation):
        typed.pop(RANGE, None)
    for name in (NAME, RANGE):
        if not one(typed, name):
            typed.pop(name, None)


def ask(form: NetworkForm, situation: Situation, *, by: User) -> Founding | None:
    """Ask for what the form says; None, and the reason beside its field, where it cannot be had."""
    form.full_clean()
    name, cidr = (str(form.cleaned_data.get(key, "")).strip() for key in ("name", "cidr"))
    draft = situation.draft
    workspace = one(situation.steps.get("labels", {}), "workspace") or "0"
    understood = str(form.data.get(form.add_prefix("overlap"), "")).split(",")
    try:
        return founding.ask_for(
            draft.project, team=draft.team, by=by, draft=draft.pk, name=name, cidr=cidr, workspace_id=workspace,
            understood=understood,
        )  # fmt: skip
    except founding.Unfit as unfit:
        field, words = _UNFIT[unfit.part]
        form.tell(field, str(words) % {"smallest": SMALLEST})
    except founding.NameTaken:
        form.tell("name", now("The project has a network %(name)s already. Choose another name.") % {"name": name})
    except founding.IdTaken:
        form.tell("name", now("The cloud would give it another network’s ID. Choose a name that begins otherwise."))
    except founding.NoRoom:
        form.tell("name", now("The project may have no more networks. Choose one that is there."))
    except founding.Overlapping as trouble:
        form.ask_whether_meant(trouble.networks, free_for(situation))
    return None


def choose(asked: Founding, typed: Typed) -> None:
    """The order stands in the network that was asked for; nothing of it is left to be typed."""
    typed["network"] = [checking.network_id(asked)]
    for name in (NAME, RANGE):
        typed.pop(name, None)


def is_asked_twice(typed: Typed, draft: Draft) -> bool:
    """Whether the same page was sent before, as by a double click: the network is asked for, and all else is saved."""
    asked = founding.asked_before(
        draft.project, draft=draft.pk, name=one(typed, NAME), cidr=one(typed, RANGE)
    )  # fmt: skip
    if asked is None:
        return False
    became = {name: values for name, values in typed.items() if one(typed, name)}
    choose(asked, became)
    saved = steps_of(draft).get("workload", {})
    return became == {name: values for name, values in saved.items() if one(saved, name)}


def awaited(situation: Situation) -> Founding | None:
    """What was asked for from this draft, while it is not ready: nobody has to ask again whether it is."""
    asked = situation.founding
    if asked is None or asked.is_under_way:
        return asked
    offer = next((offer for offer in situation.offers.networks if offer.name == asked.network_id), None)
    ready = offer is not None and offer.phase not in {"", NetworkPhase.CREATING}
    return asked if asked.is_fresh and not ready else None


def beside(situation: Situation) -> dict[str, Any]:
    """What the step shows around its choice of networks."""
    return {"asked": situation.founding, "awaited": awaited(situation)}
