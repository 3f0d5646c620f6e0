"""Resizing from a pool's page: the form, what it says before anything is recorded, and an admin's word."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pools import reminding
from pools.models import CatalogPart, Pool, Resize, Trouble
from pools.states import ErrandState
from pools.wire import resizing as law
from tests import builders
from tests.console.scenes import Scene

FLAVOR = "modelarts.vm.cpu.16u64g.d"


def signed_in(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def sent(pool: Pool, count: int, **more: Any) -> dict[str, Any]:
    return {"seen": law.print_of(law.entries(pool.document)), "nodes-0-0": count, "act": "send", **more}


def asked(scene: Scene, count: int = 3) -> Resize:
    pool = scene.pool(name="vision-one")
    signed_in(scene.member).post(reverse("pool-resize", args=[pool.pk]), sent(pool, count, why="For the spring."))
    return Resize.objects.get()


def test_the_page_of_a_running_pool_leads_to_its_numbers(scene: Scene) -> None:
    pool = scene.pool()
    client = signed_in(scene.member)

    assert reverse("pool-resize", args=[pool.pk]) in client.get(reverse("pool", args=[pool.pk])).text
    assert "1 node now" in client.get(reverse("pool-resize", args=[pool.pk])).text


def test_a_pool_that_does_not_run_says_why_it_is_not_resized(scene: Scene) -> None:
    pool = scene.pool("Abnormal")
    client = signed_in(scene.member)

    for page in ("pool", "pool-resize"):
        said = client.get(reverse(page, args=[pool.pk])).text
        assert "Resize is possible in Running; this pool is Abnormal." in said


def test_what_changes_is_read_before_it_is_recorded(scene: Scene) -> None:
    pool = scene.pool()

    page = signed_in(scene.member).post(reverse("pool-resize", args=[pool.pk]), sent(pool, 3, act="review"))

    assert (page.status_code, Resize.objects.exists()) == (200, False)
    for words in ("What changes", "Send for approval", "ken", "+2", "&quot;count&quot;: 3"):
        assert words in page.text


def test_the_page_of_the_pool_answers_whoever_asked(scene: Scene) -> None:
    resize = asked(scene)
    client, page = signed_in(scene.member), reverse("pool", args=[resize.pool_id])

    said = client.get(page).text
    for words in (
        "lena asks for other nodes: 1 → 3 nodes",
        "It waits to be approved",
        "ken, mia",
        "it lapses",
        "Remind",
    ):
        assert words in said
    client.post(reverse("resize-remind", args=[resize.pk]))
    assert "Reminded <time" in client.get(page).text
    assert reverse("resize-approval", args=[resize.pk]) in signed_in(scene.admin).get(page).text


def test_what_lapsed_is_asked_for_again_with_its_numbers(scene: Scene) -> None:
    resize = asked(scene)
    Resize.objects.update(at=resize.at - timedelta(days=7))
    reminding.lapse()
    client, again = signed_in(scene.member), f"{reverse('pool-resize', args=[resize.pool_id])}?again={resize.pk}"

    assert again in client.get(reverse("pool", args=[resize.pool_id])).text
    assert 'value="3"' in client.get(again).text


def test_after_a_growth_that_failed_what_is_added_is_said_and_approved(scene: Scene) -> None:
    document = grown(4)
    document["status"]["resources"] = {"available": [{"flavor": FLAVOR, "count": 1}]}
    pool = scene.pool("ScalingFailed", document=document)

    page = signed_in(scene.member).post(reverse("pool-resize", args=[pool.pk]), sent(pool, 2, act="review")).text

    for words in ("Send for approval", "Its last growth failed, so 1 node fewer is there"):
        assert words in page
    assert "I understand" not in page


def test_whoever_asked_takes_it_back(scene: Scene) -> None:
    resize = asked(scene)

    signed_in(scene.member).post(reverse("resize-take-back", args=[resize.pk]))

    assert Resize.objects.get().state == ErrandState.WITHDRAWN


def test_nodes_are_not_taken_away_unread(scene: Scene) -> None:
    pool = scene.pool(document=grown(4))
    client, address = signed_in(scene.member), reverse("pool-resize", args=[pool.pk])

    assert client.post(address, sent(pool, 1)).status_code == 422
    assert client.post(address, sent(pool, 1, understood="on")).status_code == 302
    assert Resize.objects.get().approved_by == scene.member


def grown(count: int) -> dict[str, Any]:
    document = builders.heard(name="pool-grown")
    document["spec"]["resources"][0]["count"] = count
    return document


@pytest.mark.parametrize(
    ("typed", "words"),
    [("1", "change a number first"), ("0", "at least one node"), ("many", "whole number"), ("-3", "0")],
)
def test_numbers_that_cannot_be_are_said_on_the_form(scene: Scene, typed: str, words: str) -> None:
    pool = scene.pool()

    page = signed_in(scene.member).post(reverse("pool-resize", args=[pool.pk]), sent(pool, 0) | {"nodes-0-0": typed})

    assert (page.status_code, Resize.objects.exists()) == (422, False)
    assert words in page.text


def test_a_page_that_was_overtaken_begins_anew(scene: Scene) -> None:
    pool = scene.pool()

    page = signed_in(scene.member).post(reverse("pool-resize", args=[pool.pk]), sent(pool, 3, seen="old"))

    assert (page.status_code, Resize.objects.exists()) == (409, False)
    assert "was changed since you opened this page" in page.text


def with_another_flavor(scene: Scene) -> Pool:
    """A pool with disks of its own, and a catalog with one flavor besides its own."""
    document = builders.heard(name="pool-disks")
    own = {"dockerBaseSize": "60", "postInstall": "ZQ=="}
    document["spec"]["resources"][0] |= {"rootVolume": {"volumeType": "SSD", "size": "500"}, "extendParams": own}
    offers = [
        {"metadata": {"name": name}, "spec": {"cpuArch": "x86"}, "status": {"phase": {"az-1": "normal"}}}
        for name in (FLAVOR, "other.flavor")
    ]
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.FLAVORS, document={"items": offers})
    return scene.pool(name="pool-disks", document=document)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, {}),
        ({"zone": "az-1"}, {"azs": [{"az": "az-1", "count": 2}]}),
        # The disks, and not the script that runs on the other's nodes.
        ({"like": "0"}, {"rootVolume": {"volumeType": "SSD", "size": "500"}, "extendParams": {"dockerBaseSize": "60"}}),
    ],
)
def test_another_flavor_joins_the_pool(scene: Scene, typed: dict[str, str], told: dict[str, Any]) -> None:
    pool = with_another_flavor(scene)

    signed_in(scene.member).post(
        reverse("pool-resize", args=[pool.pk]), sent(pool, 1, flavor="other.flavor", more="2", **typed)
    )

    _first, other = json.loads(Resize.objects.get().body)["spec"]["resources"]
    assert other == {"flavor": "other.flavor", "count": 2, "maxCount": 2, **told}


@pytest.mark.parametrize(
    "typed", [{"flavor": "unheard.of", "more": "2"}, {"flavor": "other.flavor"}, {"more": "2"}, {"like": "9"}]
)
def test_a_flavor_that_cannot_join_is_told_at_its_field(scene: Scene, typed: dict[str, str]) -> None:
    pool = with_another_flavor(scene)

    page = signed_in(scene.member).post(reverse("pool-resize", args=[pool.pk]), sent(pool, 2, **typed))

    assert (page.status_code, Resize.objects.exists()) == (422, False)


def test_a_resize_that_failed_is_told_and_may_be_tried_again(scene: Scene) -> None:
    resize = asked(scene)
    Resize.objects.update(state=ErrandState.FAILED, failure_message="no room in the zone", due_at=None)

    page = signed_in(scene.member).get(reverse("pool", args=[resize.pool_id])).text

    assert "The pool was not resized" in page
    assert "no room in the zone" in page


def test_nobody_tries_again_on_a_pool_that_is_gone(scene: Scene) -> None:
    pool = scene.pool()
    builders.resize(pool=pool, by=scene.member)
    Resize.objects.update(state=ErrandState.FAILED, failure_code=Trouble.DELETED, due_at=None)
    client, again = signed_in(scene.member), "you may try again"
    assert again in client.get(reverse("pool", args=[pool.pk])).text

    Pool.objects.update(gone_at=pool.created_abroad)

    page = client.get(reverse("pool", args=[pool.pk])).text
    assert ("Its deletion was asked for already." in page, again in page) == (True, False)


def test_a_pool_that_is_gone_can_be_ordered_again(scene: Scene) -> None:
    pool = scene.pool()
    Pool.objects.update(gone_at=pool.created_abroad)

    assert f"{reverse('order-new')}?copy={pool.pk}" in signed_in(scene.member).get(reverse("pool", args=[pool.pk])).text


def test_nodes_that_somebody_else_took_away_are_ordered_back(scene: Scene) -> None:
    pool = scene.pool(document=grown(4))
    client, address = signed_in(scene.member), reverse("pool-resize", args=[pool.pk])
    Pool.objects.update(drift="another", drift_since=pool.created_abroad)
    configuration = client.get(reverse("pool-configuration", args=[pool.pk]))

    assert configuration.context["may_order_back"]
    assert 'value="4"' in client.get(address).text
    assert 'value="1"' in client.get(f"{address}?as=ordered").text


def test_a_pool_that_was_resized_here_is_not_ordered_back(scene: Scene) -> None:
    pool = scene.pool(name="pool-grown", document=grown(4))
    was = scene.pool()
    body = builders.resize(pool=was, by=scene.member, to=4).body
    Resize.objects.update(pool=pool, body=body, state=ErrandState.DONE, due_at=None)

    configuration = signed_in(scene.member).get(reverse("pool-configuration", args=[pool.pk]))

    assert (configuration.context["may_order_back"], bool(configuration.context["told"])) == (False, False)


def test_the_menu_of_a_row_leads_to_its_numbers_or_says_why_not(scene: Scene) -> None:
    running, abnormal = scene.pool(), scene.pool("Abnormal")

    page = signed_in(scene.member).get(reverse("dashboard")).text

    assert reverse("pool-resize", args=[running.pk]) in page
    assert reverse("pool-resize", args=[abnormal.pk]) not in page
    assert "Resize is possible in Running; this pool is Abnormal." in page
