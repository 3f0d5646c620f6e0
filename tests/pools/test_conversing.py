"""Talking about an order: for its team, bounded, and never changed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pools import conversing
from pools.models import Comment, Order, User
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
