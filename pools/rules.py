"""Who may do what: predicates, and the permissions composed from them.

Every predicate is positive and begins with what it needs: asked about nothing, or about a thing of another kind, it
answers False. `User.has_perm` asks these rules alone for the permissions named here, so that being a superuser opens
the Django admin and nothing else.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from rules import add_perm, predicate

from pools.models import Decision, Membership, Order, Pool, Project, Resize, Team, User
from pools.models.alterations import Alteration


class NotAllowed(PermissionDenied):
    """The person has no right to do this to that. Says nothing about what exists."""


def require(permission: str, thing: Model, *, of: User) -> None:
    """Raise `NotAllowed` unless the user `of` has `permission` on `thing`."""
    if not of.has_perm(permission, thing):
        raise NotAllowed(permission)


def _is_in(user: User, team_id: int | None) -> bool:
    return team_id is not None and user.is_active and Membership.objects.filter(user=user, team_id=team_id).exists()


def _administers(user: User, team_id: int | None) -> bool:
    mine = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN)
    return team_id is not None and user.is_active and mine.filter(team_id=team_id).exists()


@predicate
def is_member(user: User, team: Team | None) -> bool:
    return isinstance(team, Team) and _is_in(user, team.pk)


@predicate
def is_admin(user: User, team: Team | None) -> bool:
    return isinstance(team, Team) and _administers(user, team.pk)


@predicate
def is_in_its_team(user: User, order: Order | None) -> bool:
    return isinstance(order, Order) and _is_in(user, order.team_id)


@predicate
def placed_it(user: User, order: Order | None) -> bool:
    """Placed it, and still belongs to the team it was placed for."""
    return isinstance(order, Order) and order.placed_by_id == user.pk and _is_in(user, order.team_id)


@predicate
def administers_it(user: User, order: Order | None) -> bool:
    return isinstance(order, Order) and _administers(user, order.team_id)


@predicate
def is_fresh_pair_of_eyes(user: User, order: Order | None) -> bool:
    """Somebody else than the person who placed it, where the team wants four eyes."""
    return isinstance(order, Order) and (not order.team.four_eyes or order.placed_by_id != user.pk)


@predicate
def decided_it(user: User, decision: Decision | None) -> bool:
    """Took this decision, and may still decide about its order."""
    if not isinstance(decision, Decision) or decision.by_id != user.pk:
        return False
    return bool(administers_it.test(user, decision.order) and is_fresh_pair_of_eyes.test(user, decision.order))


@predicate
def is_in_its_pools_team(user: User, pool: Pool | None) -> bool:
    return isinstance(pool, Pool) and _is_in(user, pool.team_id)


@predicate
def administers_its_team(user: User, pool: Pool | None) -> bool:
    return isinstance(pool, Pool) and _administers(user, pool.team_id)


@predicate
def ordered_it(user: User, pool: Pool | None) -> bool:
    return isinstance(pool, Pool) and pool.order is not None and placed_it.test(user, pool.order)


@predicate
def asked_for_it(user: User, alteration: Alteration | None) -> bool:
    """Asked for this alteration, and still belongs to the team of its pool."""
    if not isinstance(alteration, Alteration) or alteration.by_id != user.pk:
        return False
    return _is_in(user, alteration.pool.team_id)


@predicate
def approved_it(user: User, resize: Resize | None) -> bool:
    """Approved this resize, and may still do so."""
    if not isinstance(resize, Resize) or resize.approved_by_id != user.pk:
        return False
    return bool(administers_the_team_of_its_pool.test(user, resize) and is_another_than_who_asked.test(user, resize))


@predicate
def administers_the_team_of_its_pool(user: User, alteration: Alteration | None) -> bool:
    return isinstance(alteration, Alteration) and _administers(user, alteration.pool.team_id)


@predicate
def is_another_than_who_asked(user: User, resize: Resize | None) -> bool:
    """Somebody else than the person who asked for the resize, where the team of its pool wants four eyes."""
    if not isinstance(resize, Resize) or resize.pool.team is None:
        return False
    return not resize.pool.team.four_eyes or resize.by_id != user.pk


@predicate
def administers_a_team_it_may_belong_to(user: User, pool: Pool | None) -> bool:
    """The pool is unclaimed, and one of the teams that its project serves is the user's to administer."""
    if not isinstance(pool, Pool) or pool.team_id is not None or not user.is_active:
        return False
    mine = Membership.objects.filter(user_id=user.pk, role=Membership.Role.ADMIN)
    return mine.filter(team__projects=pool.project_id).exists()


@predicate
def is_served_by(user: User, project: Project | None) -> bool:
    """A member of a team that the project serves."""
    if not isinstance(project, Project) or not user.is_active:
        return False
    return Membership.objects.filter(user_id=user.pk, team__projects=project.pk).exists()


@predicate
def is_staff(user: User) -> bool:
    return user.is_active and user.is_staff


add_perm("pools.place_order", is_member)
add_perm("pools.create_network", is_member)
add_perm("pools.view_order", is_in_its_team)
add_perm("pools.comment_order", is_in_its_team)
add_perm("pools.withdraw_order", placed_it | administers_it)
add_perm("pools.remind_order", placed_it)
add_perm("pools.decide_order", administers_it & is_fresh_pair_of_eyes)
add_perm("pools.undo_decision", decided_it)
add_perm("pools.resolve_order", administers_it)
add_perm("pools.view_pool", is_in_its_pools_team | administers_a_team_it_may_belong_to)
add_perm("pools.delete_pool", ordered_it | administers_its_team | administers_a_team_it_may_belong_to)
add_perm("pools.resize_pool", ordered_it | administers_its_team)
add_perm("pools.approve_resize", administers_the_team_of_its_pool & is_another_than_who_asked)
add_perm("pools.take_back_resize", asked_for_it | administers_the_team_of_its_pool)
add_perm("pools.intervene_in_pool", ordered_it | administers_its_team)
add_perm("pools.take_back_intervention", asked_for_it | administers_the_team_of_its_pool)
add_perm("pools.undo_resize", approved_it)
add_perm("pools.remind_resize", asked_for_it)
add_perm("pools.refit_pool", ordered_it | administers_its_team)
add_perm("pools.take_back_refit", asked_for_it | administers_the_team_of_its_pool)
add_perm("pools.mean_drift", ordered_it | administers_its_team)
add_perm("pools.adopt_pools", is_admin)
add_perm("pools.manage_team", is_admin)
add_perm("pools.read_project", is_served_by)
add_perm("pools.connect_projects", is_staff)
