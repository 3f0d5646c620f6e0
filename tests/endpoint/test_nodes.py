"""Nodes: they come one by one, are told as their pool counts them, and are deleted, locked, marked and rebooted."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from pools.endpoint import naming, stocking
from pools.endpoint.models import EndpointProject, HostedPool
from pools.endpoint.scenario import Fate
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
NODES = f"{POOL}/nodes"
GPU = "modelarts.vm.gpu.v100.x1"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def nodes(speaker: Speaker, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = speaker.get(f"{NODES}{query}").json()["items"]
    return found


def names(speaker: Speaker) -> list[str]:
    return [node["metadata"]["name"] for node in nodes(speaker)]


def counted(speaker: Speaker) -> tuple[Counter[str], Counter[str]]:
    """Nodes by phase, as they are listed and as the pool counts them."""
    # One that is still looking at itself is counted among those on their way.
    phases = (node["status"]["phase"].lower() for node in nodes(speaker))
    listed = Counter("creating" if phase == "checking" else phase for phase in phases)
    told: Counter[str] = Counter()
    for state, entries in speaker.get(POOL).json()["status"]["resources"].items():
        told[state] += sum(entry["count"] for entry in entries)
    return listed, told


@pytest.mark.shows("ListPoolNodes.as-counted")
@pytest.mark.parametrize("fate", list(Fate))
def test_nodes_are_listed_as_their_pool_counts_them(speaker: Speaker, slowly: Any, fate: Fate) -> None:
    rack = {"flavor": "modelarts.bm.npu.arm.8snt9b", "count": 8, "creatingStep": {"step": 4, "type": "rack"}}
    plain = {"flavor": "modelarts.vm.npu.arm.snt9b.x1", "count": 5}
    speaker.post(POOLS, creation(prefix=f"fate-{fate}", resources=[rack, plain]))
    for second in range(0, 130, 7):
        slowly.move_to(HostedPool.objects.get().accepted_at + timedelta(seconds=second))
        listed, told = counted(speaker)
        assert listed == told
    if speaker.delete(POOL).status_code == 200:
        for _ in range(4):
            slowly.tick(3)
            if speaker.get(POOL).status_code == 200 and fate is not Fate.CREATION_FAILED:
                listed, told = counted(speaker)
                assert listed == told


def test_changed_pools_count_like_unchanged_ones(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 7}))
    for second in range(0, 60, 3):
        slowly.move_to(HostedPool.objects.get().accepted_at + timedelta(seconds=second))
        quick = speaker.get(POOL).json()["status"]["resources"]
        document = HostedPool.objects.get().document["spec"]
        HostedPool.objects.update(founding={"resources": document["resources"], "scope": document["scope"]})
        slow = speaker.get(POOL).json()["status"]["resources"]
        HostedPool.objects.update(founding=None)
        assert slow == quick


@pytest.mark.shows(
    "ListPoolNodes.billing-mode", "ListPoolNodes.resource-id", "ListPoolNodes.node-pool", "ShowPoolNode.as-listed"
)
def test_a_node_tells_what_clients_need(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU}))
    (node,) = nodes(speaker)
    labels = node["metadata"]["labels"]
    assert labels["os.modelarts.node/nodepool"] == f"{GPU}-default"
    assert labels["os.modelarts/resource.id"].startswith("maos-pool-ae01-")
    assert node["metadata"]["annotations"]["os.modelarts/billing.mode"] == "0"
    assert node["status"]["driver"] == {"phase": "Running", "version": "535.129.03"}
    assert node["status"]["resources"]["nvidia.com/gpu"] == "1"
    assert speaker.get(f"{NODES}/{node['metadata']['name']}").json() == node


@pytest.mark.shows("ListPoolNodes.named-by-orders")
def test_work_orders_and_the_list_name_the_same_nodes(speaker: Speaker) -> None:
    made = speaker.post(POOLS, creation(resource={"count": 3})).json()
    order = made["metadata"]["labels"]["os.modelarts/order.name"]
    items = speaker.get(f"/v1/{PROJECT}/orders/{order}").json()["items"]
    assert [one["resourceName"] for one in items[1:]] == names(speaker)


@pytest.mark.shows("ListPoolNodes.pages")
def test_nodes_are_listed_page_by_page(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 5}))
    first = speaker.get(f"{NODES}?limit=3").json()
    assert first["metadata"]["remainingItemCount"] == 2
    rest = speaker.get(f"{NODES}?limit=3&continue={first['metadata']['continue']}").json()
    assert [one["metadata"]["name"] for one in first["items"] + rest["items"]] == names(speaker)
    assert rest["metadata"] == {}


@pytest.mark.shows("ListPoolNodes.everything")
def test_without_parameters_hundreds_are_in_one_answer(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 500}))
    answer = speaker.get(NODES).json()
    assert (len(answer["items"]), answer["metadata"]) == (500, {})


@pytest.mark.shows("ShowPoolNode.unknown")
def test_an_unknown_node_is_not_found(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    answer = speaker.get(f"{NODES}/nobody")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50015001")
    assert '"nobody" not found' in answer.json()["error_msg"]


@pytest.mark.shows("BatchDeletePoolNodes.go")
def test_deleted_nodes_go_and_the_others_stay(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    slowly.tick(60)
    first, *others = names(speaker)
    answer = speaker.post(f"{NODES}/batch-delete", {"deleteNodeNames": [first]})
    assert (answer.status_code, answer.content) == (200, b"")
    assert {node["metadata"]["name"] for node in nodes(speaker) if node["status"]["phase"] == "Deleting"} == {first}
    slowly.tick(10)
    assert names(speaker) == others
    assert speaker.get(POOL).json()["spec"]["resources"][0]["count"] == 2


@pytest.mark.shows("BatchDeletePoolNodes.last")
def test_the_last_node_stays(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 2}))
    answer = speaker.post(f"{NODES}/batch-delete", {"deleteNodeNames": names(speaker)})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")
    assert len(names(speaker)) == 2


@pytest.mark.shows(
    "PatchPool.locked-nodes", "BatchDeletePoolNodes.locked", "BatchLockPoolNodes.locks", "BatchUnlockPoolNodes.unlocks"
)
def test_a_locked_node_is_deleted_once_it_is_unlocked(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    last = names(speaker)[-1]
    how = {"nodeNames": [last], "actions": ["delete"]}
    told = speaker.post(f"{NODES}/batch-lock", how).json()
    assert told == {"nodes": [{"name": last, "status": "success"}]}
    assert nodes(speaker)[-1]["metadata"]["annotations"]["os.modelarts.node/lock.action"] == "delete"
    assert "locked" in speaker.post(f"{NODES}/batch-delete", {"deleteNodeNames": [last]}).json()["error_msg"]
    speaker.patch(POOL, {"spec": {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 2}]}})
    assert last in names(speaker)
    speaker.post(f"{NODES}/batch-unlock", how)
    assert speaker.post(f"{NODES}/batch-delete", {"deleteNodeNames": [last]}).status_code == 200


@pytest.mark.shows("DeletePool.locked-nodes")
def test_a_locked_node_does_not_keep_its_pool(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    speaker.post(f"{NODES}/batch-lock", {"nodeNames": names(speaker), "actions": ["delete"]})
    assert speaker.delete(POOL).status_code == 200


@pytest.mark.shows("BatchUpdatePoolNodes.marks", "BatchUpdatePoolNodes.answer")
def test_nodes_are_marked_and_tagged(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    update = {"nodeNames": names(speaker), "action": "openHaRedundant", "haRedundantEffect": "NoSchedule"}
    assert speaker.post(f"{NODES}/batch-update", update).json()["successNodeNames"] == names(speaker)
    tags = {"nodeNames": names(speaker), "action": "createTags", "tags": [{"key": "env", "value": "dev"}]}
    speaker.post(f"{NODES}/batch-update", tags)
    (node,) = nodes(speaker)
    assert node["metadata"]["labels"]["os.modelarts.node/ha.redundant.enabled"] == "true"
    assert node["metadata"]["annotations"]["os.modelarts/tms.tags"] == '[{"key":"env","value":"dev"}]'


@pytest.mark.shows("BatchRebootPoolNodes.job", "BatchResetPoolNodes.job", "ListJobs.found", "ShowJob.phases")
@pytest.mark.parametrize(("call", "kind"), [("batch-reboot", "reboot-node"), ("batch-reset", "reset-nodes")])
def test_a_job_on_nodes_runs_and_ends(speaker: Speaker, slowly: Any, call: str, kind: str) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(60)
    job = speaker.post(f"{NODES}/{call}", {"nodeNames": names(speaker)}).json()["job_id"]
    shown = f"/v2/{PROJECT}/jobs/{job}"
    assert (speaker.get(shown).json()["phase"], speaker.get(shown).json()["type"]) == ("Running", kind)
    slowly.tick(30)
    assert speaker.get(shown).json()["phase"] == "Success"
    listed = speaker.get(f"/v2/{PROJECT}/jobs?type={kind}&resource=pools&name={ident()}").json()
    assert (listed["count"], listed["items"][0]["jobId"]) == (1, job)


@pytest.mark.shows("ShowJob.phases")
def test_a_job_on_nodes_whose_driver_does_not_come_up_fails(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-driverfailed", resource={"flavor": "modelarts.vm.gpu.v100.x1"}))
    slowly.tick(60)
    job = speaker.post(f"{NODES}/batch-reboot", {"nodeNames": names(speaker)}).json()["job_id"]
    seen = [speaker.get(f"/v2/{PROJECT}/jobs/{job}").json()]
    slowly.tick(30)
    seen.append(speaker.get(f"/v2/{PROJECT}/jobs/{job}").json())
    assert [(one["phase"], one["message"]) for one in seen] == [
        ("Running", ""),
        ("Failed", "The driver is not running."),
    ]


@pytest.mark.shows("BatchDeletePoolNodes.names-nobody")
@pytest.mark.parametrize("call", ["batch-delete", "batch-lock", "batch-unlock", "batch-reboot", "batch-reset"])
@pytest.mark.parametrize("body", [{}, [], {"nodeNames": "x", "deleteNodeNames": 1}, {"nodeNames": [1]}])
def test_a_batch_call_that_names_no_nodes_is_refused(speaker: Speaker, call: str, body: Any) -> None:
    speaker.post(POOLS, creation())
    answer = speaker.post(f"{NODES}/{call}", body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")


@pytest.mark.shows("ListPoolNodes.names")
def test_names_of_nodes_are_one_of_a_kind() -> None:
    taken: set[str] = set()
    assert (
        len({*naming.nodes("x", 10_000, dice=1, taken=taken), *naming.nodes("x", 10_000, dice=1, taken=taken)})
        == 20_000
    )


@pytest.mark.shows("ListPoolNodes.billing-mode", "BatchDeletePoolNodes.prepaid")
def test_prepaid_nodes_are_left_to_billing(speaker: Speaker, home: EndpointProject) -> None:
    paid = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
    annotations = {f"os.modelarts/{key}": value for key, value in paid.items()}
    speaker.post(POOLS, creation(annotations=annotations, resource={"count": 2}))
    assert nodes(speaker)[0]["metadata"]["annotations"]["os.modelarts/billing.mode"] == "1"
    answer = speaker.post(f"{NODES}/batch-delete", {"deleteNodeNames": names(speaker)[:1]})
    assert "billing" in answer.json()["error_msg"]
