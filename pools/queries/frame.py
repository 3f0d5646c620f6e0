"""What the frame of every page shows: the person's teams, and how fresh our knowledge of their projects is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from pools.models import CatalogPart, Membership, Project, Team, User
from pools.models.catalog import accelerators, pool_quota


@dataclass(frozen=True, kw_only=True)
class PoolQuota:
    """How many pools a project may have and has, by the cloud's own count, as old as the catalog."""

    project: Project
    most: int
    used: int


def teams_of(user: User) -> list[Membership]:
    """The user's seats, with their teams."""
    return list(Membership.objects.select_related("team").filter(user_id=user.pk).order_by("team__name"))


def project_freshness(user: User, *, quotas_for: Team | None = None) -> list[Project]:
    """The projects that serve the user's teams, with when each was last heard and since when it fails; no secrets.

    With a team, those that serve it also carry what `pool_quotas` and `accelerators_of` tell.
    """
    served = Project.objects.filter(teams__memberships__user_id=user.pk).distinct().without_credentials()
    if quotas_for is None:
        return list(served)
    parts = CatalogPart.objects.filter(project=OuterRef("pk"), read_at__isnull=False, project__teams=quotas_for)
    documents = {
        name: Subquery(parts.filter(kind=kind).values("document")[:1])
        for name, kind in (("quotas", CatalogPart.Kind.QUOTAS), ("flavors", CatalogPart.Kind.FLAVORS))
    }
    return list(served.annotate(**documents))


def pool_quotas(projects: list[Project]) -> list[PoolQuota]:
    """The quotas that are known, of projects that were read with them."""
    found = [(project, *pool_quota(getattr(project, "quotas", None))) for project in projects]
    return [PoolQuota(project=project, most=most, used=used or 0) for project, most, used in found if most is not None]


def accelerators_of(projects: list[Project]) -> dict[str, tuple[str, int]]:
    """What each flavor on offer in these projects has: the name of its accelerators, and how many a node has."""
    found: dict[str, tuple[str, int]] = {}
    for project in projects:
        found |= accelerators(getattr(project, "flavors", None))
    return found
