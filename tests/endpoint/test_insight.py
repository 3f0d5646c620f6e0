"""Events, monitor, tags, and job types tried again."""

import json
from typing import Any

import pytest

from pools.endpoint import paying, stocking
from pools.endpoint.models import BillingOrder, EndpointProject
from pools.endpoint.scenario import Fate
from tests.endpoint.guests import CONSOLE, EXAMPLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
EVENTS = f"/v1/{PROJECT}/events?resource=pools&name={ident()}"
TAGS = f"/v1/{PROJECT}/pools/{ident()}/tags"
NETWORKS = f"/v1/{PROJECT}/networks"
NETWORK = f"{NETWORKS}/network-21e1-{PROJECT}"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def told(speaker: Speaker, query: str = "") -> list[tuple[str, str]]:
    """Type and message of the events, oldest first."""
    items = speaker.get(f"{EVENTS}&ascend=true{query}").json()["items"]
    return [(item["type"], item["message"]) for item in items]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.shows("ListEvents.phases", "ListEvents.warnings")
def test_every_phase_leaves_its_event(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-recovering"), **CONSOLE)
    slowly.tick(5)
    paying.pay(BillingOrder.objects.get())
    slowly.tick(100)
    speaker.delete(POOL)
    phases = [message.partition(", details")[0].rstrip(".") for _, message in told(speaker) if "Pool status" in message]
    assert [phase.removeprefix("Pool status changed, ") for phase in phases] == [
        "from None to Waiting",
        "from Waiting to Creating",
        "from Creating to Running",
        "from Running to Abnormal",
        "from Abnormal to Running",
        "from Running to Deleting",
    ]
    assert [kind for kind, message in told(speaker) if "to Abnormal" in message] == ["Warning"]


@pytest.mark.shows("ListEvents.nodes")
def test_every_node_that_comes_leaves_its_event(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    slowly.tick(60)
    speaker.patch(POOL, {"spec": {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 4}]}})
    slowly.tick(30)
    after = [message.partition(" to (")[2] for _, message in told(speaker) if "resources" in message]
    seen = [tuple(int(part.split(": ")[1]) for part in one.partition(")")[0].split(", ")) for one in after]
    assert [(one[0], one[2]) for one in seen] == [(0, 3), (1, 2), (2, 1), (3, 0), (3, 1), (4, 0)]


@pytest.mark.shows("ListEvents.agree")
@pytest.mark.parametrize("fate", list(Fate))
def test_the_last_event_says_what_the_pool_says(speaker: Speaker, slowly: Any, fate: Fate) -> None:
    speaker.post(POOLS, creation(prefix=f"fate-{fate}", resource={"count": 2}))
    for _ in range(12):
        slowly.tick(11)
        status = speaker.get(POOL).json()["status"]
        last = [message for _, message in told(speaker) if "Pool status" in message][-1]
        assert f" to {status['phase']}" in last
        numbers = [message for _, message in told(speaker) if "resources" in message]
        counts = {state: sum(one["count"] for one in some) for state, some in status["resources"].items()}
        for state in ("available", "abnormal", "creating", "deleting"):
            assert not numbers or f"{state}: {counts.get(state, 0)}" in numbers[-1].partition(" to (")[2]


@pytest.mark.shows("ListEvents.pages", "ListEvents.narrowed")
def test_events_are_narrowed_and_paged_both_ways(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(prefix="fate-error"))
    whole = speaker.get(EVENTS).json()
    assert whole["total"] == len(whole["items"]) > 1
    assert whole["metadata"] == {}
    first = speaker.get(f"{EVENTS}&limit=1").json()
    second = speaker.get(f"{EVENTS}&limit=1&continue={first['metadata']['continue']}").json()
    assert first["items"] + second["items"] == whole["items"][:2]
    assert speaker.get(f"{EVENTS}&limit=1&offset=1").json()["items"] == whole["items"][1:2]
    assert {kind for kind, _ in told(speaker, "&type=Warning")} == {"Warning"}
    assert told(speaker, "&since=9999999999999") == []


@pytest.mark.shows("ListEvents.plural", "ListEvents.unknown")
@pytest.mark.parametrize("query", ["resource=pool&name=x", "resource=pools&name=x&type=Odd", "name=x"])
def test_events_of_nothing_known_are_refused(speaker: Speaker, query: str) -> None:
    assert code(speaker.get(f"/v1/{PROJECT}/events?{query}")) == (400, "ModelArts.50004000")
    assert speaker.get(f"/v1/{PROJECT}/events?resource=pools&name=nobody").status_code == 404


@pytest.mark.shows("ShowPoolMonitor.deterministic", "ShowPoolMonitor.gaps", "ShowPoolMonitor.range")
def test_the_monitor_tells_the_same_again_with_gaps_where_there_is_no_accelerator(
    speaker: Speaker, slowly: Any
) -> None:
    speaker.post(POOLS, EXAMPLE)
    slowly.tick(7200)
    asked = f"{POOL}/monitor?time_range=-1.-1.60&period=300&statistics=average,maximum"
    metrics = speaker.get(asked).json()["metrics"]
    assert speaker.get(asked).json()["metrics"] == metrics
    values = {
        one["metric"]["metricName"]: [point["statistics"][0]["value"] for point in one["dataPoints"]] for one in metrics
    }
    assert len(values["cpuUsage"]) in {12, 13}
    assert all(0 <= value <= 100 for value in values["cpuUsage"])
    assert set(values["gpuUtil"]) == {-1}


@pytest.mark.shows("ShowPoolMonitor.range")
@pytest.mark.parametrize("query", ["time_range=x", "period=61", "statistics=median", "time_range=-1.-1.1441"])
def test_a_monitor_query_that_means_nothing_is_told(speaker: Speaker, query: str) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert code(speaker.get(f"{POOL}/monitor?{query}")) == (400, "ModelArts.50004000")


@pytest.mark.shows(
    "ListPoolTags.all",
    "ShowPoolTags.status",
    "ShowPoolTags.at-birth",
    "ChangePoolTags.actions",
    "BatchCreatePoolTags.overwrites",
    "BatchDeletePoolTags.exact",
)
def test_tags_are_created_overwritten_deleted_and_reset(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"tags": [{"key": "at", "value": "birth"}]}))
    made = speaker.post(TAGS, {"action": "create", "tags": [{"key": "env", "value": "dev"}]})
    assert made.status_code == 200
    speaker.post(f"{TAGS}/create", {"tags": [{"key": "env", "value": "prod"}]})
    wrong = {"tags": [{"key": "at", "value": "other"}]}
    speaker.call("DELETE", f"{TAGS}/delete", body=json.dumps(wrong).encode())
    assert speaker.get(TAGS).json()["tags"] == [
        {"key": "at", "value": "birth", "values": ["birth"]},
        {"key": "env", "value": "prod", "values": ["prod"]},
    ]
    assert speaker.get(f"/v1/{PROJECT}/pools/tags").json()["tags"][1] == {"key": "env", "values": ["prod"]}
    right = {"tags": [{"key": "at", "value": "birth"}]}
    speaker.call("DELETE", f"{TAGS}/delete", body=json.dumps(right).encode())
    annotations = speaker.get(POOL).json()["metadata"]["annotations"]
    assert annotations["os.modelarts/tms.tags"] == '[{"key":"env","value":"prod"}]'
    assert speaker.post(TAGS, {"action": "reset", "tags": []}).json() == {"tags": []}


@pytest.mark.shows("ChangePoolTags.refused")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "odd", "tags": [{"key": "a", "value": "b"}]},
        {"action": {}, "tags": [{"key": "a", "value": "b"}]},
        {"action": "create", "tags": []},
        {"action": "create", "tags": [{"key": "_sys_a", "value": "b"}]},
        {"action": "create", "tags": [{"key": "a", "value": "?"}]},
        {"action": "create", "tags": [{"key": str(number), "value": ""} for number in range(21)]},
    ],
)
def test_tags_that_cannot_be_are_refused(speaker: Speaker, body: Any) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert code(speaker.post(TAGS, body)) == (400, "ModelArts.50004000")


@pytest.mark.shows("RetryPoolScope.again", "RetryPoolScope.refused")
def test_a_job_type_that_failed_is_enabled_by_trying_again(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-scopefailed", scope=["Train", "Infer"]))
    slowly.tick(60)
    retry = f"{POOL}/retry-scope"
    refused = speaker.post(retry, {"scope": "Train"})
    assert f"The pool {ident()} scope Train cannot be enabled." in refused.json()["error_msg"]
    answer = speaker.post(retry, {"scope": "Infer"})
    assert (answer.status_code, answer.json()) == (200, {})
    assert speaker.get(POOL).json()["status"]["scope"][1]["state"] == "Enabling"
    slowly.tick(30)
    assert speaker.get(POOL).json()["status"]["scope"][1]["state"] == "Enabled"


@pytest.mark.shows("RetryPoolScope.supported")
def test_a_job_type_whose_configuration_does_not_say_so_is_not_tried_again(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-scopefailed", scope=["Train"]))
    slowly.tick(60)
    assert speaker.get(POOL).json()["status"]["scope"][0]["state"] == "EnableFailed"
    assert code(speaker.post(f"{POOL}/retry-scope", {"scope": "Train"})) == (400, "ModelArts.50004000")
