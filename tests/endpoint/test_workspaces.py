"""Workspaces: made, changed, limited, entered or not, deleted over time."""

from datetime import timedelta
from typing import Any

import pytest

from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject, HostedPool, HostedWorkspace, IamUser
from pools.wire.reading import hear
from pools.wire.workspaces import Workspace, WorkspaceList, WorkspaceQuotas
from tests.endpoint.conftest import PASSWORD
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Clerk, Speaker, ask_token, send

WORKSPACES = f"/v1/{PROJECT}/workspaces"
NETWORKS = f"/v1/{PROJECT}/networks"
LABEL = "os.modelarts/workspace.id"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def made(speaker: Speaker, name: str = "vision-team", **more: Any) -> str:
    """The ID of a new workspace."""
    answer = speaker.post(WORKSPACES, {"name": name, **more})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["id"])


def shown(speaker: Speaker, workspace: str) -> dict[str, Any]:
    answer = speaker.get(f"{WORKSPACES}/{workspace}")
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = answer.json()
    return document


def network_in(workspace: str, name: str = "net-blue") -> dict[str, Any]:
    labels = {"os.modelarts/name": name, LABEL: workspace}
    return {"apiVersion": "v1", "kind": "Network", "metadata": {"labels": labels}, "spec": {"cidr": "10.1.0.0/16"}}


def pool_in(workspace: str, network: str = "net-blue") -> dict[str, Any]:
    document = creation(network={"name": f"{network}-{PROJECT}"})
    document["metadata"]["labels"][LABEL] = workspace
    return document


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.shows("CreateWorkspace.whole")
def test_a_new_workspace_is_told_whole_and_is_public_unless_said_otherwise(speaker: Speaker) -> None:
    answer = speaker.post(WORKSPACES, {"name": "vision-team", "description": "cameras"}).json()
    assert len(answer["id"]) == 32
    assert (answer["auth_type"], answer["status"], answer["owner"]) == ("public", "NORMAL", "poolhouse")
    assert answer["grants"] == []
    assert shown(speaker, answer["id"]) == answer
    assert hear(Workspace, answer).wire() == answer


@pytest.mark.shows("CreateWorkspace.access")
@pytest.mark.parametrize("said", ["PRIVATE", "private", "Private"])
def test_who_may_enter_is_read_in_any_case_and_told_in_lower_case(speaker: Speaker, said: str) -> None:
    assert shown(speaker, made(speaker, auth_type=said))["auth_type"] == "private"


@pytest.mark.shows("CreateWorkspace.grants")
def test_users_who_are_let_in_are_told_by_id_and_name(speaker: Speaker, user: IamUser) -> None:
    workspace = made(speaker, auth_type="INTERNAL", grants=[{"user_name": "clerk"}, {"user_id": "f" * 32}])
    assert shown(speaker, workspace)["grants"] == [
        {"user_type": "IAM", "user_id": user.user_id, "user_name": "clerk"},
        {"user_type": "IAM", "user_id": "f" * 32},
    ]


@pytest.mark.shows("CreateWorkspace.grants")
def test_grants_are_for_internal_workspaces_only(speaker: Speaker) -> None:
    workspace = made(speaker, auth_type="private", grants=[{"user_name": "clerk"}])
    assert shown(speaker, workspace)["grants"] == []


@pytest.mark.shows("CreateWorkspace.refused")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "$: must be an object"),
        ({}, "$.name: is required"),
        ({"name": "abc"}, "$.name"),
        ({"name": "a" * 65}, "$.name"),
        ({"name": "two words"}, "$.name"),
        ({"name": 4444}, "$.name: must be a string"),
        ({"name": "default"}, "reserved"),
        ({"name": "vision", "description": "x" * 257}, "$.description"),
        ({"name": "vision", "auth_type": "OPEN"}, "$.auth_type"),
        ({"name": "vision", "auth_type": "internal", "grants": [{}]}, "$.grants[0]"),
        ({"name": "vision", "auth_type": "internal", "grants": [{"user_name": "x"}] * 501}, "$.grants"),
        ({"name": "vision", "auth_type": "internal", "grants": {"user_name": "x"}}, "$.grants: must be an array"),
    ],
)
def test_a_workspace_that_cannot_be_is_refused(speaker: Speaker, body: Any, words: str) -> None:
    answer = speaker.post(WORKSPACES, body)
    assert code(answer) == (400, "ModelArts.50004000")
    assert words in answer.json()["error_msg"]
    assert HostedWorkspace.objects.count() == 2


@pytest.mark.shows("CreateWorkspace.refused")
@pytest.mark.parametrize("name", ["视觉团队", "Vision_Team-2", "équipe"])
def test_a_workspace_is_called_in_the_letters_of_any_language(speaker: Speaker, name: str) -> None:
    assert shown(speaker, made(speaker, name))["name"] == name


@pytest.mark.shows("CreateWorkspace.too-many")
def test_too_many_workspaces_are_told_by_their_code(speaker: Speaker, home: EndpointProject) -> None:
    home.tenancy.workspace_quota = 2
    home.tenancy.save()
    made(speaker)
    assert code(speaker.post(WORKSPACES, {"name": "one-more"})) == (400, "ModelArts.7006")


@pytest.mark.shows("UpdateWorkspace.mentioned")
def test_what_is_not_mentioned_in_a_change_stays(speaker: Speaker, slowly: Any) -> None:
    workspace = made(speaker, description="cameras", auth_type="private")
    before = shown(speaker, workspace)
    slowly.tick(5)
    answer = speaker.put(f"{WORKSPACES}/{workspace}", {"name": "robot-team"})
    assert answer.json() == {"workspace_id": workspace}
    after = shown(speaker, workspace)
    assert after == {**before, "name": "robot-team", "update_time": before["update_time"] + 5000}


def test_a_workspace_that_opens_to_all_forgets_who_was_let_in(speaker: Speaker) -> None:
    workspace = made(speaker, auth_type="internal", grants=[{"user_name": "clerk"}])
    speaker.put(f"{WORKSPACES}/{workspace}", {"auth_type": "PUBLIC"})
    assert shown(speaker, workspace)["grants"] == []


@pytest.mark.parametrize("body", [{"name": "default"}, {"name": "x"}, {"auth_type": "OPEN"}, [], {"description": 1}])
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(speaker: Speaker, body: Any) -> None:
    workspace = made(speaker)
    before = shown(speaker, workspace)
    assert code(speaker.put(f"{WORKSPACES}/{workspace}", body)) == (400, "ModelArts.50004000")
    assert shown(speaker, workspace) == before


@pytest.mark.shows("ShowWorkspace.default")
def test_the_default_workspace_is_zero_and_always_there(speaker: Speaker) -> None:
    HostedWorkspace.objects.all().delete()
    assert shown(speaker, "0")["name"] == "default"
    assert [one["id"] for one in speaker.get(WORKSPACES).json()["workspaces"]] == ["0"]
    assert speaker.put(f"{WORKSPACES}/0", {"description": "for all"}).status_code == 200
    assert shown(speaker, "0")["description"] == "for all"


@pytest.mark.shows("UpdateWorkspace.default")
def test_the_default_workspace_keeps_its_name_and_stays(speaker: Speaker) -> None:
    assert code(speaker.put(f"{WORKSPACES}/0", {"name": "another"})) == (400, "ModelArts.50004000")
    assert code(speaker.delete(f"{WORKSPACES}/0")) == (400, "ModelArts.50004000")
    assert shown(speaker, "0")["name"] == "default"


@pytest.mark.shows("ShowWorkspace.unknown")
@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("PUT", b"{}"), ("DELETE", b"")])
def test_an_unknown_workspace_is_a_bad_request_with_a_code_of_its_own(
    speaker: Speaker, method: str, body: bytes
) -> None:
    assert code(speaker.call(method, f"{WORKSPACES}/none", body=body)) == (400, "ModelArts.7005")


@pytest.mark.shows("DeleteWorkspace.over-time")
def test_a_workspace_is_deleted_over_time(speaker: Speaker, slowly: Any) -> None:
    workspace = made(speaker)
    assert speaker.delete(f"{WORKSPACES}/{workspace}").json() == {"workspace_id": workspace}
    assert shown(speaker, workspace)["status"] == "DELETING"
    assert speaker.delete(f"{WORKSPACES}/{workspace}").status_code == 200
    slowly.tick(10)
    assert code(speaker.get(f"{WORKSPACES}/{workspace}")) == (400, "ModelArts.7005")
    assert len(speaker.get(WORKSPACES).json()["workspaces"]) == 2


@pytest.mark.shows("DeleteWorkspace.in-use")
def test_a_workspace_with_a_pool_or_a_network_is_not_deleted(speaker: Speaker) -> None:
    workspace = made(speaker)
    speaker.post(NETWORKS, network_in(workspace))
    speaker.post(POOLS, pool_in(workspace))
    answer = speaker.delete(f"{WORKSPACES}/{workspace}")
    assert code(answer) == (400, "ModelArts.50004000")
    assert "resource pools" in answer.json()["error_msg"]
    speaker.delete(f"{POOLS}/{ident()}")
    assert "networks" in speaker.delete(f"{WORKSPACES}/{workspace}").json()["error_msg"]
    speaker.delete(f"{NETWORKS}/net-blue-{PROJECT}")
    assert speaker.delete(f"{WORKSPACES}/{workspace}").status_code == 200


@pytest.mark.shows("DeleteWorkspace.out-of-use")
@pytest.mark.parametrize("end", ["deleting", "failed"])
def test_a_workspace_out_of_use_takes_no_pools_and_no_networks(speaker: Speaker, slowly: Any, end: str) -> None:
    workspace = made(speaker, "fate-creationfailed" if end == "failed" else "vision-team")
    if end == "deleting":
        speaker.delete(f"{WORKSPACES}/{workspace}")
    speaker.post(POOLS, creation())
    slowly.tick(8)
    move = {"metadata": {"labels": {LABEL: workspace}}}
    assert code(speaker.post(POOLS, pool_in(workspace, "network-21e1"))) == (400, "ModelArts.7004")
    assert code(speaker.post(NETWORKS, network_in(workspace))) == (400, "ModelArts.7004")
    assert code(speaker.patch(f"{NETWORKS}/network-21e1-{PROJECT}", move)) == (400, "ModelArts.7004")
    assert code(speaker.put(f"{WORKSPACES}/{workspace}", {"description": "x"})) == (400, "ModelArts.7004")
    HostedPool.objects.update(accepted_at=HostedPool.objects.get().accepted_at - timedelta(seconds=90))
    HostedPool.objects.update(started_at=HostedPool.objects.get().accepted_at)
    assert code(speaker.patch(f"{POOLS}/{ident()}", move)) == (400, "ModelArts.7004")


def test_fates_of_workspaces_are_chosen_by_their_names(speaker: Speaker) -> None:
    assert shown(speaker, made(speaker, "fate-creationfailed"))["status"] == "CREATE_FAILED"
    stuck = made(speaker, "fate-undeletable")
    speaker.delete(f"{WORKSPACES}/{stuck}")
    assert (shown(speaker, stuck)["status"], bool(shown(speaker, stuck)["status_info"])) == ("DELETE_FAILED", True)


def test_pools_and_networks_go_into_a_workspace_that_was_made(speaker: Speaker) -> None:
    workspace = made(speaker)
    assert speaker.post(NETWORKS, network_in(workspace)).status_code == 200
    assert speaker.post(POOLS, pool_in(workspace)).status_code == 200
    assert len(speaker.get(f"{POOLS}?workspaceId={workspace}").json()["items"]) == 1
    assert code(speaker.post(NETWORKS, network_in("none", "net-two"))) == (400, "ModelArts.7005")


@pytest.mark.shows("ListWorkspace.pages")
def test_workspaces_are_listed_page_by_page_until_an_empty_one(speaker: Speaker) -> None:
    for number in range(3):
        made(speaker, f"team-{number}")
    seen, offset = [], 0
    while page := speaker.get(f"{WORKSPACES}?offset={offset}&limit=2").json()["workspaces"]:
        seen += [one["name"] for one in page]
        offset += len(page)
    assert seen == ["team-2", "team-1", "team-0", "research", "default"]
    whole = speaker.get(WORKSPACES).json()
    assert (whole["total_count"], whole["count"]) == (5, 5)
    assert hear(WorkspaceList, whole).wire() == whole


@pytest.mark.shows("ListWorkspace.sorted", "ListWorkspace.narrowed")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort_by=name&order=asc", ["default", "research", "team-a"]),
        ("sort_by=update_time&order=desc", ["team-a"]),
        ("sort_by=status&order=asc", ["default", "research", "team-a"]),
        ("name=TEAM", ["team-a"]),
        ("enterprise_project_id=ep-1", ["team-a"]),
        ("enterprise_project_id=ep-2", []),
        ("filter_accessible=true&order=asc", ["default", "research", "team-a"]),
    ],
)
def test_workspaces_are_sorted_and_narrowed(speaker: Speaker, query: str, names: list[str]) -> None:
    made(speaker, "team-a", enterprise_project_id="ep-1")
    found = [one["name"] for one in speaker.get(f"{WORKSPACES}?{query}").json()["workspaces"]]
    assert found[: len(names)] == names
    assert bool(found) == bool(names)


@pytest.mark.parametrize("query", ["sort_by=owner", "order=up", "limit=x", "offset=-1"])
def test_a_list_that_cannot_be_is_refused(speaker: Speaker, query: str) -> None:
    assert code(speaker.get(f"{WORKSPACES}?{query}")) == (400, "ModelArts.50004000")


@pytest.mark.shows("ShowWorkspaceQuotas.unlimited", "UpdateWorkspaceQuotas.answer")
def test_quotas_are_unlimited_until_they_are_set(speaker: Speaker, slowly: Any) -> None:
    path = f"{WORKSPACES}/{made(speaker)}/quotas"
    (quota,) = speaker.get(path).json()["quotas"]
    assert (quota["resource"], quota["quota"], quota["used_quota"]) == ("exemlProject.gpu_duration", -1, None)
    slowly.tick(5)
    body = {"quotas": [{"resource": "exemlProject.gpu_duration", "quota": 10}]}
    changed = speaker.put(path, body).json()
    assert changed == speaker.get(path).json()
    assert hear(WorkspaceQuotas, changed).wire() == changed
    assert (changed["quotas"][0]["quota"], changed["quotas"][0]["used_quota"]) == (10, 0)
    assert changed["quotas"][0]["update_time"] == quota["update_time"] + 5000


@pytest.mark.shows("UpdateWorkspaceQuotas.refused")
@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"quotas": [{"resource": "everything", "quota": 1}]},
        {"quotas": [{"resource": "exemlProject.gpu_duration", "quota": 60_001}]},
        {"quotas": [{"resource": "exemlProject.gpu_duration", "quota": 0}]},
        {"quotas": [{"resource": "exemlProject.gpu_duration", "quota": -2}]},
        {"quotas": [{"resource": "exemlProject.gpu_duration", "quota": "10"}]},
        {"quotas": [{"resource": "exemlProject.gpu_duration", "quota": 5}, {"resource": "x", "quota": 5}]},
    ],
)
def test_a_quota_that_cannot_be_is_refused_and_none_is_set(speaker: Speaker, body: Any) -> None:
    path = f"{WORKSPACES}/{made(speaker)}/quotas"
    assert code(speaker.put(path, body)) == (400, "ModelArts.50004000")
    assert speaker.get(path).json()["quotas"][0]["quota"] == -1


def test_quotas_of_an_unknown_workspace_are_a_bad_request(speaker: Speaker) -> None:
    assert code(speaker.get(f"{WORKSPACES}/none/quotas")) == (400, "ModelArts.7005")


def closed_pool(speaker: Speaker, **access: Any) -> str:
    workspace = made(speaker, **{"auth_type": "private", **access})
    speaker.post(NETWORKS, network_in(workspace))
    assert speaker.post(POOLS, pool_in(workspace)).status_code == 200
    return workspace


@pytest.mark.shows("ShowWorkspace.closed", "Transport.workspaces")
def test_a_private_workspace_hides_what_is_in_it(speaker: Speaker, clerk: Clerk) -> None:
    workspace = closed_pool(speaker)
    pool, network = f"{POOLS}/{ident()}", f"{NETWORKS}/net-blue-{PROJECT}"
    order = speaker.get(pool).json()["metadata"]["labels"]["os.modelarts/order.name"]
    forbidden = [
        pool,
        f"{pool}/nodes",
        network,
        f"{WORKSPACES}/{workspace}",
        f"{POOLS}?workspaceId={workspace}",
        f"{NETWORKS}?workspaceId={workspace}",
        f"/v1/{PROJECT}/events?resource=pools&name={ident()}",
        f"/v1/{PROJECT}/orders/{order}",
    ]
    assert [code(clerk.call("GET", path)) for path in forbidden] == [(403, "ModelArts.0112")] * len(forbidden)
    assert clerk.call("GET", POOLS).json()["items"] == []
    assert len(clerk.call("GET", NETWORKS).json()["items"]) == 4
    assert clerk.call("GET", f"/v1/{PROJECT}/orders").json()["count"] == 0
    statistics = clerk.call("GET", f"/v2/{PROJECT}/statistics/pools").json()["statistics"]
    assert statistics["status"]["created"] == 0
    seen = clerk.call("GET", f"{WORKSPACES}?filter_accessible=true").json()["workspaces"]
    assert workspace not in [one["id"] for one in seen]
    assert clerk.call("GET", WORKSPACES).json()["total_count"] == 3


@pytest.mark.shows("Transport.workspaces")
def test_a_private_workspace_takes_nothing_from_others(speaker: Speaker, clerk: Clerk) -> None:
    workspace = made(speaker, auth_type="private")
    speaker.post(POOLS, creation(name="pool-open"))
    move = b'{"metadata": {"labels": {"os.modelarts/workspace.id": "%s"}}}' % workspace.encode()
    assert code(clerk.call("PATCH", f"{POOLS}/{ident('pool-open')}", move)) == (403, "ModelArts.0112")
    assert code(clerk.call("POST", POOLS, move)) == (403, "ModelArts.0112")
    assert code(clerk.call("POST", NETWORKS, move)) == (403, "ModelArts.0112")
    assert code(clerk.call("DELETE", f"{WORKSPACES}/{workspace}")) == (403, "ModelArts.0112")


def test_who_is_let_in_works_in_an_internal_workspace(speaker: Speaker, clerk: Clerk) -> None:
    workspace = closed_pool(speaker, auth_type="internal", grants=[{"user_name": "clerk"}])
    assert clerk.call("GET", f"{POOLS}/{ident()}").status_code == 200
    speaker.put(f"{WORKSPACES}/{workspace}", {"grants": [{"user_name": "another"}]})
    assert clerk.call("GET", f"{POOLS}/{ident()}").status_code == 403


def test_who_made_a_private_workspace_may_enter_it(speaker: Speaker, clerk: Clerk) -> None:
    answer = clerk.call("POST", WORKSPACES, b'{"name": "mine-alone", "auth_type": "PRIVATE"}').json()
    assert answer["owner"] == "clerk"
    assert clerk.call("GET", f"{WORKSPACES}/{answer['id']}").status_code == 200
    assert shown(speaker, answer["id"])["id"] == answer["id"]


def test_the_user_that_bears_the_accounts_name_is_the_account(speaker: Speaker, home: EndpointProject) -> None:
    admitting.enrol_user(home.account, name=home.account.name, password=PASSWORD)
    closed_pool(speaker)
    told = {"name": "poolhouse", "password": PASSWORD, "domain": {"name": "poolhouse"}}
    token = ask_token(told=told, scope={"project": {"id": PROJECT}}).headers["X-Subject-Token"]
    assert send("GET", f"{POOLS}/{ident()}", headers={"X-Auth-Token": token}).status_code == 200


def test_a_stranger_sees_and_makes_no_workspaces(speaker: Speaker, stranger: Speaker) -> None:
    workspace = made(speaker)
    for answer in (
        stranger.get(WORKSPACES),
        stranger.post(WORKSPACES, {"name": "mine"}),
        stranger.get(f"{WORKSPACES}/{workspace}"),
        stranger.delete(f"{WORKSPACES}/{workspace}"),
    ):
        assert code(answer) == (403, "ModelArts.0210")
    assert shown(speaker, workspace)["status"] == "NORMAL"


@pytest.mark.shows("ListWorkspace.queries")
def test_listing_workspaces_costs_the_same_queries_however_many_there_are(
    speaker: Speaker, django_assert_num_queries: Any
) -> None:
    for number in (1, 3):
        for index in range(number):
            made(speaker, f"team-{number}-{index}")
        with django_assert_num_queries(2):
            speaker.get(WORKSPACES)
