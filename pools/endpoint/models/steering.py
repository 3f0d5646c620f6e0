"""What steers a project beside its clock: rules about calls that go wrong, and the calls it was asked to remember.

Their times are real ones: a rule must come to its end while the scenario's clock stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from pools.endpoint.models.access import EndpointProject


class FaultRuleQuerySet(models.QuerySet["FaultRule"]):
    def living(self, now: datetime) -> FaultRuleQuerySet:
        """Rules whose time is not over."""
        return self.filter(ends_at__gt=now)

    def striking(self, now: datetime) -> FaultRuleQuerySet:
        """Rules that may hit a call now, the first that fits wins."""
        return self.living(now).filter(Q(left__isnull=True) | Q(left__gt=0), applied_at__isnull=False)


class FaultRule(models.Model):
    """One rule: which calls it hits, how often, and what becomes of them. Armed it does nothing, applied it hits."""

    class Kind(models.TextChoices):
        STATUS = "status"
        DROP = "drop"
        DELAY = "delay"

    class Moment(models.TextChoices):
        BEFORE = "before"
        AFTER = "after"

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="faults")
    operation = models.CharField(max_length=64, blank=True, help_text="Such as CreatePool; empty: any.")
    path_part = models.CharField(max_length=200, blank=True, help_text="What the path must hold; empty: anything.")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    moment = models.CharField(max_length=8, choices=Moment.choices, help_text="Before or after the call's effect.")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The HTTP status of the answer.")
    code = models.CharField(max_length=64, blank=True, help_text="error_code of the answer.")
    retry_after = models.PositiveIntegerField(null=True, blank=True, help_text="Seconds, of the header Retry-After.")
    seconds = models.FloatField(null=True, blank=True, help_text="How long a delayed call waits.")
    probability = models.FloatField(null=True, blank=True, help_text="Of hitting a call that fits; empty: every one.")
    left = models.PositiveIntegerField(null=True, blank=True, help_text="Calls still to hit; empty: no number is set.")
    hits = models.PositiveIntegerField(default=0, help_text="Calls that were hit.")
    lasts = models.PositiveIntegerField(help_text="Seconds until it is gone by itself, from its last step on.")
    armed_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(db_index=True)

    objects = FaultRuleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"fault rule {self.pk}"

    def take(self) -> bool:
        """Use the rule for one call. False: its number was used up in this very moment, by another process."""
        mine = FaultRule.objects.filter(Q(left__isnull=True) | Q(left__gt=0), pk=self.pk)
        return mine.update(hits=F("hits") + 1, left=F("left") - 1) == 1


class HeldCall(models.Model):
    """A call that is being held up by a rule. Each keeps a thread of the web server, so there are few."""

    until = models.DateTimeField(db_index=True, help_text="Long enough: a process that died holds nothing up for ever.")

    def __str__(self) -> str:
        return f"until {self.until:%H:%M:%S}"


class CallRecord(models.Model):
    """One call that was answered, without what is secret in it."""

    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=2000, help_text="With the query.")
    operation = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField(help_text="0: the connection was cut.")
    duration = models.FloatField(help_text="Seconds.")
    request_id = models.CharField(max_length=32)
    fault = models.CharField(max_length=100, blank=True, help_text="The rule that hit it, in words.")
    request_headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    request_body = models.TextField(blank=True)
    answer_headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    answer_body = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.method} {self.path[:40]} {self.status}"
