"""More nodes than are advised at once are split over two drafts, and nothing is lost by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from console.wizard.assembly import gather
from console.wizard.splitting import split
from console.wizard.storage import Overtaken, kept_of, steps_of
from pools import watching
from pools.models import Order, Watch
from tests import builders
from tests.console.wizard.catalog import CPU, GPU, NPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def resources_of(draft: Draft) -> list[dict[str, Any]]:
    draft.refresh_from_db()
    resources: list[dict[str, Any]] = gather(steps_of(draft), kept_of(draft)).document["spec"]["resources"]
    return resources


def halves(draft: Draft, vision: Vision) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the draft and the other one order once it is split."""
    other = split(draft, by=vision.lena)
    assert other
    return resources_of(draft), resources_of(other)


def test_the_draft_keeps_as_many_as_are_advised_and_another_has_the_rest(vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 40, "maxCount": 40}]))
    assert halves(draft, vision) == (
        [{"flavor": CPU, "count": 30, "maxCount": 30}],
        [{"flavor": CPU, "count": 10, "maxCount": 10}],
    )
    other = Draft.objects.exclude(pk=draft.pk).get()
    assert (other.name, steps_of(other)["labels"]["name"]) == ("pool-blue-02", ["pool-blue-02"])
    assert (other.team, other.project, other.owner) == (vision.team, vision.project, vision.lena)


def test_every_node_stays_in_its_zone(vision: Vision, draft_of: MakeDraft) -> None:
    azs = [{"az": "az1", "count": 25}, {"az": "az2", "count": 15}]
    here, there = halves(draft_of(order(resources=[{"flavor": CPU, "count": 40, "azs": azs}])), vision)
    assert here[0]["azs"] == [{"az": "az1", "count": 25}, {"az": "az2", "count": 5}]
    assert there[0]["azs"] == [{"az": "az2", "count": 10}]


def test_whole_racks_stay_whole(vision: Vision, draft_of: MakeDraft) -> None:
    resource = {"flavor": NPU, "count": 40, "creatingStep": {"step": 8, "type": "rack"}}
    here, there = halves(draft_of(order(resources=[resource])), vision)
    assert (here[0]["count"], there[0]["count"]) == (24, 16)


def test_a_flavor_that_goes_as_a_whole_takes_what_stood_for_all_along(vision: Vision, draft_of: MakeDraft) -> None:
    common = {
        "rootVolume": {"volumeType": "SSD", "size": "120", "strange": "kept"},
        "tags": [{"key": "team", "value": "vision"}],
        "extendParams": {"dockerBaseSize": "60"},
    }
    resources = [{"flavor": CPU, "count": 30, **common}, {"flavor": GPU, "count": 5, **common, "odd": 1}]
    here, there = halves(draft_of(order(resources=resources)), vision)
    assert (here, there) == (resources[:1], resources[1:])


@pytest.mark.parametrize("count", [30, 1, "many"])
def test_nothing_else_is_split(vision: Vision, draft_of: MakeDraft, count: Any) -> None:
    assert split(draft_of(order(resources=[{"flavor": CPU, "count": count}])), by=vision.lena) is None
    assert Draft.objects.count() == 1


def test_no_draft_of_the_team_has_the_name_already(vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order(name="train-01", resources=[{"flavor": CPU, "count": 40}]))
    draft_of(order(name="train-02"))
    builders.pool(project=vision.project, name="train-03")
    other = split(draft, by=vision.lena)
    assert other
    assert other.name == "train-04"


def test_what_was_placed_a_moment_ago_is_not_split(vision: Vision, large: Draft) -> None:
    builders.order(
        team=vision.team, project=vision.project, placed_by=vision.lena, draft=large.pk, revision=large.revision
    )
    with pytest.raises(Overtaken):
        split(large, by=vision.lena)
    assert Draft.objects.get().revision == large.revision


@pytest.fixture
def large(draft_of: MakeDraft) -> Draft:
    return draft_of(order(resources=[{"flavor": CPU, "count": 40}]))


def test_review_splits_with_one_press_and_orders_nothing(lena: Client, large: Draft) -> None:
    address = reverse("draft-split", kwargs={"draft": large.pk})
    page = text_of(lena.get(url(large, "review")))
    assert "Split into 30 + 10" in page
    assert address in page
    page = text_of(lena.post(address, {"version": large.version}, follow=True))
    other = Draft.objects.exclude(pk=large.pk).get()
    assert f'<a href="{url(other, "review")}">pool-blue-02</a>' in page
    assert "Split into" not in page
    assert not Order.objects.exists()


def test_the_step_splits_what_was_typed_just_now(lena: Client, large: Draft) -> None:
    assert 'value="split:"' in text_of(lena.get(url(large, "flavors")))
    typed = {"row": "r1", "r1-flavor": CPU, "r1-count": "35"}
    response = lena.post(url(large, "flavors"), {"version": large.version, **typed, "act": "split:"})
    assert response.headers["Location"] == url(large, "review")
    assert sorted(resource["count"] for draft in Draft.objects.all() for resource in resources_of(draft)) == [5, 30]


def test_what_another_window_saved_is_not_split_unread(lena: Client, large: Draft) -> None:
    Draft.objects.update(version=7)
    assert lena.post(reverse("draft-split", kwargs={"draft": large.pk}), {"version": 0}).status_code == 409
    assert Draft.objects.count() == 1


def test_a_stranger_splits_nothing(client: Client, large: Draft) -> None:
    client.force_login(builders.person(admin_of=builders.team(), staff=True))
    assert client.post(reverse("draft-split", kwargs={"draft": large.pk}), {"version": 0}).status_code == 404


def test_splitting_ends_the_watch(vision: Vision, large: Draft) -> None:
    watch = builders.watch(team=vision.team, by=vision.lena, draft=large.pk)
    split(large, by=vision.lena)
    watch.refresh_from_db()
    assert watch.ending == Watch.Ending.EDITED
    assert watching.attend(watch) is None
