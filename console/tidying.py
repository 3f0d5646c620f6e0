"""Leftovers of the face, pruned in the rounds of `pools.pruning`: drafts that became an order long ago, and those that
nobody went on with, of which people are told beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.checks import Error, register
from django.utils import timezone

from console import ENVIRONMENT
from console.models import Draft
from pools import pruning
from pools.models import Watch

LONGEST: Final = 36_500
# So long before it goes an unfinished draft says so.
NOTICE: Final = timedelta(days=7)
_SINCE: Final = "idle drafts since"


def listen() -> None:
    """Once per process that prunes."""
    pruning.also("drafts", _drafts)
    pruning.also("idle drafts", _idle_drafts)


@register(ENVIRONMENT)
def retention_is_some_time(**_: object) -> list[Error]:
    """Less than no time would let go of what is young, and no calendar reaches far enough for some numbers."""
    names = ("RETAIN_HISTORY_DAYS", "RETAIN_REQUESTS_DAYS", "RETAIN_DRAFTS_DAYS", "RETAIN_IDLE_DRAFTS_DAYS")
    words = f"is not between 0, for ever, and {LONGEST} days."
    wrong = [name for name in names if not 0 <= getattr(settings, name) <= LONGEST]
    return [Error(f"{name} {words}", id="console.E002") for name in wrong]


def _drafts(_state: dict[str, Any]) -> Iterator[int]:
    """Of what was placed: it is kept with its order, byte for byte."""
    if cutoff := pruning.before(settings.RETAIN_DRAFTS_DAYS):
        yield from pruning.let_go(Draft.objects.placed().filter(saved_at__lt=cutoff))


def goes_at(draft: Draft) -> datetime | None:
    """When an unfinished draft goes, if nobody saves it again: never before now; None where it is kept for ever."""
    days = settings.RETAIN_IDLE_DRAFTS_DAYS
    return max(draft.saved_at + timedelta(days=days), timezone.now()) if days else None


def _idle_drafts(state: dict[str, Any]) -> Iterator[int]:
    """What nobody went on with; none before people could read for as long as the notice that there is such a rule."""
    cutoff = pruning.before(settings.RETAIN_IDLE_DRAFTS_DAYS)
    if cutoff is None:
        state.pop(_SINCE, None)
        return
    since = datetime.fromisoformat(state.setdefault(_SINCE, timezone.now().isoformat()))
    if timezone.now() - since >= NOTICE:
        idle = Draft.objects.unfinished().filter(saved_at__lt=cutoff)
        # Somebody waits for what is watched: it stays until that is over.
        yield from pruning.let_go(idle.exclude(pk__in=Watch.objects.standing().values("draft")))
