"""Taking in pools that nobody here ordered: from then on they are a team's, as those that it ordered are."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from pools.models import Adoption, Pool, Team, User
from pools.rules import NotAllowed, require


class AlreadyGone(Exception):
    """The pool does not exist any more."""


class AlreadyClaimed(Exception):
    """The pool belongs to a team: an order made it, or somebody was faster. Never says which."""


def adopt(pool: Pool, *, team: Team, by: User) -> Adoption:
    """Make `pool` the team's. Asked again for the same team, it returns the first.

    Raises `NotAllowed` (also for a team that the pool's project does not serve), `AlreadyClaimed` and `AlreadyGone`.
    """
    require("pools.adopt_pools", team, of=by)
    if not pool.project.teams.filter(pk=team.pk).exists():
        raise NotAllowed("pools.adopt_pools")
    if first := Adoption.objects.filter(pool=pool, team=team).first():
        return first
    now = timezone.now()
    with transaction.atomic():
        # A compare-and-swap: of two teams one gets it, and so of a team and an order.
        free = Pool.objects.living().filter(pk=pool.pk, team=None, order=None)
        if not free.update(team=team, changed_at=now):
            raise AlreadyGone if Pool.objects.gone().filter(pk=pool.pk).exists() else AlreadyClaimed
        adoption = Adoption.objects.create(pool=pool, team=team, by=by, at=now)
    pool.team, pool.changed_at = team, now
    return adoption
