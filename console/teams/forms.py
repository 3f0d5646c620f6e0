"""What admins type about their team."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pools.models import Membership


class Enrolment(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("The name the person signs in with. People without an account are added by staff."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Membership.Role.MEMBER, _("Member: orders pools")),
            (Membership.Role.ADMIN, _("Admin: also decides")),
        ],
    )


class RoleChoice(forms.Form):
    role = forms.ChoiceField(choices=Membership.Role.choices)


class Wanted(forms.Form):
    """A setting of the team, on or off."""

    wanted = forms.BooleanField(required=False)
