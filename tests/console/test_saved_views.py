"""Saved views: a dashboard under a name, one's own or the team's, and nobody else's business."""

from __future__ import annotations

import pytest
from django.test import Client

from console.models import SavedView
from tests import builders
from tests.console.scenes import Scene


def save(client: Client, name: str, address: str = "?phase=Failed&column=jobs", **more: str) -> int:
    return client.post(f"/views/{address}", {"name": name, **more}).status_code


def listed(client: Client) -> list[str]:
    return [one.view.name for one in client.get("/views/", {"team": "vision"}).context["shown"]]


def test_a_view_keeps_filters_order_and_columns_and_not_the_place(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    save(client, "Broken", "?team=vision&phase=Failed&flavor=npu.8u&sort=name&column=jobs&at=x&beside=pool-1")
    [one] = client.get("/views/").context["shown"]
    assert one.query == "team=vision&phase=Failed&flavor=npu.8u&sort=name&column=jobs"
    assert [chip.word for chip in one.chips] == ["Status: Failed", "Flavor: npu.8u"]


def test_ones_own_views_are_ones_own_until_they_are_shared(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    save(client, "Mine")
    save(client, "Ours", shared="on")
    client.force_login(scene.admin)
    assert listed(client) == ["Ours"]


def test_a_stranger_sees_no_view_of_the_team(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    save(client, "Ours", shared="on")
    client = Client()
    client.force_login(scene.stranger)
    assert client.get("/views/", {"team": "vision"}).status_code == 404
    assert "Ours" not in client.get("/views/").content.decode()
    assert client.post(f"/views/{SavedView.objects.get().pk}/remove/").status_code == 404


def test_the_same_name_again_is_the_same_view(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    save(client, "Broken", "?phase=Failed")
    save(client, "Broken", "?phase=Error")
    assert SavedView.objects.get().query == "phase=Error"


def test_whoever_leaves_the_team_finds_no_view_of_it_any_more(client: Client, scene: Scene) -> None:
    view = SavedView.objects.create(team=scene.team, owner=scene.member, name="Mine")
    scene.member.memberships.all().delete()
    client.force_login(scene.member)
    assert client.post(f"/views/{view.pk}/remove/").status_code == 404


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\0b"])
def test_a_name_that_is_none_is_refused_beside_its_field(client: Client, scene: Scene, name: str) -> None:
    client.force_login(scene.member)
    assert save(client, name) == 422
    assert not SavedView.objects.exists()


def test_nobody_heaps_up_views_without_end(client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.dashboard.saved.MOST_VIEWS", 1)
    client.force_login(scene.member)
    assert (save(client, "One"), save(client, "One"), save(client, "Two")) == (302, 302, 422)


def test_a_view_whose_words_mean_nothing_any_more_harms_nobody(client: Client, scene: Scene) -> None:
    SavedView.objects.create(team=scene.team, owner=scene.member, name="Old", query="sort=%00&column=x&project=z&%ff=1")
    client.force_login(scene.member)
    [one] = client.get("/views/").context["shown"]
    assert client.get(f"/?{one.query}").status_code == 200


def test_an_admin_removes_what_is_shared_and_nothing_else(client: Client, scene: Scene) -> None:
    shared = SavedView.objects.create(team=scene.team, owner=scene.member, name="Ours", shared=True)
    own = SavedView.objects.create(team=scene.team, owner=scene.member, name="Mine")
    client.force_login(scene.admin)
    assert client.post(f"/views/{own.pk}/remove/").status_code == 404
    assert client.post(f"/views/{shared.pk}/remove/").status_code == 302
    assert [view.name for view in SavedView.objects.all()] == ["Mine"]


def test_a_member_of_two_teams_has_the_views_of_each_apart(client: Client, scene: Scene) -> None:
    other = builders.team(name="Aero")
    scene.member.memberships.create(team=other)
    client.force_login(scene.member)
    save(client, "Of vision", "?team=vision&phase=Failed")
    assert [one.view.name for one in client.get("/views/", {"team": "aero"}).context["shown"]] == []
