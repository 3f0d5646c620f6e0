"""A network made from within the wizard: a small form in the step, the act behind its button, and what became of it."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from console.wizard.assembly import one
from console.wizard.situation import Situation
from pools import founding
from pools.models import Founding, User
from pools.states import ErrandState
from pools.wire import naming
from pools.wire.enums import NetworkPhase
from pools.wire.ranges import SMALLEST, free_range

MAKE: Final = "network:"  # the button
ANCHOR: Final = "new-network"

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
    """Stands within the step's own form: its fields are nobody's typing at the step, and in no draft."""

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

    @classmethod
    def of(cls, situation: Situation) -> NetworkForm:
        """With a range that is free; with what was asked for before, where that came to nothing."""
        asked = situation.founding
        failed = asked if asked and asked.state == ErrandState.FAILED else None
        free = free_range(offer.cidr for offer in situation.offers.networks)
        return cls(initial={"name": failed.name if failed else "", "cidr": failed.cidr if failed else free})

    def tell(self, field: str, words: str) -> None:
        """Say what is wrong beside the field, and lead there."""
        self.add_error(field, words)
        self.fields[field].widget.attrs |= {"data-focus-first": True}


def ask(form: NetworkForm, situation: Situation, *, by: User) -> Founding | None:
    """Ask for what the form says; None, and the reason beside its field, where it cannot be had."""
    form.full_clean()
    name, cidr = (str(form.cleaned_data.get(key, "")).strip() for key in ("name", "cidr"))
    draft = situation.draft
    workspace = one(situation.steps.get("labels", {}), "workspace") or "0"
    try:
        return founding.ask_for(
            draft.project, team=draft.team, by=by, draft=draft.pk, name=name, cidr=cidr, workspace_id=workspace
        )
    except founding.Unfit as unfit:
        field, words = _UNFIT[unfit.part]
        form.tell(field, str(words) % {"smallest": SMALLEST})
    except founding.NameTaken:
        form.tell("name", now("The project has a network %(name)s already. Choose another name.") % {"name": name})
    except founding.IdTaken:
        form.tell("name", now("The cloud would give it another network’s ID. Choose a name that begins otherwise."))
    except founding.NoRoom:
        form.tell("name", now("The project may have no more networks. Choose one that is there."))
    return None


def expected_id(asked: Founding) -> str:
    """The identifier of the network as the cloud told it, or as it will by its convention."""
    return asked.network_id or naming.pool_id(asked.name, asked.project.project_id)


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
