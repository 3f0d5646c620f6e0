"""Who may do what, with a stranger in the room, and asked about nothing at all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import rules
from django.contrib.auth.models import AnonymousUser

from pools.models import Order, Pool, Project, Team, User
from tests import builders

pytestmark = pytest.mark.django_db

ON_ORDERS = ["view_order", "withdraw_order", "decide_order", "resolve_order"]
ON_POOLS = ["view_pool", "delete_pool", "mean_drift"]
ON_TEAMS = ["place_order", "manage_team"]
ON_PROJECTS = ["read_project"]


@dataclass
class Room:
    team: Team
    project: Project
    orderer: User
    member: User
    admin: User
    stranger: User
    root: User
    order: Order
    pool: Pool
    unclaimed: Pool


@pytest.fixture
def room() -> Room:
    """A team with an orderer, a member and an admin; a stranger with a team; a superuser with none."""
    team, other = builders.team(), builders.team()
    project = builders.project(teams=(team,))
    builders.project(teams=(other,))
    orderer = builders.person(member_of=team)
    order = builders.waiting_order(team=team, placed_by=orderer)
    return Room(
        team=team,
        project=project,
        orderer=orderer,
        member=builders.person(member_of=team),
        admin=builders.person(admin_of=team),
        stranger=builders.person(admin_of=other),
        root=builders.person(staff=True, superuser=True),
        order=order,
        pool=order.pool,
        unclaimed=builders.pool(project=project),
    )


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("orderer", {"view_order", "withdraw_order"}),
        ("member", {"view_order"}),
        ("admin", {"view_order", "withdraw_order", "decide_order", "resolve_order"}),
        ("stranger", set()),
        ("root", set()),
    ],
)
def test_each_person_may_do_exactly_this_to_an_order(room: Room, who: str, may: set[str]) -> None:
    user = getattr(room, who)

    assert {right for right in ON_ORDERS if user.has_perm(f"pools.{right}", room.order)} == may


@pytest.mark.parametrize(
    ("who", "claimed", "unclaimed"),
    [
        ("orderer", {"view_pool", "delete_pool", "mean_drift"}, set()),
        ("member", {"view_pool"}, set()),
        ("admin", {"view_pool", "delete_pool", "mean_drift"}, {"view_pool", "delete_pool"}),
        ("stranger", set(), set()),
        ("root", set(), set()),
    ],
)
def test_each_person_may_do_exactly_this_to_a_pool(
    room: Room, who: str, claimed: set[str], unclaimed: set[str]
) -> None:
    user = getattr(room, who)

    assert {right for right in ON_POOLS if user.has_perm(f"pools.{right}", room.pool)} == claimed
    assert {right for right in ON_POOLS if user.has_perm(f"pools.{right}", room.unclaimed)} == unclaimed


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("orderer", {"place_order"}),
        ("member", {"place_order"}),
        ("admin", {"place_order", "manage_team"}),
        ("stranger", set()),
        ("root", set()),
    ],
)
def test_each_person_may_do_exactly_this_to_a_team(room: Room, who: str, may: set[str]) -> None:
    user = getattr(room, who)

    assert {right for right in ON_TEAMS if user.has_perm(f"pools.{right}", room.team)} == may


def test_only_members_of_a_team_it_serves_have_a_project_read(room: Room) -> None:
    may = [
        user for user in (room.member, room.stranger, room.root) if user.has_perm("pools.read_project", room.project)
    ]

    assert may == [room.member]


def test_an_admin_may_not_decide_their_own_order_where_the_team_wants_four_eyes(room: Room) -> None:
    own = builders.waiting_order(team=room.team, placed_by=room.admin)

    assert not room.admin.has_perm("pools.decide_order", own)


def test_an_admin_may_decide_their_own_order_where_two_eyes_suffice() -> None:
    team = builders.team(four_eyes=False)
    admin = builders.person(admin_of=team)

    assert admin.has_perm("pools.decide_order", builders.waiting_order(team=team, placed_by=admin))


def test_who_left_the_team_may_do_nothing_more_to_their_own_order(room: Room) -> None:
    room.orderer.memberships.all().delete()

    assert not [right for right in ON_ORDERS if room.orderer.has_perm(f"pools.{right}", room.order)]
    assert not [right for right in ON_POOLS if room.orderer.has_perm(f"pools.{right}", room.pool)]


def test_who_was_made_inactive_may_do_nothing(room: Room) -> None:
    room.admin.is_active = False

    assert not [right for right in ON_ORDERS if room.admin.has_perm(f"pools.{right}", room.order)]
    assert not room.admin.has_perm("pools.manage_team", room.team)


@pytest.mark.parametrize("right", [*ON_ORDERS, *ON_POOLS, *ON_TEAMS, *ON_PROJECTS])
@pytest.mark.parametrize("who", ["admin", "root"])
def test_nobody_has_a_right_over_nothing(room: Room, who: str, right: str) -> None:
    assert not getattr(room, who).has_perm(f"pools.{right}")


@pytest.mark.parametrize("right", [*ON_ORDERS, *ON_POOLS, *ON_TEAMS, *ON_PROJECTS])
def test_nobody_has_a_right_over_a_thing_of_another_kind(room: Room, right: str) -> None:
    things = [room.order, room.pool, room.team, room.project]
    over = [thing for thing in things if room.admin.has_perm(f"pools.{right}", thing)]

    assert len(over) <= 1


def test_staff_connect_projects_and_a_superuser_who_is_not_staff_does_not(room: Room) -> None:
    staff, bare_root = builders.person(staff=True), builders.person(superuser=True)

    assert staff.has_perm("pools.connect_projects")
    assert not bare_root.has_perm("pools.connect_projects")
    assert not room.admin.has_perm("pools.connect_projects")


def test_a_superuser_still_opens_the_django_admin(room: Room) -> None:
    assert room.root.has_perm("pools.change_membership")


@pytest.mark.parametrize("name", sorted(rules.permissions.permissions))
def test_somebody_who_has_not_signed_in_may_do_nothing(room: Room, name: str) -> None:
    things = [None, room.order, room.pool, room.team, room.project]

    assert not [thing for thing in things if AnonymousUser().has_perm(name, thing)]
