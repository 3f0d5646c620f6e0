"""The change feed: what moved since a cursor, 304 when nothing did, and how fresh our knowledge is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools import queries
from pools.models import Project
from tests import builders
from tests.console.scenes import Scene


def first(client: Client) -> str:
    return str(client.get("/", {"team": "vision"}).context["cursor"])


def settled(client: Client, cursor: str) -> str:
    """The cursor after the first feed, which only repeats the last seconds."""
    answer = client.get("/changes", {"since": cursor})
    return str(answer.json()["cursor"])


def test_nothing_moved_is_a_304_without_a_body(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    answer = client.get("/changes", {"since": settled(client, first(client))})
    assert (answer.status_code, answer.content) == (304, b"")


def test_what_moved_is_named_by_its_key(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    cursor = settled(client, first(client))
    moved = scene.pool()
    told: dict[str, Any] = client.get("/changes", {"since": cursor}).json()
    assert told["pools"] == [moved.pk]
    assert told["orders"] == [moved.order_id]
    assert not told["whole"]


def test_a_watch_that_ends_without_an_order_is_told_to_its_team_alone(client: Client, scene: Scene) -> None:
    watch = builders.watch(team=scene.team, by=scene.member, changed_at=timezone.now() - timedelta(minutes=1))
    ours, theirs = (queries.changes(person).cursor for person in (scene.member, scene.stranger))
    watch.end(watch.Ending.EXPIRED)

    client.force_login(scene.member)
    told = client.get("/changes", {"since": ours}).json()

    assert (told["watches"], told["whole"]) == ([watch.pk], False)
    assert queries.changes(scene.stranger, theirs) == ([], [], [], theirs)


def test_the_first_feed_asks_no_page_to_load_itself_again(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    assert not client.get("/changes", {"since": first(client)}).json()["whole"]


def test_more_than_a_page_can_hold_asks_it_to_read_all_again(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(scene.member)
    cursor = settled(client, first(client))
    monkeypatch.setattr("pools.queries.feed.MOST_CHANGES", 1)
    scene.pool()
    scene.pool()
    assert client.get("/changes", {"since": cursor}).json()["whole"]


def test_a_stranger_is_told_of_nothing(client: Client, scene: Scene) -> None:
    client.force_login(scene.stranger)
    cursor = settled(client, queries.cursor_from_now(timezone.now()))
    scene.pool()
    assert client.get("/changes", {"since": cursor}).status_code == 304


def test_freshness_comes_with_both_answers(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    moved = client.get("/changes", {"since": first(client)})
    still = client.get("/changes", {"since": moved.json()["cursor"]})
    for answer in (moved, still):
        assert answer.headers["Cloud-Heard"].startswith(str(timezone.now().year))
        assert answer.headers["Cloud-Failing"] == "0"


def test_a_project_that_fails_or_is_not_read_is_counted(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    Project.objects.update(look_after=timezone.now() - timedelta(hours=1))
    assert client.get("/changes", {"since": ""}).headers["Cloud-Failing"].startswith("1-")


def test_the_next_try_of_a_project_that_fails_is_news(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    now = timezone.now()
    told = set()
    for seconds in (10, 20):
        Project.objects.update(failing_since=now, look_after=now + timedelta(seconds=seconds))
        told.add(client.get("/changes", {"since": ""}).headers["Cloud-Failing"])
    assert len(told) == 2


def test_the_feed_is_cheap(client: Client, scene: Scene, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.force_login(scene.member)
    cursor = settled(client, first(client))
    # Session, user, what changed, projects.
    with django_assert_num_queries(4):
        client.get("/changes", {"since": cursor})


@pytest.mark.parametrize(("ago", "seconds"), [(1, "2.5"), (120, "5.0"), (3600, "10.0")])
def test_the_longer_nothing_moves_the_later_one_need_ask_again(
    client: Client, scene: Scene, ago: int, seconds: str
) -> None:
    client.force_login(scene.member)
    cursor = queries.cursor_from_now(timezone.now() - timedelta(seconds=ago))
    answer = client.get("/changes", {"since": settled(client, cursor)})
    assert answer.headers["Ask-Again"] == seconds


@pytest.mark.parametrize("since", ["", "x", "-", "9" * 64, "1-" + "f" * 500, "\0"])
def test_a_cursor_that_is_none_of_ours_starts_anew(client: Client, scene: Scene, since: str) -> None:
    client.force_login(scene.member)
    assert client.get("/changes", {"since": since}).status_code == 200
