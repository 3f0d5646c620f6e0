"""What an admin types when deciding."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pools.approving import LONGEST_REASON


class Rejection(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=LONGEST_REASON,
        help_text=_("The person who ordered reads this, and may mend the order and send it again."),
        error_messages={"required": _("Say why: the person who ordered needs to know what to change.")},
        widget=forms.Textarea(attrs={"rows": 4, "required": True}),
    )
