"""Other job types and drivers that somebody asked for, and job types to be tried again: each is sent exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pools.models.alterations import UNDER_WAY, Alteration, AlterationQuerySet
from pools.phases import FITTABLE, RETRYABLE
from pools.wire import refitting
from pools.wire.enums import Phase, ScopeState
from pools.wire.refitting import Fitting


class RefitQuerySet(AlterationQuerySet["Refit"]):
    pass


class Refit(Alteration):
    """A pool that is to run other job types, or to have other drivers; or, where `retried` names it, a job type that
    could not be switched on and is to be tried again.

    `body` is the exact patch, or what is sent of the job type; `was` is what brings back as much as the patch changes.
    """

    retried = models.CharField(
        max_length=64, blank=True, help_text=_("The job type that is tried again; empty: others are wanted.")
    )

    objects = RefitQuerySet.as_manager()

    class Meta(Alteration.Meta):
        constraints = [
            models.UniqueConstraint(fields=["pool"], condition=Q(state__in=UNDER_WAY), name="one_refit_at_a_time")
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="refit_due")]

    @property
    def retries(self) -> bool:
        return bool(self.retried)

    @property
    def carried_out_in(self) -> frozenset[Phase]:
        return RETRYABLE if self.retries else FITTABLE

    @property
    def stood(self) -> Fitting:
        return refitting.asked(self.was)

    @property
    def wanted(self) -> Fitting:
        return refitting.asked(self.body)

    def is_fulfilled_by(self, heard: Mapping[str, Any]) -> bool:
        if self.retries:
            return self._fares(heard) not in {None, ScopeState.ENABLE_FAILED}
        return refitting.is_as(self.wanted, refitting.fitting(heard))

    def is_still_before(self, heard: Mapping[str, Any]) -> bool:
        if self.retries:
            return self._fares(heard) == ScopeState.ENABLE_FAILED
        stands = refitting.fitting(heard)
        return stands is not None and refitting.print_of(refitting.as_before(stands, self.wanted)) == (
            refitting.print_of(self.stood)
        )

    def _fares(self, heard: Mapping[str, Any]) -> str | None:
        """How the job type that is tried again fares; None where the pool does not have it any more."""
        return refitting.scope_states(heard).get(self.retried)
