"""What is unusual in the hosted projects, so that nobody takes a steered world for a broken one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import FilteredRelation, Q
from django.utils import timezone

from pools.endpoint.models import EndpointProject, FaultRule

_PROJECT = ("project_id", "name", "clock_stands_at", "clock_ahead", "ids_seed")
_RULE = [column.attname for column in FaultRule._meta.concrete_fields]  # noqa: SLF001 - Django's public name for it


@dataclass(frozen=True, slots=True)
class Oddity:
    """One project that is not as usual, and how. `ahead` is the clock's by now; rules that are used up are left out."""

    project_id: str
    name: str
    stands_at: datetime | None
    ahead: timedelta
    ids_seed: str
    rules: list[FaultRule] = field(default_factory=list)

    @property
    def applied(self) -> list[FaultRule]:
        """Rules that hit calls."""
        return [rule for rule in self.rules if rule.applied_at is not None]

    @property
    def armed(self) -> list[FaultRule]:
        """Rules that only might, the one that is gone first first."""
        return sorted((rule for rule in self.rules if rule.applied_at is None), key=lambda rule: rule.ends_at)

    @property
    def is_told(self) -> bool:
        """Whether there is anything left to tell: rules may have come to their end."""
        return bool(self.stands_at or self.ahead or self.ids_seed or self.rules)


def oddities() -> list[Oddity]:
    """Every project that is not as usual: one query, by an index that is empty as long as none is."""
    now, found = timezone.now(), dict[str, Oddity]()
    rows = (
        EndpointProject.objects.filter(unusual=True)
        .annotate(rule=FilteredRelation("faults", condition=Q(faults__ends_at__gt=now)))
        .order_by("name", "pk", "rule__pk")
        .values_list(*_PROJECT, *(f"rule__{name}" for name in _RULE))
    )
    for project_id, name, stands_at, ahead, ids_seed, *rule in rows:
        drift = stands_at - now if stands_at else ahead
        one = found.setdefault(project_id, Oddity(project_id, name, stands_at, drift, ids_seed))
        if rule[0] is not None and (made := FaultRule(*rule)).left != 0:
            one.rules.append(made)
    return [one for one in found.values() if one.is_told]
