"""Writing down that a process is at work, and adding what it counted to what all processes have counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pools import counting
from pools.models import Presence, Tally

# How often a process writes, at most.
EVERY = timedelta(seconds=5)
# A process that said nothing for so long is not at work any more; its row is of no use to anybody.
FORGOTTEN_AFTER = timedelta(hours=1)


def report(name: str, worked: Mapping[Presence.Role, datetime | None]) -> None:
    """Say that the process `name` is alive in these roles and when it last worked in each; add up what it counted.

    Raises whatever the database raises; what was counted is kept for the next time then.
    """
    now = timezone.now()
    rows = [Presence(role=role, name=name[:255], seen_at=now, worked_at=at) for role, at in worked.items()]
    taken = counting.take()
    try:
        with transaction.atomic():
            Presence.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["role", "name"],
                update_fields=["seen_at", "worked_at"],
            )
            for key in sorted(taken):  # in one order everywhere, so that no two processes wait for each other
                add(key, taken[key])
    except Exception:
        counting.put_back(taken)
        raise


def take_leave(name: str) -> None:
    """The process ends in good order: nobody need miss it."""
    Presence.objects.filter(name=name[:255]).delete()


def forget_the_silent() -> None:
    """Drop what processes left behind that ended without taking leave."""
    Presence.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()


def add(key: counting.Key, amount: float = 1.0) -> None:
    """Add to a tally at once; safe beside others who do the same."""
    name, labels = key
    mine = Tally.objects.filter(name=name, labels=labels)
    if not mine.update(amount=F("amount") + amount):
        Tally.objects.bulk_create([Tally(name=name, labels=labels)], ignore_conflicts=True)
        mine.update(amount=F("amount") + amount)
