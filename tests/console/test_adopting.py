"""Pools that nobody here ordered: found on the dashboard by admins, and taken in by them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pools.models import Adoption, Pool
from pools.states import OrderState
from tests import builders
from tests.console.scenes import Scene


@pytest.fixture
def elsewhere(scene: Scene) -> Pool:
    return builders.pool(project=scene.project, name="made-elsewhere")


def adopt(client: Client, *pools: Pool, **said: Any) -> Any:
    rows = [f"pool-{pool.pk}" for pool in pools]
    return client.post("/rows/adopt/", {"team": "vision", "row": rows, **said}, follow=True)


def test_an_admin_is_told_of_them_and_finds_them_alone(client: Client, scene: Scene, elsewhere: Pool) -> None:
    ordered = scene.pool(name="ordered-here")
    client.force_login(scene.admin)
    assert "1 pool was ordered elsewhere and is no team's." in client.get("/").content.decode()
    answer = client.get("/?unclaimed=yes")
    assert [line.row.name for line in answer.context["lines"]] == [elsewhere.name]
    assert ordered.name not in answer.content.decode()


def test_members_are_told_nothing_of_them(client: Client, scene: Scene, elsewhere: Pool) -> None:
    client.force_login(scene.member)
    for address in ("/", "/?unclaimed=yes"):
        page = client.get(address).content.decode()
        assert elsewhere.name not in page
        assert "ordered elsewhere" not in page


def test_several_are_taken_in_at_once(client: Client, scene: Scene, elsewhere: Pool) -> None:
    other = builders.pool(project=scene.project, name="made-elsewhere-2")
    client.force_login(scene.admin)
    page = adopt(client, elsewhere, other, back="team=vision&unclaimed=yes").content.decode()
    assert "2 pools are Vision" in page
    assert set(Pool.objects.filter(team=scene.team)) == {elsewhere, other}


def test_what_cannot_be_taken_in_is_counted_and_said_why(client: Client, scene: Scene, elsewhere: Pool) -> None:
    client.force_login(scene.admin)
    page = adopt(client, elsewhere, scene.pool()).content.decode()
    assert "1 pool is Vision" in page
    assert "1 row was skipped: it belongs to a team already." in page


def test_what_an_order_on_its_way_may_have_made_is_skipped_and_said_why(
    client: Client, scene: Scene, elsewhere: Pool
) -> None:
    scene.order(name=elsewhere.name, state=OrderState.IN_DOUBT)
    client.force_login(scene.admin)
    page = adopt(client, elsewhere).content.decode()
    assert "1 row was skipped: an order of this name is on its way and may have made it." in page
    assert not Adoption.objects.exists()


def test_a_pool_proved_to_be_another_teams_order_names_nobody_of_the_team_that_had_it(
    client: Client, scene: Scene, elsewhere: Pool
) -> None:
    Adoption.objects.create(pool=elsewhere, team=scene.stranger.teams.get(), by=scene.stranger)
    Pool.objects.filter(pk=elsewhere.pk).update(team=scene.team)
    client.force_login(scene.admin)
    events = client.get(f"/pools/{elsewhere.pk}/events/").content.decode()
    assert "Adopted by" not in events
    assert scene.stranger.username not in events


def test_its_page_offers_it_and_tells_who_did_it_afterwards(client: Client, scene: Scene, elsewhere: Pool) -> None:
    client.force_login(scene.admin)
    assert "Adopt for Vision" in client.get(f"/pools/{elsewhere.pk}/").content.decode()
    answer = adopt(client, elsewhere, back="pool")
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/pools/{elsewhere.pk}/"
    assert "Adopt for Vision" not in page
    events = client.get(f"/pools/{elsewhere.pk}/events/").content.decode()
    assert "Adopted by Vision" in events
    assert "mia" in events


def test_the_panel_beside_the_list_offers_it(client: Client, scene: Scene, elsewhere: Pool) -> None:
    client.force_login(scene.admin)
    assert "Adopt for Vision" in client.get(f"/?beside=pool-{elsewhere.pk}").content.decode()


@pytest.mark.parametrize("row", ["", "pool-0", "pool-99999999999999999999", "order-☃", "x" * 5000])
def test_a_row_that_is_none_is_nothing_to_adopt(client: Client, scene: Scene, elsewhere: Pool, row: str) -> None:
    client.force_login(scene.admin)
    answer = client.post("/rows/adopt/", {"team": "vision", "row": row})
    assert answer.status_code == 302
    assert not Adoption.objects.exists()


def test_a_member_takes_nothing_in(client: Client, scene: Scene, elsewhere: Pool) -> None:
    client.force_login(scene.member)
    adopt(client, elsewhere)
    assert not Adoption.objects.exists()


def test_an_admin_of_another_team_takes_it_in_for_no_team_but_their_own(
    client: Client, scene: Scene, elsewhere: Pool
) -> None:
    client.force_login(scene.stranger)
    assert adopt(client, elsewhere).status_code == 404
    adopt(client, elsewhere, team="speech")
    assert Pool.objects.get(pk=elsewhere.pk).team == scene.stranger.teams.get()


def test_where_only_they_are_shown_their_nodes_are_counted(client: Client, scene: Scene) -> None:
    builders.pool(project=scene.project, document=builders.heard(name="made-elsewhere"))
    client.force_login(scene.admin)
    assert client.get("/?unclaimed=yes").context["all_nodes"] == 1
    assert client.get("/").context["all_nodes"] == 0
