"""Pools changed by PATCH: what is matched, what moves over time, and what is refused in which phase."""

import json
from typing import Any

import pytest

from pools.endpoint import paying, stocking
from pools.endpoint.models import BillingOrder, EndpointProject, PoolChange
from tests.endpoint.guests import CONSOLE, EXAMPLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
CPU, GPU = "modelarts.vm.cpu.8ud", "modelarts.vm.gpu.v100.x1"
ORDER_NAME = "os.modelarts/order.name"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def change(speaker: Speaker, path: str, patch: object) -> Any:
    """PATCH with a signed body: of two unsigned ones within a second the endpoint takes the second for a replay."""
    return speaker.call("PATCH", path, body=json.dumps(patch).encode(), headers={"Content-Type": "application/json"})


def resources(*entries: tuple[str, int]) -> dict[str, Any]:
    return {"spec": {"resources": [{"flavor": flavor, "count": count} for flavor, count in entries]}}


def annotated(**annotations: Any) -> dict[str, Any]:
    return {"metadata": {"annotations": {f"os.modelarts/{key}": value for key, value in annotations.items()}}}


def shown(speaker: Speaker) -> dict[str, Any]:
    document: dict[str, Any] = speaker.get(POOL).json()
    return document


def numbers(document: dict[str, Any]) -> dict[str, int]:
    listed = document["status"]["resources"]
    return {state: sum(entry["count"] for entry in entries) for state, entries in listed.items()}


def refused(answer: Any) -> str:
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000"), answer.content
    return str(answer.json()["error_msg"])


@pytest.mark.shows("PatchPool.plain-json", "PatchPool.description")
@pytest.mark.parametrize("kind", ["application/merge-patch+json", "application/json"])
def test_a_description_is_replaced_at_once(speaker: Speaker, kind: str) -> None:
    speaker.post(POOLS, EXAMPLE)
    body = b'{"metadata": {"annotations": {"os.modelarts/description": "three nodes"}}}'
    answer = speaker.call("PATCH", POOL, body=body, headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert shown(speaker)["metadata"]["annotations"]["os.modelarts/description"] == "three nodes"
    assert not PoolChange.objects.exists()


@pytest.mark.shows("PatchPool.sharing")
def test_sharing_and_job_flavors_are_replaced_at_once(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    shared = {"metadata": {"labels": {"os.modelarts/sharing": "shared"}}, "spec": {"jobFlavors": ["a"]}}
    assert change(speaker, POOL, shared).status_code == 200
    told = shown(speaker)
    assert (told["metadata"]["labels"]["os.modelarts/sharing"], told["spec"]["jobFlavors"]) == ("shared", ["a"])
    assert not PoolChange.objects.exists()


@pytest.mark.shows("PatchPool.other-type")
def test_another_content_type_is_refused_by_its_code(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    answer = speaker.call("PATCH", POOL, body=b"{}", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004100")


@pytest.mark.shows("PatchPool.merge", "PatchPool.scheduler")
def test_null_takes_a_key_away_and_unknown_keys_are_kept(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    change(speaker, POOL, annotated(note="x", **{"scheduler.extension": "high"}))
    told = change(speaker, POOL, annotated(note=None)).json()["metadata"]["annotations"]
    assert "os.modelarts/note" not in told
    assert told["os.modelarts/scheduler.extension"] == "high"


@pytest.mark.shows(
    "PatchPool.description-characters",
    "PatchPool.fixed",
    "PatchPool.all-or-nothing",
    "PatchPool.one-stays",
    "PatchPool.driver-accelerator",
    "PatchPool.billing-keys",
)
@pytest.mark.parametrize(
    ("patch", "word"),
    [
        (annotated(description="<b>"), "R19"),
        ({"metadata": {"labels": {"os.modelarts/name": "other"}}}, "cannot be changed"),
        ({"spec": {"network": {"name": "other"}}}, "cannot be changed"),
        ({"spec": {"containerNetwork": {"cidr": "10.0.0.0/16"}}}, "cannot be changed"),
        ({"spec": {"resources": []}}, "at least one node"),
        (resources((CPU, 0)), "R8"),
        (resources((CPU, 10**9)), "at most"),
        (resources((CPU, 1), ("nothing", 1)), "R7"),
        ({"spec": {"resources": [{"flavor": CPU, "count": 3, "maxCount": 4}]}}, "R8"),
        ({"spec": {"scope": ["Train", "Train"]}}, ""),
        ({"spec": {"scope": ["Nothing"]}}, "shape"),
        ({"spec": {"driver": {"gpuVersion": "535.129.03"}}}, "R17"),
        (annotated(**{"billing.mode": "1"}), "no resources addition"),
        ({"metadata": "x"}, "object"),
        ({"spec": {"resources": "x"}}, "keeps"),
        ([], ""),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(speaker: Speaker, patch: Any, word: str) -> None:
    speaker.post(POOLS, EXAMPLE)
    before = shown(speaker)
    answer = change(speaker, POOL, patch)
    if word:
        assert word in refused(answer)
    assert shown(speaker) == before


@pytest.mark.shows("PatchPool.nothing-changed")
def test_what_a_client_was_shown_it_can_send_back(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(containerNetwork={"cidr": "10.16.0.0/16"}))
    before = shown(speaker)
    answer = change(speaker, POOL, before)
    assert answer.status_code == 200, answer.content
    assert shown(speaker) == before
    assert not PoolChange.objects.exists()


@pytest.mark.shows("PatchPool.new-order", "PatchPool.scaling-up", "ListOrders.counts", "ShowOrder.growth")
def test_scaling_up_moves_with_time_while_the_pool_runs(speaker: Speaker, slowly: Any) -> None:
    first = speaker.post(POOLS, creation(resource={"count": 2})).json()["metadata"]["labels"][ORDER_NAME]
    slowly.tick(60)
    answer = change(speaker, POOL, resources((CPU, 5))).json()
    order = answer["metadata"]["labels"][ORDER_NAME]
    assert order != first
    assert answer["spec"]["resources"] == [{"flavor": CPU, "count": 5, "maxCount": 5}]
    seen = []
    for _ in range(5):
        document = shown(speaker)
        assert document["status"]["phase"] == "Running"
        seen.append(numbers(document))
        slowly.tick(6)
    assert seen[0] == {"available": 2, "creating": 3}
    assert {"available": 3, "creating": 2} in seen
    assert seen[-1] == {"available": 5}
    listed = speaker.get(f"/v1/{PROJECT}/orders?involvedName={ident()}").json()["items"]
    assert [(one["orderName"], one["operation"], one["phase"]) for one in listed] == [
        (order, "modify", "successed"),
        (first, "apply", "successed"),
    ]
    assert (listed[0]["initCount"][0]["count"], listed[0]["resultCount"][0]["count"]) == (2, 5)
    items = speaker.get(f"/v1/{PROJECT}/orders/{order}").json()["items"]
    assert [(one["action"], one["status"]) for one in items] == [("createNode", "succeed")] * 3


@pytest.mark.shows("PatchPool.scaling-down")
def test_scaling_down_lets_the_newest_nodes_go(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    slowly.tick(60)
    before = node_names(speaker)
    change(speaker, POOL, resources((CPU, 1)))
    assert numbers(shown(speaker)) == {"available": 1, "deleting": 2}
    slowly.tick(30)
    assert numbers(shown(speaker)) == {"available": 1}
    assert node_names(speaker) == before[:1]


def node_names(speaker: Speaker) -> list[str]:
    return [node["metadata"]["name"] for node in speaker.get(f"{POOL}/nodes").json()["items"]]


@pytest.mark.shows("PatchPool.not-both")
def test_up_and_down_at_once_is_refused(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    change(speaker, POOL, resources((CPU, 2), ("modelarts.vm.cpu.16u64g.d", 2)))
    assert "at once" in refused(change(speaker, POOL, resources((CPU, 1), ("modelarts.vm.cpu.16u64g.d", 3))))


@pytest.mark.shows("PatchPool.entries-come-and-go")
def test_a_flavor_is_added_and_another_removed(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    added = change(speaker, POOL, resources((CPU, 1), ("modelarts.vm.cpu.16u64g.d", 2))).json()
    assert [one["flavor"] for one in added["spec"]["resources"]] == [CPU, "modelarts.vm.cpu.16u64g.d"]
    assert "16u64g" in added["metadata"]["annotations"]["os.modelarts/flavor.resource.ids"]
    left = change(speaker, POOL, resources(("modelarts.vm.cpu.16u64g.d", 2))).json()
    assert [one["flavor"] for one in left["status"]["resources"]["available"]] == ["modelarts.vm.cpu.16u64g.d"]


@pytest.mark.shows("PatchPool.matching", "PatchPool.unmentioned", "PatchPool.stable-order")
def test_entries_keep_their_order_and_what_is_not_mentioned(speaker: Speaker) -> None:
    pair = [
        {"flavor": CPU, "count": 1, "nodePool": "first", "labels": {"a": "b"}},
        {"flavor": CPU, "count": 1, "nodePool": "second"},
    ]
    speaker.post(POOLS, creation(resources=pair))
    asked = [
        {"flavor": CPU, "count": 2, "maxCount": 2, "nodePool": "second"},
        {"flavor": CPU, "count": 1, "maxCount": 1, "nodePool": "first"},
    ]
    told = change(speaker, POOL, {"spec": {"resources": asked}}).json()["spec"]["resources"]
    assert [(one["nodePool"], one["count"]) for one in told] == [("first", 1), ("second", 2)]
    assert told[0]["labels"] == {"a": "b"}


@pytest.mark.shows("PatchPool.default-node-pool")
def test_the_flavors_own_node_pool_goes_by_three_names(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    for number, name in enumerate(("", f"{CPU}-default"), start=2):
        entry = {"flavor": CPU, "count": number, "nodePool": name}
        assert len(change(speaker, POOL, {"spec": {"resources": [entry]}}).json()["spec"]["resources"]) == 1


@pytest.mark.shows("PatchPool.zones")
def test_nodes_per_zone_say_where_new_nodes_come(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"azs": [{"az": "cn-north-4a", "count": 1}]}))
    zones = [{"az": "cn-north-4a", "count": 1}, {"az": "cn-north-4b", "count": 2}]
    entry = {"flavor": CPU, "count": 3, "maxCount": 3, "azs": zones}
    told = change(speaker, POOL, {"spec": {"resources": [entry]}}).json()
    assert told["status"]["resources"]["available"][0]["azs"] == zones


@pytest.mark.shows("PatchPool.growth-fails")
def test_a_first_expansion_can_be_fated_to_fail_and_tried_again(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-nogrowth"))
    slowly.tick(60)
    order = change(speaker, POOL, resources((CPU, 3))).json()["metadata"]["labels"][ORDER_NAME]
    assert shown(speaker)["status"]["phase"] == "Running"
    slowly.tick(20)
    failed = shown(speaker)["status"]
    assert (failed["phase"], numbers({"status": failed})) == ("ScalingFailed", {"available": 1})
    told = speaker.get(f"/v1/{PROJECT}/orders?involvedName={ident()}").json()["items"][0]
    assert (told["orderName"], told["phase"]) == (order, "failed")
    assert told["failReason"]
    change(speaker, POOL, resources((CPU, 3)))
    slowly.tick(20)
    again = shown(speaker)
    assert (again["status"]["phase"], numbers(again)) == ("Running", {"available": 3})


@pytest.mark.shows("PatchPool.gives-up")
def test_an_expansion_that_failed_is_given_up(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-nogrowth"))
    slowly.tick(60)
    change(speaker, POOL, resources((CPU, 3)))
    slowly.tick(20)
    assert shown(speaker)["status"]["phase"] == "ScalingFailed"
    order = change(speaker, POOL, resources((CPU, 1))).json()["metadata"]["labels"][ORDER_NAME]
    slowly.tick(20)
    after = shown(speaker)
    assert (after["status"]["phase"], after["status"]["message"], numbers(after)) == ("Running", "", {"available": 1})
    told = speaker.get(f"/v1/{PROJECT}/orders?involvedName={ident()}").json()["items"][0]
    assert (told["orderName"], told["phase"]) == (order, "successed")


@pytest.mark.shows("PatchPool.scopes")
def test_job_types_are_switched_on_and_off(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, EXAMPLE)
    slowly.tick(60)
    change(speaker, POOL, {"spec": {"scope": ["Infer"]}})
    states = {one["scopeType"]: one["state"] for one in shown(speaker)["status"]["scope"]}
    assert states == {"Train": "Disabling", "Infer": "Enabling"}
    slowly.tick(20)
    states = {one["scopeType"]: one["state"] for one in shown(speaker)["status"]["scope"]}
    assert states == {"Train": "Disabled", "Infer": "Enabled"}
    assert shown(speaker)["spec"]["scope"] == ["Infer"]


@pytest.mark.shows("PatchPool.driver", "PatchPool.driver-strategy")
@pytest.mark.parametrize(("strategy", "seconds"), [("force", 10), ("idle", 20)])
def test_a_driver_is_upgraded(speaker: Speaker, slowly: Any, strategy: str, seconds: int) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU, "count": 4}, driver={"gpuVersion": "470.57.02"}))
    slowly.tick(60)
    change(speaker, POOL, {"spec": {"driver": {"gpuVersion": "535.129.03", "updateStrategy": strategy}}})
    assert shown(speaker)["status"]["driver"]["gpu"] == {"version": "535.129.03", "state": "Upgrading"}
    nodes = {node["status"]["driver"]["phase"] for node in speaker.get(f"{POOL}/nodes").json()["items"]}
    assert nodes <= {"Pending", "Updating"}
    slowly.tick(seconds)
    assert shown(speaker)["status"]["driver"]["gpu"]["state"] == "Running"


@pytest.mark.shows("PatchPool.workspace", "PatchPool.unknown-workspace")
def test_a_pool_moves_to_another_workspace_alone(speaker: Speaker, home: EndpointProject) -> None:
    speaker.post(POOLS, EXAMPLE)
    first = shown(speaker)["metadata"]["labels"][ORDER_NAME]
    move: dict[str, Any] = {"metadata": {"labels": {"os.modelarts/workspace.id": stocking.second_workspace(home)}}}
    assert "only change" in refused(change(speaker, POOL, {**move, **resources((CPU, 2))}))
    labels = change(speaker, POOL, move).json()["metadata"]["labels"]
    assert labels[ORDER_NAME] != first
    assert len(speaker.get(f"{POOLS}?workspaceId={labels['os.modelarts/workspace.id']}").json()["items"]) == 1
    unknown = change(speaker, POOL, {"metadata": {"labels": {"os.modelarts/workspace.id": "nowhere"}}})
    assert (unknown.status_code, unknown.json()["error_code"]) == (400, "ModelArts.7005")


CHANGES = (resources((CPU, 2)), {"spec": {"scope": ["Infer"]}})


@pytest.mark.shows("PatchPool.description", "PatchPool.not-waiting")
@pytest.mark.parametrize("patch", CHANGES)
def test_a_pool_that_waits_is_not_scaled(speaker: Speaker, patch: Any) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    assert "Waiting" in refused(change(speaker, POOL, patch))
    assert change(speaker, POOL, annotated(description="soon")).status_code == 200


@pytest.mark.shows("PatchPool.not-ending")
def test_a_failed_or_ending_pool_is_not_changed_at_all(speaker: Speaker, settings: Any) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    paying.cancel(BillingOrder.objects.get())
    assert "CreationFailed" in refused(change(speaker, POOL, annotated(description="late")))
    settings.ENDPOINT_PACE = "demo"
    speaker.post(POOLS, creation(name="ending"))
    speaker.delete(f"{POOLS}/{ident('ending')}")
    assert "Deleting" in refused(change(speaker, f"{POOLS}/{ident('ending')}", annotated(description="late")))


@pytest.mark.shows("PatchPool.prepaid")
def test_prepaid_nodes_are_not_taken_away_by_patch(speaker: Speaker) -> None:
    paid = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
    speaker.post(POOLS, creation(annotations=annotated(**paid)["metadata"]["annotations"], resource={"count": 2}))
    assert "billing centre" in refused(change(speaker, POOL, resources((CPU, 1))))


@pytest.mark.shows("PatchPool.together")
def test_nodes_job_types_and_drivers_change_together_under_one_order(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU}))
    together = {"driver": {"gpuVersion": "440.33"}, "scope": ["Train", "Infer"], **resources((GPU, 2))["spec"]}
    assert change(speaker, POOL, {"spec": together}).status_code == 200
    orders = speaker.get(f"/v1/{PROJECT}/orders?involvedName={ident()}").json()["items"]
    assert [one["operation"] for one in orders] == ["modify", "apply"]
    document = shown(speaker)
    assert numbers(document) == {"available": 2}
    assert document["status"]["driver"]["gpu"] == {"version": "440.33", "state": "Running"}
    assert [one["state"] for one in document["status"]["scope"]] == ["Enabled", "Enabled"]


@pytest.mark.shows("ListPools.as-shown", "ShowPoolStatistics.changed")
def test_a_changed_pool_is_listed_as_it_is_shown(speaker: Speaker, django_assert_num_queries: Any) -> None:
    for name in ("pool-ae01", "pool-two", "pool-three"):
        speaker.post(POOLS, creation(name=name))
        change(speaker, f"{POOLS}/{ident(name)}", resources((CPU, 2)))
    with django_assert_num_queries(3):
        listed = speaker.get(POOLS).json()["items"]
    assert shown(speaker) in listed
    assert speaker.get(f"/v2/{PROJECT}/statistics/pools").json()["statistics"]["status"]["created"] == 3


@pytest.mark.shows("PatchPool.unknown")
def test_a_pool_nobody_made_cannot_be_changed(speaker: Speaker) -> None:
    answer = change(speaker, POOL, annotated(description="x"))
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50015001")
