"""What comes round again and again, and is done by one worker at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Chore(models.Model):
    """A piece of housekeeping by its name: who has it now, and how far it came.

    `state` is the chore's own: where to go on the next time. `outcome` is what the last round did, for whoever looks.
    """

    name = models.CharField(max_length=32, unique=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, help_text=_("When the last round ended."))
    state: models.JSONField[Any, Any] = models.JSONField(default=dict)
    outcome: models.JSONField[Any, Any] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def take(cls, name: str, *, lasting: timedelta) -> Self | None:
        """The chore, held for so long; None while somebody else has it."""
        now, token = timezone.now(), uuid4()
        cls.objects.bulk_create([cls(name=name)], ignore_conflicts=True)
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
        won = cls.objects.filter(free, name=name).update(lease_until=now + lasting, lease_token=token) == 1
        return cls.objects.get(name=name) if won else None

    def give_back(self, **fields: Any) -> bool:
        """End the round, keeping `fields`; returns whether it was still ours."""
        mine = type(self).objects.filter(pk=self.pk, lease_token=self.lease_token)
        return mine.update(lease_until=None, lease_token=None, **fields) == 1
