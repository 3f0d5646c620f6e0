"""What clients of the family stumbled over, one pitfall each: here they do not.

The number of each is the one it has in our list of public reports; those that are missing concern a client only
(27: which address ranges to warn of; 29: what imports lose).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools.endpoint import limiting, stocking
from pools.endpoint.models import EndpointProject, HostedPool
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
ORDERS = f"/v1/{PROJECT}/orders"
NETWORKS = f"/v1/{PROJECT}/networks"
RESOURCES = "/v2/orders/suscriptions/resources/query"
CPU, GPU, RACK = "modelarts.vm.cpu.8ud", "modelarts.vm.gpu.v100.x1", "modelarts.bm.npu.arm.8snt9b"
ORDER_NAME, WORKSPACE = "os.modelarts/order.name", "os.modelarts/workspace.id"
PAID = {"os.modelarts/billing.mode": "1", "os.modelarts/period.type": "2", "os.modelarts/period.num": "1"}
AT_ONCE = {**PAID, "os.modelarts/auto.pay": "1"}


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def changed(speaker: Speaker, patch: dict[str, Any]) -> Any:
    body = json.dumps(patch).encode()
    return speaker.call("PATCH", POOL, body=body, headers={"Content-Type": "application/json"})


def entries(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"resources": listed}}


def orders(speaker: Speaker, query: str = "") -> list[dict[str, Any]]:
    return list(speaker.get(f"{ORDERS}?{query}").json()["items"])


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


def since(now: datetime, back: timedelta) -> int:
    return int((now - back).timestamp() * 1000)


def test_old_work_orders_do_not_push_the_newest_out_of_a_page(speaker: Speaker) -> None:
    """Pitfall 1."""
    speaker.post(POOLS, creation())
    for count in range(2, 14):
        changed(speaker, entries({"flavor": CPU, "count": count}))
    newest = speaker.get(POOL).json()["metadata"]["labels"][ORDER_NAME]
    assert orders(speaker)[0]["orderName"] == newest
    assert len(orders(speaker, f"limit=500&involvedName={ident()}")) == 13


def test_an_unfinished_work_order_is_not_hidden_by_since(speaker: Speaker, slowly: Any) -> None:
    """Pitfall 2."""
    speaker.post(POOLS, creation(name="pool-done"))
    speaker.post(POOLS, creation(name="pool-open", prefix="fate-stuck"))
    slowly.tick(3 * 3600)
    asked = orders(speaker, f"since={since(timezone.now(), timedelta(hours=1))}")
    assert [one["resourceDisplayName"] for one in asked] == ["pool-open"]


def test_a_work_order_is_found_at_the_first_poll(speaker: Speaker, slowly: Any) -> None:
    """Pitfall 3."""
    name = speaker.post(POOLS, creation()).json()["metadata"]["labels"][ORDER_NAME]
    assert [one["orderName"] for one in orders(speaker, f"involvedName={ident()}")] == [name]


def test_every_answer_that_begins_a_work_order_names_it(speaker: Speaker, home: EndpointProject) -> None:
    """Pitfall 4."""
    told = [speaker.post(POOLS, creation()).json()]
    told.append(changed(speaker, entries({"flavor": CPU, "count": 2})).json())
    move = {"metadata": {"labels": {WORKSPACE: stocking.second_workspace(home)}}}
    told.append(changed(speaker, move).json())
    names = [one["metadata"]["labels"][ORDER_NAME] for one in told]
    assert [one["orderName"] for one in orders(speaker)] == names[::-1]


def test_words_that_are_misspelt_stay_so(speaker: Speaker) -> None:
    """Pitfall 5."""
    speaker.post(POOLS, creation())
    speaker.post(POOLS, creation(name="pool-two", prefix="fate-partial", resource={"count": 2}))
    partly, whole = orders(speaker)
    assert (whole["phase"], partly["phase"]) == ("successed", "partialSuccessed")
    assert {item["status"] for item in speaker.get(f"{ORDERS}/{whole['orderName']}").json()["items"]} == {"succeed"}
    assert speaker.post(RESOURCES, {}).status_code == 200


def test_empty_objects_and_texts_are_taken_for_nothing(speaker: Speaker) -> None:
    """Pitfall 6."""
    empty = {"os": {}, "driver": {}, "rootVolume": {}, "dataVolumes": [], "labels": {}, "taints": [], "nodePool": ""}
    annotations = {"os.modelarts/order.id": "", "os.modelarts/promotion.info": ""}
    assert speaker.post(POOLS, creation(annotations=annotations, resource=empty)).status_code == 200
    nothing = {"spec": {"connection": {"peerConnectionList": None, "sfsTurboConnection": None}}}
    path = f"{NETWORKS}/network-21e1-{PROJECT}"
    assert speaker.patch(path, nothing).status_code == 200


def test_the_whole_list_sent_back_with_another_change_changes_no_nodes(speaker: Speaker) -> None:
    """Pitfall 7."""
    pair = [{"flavor": GPU, "count": 1}, {"flavor": CPU, "count": 2}]
    standing = speaker.post(POOLS, creation(resources=pair)).json()["spec"]["resources"]
    described = {"metadata": {"annotations": {"os.modelarts/description": "for vision"}}}
    told = changed(speaker, {**described, **entries(*standing[::-1])}).json()
    assert [one["flavor"] for one in told["spec"]["resources"]] == [GPU, CPU]
    assert len(orders(speaker)) == 1


def test_what_an_entry_does_not_mention_is_kept(speaker: Speaker) -> None:
    """Pitfall 8."""
    disks = {"rootVolume": {"volumeType": "SSD", "size": "200"}, "labels": {"team": "vision"}}
    standing = speaker.post(POOLS, creation(resource=disks)).json()["spec"]["resources"][0]
    told = changed(speaker, entries({"flavor": CPU, "count": 2})).json()["spec"]["resources"][0]
    assert {key: told[key] for key in disks} == {key: standing[key] for key in disks}


def test_the_type_of_an_image_has_its_right_name(speaker: Speaker) -> None:
    """Pitfall 9."""
    image = {"name": "EulerOS", "imageId": "1f2e3d4c", "imageType": "private"}
    told = speaker.post(POOLS, creation(resource={"os": image})).json()
    assert told["spec"]["resources"][0]["os"] == image


def test_node_pools_of_one_flavor_keep_the_names_they_were_given(speaker: Speaker) -> None:
    """Pitfall 10."""
    named = [{"flavor": CPU, "count": 1, "nodePool": name} for name in ("first", "second")]
    told = speaker.post(POOLS, creation(resources=named)).json()["spec"]["resources"]
    assert [one["nodePool"] for one in told] == ["first", "second"]
    items = speaker.get(f"{POOL}/nodepools").json()["items"]
    assert [one["metadata"]["name"] for one in items] == ["first", "second"]


def test_a_node_pool_without_a_name_has_one_on_its_nodes_and_both_are_understood(speaker: Speaker) -> None:
    """Pitfall 11."""
    told = speaker.post(POOLS, creation()).json()["spec"]["resources"][0]
    assert told.get("nodePool", "") == ""
    (node,) = speaker.get(f"{POOL}/nodes").json()["items"]
    name = node["metadata"]["labels"]["os.modelarts.node/nodepool"]
    assert name == f"{CPU}-default"
    after = changed(speaker, entries({"flavor": CPU, "count": 2, "nodePool": name})).json()["spec"]["resources"]
    assert [one["count"] for one in after] == [2]


def test_drivers_settle_after_the_pool_runs_and_it_is_told(speaker: Speaker, slowly: Any) -> None:
    """Pitfall 12."""
    speaker.post(POOLS, creation(resource={"flavor": GPU}))
    slowly.tick(37)
    status = speaker.get(POOL).json()["status"]
    assert (status["phase"], status["driver"]["gpu"]["state"]) == ("Running", "Creating")
    slowly.tick(5)
    assert speaker.get(POOL).json()["status"]["driver"]["gpu"]["state"] == "Running"


def test_a_driver_that_failed_fails_neither_the_pool_nor_its_order(speaker: Speaker) -> None:
    """Pitfall 13."""
    speaker.post(POOLS, creation(prefix="fate-driverfailed", resource={"flavor": GPU}))
    status = speaker.get(POOL).json()["status"]
    assert (status["phase"], status["driver"]["gpu"]["state"]) == ("Running", "Abnormal")
    (node,) = speaker.get(f"{POOL}/nodes").json()["items"]
    assert (node["status"]["driver"]["phase"], orders(speaker)[0]["phase"]) == ("Abnormal", "successed")


def test_a_fresh_prepaid_pool_is_there_at_once_with_its_order(speaker: Speaker, slowly: Any) -> None:
    """Pitfall 14."""
    speaker.post(POOLS, creation(annotations=AT_ONCE))
    shown = speaker.get(POOL)
    assert shown.status_code == 200
    assert shown.json()["metadata"]["annotations"]["os.modelarts/order.id"].startswith("CS")


def test_job_types_are_still_being_enabled_when_the_pool_runs(speaker: Speaker, slowly: Any) -> None:
    """Pitfall 15."""
    speaker.post(POOLS, creation(scope=["Train", "Infer"]))
    slowly.tick(37)
    status = speaker.get(POOL).json()["status"]
    assert (status["phase"], {one["state"] for one in status["scope"]}) == ("Running", {"Enabling"})


def test_a_change_is_read_in_both_content_types_and_with_its_body_unsigned(speaker: Speaker) -> None:
    """Pitfall 16."""
    speaker.post(POOLS, creation())
    assert changed(speaker, entries({"flavor": CPU, "count": 2})).status_code == 200
    merged = speaker.patch(POOL, entries({"flavor": CPU, "count": 3}))
    assert merged.json()["spec"]["resources"][0]["count"] == 3


@pytest.mark.parametrize(
    ("spec", "said"),
    [({"type": "Dedicated"}, "Dedicate"), ({"network": {"name": "network-21e1"}}, "$.spec.network.name")],
)
def test_a_wrong_type_and_a_short_network_are_refused_in_helpful_words(
    speaker: Speaker, spec: dict[str, Any], said: str
) -> None:
    """Pitfall 17."""
    answer = speaker.post(POOLS, creation(**spec))
    assert refusal(answer) == (400, "ModelArts.50004000")
    assert said in answer.json()["error_msg"]


def test_events_are_of_pools_in_the_plural(speaker: Speaker) -> None:
    """Pitfall 18."""
    speaker.post(POOLS, creation())
    assert speaker.get(f"/v1/{PROJECT}/events?resource=pools&name={ident()}").json()["items"]
    answer = speaker.get(f"/v1/{PROJECT}/events?resource=pool&name={ident()}")
    assert refusal(answer) == (400, "ModelArts.50004000")
    assert "pools" in answer.json()["error_msg"]


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/{PROJECT}/pools",
        f"/v2/{PROJECT}/orders",
        f"/v1/{PROJECT}/pools/statistics",
        f"/v2/{PROJECT}/networks",
        f"/v2/{PROJECT}/quotas",
        f"/v2/{PROJECT}/resourceflavors",
        f"/v1/{PROJECT}/networks/some/ip-availabilities",
    ],
)
def test_addresses_that_only_circulate_are_nobodys(speaker: Speaker, path: str) -> None:
    """Pitfall 19."""
    assert refusal(speaker.get(path)) == (404, "APIGW.0101")


def test_a_reset_rolls_by_number_or_by_percent(speaker: Speaker) -> None:
    """Pitfall 20; the other half of it stands with the resizing of supernodes."""
    speaker.post(POOLS, creation())
    (node,) = speaker.get(f"{POOL}/nodes").json()["items"]
    body = {"nodeNames": [node["metadata"]["name"]], "rollingConfig": {"strategy": "AllAtOnce", "maxUnavailable": 1}}
    assert refusal(speaker.post(f"{POOL}/nodes/batch-reset", body)) == (400, "ModelArts.50004000")
    body["rollingConfig"] = {"strategy": "RollingByPercent", "maxUnavailable": 50}
    assert speaker.post(f"{POOL}/nodes/batch-reset", body).json()["job_id"]


def test_an_unknown_workspace_is_a_bad_request_with_a_code_of_its_own(speaker: Speaker) -> None:
    """Pitfall 21."""
    unknown = "0f" * 16
    document = creation()
    document["metadata"]["labels"][WORKSPACE] = unknown
    assert refusal(speaker.post(POOLS, document)) == (400, "ModelArts.7005")
    assert refusal(speaker.get(f"/v1/{PROJECT}/workspaces/{unknown}")) == (400, "ModelArts.7005")


def test_tags_are_told_with_a_status_that_may_have_a_body(speaker: Speaker) -> None:
    """Pitfall 22."""
    speaker.post(POOLS, creation(annotations={"os.modelarts/tms.tags": '[{"key":"team","value":"vision"}]'}))
    answer = speaker.get(f"/v1/{PROJECT}/pools/{ident()}/tags")
    assert (answer.status_code, [tag["key"] for tag in answer.json()["tags"]]) == (200, ["team"])


def test_billing_tells_what_it_could_not_give_back_in_a_success_and_takes_ten_at_most(speaker: Speaker) -> None:
    """Pitfall 23."""
    path = "/v2/orders/subscriptions/resources/unsubscribe"
    resource = speaker.post(POOLS, creation(annotations=AT_ONCE)).json()["metadata"]["labels"][
        "os.modelarts/resource.id"
    ]
    answer = speaker.post(path, {"resource_ids": [resource, "maos-nobodys"], "unsubscribe_type": 1})
    assert answer.status_code == 200
    assert [one["resource_id"] for one in answer.json()["fail_resource_infos"]] == ["maos-nobodys"]
    eleven = [f"maos-{number}" for number in range(11)]
    assert speaker.post(path, {"resource_ids": eleven, "unsubscribe_type": 1}).status_code == 400


def test_whether_a_paid_pool_can_be_deleted_without_billing_is_said(speaker: Speaker, settings: Any) -> None:
    """Pitfall 24."""
    speaker.post(POOLS, creation(annotations=AT_ONCE))
    settings.ENDPOINT_DELETES_PREPAID = False
    answer = speaker.delete(POOL)
    assert refusal(answer) == (400, "ModelArts.50004000")
    assert "billing" in answer.json()["error_msg"]
    settings.ENDPOINT_DELETES_PREPAID = True
    assert speaker.delete(POOL).status_code == 200


def test_a_phase_is_a_map_empty_or_absent_where_the_original_has_it_so(speaker: Speaker, slowly: Any) -> None:
    """Pitfall 25."""
    flavors = speaker.get(f"/v1/{PROJECT}/resourceflavors").json()["items"]
    assert all(isinstance(one["status"]["phase"], dict) for one in flavors)
    labels = {"os.modelarts/name": "net-new", WORKSPACE: "0"}
    network = {"apiVersion": "v1", "kind": "Network", "metadata": {"labels": labels}, "spec": {"cidr": "10.20.0.0/16"}}
    assert speaker.post(NETWORKS, network).json()["status"]["phase"] == ""
    assert "phase" not in speaker.post(POOLS, creation()).json()["status"]


def test_failed_pools_are_told_for_three_days(speaker: Speaker, slowly: Any) -> None:
    """Pitfall 26."""
    speaker.post(POOLS, creation(prefix="fate-creationfailed"))
    slowly.tick(3 * 86_400)
    assert len(speaker.get(f"{POOLS}?status=failed").json()["items"]) == 1
    slowly.tick(60)
    assert speaker.get(f"{POOLS}?status=failed").json()["items"] == []
    assert refusal(speaker.get(POOL)) == (404, "ModelArts.50015001")


def test_who_is_throttled_is_told_for_how_long(
    speaker: Speaker, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pitfall 28."""
    monkeypatch.setattr(limiting, "_free_at", {})
    settings.ENDPOINT_REQUESTS_PER_SECOND = 1
    told = [speaker.get(POOLS) for _ in range(4)][-1]
    assert (told.status_code, told.headers["Retry-After"]) == (429, "1")


def test_a_password_is_neither_told_nor_kept(speaker: Speaker) -> None:
    """Pitfall 30."""
    secret = "c2VjcmV0LXNhbHRlZA=="
    answer = speaker.post(POOLS, creation(userLogin={"password": secret}))
    told = [
        answer,
        speaker.get(POOL),
        changed(speaker, {"spec": {"userLogin": {"password": secret}}}),
        speaker.get(ORDERS),
    ]
    assert [one.status_code for one in told] == [200] * 4
    assert not any(secret in one.content.decode() for one in told)
    assert not HostedPool.objects.filter(document__icontains=secret).exists()
