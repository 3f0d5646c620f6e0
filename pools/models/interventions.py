"""What somebody asked to be done to single nodes of a pool: each is told abroad exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pools import deeds
from pools.deeds import Deed
from pools.gleaning import NodeFact
from pools.models.alterations import UNDER_WAY, Alteration, AlterationQuerySet
from pools.phases import TENDED
from pools.wire.enums import Phase
from pools.wire.options import JobPhase
from pools.wire.parsing import NotJson, parse_json
from pools.wire.reading import hear_nodes

# So long the cloud is asked what became of a job; official clients give up after 45 minutes.
FOLLOWED: Final = timedelta(hours=1)
OVER: Final = (JobPhase.SUCCESS.value, JobPhase.FAILED.value)


class InterventionQuerySet(AlterationQuerySet["Intervention"]):
    def at_work(self) -> InterventionQuerySet:
        """Those that the cloud took, and carries out by a job that is not over as far as it is known."""
        since = timezone.now() - FOLLOWED
        return self.carried_out().exclude(job="").exclude(job_phase__in=OVER).filter(last_sent_at__gte=since)


class Intervention(Alteration):
    """A deed done to chosen nodes. `body` is the exact document that is sent, `was` the nodes as they were read.

    `left` is the patch that would give the pool the numbers of nodes that a deletion leaves, where that can be told.
    """

    deed = models.CharField(max_length=8, choices=[(deed.value, deed.value) for deed in Deed])
    left = models.TextField(blank=True)
    jobs_before: models.JSONField[Any, Any] = models.JSONField(
        null=True, blank=True, help_text=_("The jobs on these nodes that the cloud knew just before it was sent.")
    )
    job_phase = models.CharField(
        max_length=16, blank=True, help_text=_("How far that job is, in the cloud's own word.")
    )
    job_message = models.TextField(blank=True)
    job = models.CharField(max_length=128, blank=True, help_text=_("The job by which the cloud carries it out."))

    objects = InterventionQuerySet.as_manager()

    class Meta(Alteration.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["pool"], condition=Q(state__in=UNDER_WAY), name="one_intervention_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="intervention_due")]

    @property
    def sent_so_far(self) -> dict[str, Any]:
        """The jobs that were noted for a restart that was turned away prove nothing about the next sending."""
        return {**super().sent_so_far, "jobs_before": self.jobs_before}

    @property
    def carried_out_in(self) -> frozenset[Phase]:
        return TENDED

    @property
    def nodes(self) -> list[NodeFact]:
        """The nodes that were chosen, as they were read; none where a database was told otherwise."""
        try:
            return NodeFact.read(parse_json(self.was))
        except NotJson:
            return []

    @property
    def job_is_over(self) -> bool:
        return self.job_phase in OVER

    @property
    def takes_nodes(self) -> bool:
        return self.deed == Deed.DELETE

    def is_fulfilled_by(self, heard: Mapping[str, Any]) -> bool:
        """By the pool's list of nodes. That nodes were restarted no list of nodes tells."""
        chosen, now = self.nodes, _by_name(heard)
        still = deeds.still(chosen, now)
        match Deed(self.deed):
            case Deed.DELETE:
                return not still
            case Deed.RESTART:
                return False
            case deed:
                locked = deed is Deed.LOCK
                return len(still) == len(chosen) and all(node.locked == locked for node in still)

    def is_still_before(self, heard: Mapping[str, Any]) -> bool:
        """By the same list: all of them are there, and none that is to be deleted was locked, or is the last one."""
        chosen, now = self.nodes, _by_name(heard)
        still = deeds.still(chosen, now)
        if len(still) < len(chosen):
            return False
        if not self.takes_nodes:
            return True
        return deeds.some_remain(chosen, now) and not any(node.locked for node in still)


def _by_name(heard: Mapping[str, Any]) -> dict[str, NodeFact]:
    facts = map(NodeFact.of, hear_nodes(heard).items or [])
    return {fact.name: fact for fact in facts}
