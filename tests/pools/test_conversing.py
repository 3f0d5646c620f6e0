"""Talking about an order: for its team, bounded, and never changed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pools import conversing, queries
from pools.models import Comment, Mention, Order, User
from tests import builders

pytestmark = pytest.mark.django_db


@dataclass
class Talk:
    order: Order
    member: User
    stranger: User


@pytest.fixture
def talk() -> Talk:
    team = builders.team()
    member = builders.person(member_of=team)
    stranger = builders.person(admin_of=builders.team())
    return Talk(builders.order(team=team, placed_by=builders.person(member_of=team)), member, stranger)


def test_a_remark_is_kept_as_it_was_typed(talk: Talk) -> None:
    conversing.say(talk.order, by=talk.member, text="  Why 8?\n<b>And</b> 为什么?  ")

    (said,) = talk.order.comments.all()
    assert (said.by, said.text) == (talk.member, "Why 8?\n<b>And</b> 为什么?")


def test_pages_are_told_of_a_remark(talk: Talk) -> None:
    before = talk.order.changed_at
    conversing.say(talk.order, by=talk.member, text="Why?")

    talk.order.refresh_from_db()
    assert talk.order.changed_at > before


def test_the_same_words_twice_at_once_are_one_remark(talk: Talk) -> None:
    first, second = (conversing.say(talk.order, by=talk.member, text="Why?") for _ in range(2))

    assert first == second == Comment.objects.get()


@pytest.mark.parametrize("text", ["", " \n\t", "\0"])
def test_nothing_is_no_remark(talk: Talk, text: str) -> None:
    with pytest.raises(conversing.NothingSaid):
        conversing.say(talk.order, by=talk.member, text=text)


def test_a_novel_is_none(talk: Talk) -> None:
    with pytest.raises(conversing.TooMuch):
        conversing.say(talk.order, by=talk.member, text="x" * (conversing.LONGEST + 1))


def test_a_conversation_ends_somewhere(talk: Talk) -> None:
    Comment.objects.bulk_create(
        Comment(order=talk.order, by=talk.member, text=str(number)) for number in range(conversing.MOST)
    )
    with pytest.raises(conversing.TooMuch):
        conversing.say(talk.order, by=talk.member, text="One more.")


def test_a_stranger_says_nothing(talk: Talk) -> None:
    with pytest.raises(conversing.NotAllowed):
        conversing.say(talk.order, by=talk.stranger, text="Hello.")
    assert not Comment.objects.exists()


def named(talk: Talk, text: str) -> list[str]:
    """Of lena, ken and ken.b, all of the team, those who are told."""
    for username in ("lena", "ken", "ken.b"):
        builders.person(username=username, member_of=talk.order.team)
    conversing.say(talk.order, by=talk.member, text=text)
    return sorted(Mention.objects.values_list("user__username", flat=True))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@ken, why 8?", ["ken"]),
        ("Ask @KEN.", ["ken"]),
        ("(@ken) and @lena", ["ken", "lena"]),
        ("@ken.b knows", ["ken.b"]),
        ("@ken @ken", ["ken"]),
        ("@kenneth", []),
        ("mail ken@lena or x@ken", []),
        ("ken", []),
        ("@nobody @", []),
    ],
)
def test_whoever_is_named_is_told_and_nobody_else(talk: Talk, text: str, told: list[str]) -> None:
    assert named(talk, text) == told


def test_nobody_is_told_who_is_in_no_team_of_it_or_says_it_themselves(talk: Talk) -> None:
    both = f"@{talk.stranger.username} @{talk.member.username}"

    assert named(talk, both) == []


def test_what_somebody_was_named_in_is_told_until_they_read_it(talk: Talk) -> None:
    named(talk, "@lena, is that right?")
    lena, ken = (User.objects.get(username=name) for name in ("lena", "ken"))

    [need] = queries.needs_me(lena).shown
    assert (need.kind, need.order) == ("mention", talk.order)
    assert (queries.needs_me(ken).shown, conversing.read(talk.order, by=ken)) == ([], False)
    assert conversing.read(talk.order, by=lena)
    assert queries.needs_me(lena).shown == []


def test_whoever_left_the_team_is_told_nothing(talk: Talk) -> None:
    named(talk, "@lena")
    lena = User.objects.get(username="lena")
    lena.memberships.all().delete()

    assert queries.needs_me(lena).shown == []


def test_what_asks_for_an_act_stays_that(talk: Talk) -> None:
    admin = builders.person(username="mia", admin_of=talk.order.team)
    order = builders.waiting_order(team=talk.order.team, placed_by=talk.member)
    conversing.say(order, by=talk.member, text="@mia please")

    assert [need.kind for need in queries.needs_me(admin).shown] == ["decide"]
