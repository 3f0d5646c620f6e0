"""Node pools: entries of the pool's own list, so that whatever is done to one is done to the pool, and seen in both."""

import json
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject
from pools.wire.nodepools import NodePool, NodePoolList
from pools.wire.reading import hear
from tests.endpoint.guests import CONSOLE, EXAMPLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
NODEPOOLS = f"{POOL}/nodepools"
CPU, OTHER, ARM = "modelarts.vm.cpu.8ud", "modelarts.vm.cpu.16u64g.d", "modelarts.vm.cpu.16u64g.arm"
OWN = f"{NODEPOOLS}/{CPU}-default"
ORDER_NAME = "os.modelarts/order.name"
MONTHLY = {"os.modelarts/billing.mode": "1", "os.modelarts/period.type": "2", "os.modelarts/period.num": "1"}


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def adding(name: str = "extra", *, annotations: dict[str, str] | None = None, **resource: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v2",
        "kind": "NodePool",
        "metadata": {"name": name, "annotations": annotations or {}},
        "spec": {"resources": {"flavor": CPU, "count": 1, "maxCount": 1, **resource}},
    }


def patched(speaker: Speaker, path: str, *, annotations: dict[str, str] | None = None, **resource: Any) -> Any:
    """PATCH as the official SDK sends it: plain JSON with a character set."""
    patch: dict[str, Any] = {"metadata": {"annotations": annotations or {}}}
    if resource:
        patch["spec"] = {"resources": resource}
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    return speaker.call("PATCH", path, body=json.dumps(patch).encode(), headers=headers)


def listed(speaker: Speaker) -> dict[str, dict[str, Any]]:
    """The node pools by name."""
    items = speaker.get(NODEPOOLS).json()["items"]
    return {one["metadata"]["name"]: one for one in items}


def entries(speaker: Speaker) -> list[tuple[str, int]]:
    """The pool's own list: name of the node pool, number of nodes."""
    resources = speaker.get(POOL).json()["spec"]["resources"]
    return [(one.get("nodePool", ""), one["count"]) for one in resources]


def refused(answer: Any) -> str:
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000"), answer.content
    return str(answer.json()["error_msg"])


@pytest.mark.shows("ListNodePools.entries")
def test_every_entry_of_a_pool_is_a_node_pool(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resources=[{"flavor": CPU, "count": 2}, {"flavor": CPU, "count": 1, "nodePool": "b"}]))
    answer = speaker.get(NODEPOOLS).json()
    assert (answer["kind"], answer["apiVersion"]) == ("NodePoolList", "v2")
    assert list(listed(speaker)) == [f"{CPU}-default", "b"]
    assert listed(speaker)["b"]["spec"]["resources"] == {"flavor": CPU, "count": 1, "maxCount": 1, "nodePool": "b"}
    assert listed(speaker)["b"]["metadata"]["annotations"] == {"os.modelarts/billing.mode": "0"}


@pytest.mark.shows("ListNodePools.nameless")
def test_an_entry_without_a_name_is_the_flavors_own_node_pool_and_stays_nameless_in_the_pool(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert speaker.get(OWN).json()["spec"]["resources"]["nodePool"] == f"{CPU}-default"
    assert entries(speaker) == [("", 1)]


@pytest.mark.shows("ListNodePools.steps")
def test_two_nameless_entries_of_one_flavor_are_told_apart_by_their_step(speaker: Speaker) -> None:
    rack = {"flavor": "modelarts.bm.npu.arm.8snt9b", "count": 8}
    steps = [{**rack, "creatingStep": {"step": step, "type": "rack"}} for step in (4, 8)]
    speaker.post(POOLS, creation(resources=steps))
    names = list(listed(speaker))
    assert names == [f"{rack['flavor']}-default", f"{rack['flavor']}-8-default"]
    nodes = [speaker.get(f"{NODEPOOLS}/{name}/nodes").json()["items"] for name in names]
    assert [len(some) for some in nodes] == [8, 8]
    assert {node["metadata"]["labels"]["os.modelarts.node/nodepool"] for node in nodes[1]} == {names[1]}


@pytest.mark.shows("ShowNodePool.as-listed")
def test_a_shown_node_pool_is_the_listed_one_and_is_understood_by_the_language(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    answer = speaker.get(NODEPOOLS).json()
    (item,) = answer["items"]
    assert speaker.get(OWN).json() == item
    assert hear(NodePool, item).wire() == item
    assert hear(NodePoolList, answer).wire() == answer


@pytest.mark.shows("ListNodePoolNodes.part")
def test_the_nodes_of_a_node_pool_are_those_of_the_pool(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resources=[{"flavor": CPU, "count": 2}, {"flavor": CPU, "count": 3, "nodePool": "b"}]))
    every = speaker.get(f"{POOL}/nodes").json()["items"]
    parts = [speaker.get(f"{NODEPOOLS}/{name}/nodes").json()["items"] for name in (f"{CPU}-default", "b")]
    assert [len(part) for part in parts] == [2, 3]
    assert parts[0] + parts[1] == every
    page = speaker.get(f"{NODEPOOLS}/b/nodes?limit=2").json()
    assert (len(page["items"]), page["metadata"]["remainingItemCount"]) == (2, 1)


@pytest.mark.shows("ShowNodePool.unknown")
@pytest.mark.parametrize("path", ["", "/nodes"])
def test_an_unknown_node_pool_is_a_bad_request(speaker: Speaker, path: str) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert refused(speaker.get(f"{NODEPOOLS}/nobody{path}")) == "Bad request. invalid nodepool name"


@pytest.mark.shows("PatchNodePool.unknown")
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_an_unknown_node_pool_is_neither_changed_nor_removed(speaker: Speaker, method: str) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert "invalid nodepool name" in refused(speaker.call(method, f"{NODEPOOLS}/nobody", body=b"{}"))
    assert entries(speaker) == [("", 1)]


@pytest.mark.shows("ListNodePools.unknown-pool")
def test_node_pools_of_no_pool_are_not_found(speaker: Speaker) -> None:
    for answer in (speaker.get(NODEPOOLS), speaker.post(NODEPOOLS, adding()), speaker.get(OWN)):
        assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50015001")


@pytest.mark.shows("CreateNodePool.over-time")
def test_a_node_pool_is_added_over_time_under_an_order(speaker: Speaker, slowly: Any) -> None:
    first = speaker.post(POOLS, EXAMPLE).json()["metadata"]["labels"][ORDER_NAME]
    slowly.tick(60)
    made = speaker.post(NODEPOOLS, adding(flavor=OTHER, count=2, maxCount=2)).json()
    assert made["metadata"]["name"] == "extra"
    assert made["status"]["resources"]["creating"]["count"] == 2
    pool = speaker.get(POOL).json()
    assert pool["status"]["phase"] == "Running"
    order = pool["metadata"]["labels"][ORDER_NAME]
    assert order != first
    slowly.tick(20)
    told = speaker.get(f"{NODEPOOLS}/extra").json()["status"]["resources"]
    assert {state: one["count"] for state, one in told.items()} == {"available": 2}
    items = speaker.get(f"/v1/{PROJECT}/orders/{order}").json()["items"]
    assert [(one["action"], one["status"]) for one in items] == [("createNode", "succeed")] * 2
    assert entries(speaker) == [("", 1), ("extra", 2)]


@pytest.mark.shows("CreateNodePool.own-name")
def test_a_node_pool_without_a_name_is_the_flavors_own(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    body = adding(flavor=OTHER)
    del body["metadata"]
    assert speaker.post(NODEPOOLS, body).json()["metadata"]["name"] == f"{OTHER}-default"


@pytest.mark.shows("CreateNodePool.taken")
@pytest.mark.parametrize(
    "body", [adding("b"), adding("", nodePool="b"), adding(""), adding(f"{CPU}-default"), adding("b", flavor=OTHER)]
)
def test_a_name_that_is_taken_is_a_conflict(speaker: Speaker, body: dict[str, Any]) -> None:
    speaker.post(POOLS, creation(resources=[{"flavor": CPU, "count": 1}, {"flavor": CPU, "count": 1, "nodePool": "b"}]))
    answer = speaker.post(NODEPOOLS, body)
    assert (answer.status_code, answer.json()["error_code"]) == (409, "ModelArts.50015000")
    assert len(entries(speaker)) == 2


@pytest.mark.shows("CreateNodePool.refused")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "$: must be an object"),
        ({}, "$.spec: is required"),
        ({"spec": {}}, "$.spec: is required"),
        ({"spec": {"resources": [{"flavor": CPU, "count": 1}]}}, "$.spec.resources: must be an object"),
        ({"spec": {"resources": {"count": 1}}}, "$.spec.resources.flavor: is required"),
        ({"spec": {"resources": {"flavor": OTHER}}}, "count is required"),
        ({**adding(), "kind": "Pool"}, "$.kind"),
        ({**adding(), "apiVersion": "v1"}, "$.apiVersion"),
        (adding(count=0), "count must greater than 1"),
        (adding(count=-3), "count must greater than 1"),
        (adding(count="2"), "must be an integer"),
        (adding(count=True), "must be an integer"),
        (adding(maxCount=2), "pool does not support maxCount more than count now"),
        (adding(flavor="modelarts.nothing"), "$.spec.resources.flavor: flavor modelarts.nothing does not exist"),
        (adding(flavor=ARM), "R6"),
        (adding("Bad_Name"), "$.spec.resources.nodePool"),
        (adding("mine-default"), "T4"),
        (adding("a" * 51), "T4"),
        (adding("one", nodePool="two"), "another name"),
        (adding(nodePool={"a": []}), "another name"),
        (adding(creatingStep={"step": [1]}), "creatingStep"),
        (adding(azs=[{"az": "cn-north-4a", "count": 2}]), "R9"),
        (adding(dataVolumes=[{"volumeType": "SSD", "size": "100"}]), "extendParams"),
    ],
)
def test_a_node_pool_that_cannot_be_is_refused_and_adds_nothing(speaker: Speaker, body: Any, words: str) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert words in refused(speaker.post(NODEPOOLS, body))
    assert entries(speaker) == [("", 1)]


@pytest.mark.shows("CreateNodePool.ten")
def test_an_eleventh_node_pool_is_refused(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    for number in range(9):
        assert speaker.post(NODEPOOLS, adding(f"np-{number}")).status_code == 200
    assert "R6" in refused(speaker.post(NODEPOOLS, adding("np-9")))


@pytest.mark.shows("PatchNodePool.scales", "PatchNodePool.merge")
def test_a_node_pool_grows_and_shrinks_over_time(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resources=[{"flavor": CPU, "count": 1}, {"flavor": CPU, "count": 2, "nodePool": "b"}]))
    slowly.tick(60)
    grown = patched(speaker, f"{NODEPOOLS}/b", count=4).json()
    assert {state: one["count"] for state, one in grown["status"]["resources"].items()} == {
        "available": 2,
        "creating": 2,
    }
    slowly.tick(20)
    patched(speaker, f"{NODEPOOLS}/b", count=1)
    assert listed(speaker)["b"]["status"]["resources"]["deleting"]["count"] == 3
    slowly.tick(20)
    assert entries(speaker) == [("", 1), ("b", 1)]
    assert len(speaker.get(f"{NODEPOOLS}/b/nodes").json()["items"]) == 1


@pytest.mark.shows("PatchNodePool.merge")
def test_a_node_pool_is_changed_by_merge_patch_too(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"labels": {"a": "1", "b": "2"}}))
    answer = speaker.patch(OWN, {"spec": {"resources": {"count": 2, "labels": {"a": None, "c": "3"}}}})
    assert answer.json()["spec"]["resources"]["labels"] == {"b": "2", "c": "3"}
    assert entries(speaker) == [("", 2)]


@pytest.mark.shows("PatchNodePool.sent-back")
def test_what_a_client_was_shown_of_a_node_pool_it_can_send_back(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 2, "labels": {"a": "1"}}))
    before, pool = speaker.get(OWN).json(), speaker.get(POOL).json()
    assert speaker.patch(OWN, before).json() == before
    assert speaker.get(POOL).json() == pool


@pytest.mark.shows("PatchNodePool.refused")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"count": 0}, "count must greater than 1"),
        ({"count": None}, "must be an integer"),
        ({"count": 2, "maxCount": 3}, "pool does not support maxCount more than count now"),
        ({"flavor": OTHER}, "cannot be changed"),
        ({"nodePool": "other"}, "cannot be changed"),
        ({"creatingStep": {"step": 4, "type": "rack"}}, "cannot be changed"),
        ({"creatingStep": 4}, "cannot be changed"),
        ({"count": 10**9}, "at most"),
        ({"tags": [{"key": "CCE-x", "value": ""}]}, "$.spec.resources.tags[0].key"),
    ],
)
def test_a_change_of_a_node_pool_that_cannot_be_is_refused_and_changes_nothing(
    speaker: Speaker, change: Any, words: str
) -> None:
    speaker.post(POOLS, EXAMPLE)
    before = speaker.get(POOL).json()
    assert words in refused(patched(speaker, OWN, **change))
    assert speaker.get(POOL).json() == before


@pytest.mark.shows("PatchNodePool.billing-keys")
def test_billing_is_said_for_added_nodes_only(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    words = "billing annotation must be empty while there is no resources addition"
    assert words in refused(patched(speaker, OWN, annotations=MONTHLY))
    assert words in refused(patched(speaker, OWN, annotations=MONTHLY, labels={"a": "1"}))


@pytest.mark.shows("CreateNodePool.billing")
def test_new_nodes_are_paid_for_as_the_pool_is_unless_it_is_said(speaker: Speaker) -> None:
    paid = {**MONTHLY, "os.modelarts/auto.pay": "1"}
    speaker.post(POOLS, creation(annotations=paid))
    assert speaker.get(OWN).json()["metadata"]["annotations"] == MONTHLY
    speaker.post(NODEPOOLS, adding(annotations={"os.modelarts/billing.mode": "0"}))
    assert speaker.get(f"{NODEPOOLS}/extra").json()["metadata"]["annotations"] == {"os.modelarts/billing.mode": "0"}


@pytest.mark.shows("DeleteNodePool.with-nodes")
def test_a_node_pool_is_removed_with_its_nodes(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resources=[{"flavor": CPU, "count": 1}, {"flavor": CPU, "count": 2, "nodePool": "b"}]))
    slowly.tick(60)
    answer = speaker.delete(f"{NODEPOOLS}/b").json()
    assert (answer["kind"], answer["metadata"]["name"]) == ("NodePool", "b")
    assert answer["metadata"]["deletionTimestamp"]
    assert "invalid nodepool name" in refused(speaker.get(f"{NODEPOOLS}/b"))
    leaving = [one for one in speaker.get(f"{POOL}/nodes").json()["items"] if one["status"]["phase"] == "Deleting"]
    assert {one["metadata"]["labels"]["os.modelarts.node/nodepool"] for one in leaving} == {"b"}
    slowly.tick(20)
    assert len(speaker.get(f"{POOL}/nodes").json()["items"]) == 1
    assert entries(speaker) == [("", 1)]


@pytest.mark.shows("DeleteNodePool.last")
def test_the_last_node_pool_stays(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert "at least one node" in refused(speaker.delete(OWN))
    assert entries(speaker) == [("", 1)]


@pytest.mark.shows("DeleteNodePool.prepaid")
def test_a_node_pool_paid_in_advance_is_left_to_billing(speaker: Speaker) -> None:
    paid = {**MONTHLY, "os.modelarts/auto.pay": "1"}
    two = [{"flavor": CPU, "count": 1}, {"flavor": CPU, "count": 1, "nodePool": "b"}]
    speaker.post(POOLS, creation(annotations=paid, resources=two))
    assert "billing centre" in refused(speaker.delete(f"{NODEPOOLS}/b"))


@pytest.mark.shows("DeleteNodePool.locked")
def test_a_node_pool_with_a_locked_node_is_not_removed(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resources=[{"flavor": CPU, "count": 1}, {"flavor": CPU, "count": 1, "nodePool": "b"}]))
    name = speaker.get(f"{NODEPOOLS}/b/nodes").json()["items"][0]["metadata"]["name"]
    speaker.post(f"{POOL}/nodes/batch-lock", {"nodeNames": [name], "actions": ["delete"]})
    assert "locked" in refused(speaker.delete(f"{NODEPOOLS}/b"))


@pytest.mark.shows("CreateNodePool.waiting")
def test_node_pools_of_a_pool_that_waits_are_shown_and_not_changed(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    assert listed(speaker)[f"{CPU}-default"]["status"] == {"resources": {}}
    assert "Waiting" in refused(speaker.post(NODEPOOLS, adding()))
    assert "Waiting" in refused(patched(speaker, OWN, count=2))


@pytest.mark.shows("ListNodePools.strangers")
def test_a_stranger_sees_and_changes_no_node_pools(speaker: Speaker, stranger: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    for answer in (stranger.get(OWN), stranger.post(NODEPOOLS, adding()), stranger.delete(OWN)):
        assert (answer.status_code, answer.json()["error_code"]) == (403, "ModelArts.0210")
    assert entries(speaker) == [("", 1)]


def test_listing_node_pools_costs_the_same_queries_however_many_there_are(
    speaker: Speaker, django_assert_num_queries: Any
) -> None:
    names = [{"flavor": CPU, "count": 1, "nodePool": f"np-{number}"} for number in range(9)]
    for name, resources in (("pool-ae01", names[:1]), ("pool-two", names)):
        speaker.post(POOLS, creation(name=name, resources=resources))
        with django_assert_num_queries(2):
            speaker.get(f"{POOLS}/{ident(name)}/nodepools")
