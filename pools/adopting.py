"""Taking in pools that nobody here ordered: from then on they are a team's, as those that it ordered are."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from pools.models import Adoption, Order, Pool, Team, User
from pools.models.pool_errands import PoolErrand
from pools.rules import NotAllowed, require
from pools.states import ON_THE_WAY


class AlreadyGone(Exception):
    """The pool does not exist any more."""


class AlreadyClaimed(Exception):
    """The pool belongs to a team: an order made it, or somebody was faster. Never says which."""


class MayBeOrdered(Exception):
    """An order on its way has the pool's name, and may turn out to have made it. Never says whose."""


def adopt(pool: Pool, *, team: Team, by: User) -> Adoption:
    """Make `pool` the team's. Asked again for the same team, it returns the first.

    Deletions that were asked for while it was nobody's, and are not sent yet, come to nothing.

    Raises `NotAllowed` (also for a team that the pool's project does not serve), `AlreadyClaimed`, `AlreadyGone` and
    `MayBeOrdered`.
    """
    require("pools.adopt_pools", team, of=by)
    if not pool.project.teams.filter(pk=team.pk).exists():
        raise NotAllowed("pools.adopt_pools")
    # An adoption on record is no success where the pool is gone since, or proved to be what another team ordered.
    standing = Adoption.objects.filter(pool=pool, team=team, pool__team=team, pool__gone_at=None)
    if first := standing.first():
        return first
    now = timezone.now()
    # The list shows a pool before the order that made it has its answer: until then it only seems to be nobody's.
    ordered = Order.objects.filter(project=OuterRef("project"), pool_name=OuterRef("name"), state__in=ON_THE_WAY)
    with transaction.atomic():
        # A compare-and-swap: of two teams one gets it, and so of a team and an order.
        free = Pool.objects.living().filter(pk=pool.pk, team=None, order=None)
        if not free.filter(~Exists(ordered)).update(team=team, changed_at=now):
            if free.exists():
                raise MayBeOrdered
            # A colleague of the same team was faster, between our look and our word.
            if first := standing.first():
                return first
            raise AlreadyGone if Pool.objects.gone().filter(pk=pool.pk).exists() else AlreadyClaimed
        PoolErrand.call_off(pool)
        adoption = Adoption.objects.create(pool=pool, team=team, by=by, at=now)
    pool.team, pool.changed_at = team, now
    return adoption
