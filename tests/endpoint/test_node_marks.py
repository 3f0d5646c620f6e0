"""What nodes tell about themselves and what is done to those that stay: batches, taints, tags, drivers, jobs."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject, HostedPool, NodeJob
from pools.wire.nodes import JobList, NodeList
from pools.wire.reading import hear
from tests.endpoint.guests import CONSOLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
NODES = f"{POOL}/nodes"
JOBS = f"/v2/{PROJECT}/jobs"
CPU, GPU = "modelarts.vm.cpu.8ud", "modelarts.vm.gpu.v100.x1"
RACK, SUPERNODE = "modelarts.bm.npu.arm.8snt9b", "modelarts.bm.npu.arm.8snt9c.supernode"
REDUNDANT, ISOLATED = "os.modelarts.node/ha.redundant.enabled", "node.kubernetes.io/unschedulable"
PAID = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def nodes(speaker: Speaker) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = speaker.get(NODES).json()["items"]
    return found


def names(speaker: Speaker) -> list[str]:
    return [node["metadata"]["name"] for node in nodes(speaker)]


def labels(speaker: Speaker, key: str) -> list[str | None]:
    return [node["metadata"]["labels"].get(key) for node in nodes(speaker)]


def updated(speaker: Speaker, some: list[str], **body: Any) -> Any:
    return speaker.post(f"{NODES}/batch-update", {"nodeNames": some, **body})


def changed(speaker: Speaker, *entries: dict[str, Any], **spec: Any) -> Any:
    """PATCH with a signed body: of two unsigned ones within a second the endpoint takes the second for a replay."""
    body = json.dumps({"spec": {**({"resources": entries} if entries else {}), **spec}}).encode()
    answer = speaker.call("PATCH", POOL, body=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.content
    return answer.json()


def tags_told(node: dict[str, Any]) -> dict[str, str]:
    told = json.loads(node["metadata"]["annotations"].get("os.modelarts/tms.tags", "[]"))
    return {tag["key"]: tag["value"] for tag in told}


def drivers(speaker: Speaker) -> list[tuple[str, str]]:
    return [(node["status"]["driver"]["phase"], node["status"]["driver"]["version"]) for node in nodes(speaker)]


def taints(speaker: Speaker) -> list[list[str]]:
    return [[taint["key"] for taint in node["status"]["taints"]] for node in nodes(speaker)]


def refused(answer: Any) -> str:
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000"), answer.content
    return str(answer.json()["error_msg"])


@pytest.mark.shows("ListPoolNodes.batches")
def test_nodes_of_a_rack_say_which_and_how_large_it_is(speaker: Speaker) -> None:
    step = {"step": 4, "type": "rack"}
    speaker.post(POOLS, creation(resource={"flavor": RACK, "count": 8, "creatingStep": step}))
    assert sorted(Counter(labels(speaker, "os.modelarts.node/batch.uid")).values()) == [4, 4]
    assert {*labels(speaker, "os.modelarts.node/batch.type")} == {"rack"}
    assert {*labels(speaker, "os.modelarts.node/batch.count")} == {"4"}
    assert len({*labels(speaker, "cce.kubectl.kubernetes.io/cabinet")}) == 2
    assert {*labels(speaker, "os.modelarts.node/spod.id")} == {None}


@pytest.mark.shows("ListPoolNodes.batches")
def test_nodes_of_a_supernode_say_which_and_those_that_come_later_are_of_another(speaker: Speaker) -> None:
    step = {"step": 8, "type": "hyperinstance"}
    annotations = {f"os.modelarts/{key}": value for key, value in PAID.items()}
    resource = {"flavor": SUPERNODE, "count": 8, "creatingStep": step}
    speaker.post(POOLS, creation(annotations=annotations, resource=resource))
    (first,) = {*labels(speaker, "os.modelarts.node/batch.uid")}
    assert {*labels(speaker, "os.modelarts.node/spod.id")} == {first}
    topology = "os.modelarts/npu-topology-placement"
    assert {len(node["metadata"]["annotations"][topology]) for node in nodes(speaker)} == {16}


def test_a_node_that_came_by_itself_is_of_no_batch(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    assert [key for key in nodes(speaker)[0]["metadata"]["labels"] if "batch" in key or "cabinet" in key] == []


@pytest.mark.shows("ListPoolNodes.node-pool")
def test_a_named_node_pool_stands_on_its_nodes_by_both_its_names(speaker: Speaker) -> None:
    named = {"flavor": CPU, "count": 1, "nodePool": "np-a", "extendParams": {"nodePoolName": "for-vision"}}
    speaker.post(POOLS, creation(resources=[{"flavor": CPU, "count": 1}, named]))
    assert labels(speaker, "os.modelarts.node/nodepool") == [f"{CPU}-default", "np-a"]
    assert labels(speaker, "os.modelarts.node/nodepoolname") == [None, "for-vision"]


@pytest.mark.shows("ListPoolNodes.checking")
def test_a_node_looks_at_itself_before_it_is_available(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    begun, seen = HostedPool.objects.get().accepted_at, []
    for tenth in range(0, 360, 5):
        slowly.move_to(begun + timedelta(seconds=tenth / 10))
        seen += [node["status"]["phase"] for node in nodes(speaker)]
    assert list(dict.fromkeys(seen)) == ["Creating", "Checking", "Available"]


@pytest.mark.shows("ListPoolNodes.understood")
def test_nodes_are_understood_by_the_language(speaker: Speaker) -> None:
    taint = {"key": "team", "value": "vision", "effect": "NoSchedule"}
    speaker.post(POOLS, creation(resource={"flavor": GPU, "count": 2, "taints": [taint], "tags": []}))
    updated(speaker, names(speaker), action="openHaRedundant")
    answer = speaker.get(NODES).json()
    assert hear(NodeList, answer).wire() == answer


@pytest.mark.parametrize("odd", [5, "x", [5], {"a": 1}, True])
@pytest.mark.parametrize("key", ["os", "network", "taints", "labels", "driver"])
def test_what_a_client_sent_beyond_the_tables_does_not_hurt_its_nodes(speaker: Speaker, key: str, odd: Any) -> None:
    assert speaker.post(POOLS, creation(resource={key: odd})).status_code == 200
    assert len(nodes(speaker)) == 1


@pytest.mark.shows("BatchUpdatePoolNodes.effect")
@pytest.mark.parametrize("effect", ["NoSchedule", "NoExecute", None])
def test_a_redundant_node_is_tainted_as_asked(speaker: Speaker, effect: str | None) -> None:
    speaker.post(POOLS, creation(resource={"count": 2}))
    first = names(speaker)[:1]
    updated(speaker, first, action="openHaRedundant", **({"haRedundantEffect": effect} if effect else {}))
    assert nodes(speaker)[0]["status"]["taints"] == [
        {"key": REDUNDANT, "value": "true", "effect": effect or "NoSchedule"}
    ]
    assert taints(speaker)[1] == []
    updated(speaker, first, action="closeHaRedundant")
    assert taints(speaker) == [[], []]
    assert labels(speaker, REDUNDANT) == [None, None]


@pytest.mark.shows("ListPoolNodes.taints")
def test_taints_of_an_entry_stand_on_its_nodes(speaker: Speaker) -> None:
    taint = {"key": "team", "value": "vision", "effect": "NoExecute"}
    speaker.post(POOLS, creation(resource={"taints": [taint]}))
    assert nodes(speaker)[0]["status"]["taints"] == [taint]


@pytest.mark.shows("PatchPool.existing-nodes")
@pytest.mark.parametrize(("policy", "reached"), [({}, True), ("refresh", True), ("ignore", False)])
def test_tags_and_taints_of_an_entry_reach_its_nodes_unless_it_says_otherwise(
    speaker: Speaker, policy: Any, reached: bool
) -> None:
    speaker.post(POOLS, creation(resource={"tags": [{"key": "team", "value": "old"}]}))
    said = {f"{key}PolicyOnExistingNodes": policy for key in ("tag", "taint")} if policy else {}
    entry = {
        "flavor": CPU,
        "count": 2,
        "tags": [{"key": "team", "value": "new"}],
        "taints": [{"key": "t", "effect": "NoSchedule"}],
        "extendParams": said,
    }
    changed(speaker, entry)
    old, new = nodes(speaker)
    assert tags_told(old) == {"team": "new" if reached else "old"}
    assert tags_told(new) == {"team": "new"}
    assert taints(speaker) == [["t"] if reached else [], ["t"]]


def test_what_reaches_the_nodes_reaches_those_that_were_added_too(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    changed(speaker, {"flavor": CPU, "count": 2})
    entry = {"flavor": CPU, "count": 2, "taints": [{"key": "t", "effect": "NoSchedule"}]}
    changed(speaker, entry)
    assert taints(speaker) == [["t"], ["t"]]
    changed(speaker, {**entry, "taints": None})
    assert taints(speaker) == [[], []]


def test_disks_of_an_entry_are_for_nodes_to_come(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"rootVolume": {"volumeType": "SSD", "size": "150"}}))
    entry = {"flavor": CPU, "count": 1, "rootVolume": {"volumeType": "SSD", "size": "300"}}
    changed(speaker, entry)
    changed(speaker, {"flavor": CPU, "count": 2})
    assert [node["spec"]["rootVolume"]["size"] for node in nodes(speaker)] == ["150", "300"]


@pytest.mark.shows("BatchUpdatePoolNodes.driver")
def test_some_nodes_get_another_driver_and_the_pool_keeps_its_version(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU, "count": 3}, driver={"gpuVersion": "470.57.02"}))
    slowly.tick(60)
    some = names(speaker)[:2]
    answer = updated(speaker, some, driver={"version": "535.129.03", "updateStrategy": "force"})
    assert answer.json()["successNodeNames"] == some
    assert drivers(speaker) == [("Updating", "470.57.02")] * 2 + [("Running", "470.57.02")]
    assert speaker.get(POOL).json()["status"]["driver"]["gpu"] == {"version": "470.57.02", "state": "Upgrading"}
    slowly.tick(10)
    assert drivers(speaker) == [("Running", "535.129.03")] * 2 + [("Running", "470.57.02")]
    assert speaker.get(POOL).json()["status"]["driver"]["gpu"] == {"version": "470.57.02", "state": "Running"}


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        ({"version": ""}, "$.driver.version"),
        ({"version": 5}, "$.driver.version"),
        ({"version": "x" * 65}, "$.driver.version"),
        ({"version": "1", "updateStrategy": "soon"}, "$.driver.updateStrategy"),
        ({"version": "1", "updateStrategy": ["idle"]}, "$.driver.updateStrategy"),
        ([1], "$.driver: must be an object"),
    ],
)
def test_a_driver_that_cannot_be_is_refused(speaker: Speaker, driver: Any, words: str) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU}))
    before = nodes(speaker)
    assert words in refused(updated(speaker, names(speaker), driver=driver))
    assert nodes(speaker) == before


def test_a_node_without_accelerators_gets_no_driver(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    assert "R17" in refused(updated(speaker, names(speaker), driver={"version": "1"}))


@pytest.mark.shows("PatchPool.idle")
def test_an_idle_upgrade_isolates_the_nodes_that_wait_for_it(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU, "count": 4}, driver={"gpuVersion": "470.57.02"}))
    slowly.tick(60)
    changed(speaker, driver={"gpuVersion": "535.129.03", "updateStrategy": "idle"})
    assert taints(speaker) == [[ISOLATED]] * 4
    slowly.tick(11)
    assert taints(speaker) == [[], [], [ISOLATED], [ISOLATED]]
    assert [version for _, version in drivers(speaker)] == ["535.129.03"] * 2 + ["470.57.02"] * 2
    slowly.tick(10)
    assert taints(speaker) == [[]] * 4
    assert drivers(speaker) == [("Running", "535.129.03")] * 4


@pytest.mark.shows("PatchPool.force")
def test_a_forced_upgrade_isolates_nobody(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU, "count": 2}, driver={"gpuVersion": "470.57.02"}))
    slowly.tick(60)
    changed(speaker, driver={"gpuVersion": "535.129.03", "updateStrategy": "force"})
    assert drivers(speaker) == [("Updating", "470.57.02")] * 2
    assert taints(speaker) == [[]] * 2


@pytest.mark.shows("PatchPool.first-accelerators")
def test_the_first_accelerators_bring_their_driver_into_the_pool(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(60)
    both = [{"flavor": CPU, "count": 1}, {"flavor": GPU, "count": 1}]
    answer = changed(speaker, *both, driver={"gpuVersion": "470.57.02"})
    assert answer["status"]["driver"]["gpu"] == {"version": "470.57.02", "state": "Creating"}
    slowly.tick(20)
    assert speaker.get(POOL).json()["status"]["driver"]["gpu"] == {"version": "470.57.02", "state": "Running"}
    assert [node["status"].get("driver") for node in nodes(speaker)] == [
        None,
        {"phase": "Running", "version": "470.57.02"},
    ]


def tagged(speaker: Speaker, node: str, action: Any, *tags: tuple[str, str]) -> Any:
    body = {"action": action, "tags": [{"key": key, "value": value} for key, value in tags]}
    return speaker.post(f"/v1/{PROJECT}/nodes/{node}/tags", body)


@pytest.mark.shows("ChangeNodeTags.actions", "ShowNodeTags.answer")
def test_tags_of_a_node_are_created_overwritten_deleted_and_reset(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 2, "tags": [{"key": "team", "value": "vision"}]}))
    node, other = names(speaker)
    assert tagged(speaker, node, "create", ("env", "dev"), ("team", "sound")).json()["tags"] == [
        {"key": "team", "value": "sound", "values": ["sound"]},
        {"key": "env", "value": "dev", "values": ["dev"]},
    ]
    assert len(tagged(speaker, node, "delete", ("env", "prod")).json()["tags"]) == 2
    tagged(speaker, node, "delete", ("env", "dev"))
    shown = speaker.get(f"/v1/{PROJECT}/nodes/{node}/tags?pool={ident()}").json()
    assert shown == {"tags": [{"key": "team", "value": "sound", "values": ["sound"]}]}
    assert tagged(speaker, node, "reset").json() == {"tags": []}
    assert [tags_told(one) for one in nodes(speaker)] == [{}, {"team": "vision"}]
    assert speaker.get(f"/v1/{PROJECT}/nodes/{other}/tags").json()["tags"][0]["value"] == "vision"


@pytest.mark.shows("ListNodeTags.values")
def test_every_key_of_the_nodes_is_told_with_all_its_values(speaker: Speaker) -> None:
    for name, value in (("pool-ae01", "vision"), ("pool-two", "sound")):
        speaker.post(POOLS, creation(name=name, resource={"tags": [{"key": "team", "value": value}]}))
    path = f"/v1/{PROJECT}/nodes/tags"
    assert speaker.get(path).json() == {"tags": [{"key": "team", "values": ["sound", "vision"]}]}
    assert speaker.get(f"{path}?pool={ident()}").json() == {"tags": [{"key": "team", "values": ["vision"]}]}
    assert speaker.get(f"{path}?limit=1&offset=1").json() == {"tags": []}
    assert speaker.get(f"{path}?pool=none").status_code == 404


@pytest.mark.shows("ShowNodeTags.unknown")
def test_tags_of_an_unknown_node_are_not_found(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 2}))
    node = names(speaker)[0]
    for answer in (
        speaker.get(f"/v1/{PROJECT}/nodes/nobody/tags"),
        speaker.get(f"/v1/{PROJECT}/nodes/{node}/tags?pool=none"),
        tagged(speaker, "nobody", "create", ("a", "b")),
    ):
        assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50015001")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"action": "create", "tags": []},
        {"action": ["create"], "tags": [{"key": "a", "value": "b"}]},
        {"action": "burn", "tags": [{"key": "a", "value": "b"}]},
        {"action": "create", "tags": [{"key": "_sys_a", "value": "b"}]},
        {"action": "create", "tags": [{"key": f"k{number}", "value": ""} for number in range(21)]},
    ],
)
def test_tags_that_cannot_be_are_refused(speaker: Speaker, body: Any) -> None:
    speaker.post(POOLS, creation())
    refused(speaker.post(f"/v1/{PROJECT}/nodes/{names(speaker)[0]}/tags", body))
    assert tags_told(nodes(speaker)[0]) == {}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "$.action"),
        ({"action": []}, "$.action"),
        ({"action": "createTags"}, "$.tags"),
        ({"action": "createTags", "tags": [{"key": "CCE", "value": 5}]}, "$.tags[0].value"),
        ({"action": "openHaRedundant", "haRedundantEffect": "PreferNoSchedule"}, "$.haRedundantEffect"),
        ({"action": "openHaRedundant", "haRedundantEffect": ["NoExecute"]}, "$.haRedundantEffect"),
    ],
)
def test_an_update_that_cannot_be_is_refused(speaker: Speaker, body: Any, words: str) -> None:
    speaker.post(POOLS, creation())
    before = nodes(speaker)
    assert words in refused(updated(speaker, names(speaker), **body))
    assert nodes(speaker) == before


@pytest.mark.parametrize("call", ["batch-update", "batch-lock", "batch-reboot", "batch-delete"])
def test_nodes_of_a_pool_that_ends_are_left_alone(speaker: Speaker, slowly: Any, call: str) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(60)
    some = names(speaker)
    speaker.delete(POOL)
    body = {"nodeNames": some, "deleteNodeNames": some, "action": "openHaRedundant", "actions": ["delete"]}
    answer = speaker.post(f"{NODES}/{call}", body)
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50015001")


def test_a_pool_that_waits_has_no_nodes_to_touch(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(), **CONSOLE)
    assert nodes(speaker) == []
    assert updated(speaker, ["os-node-created-zlncn"], action="openHaRedundant").status_code == 404


@pytest.mark.shows("ListJobs.found")
def test_jobs_are_found_by_what_they_are_about_and_when(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(60)
    first = speaker.post(f"{NODES}/batch-reboot", {"nodeNames": names(speaker)}).json()["job_id"]
    at = int(NodeJob.objects.get().begun_at.timestamp() * 1000)
    slowly.tick(10)
    second = speaker.post(f"{NODES}/batch-reset", {"nodeNames": names(speaker)}).json()["job_id"]

    def found(query: str = "") -> list[str]:
        answer = speaker.get(f"{JOBS}?{query}").json()
        assert hear(JobList, answer).wire() == answer
        return [job["jobId"] for job in answer["items"]]

    assert found() == [second, first]
    assert found("type=reboot-node") == [first]
    assert found("type=replace-node") == []
    assert found(f"resource=pools&name={ident()}") == [second, first]
    assert found("resource=nodes") == []
    assert found("name=another") == []
    assert found(f"since={at + 1}") == [second]
    assert found(f"until={at + 1000}") == [first]
    assert found("limit=1&offset=1") == [first]
    slowly.tick(31 * 86_400)
    assert found() == []
    assert found(f"since={at}") == [second, first]
    assert speaker.get(f"{JOBS}?since=x").status_code == 400


@pytest.mark.shows("ShowJob.about")
def test_a_job_tells_what_it_is_about_as_texts(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    job = speaker.post(f"{NODES}/batch-reboot", {"nodeNames": names(speaker)}).json()["job_id"]
    told = speaker.get(f"{JOBS}/{job}").json()
    assert json.loads(told["involvedObjects"]) == [{"kind": "Pool", "name": ident()}]
    assert json.loads(told["inputs"]) == {"nodeNames": names(speaker)}
