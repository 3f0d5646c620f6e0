"""Networks: connected over time, changed, in use, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject
from pools.wire.networks import Network
from pools.wire.reading import hear
from tests.endpoint.guests import EXAMPLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
NETWORKS = f"/v1/{PROJECT}/networks"
NETWORK = f"{NETWORKS}/network-21e1-{PROJECT}"
PEER = {"peerVpcId": "vpc-1", "peerSubnetId": "sub-1"}
FILES = {"name": "files", "sfsId": "sfs-1", "subnetId": "sub-1"}


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


def connected(speaker: Speaker, **lists: Any) -> dict[str, Any]:
    """Change the connections as a whole, the body signed; returns the answer's status of them."""
    body = json.dumps({"spec": {"connection": lists}}).encode()
    answer = speaker.call("PATCH", NETWORK, body=body)
    assert answer.status_code == 200, answer.content
    return status(speaker)


def status(speaker: Speaker) -> dict[str, Any]:
    told: dict[str, Any] = speaker.get(NETWORK).json()["status"]["connectionStatus"]
    return told


def network(name: str = "net-blue", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Network",
        "metadata": {"labels": {"os.modelarts/name": name}},
        "spec": {"cidr": "192.168.128.0/17", **spec},
    }


@pytest.mark.shows("DeleteNetwork.in-use", "DeleteNetwork.gone")
def test_a_network_in_use_is_not_deleted(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert code(speaker.delete(NETWORK)) == (409, "ModelArts.50025002")
    speaker.delete(POOL)
    gone = speaker.delete(NETWORK)
    assert gone.json()["metadata"]["deletionTimestamp"]
    assert code(speaker.get(NETWORK)) == (404, "ModelArts.50025001")


@pytest.mark.shows("PatchNetwork.merge")
def test_a_network_is_changed_by_merging(speaker: Speaker) -> None:
    peers = [{"peerVpcId": "vpc-1", "peerSubnetId": "sub-1", "defaultGateWay": False}]
    patch = {
        "metadata": {"annotations": {"os.modelarts/description": "training"}},
        "spec": {"ipv6enable": True, "connection": {"peerConnectionList": peers}},
    }
    changed = speaker.patch(NETWORK, patch).json()
    assert changed["metadata"]["annotations"]["os.modelarts/description"] == "training"
    assert changed["status"]["connectionStatus"]["peerConnectionStatus"] == [{**peers[0], "phase": "Active"}]


@pytest.mark.shows("PatchNetwork.fixed")
@pytest.mark.parametrize(
    "patch",
    [{"spec": {"cidr": "10.0.0.0/16"}}, {"spec": {"connection": {"peerConnectionList": "x"}}}, {"spec": 1}, []],
)
def test_what_a_network_cannot_become_is_refused(speaker: Speaker, patch: Any) -> None:
    assert code(speaker.patch(NETWORK, patch)) == (400, "ModelArts.50004000")


@pytest.mark.shows("PatchNetwork.null")
def test_null_empties_a_networks_list(speaker: Speaker) -> None:
    body = json.dumps({"spec": {"connection": {"peerConnectionList": None}}}).encode()
    answer = speaker.call("PATCH", NETWORK, body=body)
    assert answer.json()["spec"]["connection"] == {}


@pytest.mark.parametrize("connection", ["", {}])
def test_what_stands_for_absence_changes_nothing_of_a_network(speaker: Speaker, connection: Any) -> None:
    before = speaker.get(NETWORK).json()["spec"]
    assert speaker.patch(NETWORK, {"spec": {"connection": connection}}).json()["spec"] == before


@pytest.mark.shows("ShowNetworkAvailableIp.counts")
def test_addresses_of_a_network_are_counted(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"count": 3}))
    subnet = speaker.get(NETWORK).json()["status"]["subnets"][0]["networkId"]
    told = speaker.get(f"{NETWORK}/network-ip-availabilities?network_id={subnet}").json()
    assert told["networkId"] == subnet
    assert told["subnetIpAvailability"] == [{"cidr": "192.168.20.0/24", "ipVersion": 4, "usedIps": 6, "totalIps": 251}]
    assert speaker.get(f"{NETWORK}/network-ip-availabilities?network_id=other").status_code == 404


@pytest.mark.shows("PatchNetwork.peering")
def test_a_peering_is_connecting_then_active(speaker: Speaker, slowly: Any) -> None:
    told = connected(speaker, peerConnectionList=[PEER])
    assert told == {"peerConnectionStatus": [{**PEER, "defaultGateWay": False, "phase": "Connecting"}]}
    slowly.tick(8)
    assert status(speaker)["peerConnectionStatus"][0]["phase"] == "Active"
    second = {**PEER, "peerVpcId": "vpc-2"}
    phases = [one["phase"] for one in connected(speaker, peerConnectionList=[PEER, second])["peerConnectionStatus"]]
    assert phases == ["Active", "Connecting"]


@pytest.mark.shows("PatchNetwork.file-systems")
def test_a_file_system_is_connected_and_let_go_over_time(speaker: Speaker, slowly: Any) -> None:
    (made,) = connected(speaker, sfsTurboConnectionList=[FILES])["sfsTurboStatus"]
    assert made == {**FILES, "connectionType": "VpcPort", "ipAddr": "", "status": "Creating"}
    slowly.tick(8)
    (there,) = status(speaker)["sfsTurboStatus"]
    assert (there["status"], there["ipAddr"][-2:]) == ("Active", ":/")
    (going,) = connected(speaker, sfsTurboConnectionList=None)["sfsTurboStatus"]
    assert (going["sfsId"], going["status"]) == ("sfs-1", "Deleting")
    slowly.tick(8)
    assert status(speaker) == {}


def test_a_file_system_that_is_wanted_again_is_told_once(speaker: Speaker, slowly: Any) -> None:
    connected(speaker, sfsTurboConnectionList=[FILES])
    slowly.tick(10)
    connected(speaker, sfsTurboConnectionList=[])
    told = connected(speaker, sfsTurboConnectionList=[FILES])["sfsTurboStatus"]
    assert [one["status"] for one in told] == ["Creating"]


def test_a_file_system_without_a_subnet_is_reached_by_peering(speaker: Speaker) -> None:
    files = {"name": "files", "sfsId": "sfs-1"}
    assert connected(speaker, sfsTurboConnectionList=[files])["sfsTurboStatus"][0]["connectionType"] == "Peering"


@pytest.mark.parametrize(("fate", "phase"), [("abnormal", "Abnormal"), ("stuck", "Connecting")])
def test_fates_of_peerings_are_chosen_by_their_vpc(speaker: Speaker, fate: str, phase: str) -> None:
    told = connected(speaker, peerConnectionList=[{**PEER, "peerVpcId": f"fate-{fate}"}])
    assert told["peerConnectionStatus"][0]["phase"] == phase


@pytest.mark.shows("CreateNetwork.connected")
def test_a_network_made_with_connections_has_them_once_it_is_there(speaker: Speaker, slowly: Any) -> None:
    speaker.post(NETWORKS, network(connection={"peerConnectionList": [PEER], "sfsTurboConnectionList": [FILES]}))
    path = f"{NETWORKS}/net-blue-{PROJECT}"
    assert speaker.get(path).json()["status"] == {"phase": "Creating", "connectionStatus": {}}
    slowly.tick(9)
    shown = speaker.get(path).json()
    assert shown["status"]["connectionStatus"]["peerConnectionStatus"][0]["phase"] == "Connecting"
    assert hear(Network, shown).wire() == shown
    slowly.tick(8)
    assert speaker.get(path).json()["status"]["connectionStatus"]["sfsTurboStatus"][0]["status"] == "Active"


@pytest.mark.shows("PatchNetwork.description")
@pytest.mark.parametrize("text", ["<b>", "a & b", "it's", 5, ["x"]])
def test_a_description_of_a_network_that_cannot_be_is_refused(speaker: Speaker, text: Any) -> None:
    annotations = {"os.modelarts/description": text}
    assert code(speaker.patch(NETWORK, {"metadata": {"annotations": annotations}})) == (400, "ModelArts.50004000")
    document = network()
    document["metadata"]["annotations"] = annotations
    assert code(speaker.post(NETWORKS, document)) == (400, "ModelArts.50004000")


@pytest.mark.shows("ListNetworks.narrowed")
def test_networks_are_narrowed_by_label_and_workspace_and_come_in_pages(speaker: Speaker) -> None:
    def names(query: str) -> list[str]:
        items = speaker.get(f"{NETWORKS}?{query}").json()["items"]
        return [one["metadata"]["labels"]["os.modelarts/name"] for one in items]

    assert names("labelSelector=os.modelarts/name%20in%20(network-21e1,network-forming)") == [
        "network-21e1",
        "network-forming",
    ]
    assert names("labelSelector=!os.modelarts/name") == []
    assert names("workspaceId=0") == ["network-21e1", "network-training", "network-forming"]
    first = speaker.get(f"{NETWORKS}?limit=3").json()["metadata"]
    assert first["remainingItemCount"] == 1
    assert names(f"limit=3&continue={first['continue']}") == ["network-forming"]


def test_a_stranger_neither_sees_nor_changes_a_network(speaker: Speaker, stranger: Speaker) -> None:
    for answer in (stranger.get(NETWORK), stranger.patch(NETWORK, {}), stranger.delete(NETWORK)):
        assert code(answer) == (403, "ModelArts.0210")
    assert speaker.get(NETWORK).status_code == 200
