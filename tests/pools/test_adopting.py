"""Pools made elsewhere become a team's: by whose word, and of whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pools import adopting, ordering
from pools.models import Adoption, Pool, Project, Team, Trouble
from pools.rules import NotAllowed
from pools.states import ON_THE_WAY, ErrandState, OrderState
from tests import builders

pytestmark = pytest.mark.django_db


def found(*teams: Team, **fields: Any) -> Pool:
    """A pool that nobody here ordered, in a project that serves these teams."""
    project: Project = builders.project(teams=teams)
    return builders.pool(project=project, name="made-elsewhere", **fields)


def test_an_admin_takes_a_pool_in_and_it_is_on_record_who_did() -> None:
    team = builders.team()
    admin, pool = builders.person(admin_of=team), found(team)
    adopting.adopt(pool, team=team, by=admin)
    adoption = Adoption.objects.get()
    assert (Pool.objects.get().team, adoption.by, adoption.team) == (team, admin, team)


def test_a_colleague_who_adopts_it_at_the_same_moment_hears_that_it_is_the_teams() -> None:
    """The other's word comes between our look and ours."""
    team = builders.team()
    first, second, pool = builders.person(admin_of=team), builders.person(admin_of=team), found(team)
    later = Pool.objects.get()

    faster = [pool]

    def overtaken(execute: Any, sql: str, *said: Any) -> Any:
        if sql.startswith("UPDATE") and faster:
            faster.clear()
            adopting.adopt(pool, team=team, by=first)
        return execute(sql, *said)

    with connection.execute_wrapper(overtaken):
        assert adopting.adopt(later, team=team, by=second).by == first


def test_from_then_on_every_member_sees_it() -> None:
    team = builders.team()
    member, pool = builders.person(member_of=team), found(team)
    assert not Pool.objects.visible_to(member).exists()
    adopting.adopt(pool, team=team, by=builders.person(admin_of=team))
    assert Pool.objects.visible_to(member).get() == pool


def test_asked_twice_it_is_one() -> None:
    team = builders.team()
    admin, pool = builders.person(admin_of=team), found(team)
    assert adopting.adopt(pool, team=team, by=admin) == adopting.adopt(pool, team=team, by=admin)


def test_of_two_teams_the_first_gets_it() -> None:
    ours, theirs = builders.team(), builders.team()
    pool = found(ours, theirs)
    stale = Pool.objects.get()
    adopting.adopt(pool, team=ours, by=builders.person(admin_of=ours))
    with pytest.raises(adopting.AlreadyClaimed):
        adopting.adopt(stale, team=theirs, by=builders.person(admin_of=theirs))
    assert Pool.objects.get().team == ours


def test_what_a_team_ordered_is_nobody_elses() -> None:
    ours, theirs = builders.team(), builders.team()
    project = builders.project(teams=(ours, theirs))
    order = builders.order(
        team=ours, placed_by=builders.person(member_of=ours), project=project, state=OrderState.ACCEPTED
    )
    with pytest.raises(adopting.AlreadyClaimed):
        adopting.adopt(builders.pool(order=order), team=theirs, by=builders.person(admin_of=theirs))


def test_what_is_gone_is_not_taken_in() -> None:
    team = builders.team()
    with pytest.raises(adopting.AlreadyGone):
        adopting.adopt(found(team, gone_at=timezone.now()), team=team, by=builders.person(admin_of=team))


def test_members_strangers_and_staff_take_nothing_in() -> None:
    team = builders.team()
    pool = found(team)
    for person in (
        builders.person(member_of=team), builders.person(admin_of=builders.team()), builders.person(superuser=True)
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            adopting.adopt(pool, team=team, by=person)
    assert not Adoption.objects.exists()


def test_a_team_takes_in_nothing_of_a_project_that_does_not_serve_it() -> None:
    team = builders.team()
    with pytest.raises(NotAllowed):
        adopting.adopt(found(builders.team()), team=team, by=builders.person(admin_of=team))


@pytest.mark.parametrize("state", sorted(ON_THE_WAY))
def test_what_an_order_on_its_way_may_have_made_is_taken_in_by_nobody(state: OrderState) -> None:
    ours, theirs = builders.team(), builders.team()
    pool = found(ours, theirs)
    builders.order(
        team=ours, placed_by=builders.person(member_of=ours), project=pool.project, name=pool.name, state=state
    )
    for team in (ours, theirs):
        with pytest.raises(adopting.MayBeOrdered):
            adopting.adopt(pool, team=team, by=builders.person(admin_of=team))
    assert Pool.objects.get().team is None
    assert not Adoption.objects.exists()


def test_orders_that_came_to_nothing_and_those_of_other_names_and_projects_are_in_nobodys_way() -> None:
    team = builders.team()
    member, pool = builders.person(member_of=team), found(team)
    builders.order(team=team, placed_by=member, project=pool.project, name=pool.name, state=OrderState.REFUSED)
    builders.order(team=team, placed_by=member, project=pool.project, name="another", state=OrderState.IN_DOUBT)
    builders.order(
        team=team, placed_by=member, project=builders.project(teams=(team,)), name=pool.name, state=OrderState.IN_DOUBT
    )
    adopting.adopt(pool, team=team, by=builders.person(admin_of=team))
    assert Pool.objects.get().team == team


@pytest.mark.parametrize("change", ["gone", "another team's"])
def test_an_adoption_that_has_ended_is_not_told_as_a_success(change: str) -> None:
    team, other = builders.team(), builders.team()
    admin, pool = builders.person(admin_of=team), found(team, other)
    adopting.adopt(pool, team=team, by=admin)
    changed = {"gone_at": timezone.now()} if change == "gone" else {"team": other}
    Pool.objects.update(**changed)
    with pytest.raises(adopting.AlreadyGone if change == "gone" else adopting.AlreadyClaimed):
        adopting.adopt(pool, team=team, by=admin)


def test_a_deletion_asked_for_while_it_was_nobodys_comes_to_nothing() -> None:
    ours, theirs = builders.team(), builders.team()
    pool = found(ours, theirs)
    deletion = ordering.delete(pool, by=builders.person(admin_of=theirs), typed_name=pool.name)
    adopting.adopt(pool, team=ours, by=builders.person(admin_of=ours))
    deletion.refresh_from_db()
    assert (deletion.state, deletion.failure_code) == (ErrandState.FAILED, Trouble.CHANGED_HANDS)
    assert deletion.due_at is None
