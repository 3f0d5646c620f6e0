"""Networks, flavors, quotas, configuration, drivers, workspaces."""

from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject, HostedNetwork
from pools.wire.flavors import ResourceFlavor
from pools.wire.reading import hear
from tests.endpoint.guests import EXAMPLE, POOLS, PROJECT
from tests.endpoint.signed import Speaker

NETWORKS = f"/v1/{PROJECT}/networks"
FLAVORS = f"/v1/{PROJECT}/resourceflavors"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def network(*, name: str = "net-blue", cidr: Any = "192.168.128.0/17", **top: Any) -> dict[str, Any]:
    document = {
        "apiVersion": "v1",
        "kind": "Network",
        "metadata": {"labels": {"os.modelarts/name": name}},
        "spec": {"cidr": cidr},
    }
    return {**document, **top}


@pytest.mark.shows("ShowNetwork.subnets")
def test_the_seed_pages_network_is_active(speaker: Speaker) -> None:
    found = speaker.get(f"{NETWORKS}/network-21e1-{PROJECT}").json()
    assert found["status"]["phase"] == "Active"
    assert found["status"]["subnets"][0]["networkId"]


@pytest.mark.shows("ListNetworks.list")
def test_one_network_is_still_being_made(speaker: Speaker) -> None:
    phases = {one["metadata"]["name"]: one["status"]["phase"] for one in speaker.get(NETWORKS).json()["items"]}
    assert phases[f"network-forming-{PROJECT}"] == "Creating"
    assert list(phases.values()).count("Active") == 3


@pytest.mark.shows("CreateNetwork.phases", "CreateNetwork.id")
def test_a_new_network_has_the_empty_phase_then_is_creating_then_active(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_PACE = "demo"
    made = speaker.post(NETWORKS, network()).json()
    assert made["metadata"]["name"] == f"net-blue-{PROJECT}"
    assert made["status"] == {"phase": ""}
    assert speaker.get(f"{NETWORKS}/net-blue-{PROJECT}").json()["status"]["phase"] == "Creating"
    HostedNetwork.objects.update(pace="instant")
    assert speaker.get(f"{NETWORKS}/net-blue-{PROJECT}").json()["status"]["phase"] == "Active"


@pytest.mark.shows("CreateNetwork.taken")
def test_a_network_of_that_name_is_a_conflict(speaker: Speaker) -> None:
    speaker.post(NETWORKS, network())
    assert speaker.post(NETWORKS, network()).status_code == 409


@pytest.mark.shows("CreateNetwork.refused")
@pytest.mark.parametrize(
    ("document", "path"),
    [
        (network(name="net"), "os.modelarts/name"),
        (network(name="Net-blue"), "os.modelarts/name"),
        (network(name="n" * 33), "os.modelarts/name"),
        (network(cidr="8.8.8.0/24"), "$.spec.cidr"),
        (network(cidr="192.168.0.0/28"), "$.spec.cidr"),
        (network(cidr="192.168.0.1/16"), "$.spec.cidr"),
        (network(cidr="nonsense"), "$.spec.cidr"),
        (network(cidr=7), "$.spec.cidr"),
        (network(kind="Pool"), "$.kind"),
        (network(spec=[]), "$.spec"),
        (
            network(spec={"cidr": "192.168.128.0/17", "connection": {"peerConnectionList": [1]}}),
            "$.spec.connection.peerConnectionList[0]",
        ),
        ([], "$"),
    ],
)
def test_a_network_that_cannot_be_is_refused_with_the_path(speaker: Speaker, document: Any, path: str) -> None:
    answer = speaker.post(NETWORKS, document)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")
    assert path in answer.json()["error_msg"]


@pytest.mark.shows("CreateNetwork.quota")
def test_the_quota_of_networks_holds(speaker: Speaker, home: EndpointProject) -> None:
    home.tenancy.network_quota = 4
    home.tenancy.save()
    answer = speaker.post(NETWORKS, network())
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.0118")


@pytest.mark.shows("ShowNetwork.unknown")
def test_an_unknown_network_is_not_found(speaker: Speaker) -> None:
    answer = speaker.get(f"{NETWORKS}/nobody")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50025001")


@pytest.mark.shows("ListResourceFlavors.pages")
def test_flavors_come_in_pages_that_follow_one_another(speaker: Speaker) -> None:
    whole = speaker.get(FLAVORS).json()
    assert whole["metadata"] == {}
    first = speaker.get(f"{FLAVORS}?limit=10").json()
    second = speaker.get(f"{FLAVORS}?limit=10&continue={first['metadata']['continue']}").json()
    assert first["metadata"]["remainingItemCount"] == len(second["items"])
    assert first["items"] + second["items"] == whole["items"]
    assert second["metadata"] == {}


@pytest.mark.shows("ListResourceFlavors.bad-token")
def test_a_token_of_nothing_is_told(speaker: Speaker) -> None:
    assert speaker.get(f"{FLAVORS}?continue=x").status_code == 400


@pytest.mark.shows("ListResourceFlavors.selector")
def test_flavors_are_narrowed_by_label(speaker: Speaker) -> None:
    found = speaker.get(f"{FLAVORS}?labelSelector=os.modelarts.flavor/baremetal").json()["items"]
    assert {one["metadata"]["name"].split(".")[1] for one in found} == {"bm"}


@pytest.mark.shows("ListResourceFlavors.understood")
def test_every_flavor_is_understood_by_the_language(speaker: Speaker) -> None:
    for document in speaker.get(FLAVORS).json()["items"]:
        assert hear(ResourceFlavor, document).wire() == document


@pytest.mark.shows("ShowOsQuota.counts")
def test_quotas_count_what_is_used(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    resources = speaker.get(f"/v1/{PROJECT}/quotas").json()["quotas"]["resources"]
    assert resources == [
        {"type": "pool", "quota": "100", "used": "1"},
        *({"type": kind, "quota": "15", "used": "4"} for kind in ("network", "VPC", "SUBNET")),
    ]


@pytest.mark.shows("ShowOsConfig.wizard")
def test_the_configuration_drives_a_wizard(speaker: Speaker) -> None:
    config = speaker.get(f"/v1/{PROJECT}/os-user-config").json()
    assert (config["poolQuota"], config["maxPoolFlavors"]) == (100, 10)
    assert [one["scope"] for one in config["poolScopePlugins"]] == ["Train", "Infer", "Notebook"]


@pytest.mark.shows("ShowOsConfig.spelling")
def test_a_misspelt_key_of_the_configuration_is_told_in_both_spellings(speaker: Speaker) -> None:
    config = speaker.get(f"/v1/{PROJECT}/os-user-config").json()
    assert config["poolHighAvailable"] is config["pooHighAvailable"] is True


@pytest.mark.shows("ShowPluginTemplate.versions")
@pytest.mark.parametrize(("name", "newest"), [("gpu-driver", "535.129.03"), ("npu-driver", "24.1.0")])
def test_driver_versions_are_told_newest_first(speaker: Speaker, name: str, newest: str) -> None:
    versions = speaker.get(f"/v1/{PROJECT}/plugintemplates/{name}").json()["spec"]["versions"]
    assert next(iter(versions)) == newest


@pytest.mark.shows("ShowPluginTemplate.unknown")
def test_an_unknown_plug_in_is_not_found(speaker: Speaker) -> None:
    answer = speaker.get(f"/v1/{PROJECT}/plugintemplates/none")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50005101")
