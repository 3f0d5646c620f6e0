"""What the frame of every page shows: the person's teams, and how fresh our knowledge of their projects is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Subquery

from pools.models import CatalogPart, Membership, Order, Pool, Project, Team, User
from pools.models.catalog import accelerators, pool_quota
from pools.queries.counting import number_of
from pools.states import ON_THE_WAY

# More names help nobody who looks for one of them.
MOST_STAFF_NAMED: Final = 10


@dataclass(frozen=True, kw_only=True)
class PoolQuota:
    """How many pools a project may have and has: the cloud's own count, and what we know came and went since it was
    read. `coming` are orders that the cloud has not answered yet, beside them.
    """

    project: Project
    most: int
    used: int
    coming: int = 0


def teams_of(user: User) -> list[Membership]:
    """The user's seats, with their teams."""
    return list(Membership.objects.select_related("team").filter(user_id=user.pk).order_by("team__name"))


def admins_around(user: User) -> list[tuple[str, list[str]]]:
    """Who can give roles to `user`, as names, by each team that they are in; one statement."""
    seats = Membership.objects.filter(team__memberships__user_id=user.pk, role=Membership.Role.ADMIN)
    named: dict[str, list[str]] = {}
    for seat in seats.select_related("team", "user").order_by("team__name", "team_id", "user__username"):
        if seat.user.is_active:
            named.setdefault(str(seat.team), []).append(str(seat.user))
    return list(named.items())


def staff_names() -> list[str]:
    """Whoever is staff of this console, as names; the first of them."""
    staff = User.objects.filter(is_staff=True, is_active=True).order_by("username")
    return [str(person) for person in staff[:MOST_STAFF_NAMED]]


def project_freshness(user: User, *, quotas_for: Team | None = None, priced: bool = False) -> list[Project]:
    """The projects that serve the user's teams, with when each was last heard and since when it fails; no secrets.

    With a team, those that serve it also carry what `pool_quotas` and `accelerators_of` tell, and their price lists if
    they are wanted `priced`.
    """
    # Without DISTINCT, which would compare all that is asked of each, documents and counts.
    theirs = Project.teams.through.objects.filter(team__memberships__user_id=user.pk)
    served = Project.objects.filter(pk__in=theirs.values("project_id")).without_credentials()
    if quotas_for is None:
        return list(served)
    parts = CatalogPart.objects.filter(project=OuterRef("pk"), read_at__isnull=False, project__teams=quotas_for)
    kinds = {"quotas": CatalogPart.Kind.QUOTAS, "flavors": CatalogPart.Kind.FLAVORS}
    kinds |= {"prices": CatalogPart.Kind.PRICES} if priced else {}
    documents = {name: Subquery(parts.filter(kind=kind).values("document")[:1]) for name, kind in kinds.items()}
    return list(served.annotate(**documents, **_since_the_quotas()))


def _since_the_quotas() -> dict[str, Subquery]:
    """How many pools came and went that the quotas, as they were read, cannot have counted; and how many orders are on
    their way. Whole numbers, or nothing where no quotas were read.
    """
    # Of the project, not of each pool: known before the first pool is looked at, it bounds how far an index is read.
    quotas = CatalogPart.objects.filter(project=OuterRef(OuterRef("pk")), kind=CatalogPart.Kind.QUOTAS)
    read_at = quotas.values("read_at")[:1]
    pools = Pool.objects.filter(project=OuterRef("pk"))
    born = pools.holding_names().filter(created_abroad__gt=read_at)
    ended = pools.gone().filter(gone_at__gt=read_at, created_abroad__lte=read_at)
    # By way of the teams, for there an index holds the few that are on their way.
    served = Project.teams.through.objects.filter(project_id=OuterRef(OuterRef("pk"))).values("team_id")
    coming = Order.objects.filter(project=OuterRef("pk"), team__in=served, state__in=ON_THE_WAY)
    return {"born": number_of(born), "ended": number_of(ended), "coming": number_of(coming)}


def pool_quotas(projects: list[Project]) -> list[PoolQuota]:
    """The quotas that are known, of projects that were read with them."""
    found = [(project, *pool_quota(getattr(project, "quotas", None))) for project in projects]
    return [_quota(project, most, used or 0) for project, most, used in found if most is not None]


def _quota(project: Project, most: int, used: int) -> PoolQuota:
    born, ended, coming = (getattr(project, name, None) or 0 for name in ("born", "ended", "coming"))
    return PoolQuota(project=project, most=most, used=max(used + born - ended, 0), coming=coming)


def accelerators_of(projects: list[Project]) -> dict[str, tuple[str, int]]:
    """What each flavor on offer in these projects has: the name of its accelerators, and how many a node has."""
    found: dict[str, tuple[str, int]] = {}
    for project in projects:
        found |= accelerators(getattr(project, "flavors", None))
    return found
