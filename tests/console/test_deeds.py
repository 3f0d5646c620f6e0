"""What is done to nodes from a pool's page: selected, read on a page of its own, and only then recorded."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pools.deeds import Deed
from pools.gleaning import NodeFact
from pools.models import Intervention, Pool, Trouble, User
from pools.states import ErrandState
from pools.wire.enums import Phase
from tests import builders
from tests.console.scenes import Scene

NODES = [builders.node("node-a"), builders.node("node-b", locked=True), builders.node("node-c", phase="Abnormal")]


@pytest.fixture
def pool(scene: Scene) -> Pool:
    document = builders.heard(name="vision-one")
    document["spec"]["resources"][0]["count"] = 3
    return builders.nodes(scene.pool(name="vision-one", document=document), *NODES)


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def read(client: Client, pool: Pool, deed: Deed | str, *names: str, **more: str) -> Any:
    """The page that asks, or what comes of sending it."""
    return client.post(reverse("pool-nodes-act", args=[pool.pk]), {"deed": deed, "node": names, **more})


def sent(client: Client, pool: Pool, deed: Deed, *names: str, **more: str) -> Any:
    """What was read is sent, with everything that the page put into its form."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', read(client, pool, deed, *names).text)
    listed = {name: [value for key, value in fields if key == name] for name, _value in fields}
    return client.post(reverse("pool-nodes-act", args=[pool.pk]), {**listed, "act": "send", **more})


def tab(client: Client, pool: Pool, name: str = "pool-nodes") -> str:
    return client.get(reverse(name, args=[pool.pk])).text


def test_nodes_are_selected_on_their_tab_by_whoever_may_do_something_to_them(scene: Scene, pool: Pool) -> None:
    page = tab(signed_in(scene.member), pool)

    assert re.findall(r'name="node" value="([^"]+)"', page) == ["node-c", "node-a", "node-b"]
    assert re.findall(r'name="deed" value="(\w+)"', page) == [*Deed]
    colleague = builders.person(member_of=scene.team)
    said = tab(signed_in(colleague), pool)
    assert "Only the person who ordered it and admins of the team lock" in said
    assert 'name="node"' not in said


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (Deed.LOCK, ["Lock 2 nodes of vision-one?", "1 is locked already.", "one by one until they are unlocked"]),
        (Deed.UNLOCK, ["Unlock 1 node of vision-one?", "2 are not locked."]),
        (Deed.RESTART, ["Restart 3 nodes of vision-one?", "Whatever runs on them is interrupted."]),
        (Deed.DELETE, ["Delete 2 nodes of vision-one?", "1 is locked: unlock it first.", "<strong>1</strong>"]),
    ],
)
def test_what_it_means_and_who_is_left_out_is_read_before_anything_is_recorded(
    scene: Scene, pool: Pool, deed: Deed, words: list[str]
) -> None:
    page = read(signed_in(scene.member), pool, deed, "node-a", "node-b", "node-c")

    assert (page.status_code, Intervention.objects.exists()) == (200, False)
    assert [one for one in words if one not in page.text] == []


def test_what_was_read_is_recorded_and_told_on_the_page(scene: Scene, pool: Pool) -> None:
    client = signed_in(scene.member)

    assert sent(client, pool, Deed.RESTART, "node-a", "node-c").status_code == 302

    assert [node.name for node in Intervention.objects.get().nodes] == ["node-c", "node-a"]
    said = tab(client, pool)
    assert "lena restarts 2 nodes" in said
    assert "node-c, node-a" in said
    assert "Something is being done to its nodes already." in said
    assert "Restart of nodes asked for" in tab(client, pool, "pool-orders")
    assert "Restart of nodes asked for" in tab(client, pool, "pool-events")


def test_a_deletion_wants_the_name_typed(scene: Scene, pool: Pool) -> None:
    client = signed_in(scene.member)

    mistyped = sent(client, pool, Deed.DELETE, "node-a", typed_name="vision")
    assert (mistyped.status_code, Intervention.objects.exists()) == (422, False)
    assert "This is not the pool&#x27;s name." in mistyped.text

    assert sent(client, pool, Deed.DELETE, "node-a", typed_name="vision-one").status_code == 302


@pytest.mark.parametrize(
    ("nodes", "chosen", "words"),
    [
        (NODES[1:2], ["node-b"], "It can be done to none of the selected nodes."),
        (NODES[:1], ["node-a"], "A pool keeps at least one node."),
        (NODES[:1], ["node-z"], "1 is not there any more."),
    ],
)
def test_what_can_be_done_to_none_of_them_says_so_and_offers_no_button(
    scene: Scene, pool: Pool, nodes: list[NodeFact], chosen: list[str], words: str
) -> None:
    page = read(signed_in(scene.member), builders.nodes(pool, *nodes), Deed.DELETE, *chosen)

    assert words in page.text
    assert 'value="send"' not in page.text


def test_nodes_that_were_changed_since_are_read_anew(scene: Scene, pool: Pool) -> None:
    page = read(signed_in(scene.member), pool, Deed.DELETE, "node-a", seen="old", act="send", typed_name="vision-one")

    assert (page.status_code, Intervention.objects.exists()) == (409, False)
    assert "The nodes were changed since you opened this page." in page.text


@pytest.mark.parametrize(
    ("deed", "names"), [("burn", ["node-a"]), ("", []), ("lock", []), ("lock", ["\0", "x" * 9000, "💥"])]
)
def test_odd_forms_do_nothing(scene: Scene, pool: Pool, deed: str, names: list[str]) -> None:
    assert read(signed_in(scene.member), pool, deed, *names, act="send").status_code in {302, 409}
    assert not Intervention.objects.exists()


def test_whoever_asked_takes_it_back_and_a_stranger_finds_nothing(scene: Scene, pool: Pool) -> None:
    asked = builders.intervention(pool=pool, by=scene.member)
    address = reverse("intervention-take-back", args=[asked.pk])

    assert signed_in(scene.stranger).post(address).status_code == 404
    assert signed_in(scene.member).post(address).status_code == 302
    assert Intervention.objects.get().state == ErrandState.WITHDRAWN
    assert "Taken back before it was sent" in tab(signed_in(scene.admin), pool, "pool-events")


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ({"failure_message": "not this one"}, ["The nodes were not restarted", "not this one", "you may try again"]),
        ({"failure_code": Trouble.NOT_TOLD}, ["Nobody knows whether the nodes were restarted", "Look at what runs"]),
    ],
)
def test_what_came_to_nothing_is_told(scene: Scene, pool: Pool, failure: dict[str, Any], words: list[str]) -> None:
    builders.intervention(pool=pool, by=scene.member, state=ErrandState.FAILED, **failure)

    said = tab(signed_in(scene.member), pool)

    assert [one for one in words if one not in said] == []
    assert ("you may try again" in said) is ("you may try again" in words)


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("Running", "The cloud is restarting the nodes."),
        ("Success", "The nodes were restarted."),
        ("Failed", "The cloud took it, and the restart failed."),
    ],
)
def test_what_the_cloud_made_of_a_restart_is_told(scene: Scene, pool: Pool, phase: str, words: str) -> None:
    job: dict[str, Any] = {"job": "job-1", "job_phase": phase, "job_message": "no driver" if phase == "Failed" else ""}
    builders.intervention(pool=pool, by=scene.member, state=ErrandState.DONE, **job)
    client = signed_in(scene.member)

    for page in ("pool-nodes", "pool-orders"):
        assert words in tab(client, pool, page)
        assert ("no driver" in tab(client, pool, page)) is (phase == "Failed")

    Intervention.objects.update(changed_at=timezone.now() - timedelta(days=4))
    assert (words in tab(client, pool)) is (phase == "Running")


def test_while_the_pool_is_resized_everything_else_is_done_to_its_nodes(scene: Scene, pool: Pool) -> None:
    builders.resize(pool=pool, by=scene.member, to=5)
    page = tab(signed_in(scene.member), pool)

    assert re.findall(r'name="deed" value="(\w+)" disabled', page) == ["delete"]
    assert "nodes can be deleted once that is over" in page


def test_a_pool_that_has_no_nodes_to_work_on_says_why(scene: Scene) -> None:
    pool = builders.nodes(scene.pool(Phase.CREATING), builders.node("node-a", phase="Creating"))

    assert "this pool is Creating" in tab(signed_in(scene.member), pool)
