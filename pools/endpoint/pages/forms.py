"""What staff type on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import ValidationError

from pools.endpoint.models import EndpointProject, FaultRule
from pools.endpoint.scenario import Pace
from pools.endpoint.steering import calls, crowding, winding
from pools.endpoint.steering.seeding import Seed
from pools.endpoint.views.steering.shapes_of_calls import LONGEST_DELAY, Arming

NUMBER = forms.NumberInput(attrs={"inputmode": "numeric"})
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
UNITS = {"seconds": _("seconds"), "minutes": _("minutes"), "hours": _("hours"), "days": _("days")}
PACES = {
    Pace.INSTANT: _("instant: at once"),
    Pace.QUICK: _("quick: a pool in 15 seconds"),
    Pace.DEMO: _("demo: a pool in 45 seconds"),
    Pace.REAL: _("real: a pool in 20 minutes"),
}
SEEDS = {
    Seed.DEMO: _("A team's project in the middle of a week: eight pools, one of them just being made"),
    Seed.EVERY_PHASE: _("A pool in every phase there is"),
    Seed.LARGE: _("A crowd, most of them running"),
    Seed.EMPTY: _("Nothing but flavors, networks and workspaces"),
}
MINUTES = {1: _("1 minute"), 10: _("10 minutes"), 60: _("1 hour"), 480: _("8 hours"), 1440: _("1 day")}


class Advance(forms.Form):
    amount = forms.IntegerField(
        label=pgettext_lazy("amount", "By"),
        min_value=1,
        max_value=10**9,
        initial=10,
        widget=NUMBER,
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=[*UNITS.items()], initial="minutes")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "amount" in cleaned and "unit" in cleaned and self._seconds() > winding.FARTHEST.total_seconds():
            raise forms.ValidationError(_("Say by how much: a whole number, at most ten years."))
        return cleaned

    def _seconds(self) -> int:
        amount: int = self.cleaned_data["amount"]
        return amount * {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[self.cleaned_data["unit"]]

    @property
    def by(self) -> timedelta:
        return timedelta(seconds=self._seconds())


class Settings(forms.Form):
    """How a project is set up: it stays so over a reset."""

    choice = forms.ChoiceField(label=_("Pace"), required=False)
    seed = forms.CharField(
        label=_("Identifiers from a seed"),
        required=False,
        max_length=64,
        help_text=_("The same calls then make up the same names, IDs and order numbers. Empty: by chance."),
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        usual = _("as the setting says: %(pace)s")
        first = lazystr(usual % {"pace": settings.ENDPOINT_PACE})
        self.fields["choice"] = forms.ChoiceField(
            label=_("Pace"),
            required=False,
            choices=[("", first), *PACES.items()],
            help_text=_("Of what is accepted from now on; what is hosted keeps its own."),
        )

    @classmethod
    def of(cls, project: EndpointProject) -> Settings:
        """The form, showing how the project is set up."""
        return cls(initial={"choice": project.pace, "seed": project.ids_seed})

    @property
    def pace(self) -> Pace | None:
        chosen: str = self.cleaned_data["choice"]
        return Pace(chosen) if chosen else None


class Confirmed(forms.Form):
    """Something that is lost for good: the project's name has to be typed."""

    typed = forms.CharField(
        label=_("Type the project's name to confirm"), max_length=64, widget=forms.TextInput(attrs=PLAIN)
    )

    def __init__(self, *args: Any, project: EndpointProject, lost: int, **how: Any) -> None:
        super().__init__(*args, **how)
        self.project = project
        if lost:
            self.fields["typed"].help_text = _("Its name is %(name)s") % {"name": project.name}
        else:
            del self.fields["typed"]

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed != self.project.name:
            raise forms.ValidationError(
                _("This is not the project's name. Type %(name)s exactly.") % {"name": self.project.name}
            )
        return typed


class Fill(Confirmed):
    seed = forms.ChoiceField(
        label=_("With what"), choices=[*SEEDS.items()], initial=Seed.DEMO, widget=forms.RadioSelect
    )
    pools = forms.IntegerField(
        label=_("How many pools"),
        min_value=1,
        max_value=crowding.MOST,
        initial=crowding.USUAL,
        required=False,
        help_text=_("For the crowd; ten thousand take a few seconds."),
        widget=NUMBER,
    )
    field_order = ["seed", "pools", "typed"]


class Rule(forms.Form):
    """A fault rule as it is typed. What it may be is `Arming`'s to say."""

    operation = forms.ChoiceField(label=_("Which calls"), required=False)
    path_part = forms.CharField(
        label=_("Whose path holds"),
        required=False,
        max_length=200,
        help_text=_("Such as the name of a pool."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    kind = forms.ChoiceField(
        label=_("What happens to them"),
        choices=[
            (FaultRule.Kind.STATUS.value, _("Another answer")),
            (FaultRule.Kind.DROP.value, _("The connection is cut")),
            (FaultRule.Kind.DELAY.value, _("The answer is late")),
        ],
        initial=FaultRule.Kind.STATUS.value,
        widget=forms.RadioSelect,
    )
    status = forms.IntegerField(label=_("HTTP status"), required=False, initial=503, min_value=400, max_value=599)
    code = forms.CharField(
        label=_("Error code"),
        required=False,
        max_length=64,
        help_text=_("Empty: one that suits the status."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    retry_after = forms.IntegerField(label=_("Retry-After, seconds"), required=False, min_value=0, max_value=86_400)
    seconds = forms.FloatField(label=_("Seconds"), required=False, initial=5, min_value=0.001, max_value=LONGEST_DELAY)
    moment = forms.ChoiceField(
        label=_("When"),
        choices=[
            (FaultRule.Moment.BEFORE.value, _("Before the call has any effect")),
            (FaultRule.Moment.AFTER.value, _("After it: it is done, and the client hears otherwise")),
        ],
        initial=FaultRule.Moment.BEFORE.value,
        widget=forms.RadioSelect,
    )
    often = forms.ChoiceField(
        label=_("How often"),
        choices=[("count", _("The next calls that fit")), ("probability", _("Each call that fits, by chance"))],
        initial="count",
        widget=forms.RadioSelect,
    )
    count = forms.IntegerField(label=_("How many"), required=False, initial=1, min_value=1, max_value=1_000_000)
    percent = forms.IntegerField(label=_("Percent"), required=False, initial=100, min_value=1, max_value=100)
    minutes = forms.TypedChoiceField(
        label=_("Gone by itself after"), choices=[*MINUTES.items()], initial=10, coerce=int
    )

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        names = [(name, name) for name in calls.served()]
        self.fields["operation"] = forms.ChoiceField(
            label=_("Which calls"), required=False, choices=[("", _("Any call")), *names]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.arming = Arming.model_validate(self._asked(cleaned))
        except ValidationError as why:
            for wrong in why.errors(include_url=False, include_input=False):
                where = next((str(step) for step in wrong["loc"] if step in self.fields), "kind")
                self.add_error(where, _("This is needed here."))
        return cleaned

    @staticmethod
    def _asked(typed: dict[str, Any]) -> dict[str, Any]:
        """What belongs to the choices that were made; the rest stood there unused."""
        asked = {name: typed[name] for name in ("operation", "path_part")}
        asked["kind"], asked["moment"] = FaultRule.Kind(typed["kind"]), FaultRule.Moment(typed["moment"])
        asked["lasts"] = typed["minutes"] * 60
        if typed["kind"] == FaultRule.Kind.STATUS:
            asked |= {name: typed[name] for name in ("status", "code", "retry_after")}
        if typed["kind"] == FaultRule.Kind.DELAY:
            asked["seconds"] = typed["seconds"]
        if typed["often"] == "count":
            asked["count"] = typed["count"] or 1
        else:
            asked["probability"] = (typed["percent"] or 100) / 100
        return asked
