"""Leftovers of the face, pruned in the rounds of `pools.pruning`: drafts that became an order long ago."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.core.checks import Error, register

from console.models import Draft
from pools import pruning

LONGEST: Final = 36_500


def listen() -> None:
    """Once per process that prunes."""
    pruning.also("drafts", _drafts)


@register()
def retention_is_some_time(**_: object) -> list[Error]:
    """Less than no time would let go of what is young, and no calendar reaches far enough for some numbers."""
    names = ("RETAIN_HISTORY_DAYS", "RETAIN_REQUESTS_DAYS", "RETAIN_DRAFTS_DAYS")
    words = f"is not between 0, for ever, and {LONGEST} days."
    wrong = [name for name in names if not 0 <= getattr(settings, name) <= LONGEST]
    return [Error(f"{name} {words}", id="console.E002") for name in wrong]


def _drafts(_state: dict[str, Any]) -> Iterator[int]:
    """Of what was placed: it is kept with its order, byte for byte. What is unfinished stands on a page, and stays."""
    if cutoff := pruning.before(settings.RETAIN_DRAFTS_DAYS):
        yield from pruning.let_go(Draft.objects.placed().filter(saved_at__lt=cutoff))
