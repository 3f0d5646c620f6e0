"""What is watched, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pools.models import Team, User, Watch

MOST: Final = 50


@dataclass(frozen=True)
class Watches:
    """`standing` of a team, the first to end first; `over` are the user's own of which they have not read yet."""

    standing: list[Watch]
    over: list[Watch]


def watches_of(user: User, team: Team) -> Watches:
    """What a dashboard tells of watches, at most `MOST` in all. One statement."""
    own = Watch.objects.visible_to(user).untold().filter(by=user)
    standing = Watch.objects.visible_to(user).standing().filter(team=team)
    # By two ways, each through an index: there are few of either.
    rows = Watch.objects.filter(pk__in=own.order_by().values("pk").union(standing.order_by().values("pk")))
    found = list(rows.select_related("by", "ended_by").defer("body").order_by("expires_at", "pk")[:MOST])
    return Watches(
        standing=[watch for watch in found if watch.is_standing],
        over=[watch for watch in found if not watch.is_standing],
    )


def watches_standing(drafts: Collection[UUID]) -> dict[UUID, Watch]:
    """The watch that stands of each of these drafts that has one."""
    standing = Watch.objects.standing().filter(draft__in=drafts).defer("body")
    return {watch.draft: watch for watch in standing}
