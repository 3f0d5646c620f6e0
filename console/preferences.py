"""How a person likes their pages: language, time zone, density, keys; and the pages in that language and zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from console.shell import THEMES, SignedIn, remember_language, remember_theme
from pools.models import User


@cache
def zones() -> tuple[str, ...]:
    """The time zones of places, as people know them: without the ones that only machines use."""
    known = zoneinfo.available_timezones()
    return tuple(sorted(zone for zone in known if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/"))))


def zone_choices() -> list[tuple[str, Any]]:
    """Empty first: the console's own."""
    own = gettext_lazy("As the console: %(zone)s")
    words = translation.gettext(str(own)) % {"zone": settings.TIME_ZONE}
    return [("", words), ("UTC", "UTC"), *((zone, _place(zone)) for zone in zones())]


def _place(zone: str) -> str:
    """A zone by the name known everywhere, and its city in the language of the page: Asia/Shanghai 上海."""
    name, city = zone.replace("_", " "), _cities(translation.get_language() or "en").get(zone, "")
    return name if city in name else f"{name} {city}"


@cache
def _cities(language: str) -> dict[str, str]:
    """By zone, as far as the language has names of its own for them."""
    known = Locale.parse(language, sep="-").time_zones
    return {zone: names["city"] for zone, names in known.items() if "city" in names}


def language_choices() -> list[tuple[str, Any]]:
    """Each in its own words, whatever language the page is in; empty first: what the browser asks for."""
    return [("", _("As the browser asks")), *settings.LANGUAGES]


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """What the person chose. The theme lives in a cookie, where the sign-in page finds it too."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False, choices=language_choices)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        choices=zone_choices,
        help_text=gettext_lazy("All times on your pages are of this zone."),
    )
    density = forms.ChoiceField(
        label=gettext_lazy("Tables"), choices=lambda: _capital(User.Density.choices), widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"), choices=lambda: list(THEMES.items()), widget=forms.RadioSelect
    )
    single_keys = forms.BooleanField(
        label=gettext_lazy("Single-letter keys"),
        required=False,
        help_text=gettext_lazy("Letters typed outside of fields go to pages and open dialogs. “?” lists them."),
    )

    class Meta:
        model = User
        fields = ("language", "time_zone", "density", "single_keys")


def _capital(choices: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(value, str(word).capitalize()) for value, word in choices]


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedIn) -> HttpResponse:
    theme = request.COOKIES.get("theme", "system")
    form = PreferencesForm(
        request.POST or None, instance=request.user, initial={"theme": theme if theme in THEMES else "system"}
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "shell/preferences.html", {"form": form}, status=status)
    kept = form.save()
    with translation.override(kept.language or translation.get_language()):
        messages.success(request, _("Your preferences were saved."))
    answer = redirect("preferences")
    remember_theme(answer, form.cleaned_data["theme"])
    remember_language(answer, kept.language)
    return answer


class Preferred:
    """Middleware, behind the one that knows who asks: pages are in the person's language and time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Whoever brings no session is nobody yet, and asking for them would cost a query.
        who = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if not isinstance(who, User):
            return self.get_response(request)
        if who.language in dict(settings.LANGUAGES):
            translation.activate(who.language)
            request.LANGUAGE_CODE = who.language
        if who.time_zone not in {"UTC", *zones()}:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(who.time_zone)):
            return self.get_response(request)
