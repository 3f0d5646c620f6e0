"""What an admin types when deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pools.approving import LONGEST_REASON
from pools.models import Decision

# What orders are rejected for most; the words are the reason, and go with what is typed.
CHIPS = {
    "too-large": gettext_lazy("Too large"),
    "wrong-flavor": gettext_lazy("Wrong flavor"),
    "no-budget": gettext_lazy("No budget"),
    "duplicate": gettext_lazy("There is one already"),
}


class Approval(forms.Form):
    """What an admin says along with a yes. In spite of a bad check it has to be said why."""

    reason = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Everybody in the team reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, typed: Mapping[str, Any] | None = None) -> None:
        super().__init__(typed, auto_id="approve_%s")  # the page has a second reason
        self.is_once_more = False

    def once_more(self) -> Approval:
        """It is in order, and shown once more before anything is done."""
        self.is_once_more = True
        return self

    @property
    def stands_open(self) -> bool:
        return self.is_once_more or bool(self.errors)

    def ask_why(self) -> None:
        """It was left out, and may not be."""
        self.add_error("reason", _("Not every check holds. Say why it is approved all the same."))


class Changes(forms.Form):
    """What is wanted otherwise, and how."""

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("What should change?"),
        required=False,
        choices=Decision.Part.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=gettext_lazy("How?"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("The person who ordered reads this beside the fields, and sends the order again."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, typed: QueryDict | None = None) -> None:
        super().__init__(typed, auto_id="change_%s")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("parts") and "parts" not in self.errors:
            self.add_error("parts", _("Choose at least one part: the wizard opens there."))
        if not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say how: the person who ordered needs to know what to change."))
        return cleaned


class Rejection(forms.Form):
    """A reason out of the usual ones, in one's own words, or both."""

    why_not: str | Promise = gettext_lazy("Say why: the person who ordered needs to know what to change.")
    chip = forms.ChoiceField(
        label=gettext_lazy("Usual reasons"),
        required=False,
        choices=[*CHIPS.items(), ("", gettext_lazy("Another reason"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=LONGEST_REASON - 100,
        help_text=gettext_lazy("The person who ordered reads this, and may mend the order and send it again."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("chip") and not cleaned.get("reason") and not self.errors:
            self.add_error("reason", str(self.why_not))
        return cleaned

    @property
    def reason_in_full(self) -> str:
        """What is kept: the usual reason in words, and what was typed."""
        chip, typed = self.cleaned_data.get("chip"), self.cleaned_data["reason"]
        usual = str(CHIPS[chip]) if chip else ""
        return _("%(usual)s: %(typed)s") % {"usual": usual, "typed": typed} if usual and typed else usual or typed


class Refusal(Rejection):
    """The same of more nodes, which nobody mends: they are asked for again."""

    why_not = gettext_lazy("Say why: the person who asked needs to know. Nothing was decided.")
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=LONGEST_REASON - 100,
        help_text=gettext_lazy("The person who asked reads this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
