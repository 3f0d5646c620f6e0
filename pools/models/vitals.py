"""Whether the console itself is well: who is at work, and what all processes together have done so far."""

from __future__ import annotations

import json

from django.db import models
from django.utils.translation import gettext_lazy as _


class Presence(models.Model):
    """One process at work, as it says itself every few seconds: the only sign of life that crosses machines.

    `worked_at` is when a beat last ticked, or a worker last finished a task; empty until it did.
    """

    class Role(models.TextChoices):
        BEAT = "beat", _("beat")
        WORKER = "worker", _("worker")

    role = models.CharField(max_length=8, choices=Role.choices)
    name = models.CharField(max_length=255, help_text=_("Host and process."))
    seen_at = models.DateTimeField(db_index=True)
    worked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "name"], name="one_presence_per_process_and_role")]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class Tally(models.Model):
    """What something has come to since the first start, whichever process counted it. It only ever grows."""

    name = models.CharField(max_length=64)
    labels = models.CharField(max_length=255, help_text=_("JSON with sorted keys."))
    amount = models.FloatField(default=0.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="one_tally_per_name_and_labels")]

    def __str__(self) -> str:
        return f"{self.name} {self.labels}"

    @property
    def told_apart_by(self) -> dict[str, str]:
        """The labels, by name."""
        found: dict[str, str] = json.loads(self.labels)
        return found
