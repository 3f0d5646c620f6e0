"""What orders and resizes share while they wait for somebody: who asked to have them decided, and when they were told
of anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reminded(models.Model):
    """Something that waits for a decision, and of which the console tells anew by itself (`pools.reminding`)."""

    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When whoever asked for it last asked to have it decided.")
    )
    reminders: models.JSONField[Any, Any] = models.JSONField(
        default=list, blank=True, help_text=_("When the console told of it anew, and why: kind, at.")
    )
    reminders_told = models.PositiveSmallIntegerField(default=0, help_text=_("How many those are."))

    class Meta:
        abstract = True

    @property
    def last_reminder(self) -> tuple[str, datetime] | None:
        """Why and when the console last told of it anew."""
        if not self.reminders:
            return None
        return str(self.reminders[-1]["kind"]), datetime.fromisoformat(self.reminders[-1]["at"])
