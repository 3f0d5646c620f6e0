"""Pages by key: nobody is shown twice or passed over, whatever comes and goes, in every order and both ways."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import queries
from pools.models import Order, Pool, Project, Team, User
from pools.queries import SORTS, Filters, Found, Row
from pools.states import OrderState
from tests import builders

pytestmark = pytest.mark.django_db


# Of rows that are made the newest first, by name, and changed when they were made.
BACKWARDS = {"oldest", "unchanged", "name-down"}


class Shelf:
    """A team with pools and orders on their way, every one a minute older than the one before; and what is nobody's."""

    def __init__(self) -> None:
        self.team: Team = builders.team()
        self.project: Project = builders.project(teams=(self.team,))
        self.admin: User = builders.person(admin_of=self.team)
        self.now = timezone.now()

    def minutes_ago(self, minutes: float) -> Any:
        return self.now - timedelta(minutes=minutes)

    def pool(self, name: str, minutes: float, *, claimed: bool = True, **fields: Any) -> Pool:
        team = self.team if claimed else None
        at = self.minutes_ago(minutes)
        return builders.pool(
            project=self.project, team=team, name=name, created_abroad=at, **{"changed_at": at, **fields}
        )

    def order(self, name: str, minutes: float) -> Order:
        at = self.minutes_ago(minutes)
        return builders.order(
            team=self.team, placed_by=self.admin, project=self.project, name=name, placed_at=at, changed_at=at
        )

    def fill(self) -> list[str]:
        """Nine rows of two kinds; returns their names, the newest first."""
        self.pool("found", 1, claimed=False)
        for number, name in enumerate("abcdefghi"):
            if number % 3 == 0:
                self.order(name, number)
            else:
                self.pool(name, number)
        return list("abcdefghi")

    def page(self, at: object = "", *, sort: str = "newest", **filters: Any) -> Found[Row]:
        return queries.dashboard(self.admin, self.team, Filters(**filters), sort=sort, at=str(at or ""))

    def walk(self, *, sort: str = "newest") -> list[list[str]]:
        """The names on every page, from the first to the last."""
        pages, found = [], self.page(sort=sort)
        while True:
            pages.append(names(found))
            if not found.next:
                return pages
            found = self.page(found.next, sort=sort)


def names(found: Found[Row]) -> list[str]:
    return [row.name for row in found.rows]


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr("pools.queries.overview.ROWS_A_PAGE", 2)
    return Shelf()


@pytest.mark.parametrize("sort", SORTS)
def test_every_row_stands_on_one_page_in_its_order(shelf: Shelf, sort: str) -> None:
    rows = shelf.fill()

    walked = shelf.walk(sort=sort)

    assert [len(page) for page in walked] == [2, 2, 2, 2, 1]
    assert [name for page in walked for name in page] == (rows[::-1] if sort in BACKWARDS else rows)


@pytest.mark.parametrize("sort", SORTS)
def test_the_way_back_shows_the_same_pages(shelf: Shelf, sort: str) -> None:
    shelf.fill()
    forth, found = [], shelf.page(sort=sort)
    while found.next:
        forth.append((names(found), found.first))
        found = shelf.page(found.next, sort=sort)

    back = []
    while found.previous:
        found = shelf.page(found.previous, sort=sort)
        back.append((names(found), found.first))

    assert back[::-1] == forth


def test_going_back_and_on_again_leads_where_one_was(shelf: Shelf) -> None:
    shelf.fill()
    second = shelf.page(shelf.page().next)
    again = shelf.page(shelf.page(second.previous).next)

    assert names(again) == names(second)


def test_new_rows_at_the_top_shift_nobody(shelf: Shelf) -> None:
    shelf.fill()
    first = shelf.page()
    for number in range(3):
        shelf.pool(f"new-{number}", -1)

    assert names(shelf.page(first.next)) == ["c", "d"]


def test_a_row_that_went_away_takes_nobody_along(shelf: Shelf) -> None:
    shelf.fill()
    first = shelf.page()
    Pool.objects.filter(name="c").update(gone_at=timezone.now())
    Pool.objects.filter(name="b").update(gone_at=timezone.now())

    assert names(shelf.page(first.next)) == ["d", "e"]


def test_rows_of_the_same_moment_and_name_are_all_shown(shelf: Shelf) -> None:
    for number in range(3):
        shelf.pool("same", 5)
        # Of one name no two orders live in one project.
        order = shelf.order(f"same-{number}", 5)
        Order.objects.filter(pk=order.pk).update(on_the_way_or_living=False, pool_name="same")
    Pool.objects.update(created_abroad=shelf.minutes_ago(5), changed_at=shelf.minutes_ago(5))
    Order.objects.update(placed_at=shelf.minutes_ago(5), changed_at=shelf.minutes_ago(5))

    for sort in SORTS:
        pages, keys = shelf.page(sort=sort), set[str]()
        while True:
            keys |= {row.key for row in pages.rows}
            if not pages.next:
                break
            pages = shelf.page(pages.next, sort=sort)
        assert len(keys) == 6


def test_a_page_says_which_of_the_list_it_shows(shelf: Shelf) -> None:
    shelf.fill()
    second = shelf.page(shelf.page().next)

    assert (second.first, shelf.page(second.next).first, shelf.page(second.previous).first) == (3, 5, 1)


def test_the_first_page_has_none_before_and_the_last_none_after(shelf: Shelf) -> None:
    shelf.pool("only", 1)

    assert (shelf.page().previous, shelf.page().next) == (None, None)


def test_gone_pools_have_pages_of_their_own(shelf: Shelf) -> None:
    shelf.pool("living", 1)
    for number in range(3):
        shelf.pool(f"gone-{number}", number, gone_at=timezone.now())
    shelf.pool("found", 9, claimed=False, gone_at=timezone.now())

    first = shelf.page(phase="Gone")

    assert names(first) + names(shelf.page(first.next, phase="Gone")) == ["gone-0", "gone-1", "gone-2"]


def test_gone_pools_are_counted_apart(shelf: Shelf) -> None:
    shelf.pool("living", 1)
    shelf.pool("gone", 2, gone_at=timezone.now())

    counts = queries.phase_counts(shelf.admin, shelf.team)

    assert counts == {"Running": 1, "Gone": 1}
    assert queries.total(counts, Filters()) == 1
    assert queries.total(counts, Filters(phase="Gone")) == 1


def test_a_project_narrows_rows_and_counters(shelf: Shelf) -> None:
    other = builders.project(teams=(shelf.team,))
    shelf.pool("here", 1)
    builders.pool(project=other, team=shelf.team, name="there")
    builders.order(team=shelf.team, placed_by=shelf.admin, project=other, name="ordered-there")

    assert {*names(shelf.page(project=other.pk))} == {"there", "ordered-there"}
    assert queries.phase_counts(shelf.admin, shelf.team, Filters(project=other.pk)) == {"Running": 1, "placed": 1}


def test_a_stranger_is_shown_no_gone_pool(shelf: Shelf) -> None:
    shelf.pool("gone", 2, gone_at=timezone.now())
    stranger = builders.person(admin_of=builders.team())

    assert not queries.dashboard(stranger, shelf.team, Filters(phase="Gone")).rows
    assert not queries.phase_counts(stranger, shelf.team)


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "\0",
        "W10",  # []
        "WzAsMF0",  # [0,0]
        "WzAsMCxudWxsLG51bGxd" * 50,
        "WzAsMCxbImEiLDFdLFsiYiIsMl1d",  # texts where dates are meant
        "WzAsMCxbMWUzMDAsMV0sbnVsbF0",
        "WzAsLTEsbnVsbCxudWxsXQ",
        "WzAsMCxbOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTksMV0sbnVsbF0",
        "WzAsMCx7fSxudWxsXQ",
        "ä" * 10,
    ],
)
def test_a_cursor_that_is_none_of_ours_leads_to_the_first_page(shelf: Shelf, token: str) -> None:
    shelf.fill()

    assert names(shelf.page(token)) == ["a", "b"]


def test_a_cursor_of_another_order_does_no_harm(shelf: Shelf) -> None:
    shelf.fill()

    assert len(names(shelf.page(shelf.page().next, sort="name"))) == 2


def test_an_order_that_found_its_pool_between_two_pages_is_not_lost(shelf: Shelf) -> None:
    shelf.fill()
    first = shelf.page()
    order = Order.objects.get(pool_name="d")
    Order.objects.filter(pk=order.pk).update(state=OrderState.ACCEPTED)
    builders.pool(order=Order.objects.get(pk=order.pk), created_abroad=shelf.minutes_ago(3))

    assert names(shelf.page(first.next)) == ["c", "d"]
