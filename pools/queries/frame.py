"""What the frame of every page shows: the person's teams, and how fresh our knowledge of their projects is."""

from __future__ import annotations

from pools.models import Membership, Project, User


def teams_of(user: User) -> list[Membership]:
    """The user's seats, with their teams."""
    return list(Membership.objects.select_related("team").filter(user_id=user.pk).order_by("team__name"))


def project_freshness(user: User) -> list[Project]:
    """The projects that serve the user's teams, with when each was last heard and since when it fails; no secrets."""
    served = Project.objects.filter(teams__memberships__user_id=user.pk).distinct()
    return list(served.without_credentials())
