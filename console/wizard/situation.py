"""What every step needs to know while it is shown or judged: the draft, what was typed so far, what is on offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from console.models import Draft
from console.wizard.assembly import Kept, Steps, one
from console.wizard.offers import FlavorOffer, Offers
from pools import queries
from pools.estimates import Band, band, family_of
from pools.models import Founding, Project, Team, User
from pools.stages import Stage


@dataclass(frozen=True)
class Situation:
    """One request's view of a draft. `steps` and `kept` are as typed and may be wrong in any way."""

    draft: Draft
    user: User
    steps: Steps
    kept: Kept
    offers: Offers = field(default_factory=Offers)
    begun: Collection[str] = ()  # steps that are being typed at and were never left

    @cached_property
    def rows(self) -> list[str]:
        """The ids of the flavors chosen, in order."""
        return self.steps.get("flavors", {}).get("row", [])

    def flavor(self, row: str) -> str:
        return one(self.steps.get("flavors", {}), f"{row}-flavor")

    def nodes(self, row: str) -> str:
        return one(self.steps.get("flavors", {}), f"{row}-count")

    def offer(self, row: str) -> FlavorOffer | None:
        return self.offers.flavors.get(self.flavor(row))

    @property
    def scopes(self) -> list[str]:
        return self.steps.get("workload", {}).get("scope", [])

    @property
    def billing_mode(self) -> str:
        return one(self.steps.get("billing", {}), "mode")

    def has(self, kind: str) -> bool:
        """Whether a flavor with a "GPU" or an "NPU" is chosen."""
        return any(offer.kind == kind for offer in map(self.offer, self.rows) if offer)

    @cached_property
    def founding(self) -> Founding | None:
        """The network that was asked for last from this draft."""
        return queries.newest_founding(self.draft.pk)

    @cached_property
    def uses(self) -> queries.Uses:
        """What the pools of the project use of what is on offer."""
        return queries.uses_in(self.draft.project)

    @cached_property
    def flavors_in_use(self) -> Mapping[str, int]:
        return queries.flavors_in_use(self.draft.team)

    @cached_property
    def creations(self) -> Mapping[str, Band]:
        """How long creations took here, by family of flavors."""
        return queries.creations_by_family(self.draft.project)

    def takes(self, flavor: str) -> Band | None:
        """How long pools of a flavor take to be created: as they did here, or typical before there is any."""
        known, pace = self.creations.get(family_of([flavor])), self.draft.project.pace
        return known or band((), stage=Stage.CREATING, pace=pace)

    @cached_property
    def owners(self) -> Mapping[str, tuple[Team, Project]]:
        """Every team and project the person may order for, by the value that the choice carries."""
        return owners_of(self.user)

    def kept_beside(self, prefix: str) -> list[tuple[str, Any]]:
        """What no field shows of a row: key and value, level by level."""
        return [pair for name, value in self.kept.items() if name == prefix for pair in leaves(value)]


def owners_of(user: User) -> dict[str, tuple[Team, Project]]:
    teams = Team.objects.filter(memberships__user_id=user.pk).prefetch_related("projects")
    return {f"{team.pk}:{project.pk}": (team, project) for team in teams for project in team.projects.all()}


def leaves(value: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """The values of nested objects under dotted names."""
    found: list[tuple[str, Any]] = []
    for key, inner in value.items():
        name = f"{above}{key}"
        found += leaves(inner, f"{name} › ") if isinstance(inner, dict) and inner else [(name, inner)]
    return found
