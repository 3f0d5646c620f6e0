"""The jobs in a pool, counted too, and how much of each pool is taken: made up, and one story wherever it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject, HostedPool
from pools.wire.reading import hear
from pools.wire.workloads import PoolMetricsList, WorkloadList, WorkloadStatistics
from tests.endpoint.guests import CONSOLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
JOBS = f"{POOL}/workloads"
COUNTS = f"/v2/{PROJECT}/statistics/pools/{ident()}/workloads"
METRICS = f"/v2/{PROJECT}/metrics/runtime/pools"
GPU, NPU = "modelarts.vm.gpu.v100.x1", "modelarts.bm.npu.arm.8snt9b"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def jobs(speaker: Speaker, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = speaker.get(f"{JOBS}?{query}" if query else JOBS).json()["items"]
    return found


def table(speaker: Speaker) -> dict[str, Any]:
    (item,) = speaker.get(METRICS).json()["items"]
    told: dict[str, Any] = item["table"]
    return told


def amount(quantity: str) -> int:
    return int(quantity.rstrip("Mim"))


@pytest.mark.shows("ListWorkloads.begin")
def test_jobs_run_as_soon_as_their_job_type_is_enabled(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train"]))
    begun, first = HostedPool.objects.get().accepted_at, dict[str, str]()
    for seconds in range(0, 70, 4):
        slowly.move_to(begun + timedelta(seconds=seconds))
        (scope,) = speaker.get(POOL).json()["status"]["scope"] or [{"state": ""}]
        for job in jobs(speaker):
            first.setdefault(job["status"], scope["state"])
    assert list(first.items()) == [("Pending", "Enabled"), ("Creating", "Enabled"), ("Running", "Enabled")]


@pytest.mark.shows("ListWorkloads.kinds")
def test_there_are_jobs_of_the_enabled_job_types_and_of_no_other(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Notebook"], resource={"count": 3}))
    slowly.tick(80)
    assert {job["type"] for job in jobs(speaker)} == {"train", "notebook"}
    speaker.patch(POOL, {"spec": {"scope": ["Train"]}})
    slowly.tick(30)
    assert {job["type"] for job in jobs(speaker)} == {"train"}


@pytest.mark.shows("ListWorkloads.lives")
def test_a_training_job_waits_runs_and_ends_and_another_follows(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(45)  # now the job type is enabled
    seen: list[str] = []
    for seconds in (1_510, 292, 5, 15, 1_000, 700):
        slowly.tick(seconds)
        seen += [job["status"] for job in jobs(speaker) if job["jobName"].endswith("-0002")]
    assert seen[:5] == ["Queue", "Pending", "Creating", "Running", "Running"]
    assert seen[5] in {"Completed", "Terminated", "Failed"}


def test_no_two_jobs_of_a_pool_have_one_name(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    slowly.tick(645)
    names = [job["jobName"] for job in jobs(speaker)]
    assert len(set(names)) == len(names) == 3


def test_a_job_that_waits_has_a_place_and_no_node(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    slowly.tick(45 + 25 * 60)
    waiting = jobs(speaker, "status=Queue&sort=create_time&ascend=true")
    assert [job["pendingPosition"] for job in waiting] == [1, 2, 3]
    assert [(job["hostIps"], job["nodes"], job["runningDuration"]) for job in waiting] == [("", [], 0)] * 3
    assert {job["pendingPosition"] for job in jobs(speaker, "status=Running")} == {0}


@pytest.mark.shows("ListWorkloads.deterministic")
def test_the_same_is_told_whenever_it_is_asked_for(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Infer", "Notebook"], resource={"count": 3}))
    slowly.tick(9_000)
    assert len(jobs(speaker)) > 5
    for path in (JOBS, COUNTS, METRICS):
        assert speaker.get(path).json() == speaker.get(path).json()


def test_how_long_a_job_runs_grows_and_stops_with_it(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(645)

    def ran() -> int:
        (job,) = (job for job in jobs(speaker) if job["jobName"].endswith("-0001"))
        return int(job["runningDuration"])

    early = ran()
    slowly.tick(60)
    assert ran() == early + 60
    slowly.tick(2_000)
    ended = ran()
    slowly.tick(60)
    assert early + 60 < ended == ran()


@pytest.mark.shows("ListWorkloads.understood")
def test_what_runs_is_understood_by_the_language(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Infer"], resource={"flavor": NPU, "count": 2}))
    slowly.tick(3_000)
    for shape, path in ((WorkloadList, JOBS), (WorkloadStatistics, COUNTS), (PoolMetricsList, METRICS)):
        answer = speaker.get(path).json()
        assert hear(shape, answer).wire() == answer


@pytest.mark.shows("ListWorkloads.narrowed")
@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("type=train", {"train"}),
        ("type=train&type=notebook", {"train", "notebook"}),
        ("type=train,infer", {"train", "infer"}),
        ("type=x-infer", set()),
        ("type=", {"train", "infer", "notebook"}),
    ],
)
def test_jobs_are_asked_for_by_kind(speaker: Speaker, slowly: Any, query: str, kinds: set[str]) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Infer", "Notebook"]))
    slowly.tick(3_000)
    assert {job["type"] for job in jobs(speaker, query)} == kinds


@pytest.mark.shows("ListWorkloads.narrowed")
def test_jobs_are_asked_for_by_how_they_fare(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    slowly.tick(4_000)
    every = [job["status"] for job in jobs(speaker)]
    for status in ("Queue", "Running", "Completed", "Abnormal"):
        assert [job["status"] for job in jobs(speaker, f"status={status}")] == [status] * every.count(status)


@pytest.mark.shows("ListWorkloads.order")
def test_the_newest_is_first_unless_the_oldest_is_asked_for(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    slowly.tick(4_000)
    told = [job["createTime"] for job in jobs(speaker)]
    assert told == sorted(told, reverse=True)
    turned = jobs(speaker, "sort=create_time&ascend=true")
    assert [job["createTime"] for job in turned] == told[::-1]


@pytest.mark.shows("ListWorkloads.pages")
def test_jobs_are_paged_and_beyond_the_end_there_is_none(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 4}))
    slowly.tick(4_000)
    every = [job["uid"] for job in jobs(speaker)]
    paged = [jobs(speaker, f"limit=3&offset={offset}") for offset in range(0, len(every) + 3, 3)]
    assert [job["uid"] for page in paged for job in page] == every
    answer = speaker.get(f"{JOBS}?limit=3&offset=900").json()
    assert (answer["items"], answer["total"]) == ([], len(every))


@pytest.mark.shows("ListWorkloads.by-node")
def test_the_jobs_of_a_node_are_told_all_at_once(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 2}))
    slowly.tick(8_000)
    host = speaker.get(f"{POOL}/nodes").json()["items"][0]["status"]["privateIp"]
    there = jobs(speaker, f"hostip={host}&limit=1")
    assert len(there) > 1
    assert {job["hostIps"] for job in there} == {host}
    assert jobs(speaker, "hostip=10.9.9.9") == []


@pytest.mark.parametrize(
    "query", ["type=fun", "type=train,fun", "status=running", "sort=name", "limit=x", "limit=-1", "offset=x"]
)
def test_odd_words_are_refused(speaker: Speaker, query: str) -> None:
    speaker.post(POOLS, creation())
    answer = speaker.get(f"{JOBS}?{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")


@pytest.mark.shows("ListWorkloads.troubled")
def test_jobs_on_a_node_in_trouble_are_abnormal(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-abnormal", resource={"count": 1}))
    slowly.tick(600)
    states = [node["status"]["phase"] for node in speaker.get(f"{POOL}/nodes").json()["items"]]
    assert (states, [job["status"] for job in jobs(speaker)]) == (["Abnormal"], ["Abnormal"])


@pytest.mark.shows("ListWorkloads.troubled")
def test_jobs_are_ended_with_their_pool_and_their_nodes(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 2}))
    slowly.tick(600)
    (leaving, _) = (node["metadata"]["name"] for node in speaker.get(f"{POOL}/nodes").json()["items"])
    speaker.post(f"{POOL}/nodes/batch-delete", {"deleteNodeNames": [leaving]})
    assert sorted(job["status"] for job in jobs(speaker)) == ["Running", "Terminating"]
    slowly.tick(10)
    assert [job["status"] for job in jobs(speaker)] == ["Running"]
    speaker.delete(POOL)
    assert [job["status"] for job in jobs(speaker)] == ["Terminating"]
    slowly.tick(15)
    assert speaker.get(JOBS).status_code == 404


@pytest.mark.shows("ShowWorkloadStatistics.adds-up")
def test_the_numbers_are_those_of_the_list(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Infer"], resource={"count": 3}))
    slowly.tick(7_000)
    told, every = speaker.get(COUNTS).json()["statistics"], jobs(speaker)
    assert told["total"] == len(every) == sum(item["total"] for item in told["items"])
    for item in told["items"]:
        mine = [job["status"] for job in every if job["type"] == item["type"]]
        assert item["total"] == len(mine)
        assert item["status"] == {status: mine.count(status) for status in item["status"]}


@pytest.mark.shows("ShowWorkloadStatistics.zeros")
def test_a_pool_in_which_nothing_runs_has_zeros(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    told = speaker.get(COUNTS).json()["statistics"]
    assert [(item["type"], item["total"]) for item in told["items"]] == [("train", 0), ("infer", 0), ("notebook", 0)]
    assert (told["total"], {*told["items"][0]["status"].values()}) == (0, {0})
    assert speaker.get(JOBS).json() == {"kind": "WorkloadList", "apiVersion": "v1", "items": [], "total": 0}


@pytest.mark.shows("ShowPoolRuntimeMetrics.adds-up")
def test_what_is_taken_and_what_is_left_make_up_the_whole(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Infer"], resource={"flavor": GPU, "count": 3}))
    slowly.tick(600)
    told = table(speaker)
    for kind, whole in told["capacity"]["value"].items():
        taken, left = told["allocated"]["value"][kind], told["available"]["value"][kind]
        assert amount(whole) == amount(taken) + amount(left), kind
    assert (told["capacity"]["value"]["v100"], told["workload"]["allocated"]["sum"]) == ("3", 4)


@pytest.mark.shows("ShowPoolRuntimeMetrics.nodes")
def test_nodes_pools_and_jobs_tell_one_story(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Infer"], resource={"flavor": NPU, "count": 2}))
    slowly.tick(600)
    nodes = [node["status"] for node in speaker.get(f"{POOL}/nodes").json()["items"]]
    running = [job["resourceRequirement"] for job in jobs(speaker, "status=Running")]
    told = table(speaker)
    for kind, name in (("cpu", "cpu"), ("memory", "memory"), ("snt9b", "huawei.com/ascend-snt9")):
        has, free = (sum(amount(node[key][name]) for node in nodes) for key in ("resources", "availableResources"))
        assert (has, free) == tuple(amount(told[key]["value"][kind]) for key in ("capacity", "available"))
        assert has - free == sum(amount(job[name]) for job in running)


@pytest.mark.shows("ListPoolNodes.busy")
def test_a_node_shows_which_of_its_cards_are_busy(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"flavor": NPU}))

    def placement() -> str:
        (node,) = speaker.get(f"{POOL}/nodes").json()["items"]
        return str(node["metadata"]["annotations"]["os.modelarts/npu-topology-placement"])

    slowly.tick(40)
    assert placement() == "0000000000000000"
    slowly.tick(600)
    assert placement() == "0000000011111111"
    (job,) = jobs(speaker, "status=Running")
    assert job["nodes"][0]["npuTopologyPlacement"] == "0000000011111111"


@pytest.mark.shows("ShowPoolRuntimeMetrics.which")
def test_pools_that_have_not_begun_and_those_that_failed_have_nothing_to_take(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(name="pool-fine"))
    speaker.post(POOLS, creation(name="pool-failed", prefix="fate-creationfailed"))
    slowly.tick(1)
    paid = {"os.modelarts/billing.mode": "1", "os.modelarts/period.type": "2", "os.modelarts/period.num": "1"}
    speaker.post(POOLS, creation(name="pool-unpaid", annotations=paid), **CONSOLE)
    slowly.tick(100)
    answer = speaker.get(METRICS).json()
    assert (answer["kind"], answer["apiVersion"]) == ("PoolMetricsList", "os.modelarts.metrics/v2")
    assert [item["metadata"]["name"] for item in answer["items"]] == [ident("pool-fine")]


def test_nodes_that_cannot_be_used_count_among_all_only(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-abnormal", resource={"count": 2}))
    slowly.tick(600)
    has = table(speaker)["capacity"]
    assert amount(has["value"]["cpu"]) * 2 == amount(has["allValue"]["cpu"]) == 2 * (8_000 - 90)


def test_jobs_of_an_unknown_pool_are_nobodys(speaker: Speaker) -> None:
    for path in (f"{POOLS}/pool-nobody/workloads", f"/v2/{PROJECT}/statistics/pools/pool-nobody/workloads"):
        answer = speaker.get(path)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50015001")


def test_a_stranger_sees_no_jobs(speaker: Speaker, home: EndpointProject) -> None:
    other = admitting.open_project(home.account, name="elsewhere")
    key = admitting.issue_key(other)
    stranger = Speaker(key.access_key, key.secret_key)
    speaker.post(POOLS, creation())
    for path in (JOBS, COUNTS, METRICS):
        assert stranger.get(path).status_code == 403
    foreign = f"/v2/{other.project_id}"
    assert stranger.get(f"{foreign}/metrics/runtime/pools").json()["items"] == []
    assert stranger.get(f"{foreign}/pools/{ident()}/workloads").status_code == 404


def test_what_is_taken_of_many_pools_costs_no_more_reads(speaker: Speaker, django_assert_num_queries: Any) -> None:
    speaker.post(POOLS, creation())
    speaker.get(METRICS)
    with django_assert_num_queries(2):  # who calls, and the pools
        speaker.get(METRICS)
    for number in range(3):
        speaker.post(POOLS, creation(name=f"pool-{number}"))
    with django_assert_num_queries(2):
        assert len(speaker.get(METRICS).json()["items"]) == 4
