"""The team page: members read it, admins change it, strangers do not learn that it exists."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from pools.models import Membership, Team, User
from tests.builders import person, team

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Scene:
    team: Team
    admin: User
    member: User
    stranger: User

    def seat(self, user: User) -> Membership:
        return Membership.objects.get(team=self.team, user=user)


@pytest.fixture
def scene() -> Scene:
    ours, theirs = team(name="Vision"), team(name="Speech")
    return Scene(
        team=ours,
        admin=person(username="mia", admin_of=ours),
        member=person(username="lena", member_of=ours),
        stranger=person(username="sam", admin_of=theirs),
    )


def acts(scene: Scene) -> list[tuple[str, dict[str, str]]]:
    """Every act of the room, as its form sends it."""
    slug, seat = scene.team.slug, scene.seat(scene.member).pk
    return [
        (reverse("member-add", args=[slug]), {"username": "sam", "role": "member"}),
        (reverse("member-role", args=[slug, seat]), {"role": "admin"}),
        (reverse("member-remove", args=[slug, seat]), {}),
        (reverse("four-eyes", args=[slug]), {}),
        (reverse("team-paying", args=[slug]), {"wanted": "on"}),
        (reverse("team-defaults", args=[slug]), {"contact": "Mia"}),
    ]


def test_one_team_needs_no_list(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    assert client.get(reverse("teams")).headers["Location"] == reverse("team", args=["vision"])


def test_several_teams_are_listed_with_the_role_in_each(client: Client, scene: Scene) -> None:
    Membership.objects.create(team=team(name="Robotics"), user=scene.member, role=Membership.Role.ADMIN)
    client.force_login(scene.member)
    page = client.get(reverse("teams")).content.decode()
    assert "Vision" in page
    assert "Robotics" in page
    assert "Speech" not in page


def test_somebody_without_a_team_is_told_how_to_get_into_one(client: Client) -> None:
    client.force_login(person())
    assert "You are in no team yet" in client.get(reverse("teams")).content.decode()


def test_a_member_reads_names_and_roles_and_finds_no_lever(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    page = client.get(reverse("team", args=["vision"])).content.decode()
    assert "mia" in page
    assert "Only admins of the team" in page
    assert reverse("member-add", args=["vision"]) not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_many_members(
    client: Client, scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        person(member_of=scene.team)
    client.force_login(scene.admin)
    # Session, user, own seats, projects in the bar,
    # the desk's count, the team, its seats, its projects, the permission.
    with django_assert_num_queries(10):
        client.get(reverse("team", args=["vision"]))


def test_a_stranger_sees_no_team_page(client: Client, scene: Scene) -> None:
    client.force_login(scene.stranger)
    assert client.get(reverse("team", args=["vision"])).status_code == 404


@pytest.mark.parametrize("act", range(4))
def test_a_stranger_finds_nothing_to_change(client: Client, scene: Scene, act: int) -> None:
    client.force_login(scene.stranger)
    address, form = acts(scene)[act]
    assert client.post(address, form).status_code == 404


@pytest.mark.parametrize("act", range(4))
def test_a_member_changes_nothing_and_is_told_who_could(client: Client, scene: Scene, act: int) -> None:
    client.force_login(scene.member)
    address, form = acts(scene)[act]
    answer = client.post(address, form)
    assert answer.status_code == 403
    assert "Only admins of the team" in answer.content.decode()
    assert Membership.objects.filter(team=scene.team).count() == 2
    assert scene.seat(scene.member).role == Membership.Role.MEMBER


@pytest.mark.parametrize("act", range(4))
def test_nobody_changes_anything_before_signing_in(client: Client, scene: Scene, act: int) -> None:
    address, form = acts(scene)[act]
    assert client.post(address, form).headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("act", range(4))
def test_no_act_is_a_get(client: Client, scene: Scene, act: int) -> None:
    client.force_login(scene.admin)
    assert client.get(acts(scene)[act][0]).status_code == 405


def test_an_admin_adds_a_person_by_user_name(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    client.post(reverse("member-add", args=["vision"]), {"username": " sam ", "role": "admin"})
    assert scene.seat(scene.stranger).role == Membership.Role.ADMIN


@pytest.mark.parametrize(("typed", "told"), [("nobody", "Nobody with this user name"), ("lena", "in the team already")])
def test_a_name_that_cannot_be_added_is_told_at_its_field(client: Client, scene: Scene, typed: str, told: str) -> None:
    client.force_login(scene.admin)
    page = client.post(reverse("member-add", args=["vision"]), {"username": typed, "role": "member"})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()


def test_an_admin_makes_a_member_an_admin(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    client.post(reverse("member-role", args=["vision", scene.seat(scene.member).pk]), {"role": "admin"})
    assert scene.seat(scene.member).role == Membership.Role.ADMIN


@pytest.mark.parametrize("name", ["member-role", "member-remove"])
def test_the_last_admin_stays(client: Client, scene: Scene, name: str) -> None:
    client.force_login(scene.admin)
    address = reverse(name, args=["vision", scene.seat(scene.admin).pk])
    answer = client.post(address, {"role": "member"}, follow=True)
    assert scene.seat(scene.admin).role == Membership.Role.ADMIN
    assert "is the only admin" in answer.content.decode()


def test_an_admin_removes_a_member(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    client.post(reverse("member-remove", args=["vision", scene.seat(scene.member).pk]))
    assert not Membership.objects.filter(team=scene.team, user=scene.member).exists()


def test_a_seat_of_another_team_is_out_of_reach(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    theirs = Membership.objects.get(user=scene.stranger)
    assert client.post(reverse("member-remove", args=["vision", theirs.pk])).status_code == 404
    assert Membership.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(("form", "on"), [({}, False), ({"wanted": "on"}, True)])
def test_an_admin_decides_whether_four_eyes_are_wanted(
    client: Client, scene: Scene, form: dict[str, str], on: bool
) -> None:
    client.force_login(scene.admin)
    client.post(reverse("four-eyes", args=["vision"]), form)
    scene.team.refresh_from_db()
    assert scene.team.four_eyes is on


@pytest.mark.parametrize(("form", "on"), [({}, False), ({"wanted": "on"}, True)])
def test_an_admin_decides_whether_orders_may_pay_themselves(
    client: Client, scene: Scene, form: dict[str, str], on: bool
) -> None:
    client.force_login(scene.admin)
    html = client.post(reverse("team-paying", args=["vision"]), form, follow=True).content.decode()
    scene.team.refresh_from_db()
    assert scene.team.orders_may_pay_themselves is on
    assert ("Allowed" if on else "Not allowed") in html


def test_what_new_drafts_begin_with_is_kept_and_shown_as_it_was_typed(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    typed = {
        "contact": "Vision on call",
        "cost_centre": "7001",
        "tags": "team = vision\n\n cost-centre=70=01 \nempty\n",
    }
    client.post(reverse("team-defaults", args=["vision"]), typed)
    kept = Team.objects.get(slug="vision")
    assert (kept.contact, kept.cost_centre) == ("Vision on call", "7001")
    assert [tuple(tag.values()) for tag in kept.tags] == [("team", "vision"), ("cost-centre", "70=01"), ("empty", "")]
    assert (
        "team = vision\ncost-centre = 70=01\nempty = " in client.get(reverse("team", args=["vision"])).content.decode()
    )
    client.force_login(scene.member)
    page = client.get(reverse("team", args=["vision"])).content.decode()
    assert "Vision on call" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"contact": "x" * 121}, "At most 120 characters are kept."),
        ({"cost_centre": "70\u202e1"}, "Only what can be read is kept"),
        ({"tags": " = vision"}, "A tag without a key"),
        ({"tags": "CCE-x = y"}, "No tag may begin as CCE-x does"),
        ({"tags": "a = 1\na = 2"}, "The key a is given twice."),
        ({"tags": "a = " + "1" * 256}, "The tag a is too long"),
        ({"tags": "a = \u202e"}, "has characters that cannot be read"),
        ({"tags": "\n".join(f"k{n} = v" for n in range(21))}, "At most 20 tags."),
    ],
)
def test_what_no_draft_could_begin_with_is_refused_and_shown_again(
    client: Client, scene: Scene, typed: dict[str, str], words: str
) -> None:
    client.force_login(scene.admin)
    answer = client.post(reverse("team-defaults", args=["vision"]), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Team.objects.get(slug="vision").tags == []
