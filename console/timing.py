"""How long something takes, in words: "usually 18–28 min, now at 11 min"."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pools.estimates import Band
from pools.models import Stretch

# Up to how many of a unit are told before the next larger one tells them as well.
SECONDS, MINUTES, HOURS = 120, 120 * 60, 48 * 3600


def line(stretch: Stretch, *, now: datetime | None = None) -> str:
    """How long what a pool is at usually takes, and how far it is; empty where nothing is known of either."""
    band = stretch.band
    if band is None:
        return ""
    said = {"span": span(band), "so_far": length(stretch.lasted(now or timezone.now()))}
    if stretch.is_overdue:
        if band.typical:
            return _("Overdue: typically %(span)s, now at %(so_far)s") % said
        return _("Overdue: usually %(span)s, now at %(so_far)s") % said
    if band.typical:
        return _("typically %(span)s, now at %(so_far)s") % said
    return _("usually %(span)s, now at %(so_far)s") % said


def usual(band: Band) -> str:
    """ "usually 18–28 min", or "typically" where no history of ours says so."""
    said = {"span": span(band)}
    return _("typically %(span)s") % said if band.typical else _("usually %(span)s") % said


def span(band: Band) -> str:
    """ "18–28 min"; one number where both ends are the same to the eye."""
    usually, at_most = timedelta(seconds=band.usually), timedelta(seconds=band.at_most)
    seconds, unit = _unit(band.at_most)
    first, last = round(band.usually / seconds), round(band.at_most / seconds)
    if first == last:
        return length(at_most)
    if not first:
        return _("%(first)s to %(last)s") % {"first": length(usually), "last": length(at_most)}
    return unit % {"n": f"{first}–{last}"}


def length(lasted: timedelta) -> str:
    """ "40 s", "11 min", "3 h", "5 d": whole units, one of them."""
    whole = max(lasted.total_seconds(), 0.0)
    seconds, unit = _unit(whole)
    return unit % {"n": round(whole / seconds)}


def _unit(seconds: float) -> tuple[int, str]:
    if seconds < SECONDS:
        return 1, _("%(n)s s")
    if seconds < MINUTES:
        return 60, _("%(n)s min")
    if seconds < HOURS:
        return 3600, _("%(n)s h")
    return 86400, _("%(n)s d")
