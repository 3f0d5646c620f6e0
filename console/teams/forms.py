"""What admins type about their team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from console.describing import words_of
from pools.dockets import Docket, read
from pools.models import Membership, Team
from pools.wire.limits import unfit_tag

MOST_TAGS: Final = 20
TAG_WORDS: Final[Mapping[str, Any]] = {
    "key": _("A tag without a key: write key = value."),
    "prefix": _("No tag may begin as %(key)s does: the cloud keeps that for itself."),
    "repeated": _("The key %(key)s is given twice."),
    "long": _("The tag %(key)s is too long: a key has up to 128 characters, a value up to 255."),
    "unreadable": _("The tag %(key)s has characters that cannot be read."),
}


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


class Defaults(forms.Form):
    """What drafts of the team begin with. Tags are typed one to a line, as `key = value`."""

    contact = forms.CharField(
        label=_("Contact"),
        required=False,
        help_text=_("Whom to ask about the team’s pools."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    cost_centre = forms.CharField(
        label=_("Cost centre"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=8000,
        help_text=_("One to a line, as key = value. Every flavor that is added to a draft begins with them."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false", "autocomplete": "off"}),
    )

    @classmethod
    def of(cls, team: Team) -> Defaults:
        lines = "\n".join(f"{tag['key']} = {tag['value']}" for tag in team.tags)
        return cls(initial={"contact": team.contact, "cost_centre": team.cost_centre, "tags": lines})

    def clean_contact(self) -> str:
        return self._kept("contact")

    def clean_cost_centre(self) -> str:
        return self._kept("cost_centre")

    def _kept(self, part: str) -> str:
        text: str = self.cleaned_data[part]
        _docket, slips = read(**{"needed_by": "", "contact": "", "cost_centre": "", "ticket": "", part: text})
        for slip in slips:
            raise forms.ValidationError(words_of(slip))
        return text

    def clean_tags(self) -> list[tuple[str, str]]:
        lines = [line for line in self.cleaned_data["tags"].splitlines() if line.strip()]
        pairs = [(key.strip(), value.strip()) for key, _sep, value in (line.partition("=") for line in lines)]
        if len(pairs) > MOST_TAGS:
            raise forms.ValidationError(_("At most %(n)s tags.") % {"n": MOST_TAGS})
        for number, (key, value) in enumerate(pairs):
            case = unfit_tag(key, value, before=[earlier for earlier, _ in pairs[:number]])
            if case:
                raise forms.ValidationError(TAG_WORDS[case] % {"key": key[:60]})
        return pairs

    @property
    def docket(self) -> Docket:
        return Docket(contact=self.cleaned_data["contact"], cost_centre=self.cleaned_data["cost_centre"])


class Wanted(forms.Form):
    """A setting of the team, on or off."""

    wanted = forms.BooleanField(required=False)
