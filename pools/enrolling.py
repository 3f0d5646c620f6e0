"""Who belongs to a team, and as what, and what the team wants of its orders: admins enrol, promote, dismiss and settle.

A team never loses its last admin.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from pools.dockets import Docket
from pools.models import Membership, Team, User
from pools.rules import require
from pools.wire.limits import unfit_tag

Role = Membership.Role


class NobodyByThatName(ValueError):
    """No active person has the user name typed."""


class AlreadyMember(ValueError):
    """The person has a seat in the team; `membership` is it."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(str(membership))
        self.membership = membership


class LastAdmin(ValueError):
    """The team would be left without an admin, and nobody could repair that."""


class UnfitTag(ValueError):
    """A tag of this `key` cannot be had; `case` says why."""

    def __init__(self, key: str, case: str) -> None:
        super().__init__(f"{key}: {case}")
        self.key, self.case = key, case


def enrol(team: Team, *, by: User, username: str, role: Membership.Role) -> Membership:
    """Give a person a seat. Raises `NotAllowed`, `NobodyByThatName`, `AlreadyMember`."""
    require("pools.manage_team", team, of=by)
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None:
        raise NobodyByThatName
    try:
        with transaction.atomic():
            return Membership.objects.create(team=team, user=user, role=role)
    except IntegrityError:
        raise AlreadyMember(Membership.objects.select_related("user").get(team=team, user=user)) from None


def change_role(membership: Membership, *, by: User, role: Membership.Role) -> None:
    """Raises `NotAllowed`, `LastAdmin`, and `Membership.DoesNotExist` if the seat was taken away meanwhile."""
    with transaction.atomic():
        seat = _seat_under_lock(membership, by=by)
        if role is not Role.ADMIN:
            _spare_the_last_admin(seat)
        Membership.objects.filter(pk=seat.pk).update(role=role)


def dismiss(membership: Membership, *, by: User) -> None:
    """Take the seat away; what the person ordered stays the team's. Raises as `change_role` does."""
    with transaction.atomic():
        seat = _seat_under_lock(membership, by=by)
        _spare_the_last_admin(seat)
        seat.delete()


def demand_four_eyes(team: Team, *, by: User, wanted: bool) -> None:
    """Whether people may decide what they ordered themselves. Raises `NotAllowed`."""
    require("pools.manage_team", team, of=by)
    Team.objects.filter(pk=team.pk).update(four_eyes=wanted)


def let_orders_pay_themselves(team: Team, *, by: User, wanted: bool) -> None:
    """Whether orders may be paid without an admin. Those on their way stay as they are. Raises `NotAllowed`."""
    require("pools.manage_team", team, of=by)
    Team.objects.filter(pk=team.pk).update(orders_may_pay_themselves=wanted)


def begin_orders_with(team: Team, *, by: User, docket: Docket, tags: Sequence[tuple[str, str]]) -> None:
    """What drafts of the team begin with from now on: contact and cost centre of `docket`, and tags of each flavor.

    Raises `NotAllowed`, and `UnfitTag` for a tag that no order could be sent with.
    """
    require("pools.manage_team", team, of=by)
    for number, (key, value) in enumerate(tags):
        if (case := unfit_tag(key, value, before=[earlier for earlier, _ in tags[:number]])) is not None:
            raise UnfitTag(key, case)
    kept = [{"key": key, "value": value} for key, value in tags]
    Team.objects.filter(pk=team.pk).update(contact=docket.contact, cost_centre=docket.cost_centre, tags=kept)


def _seat_under_lock(membership: Membership, *, by: User) -> Membership:
    """The seat as it is now. The team's row is locked: two admins who dismiss each other come one after the other."""
    team = Team.objects.select_for_update().get(pk=membership.team_id)
    require("pools.manage_team", team, of=by)
    return Membership.objects.get(pk=membership.pk)


def _spare_the_last_admin(seat: Membership) -> None:
    others = Membership.objects.filter(team_id=seat.team_id, role=Role.ADMIN).exclude(pk=seat.pk)
    if seat.role == Role.ADMIN and not others.exists():
        raise LastAdmin
