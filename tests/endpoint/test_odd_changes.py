"""Whatever stands in a change, it is taken or refused in the API's own form; never a 5xx, and never half done."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker
from tests.endpoint.test_odd_documents import ODD

POOL = f"{POOLS}/{ident()}"
NETWORK = f"/v1/{PROJECT}/networks/network-21e1-{PROJECT}"
GPU = "modelarts.vm.gpu.v100.x1"

PATCH: dict[str, Any] = {
    "apiVersion": "v2",
    "kind": "Pool",
    "metadata": {
        "name": ident(),
        "labels": {
            "os.modelarts/name": "pool-ae01",
            "os.modelarts/workspace.id": "0",
            "os.modelarts/sharing": "shared",
        },
        "annotations": {
            "os.modelarts/description": "d",
            "os.modelarts/tms.tags": "[]",
            "os.modelarts/billing.mode": "0",
            "os.modelarts/auto.pay": "1",
        },
    },
    "spec": {
        "type": "Dedicate",
        "scope": ["Train", "Infer"],
        "driver": {"gpuVersion": "535.129.03", "updateStrategy": "idle"},
        "resources": [
            {
                "flavor": GPU,
                "count": 2,
                "maxCount": 2,
                "nodePool": "",
                "azs": [{"az": "cn-north-4a", "count": 2}],
                "creatingStep": {"step": 1, "type": "rack"},
                "tags": [{"key": "a", "value": "b"}],
                "extendParams": {"dockerBaseSize": "50"},
            }
        ],
        "jobFlavors": ["a"],
    },
}


def changed(document: Any) -> Iterator[Any]:
    """The document with one part at a time replaced by something odd."""
    for path in paths(document):
        for odd in ODD:
            copy = deepcopy(document)
            place = copy
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = odd
            yield copy


def paths(node: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in keys:
        yield (*before, key)
        yield from paths(inner, (*before, key))


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def patch(speaker: Speaker, path: str, document: object) -> Any:
    return speaker.call("PATCH", path, body=json.dumps(document).encode())


@pytest.mark.shows("Documents.odd-changes")
def test_an_odd_change_of_a_pool_is_taken_or_refused(speaker: Speaker) -> None:
    made = speaker.post(POOLS, creation(resource={"flavor": GPU, "count": 1}))
    assert made.status_code == 200
    for document in changed(PATCH):
        answer = patch(speaker, POOL, document)
        assert answer.status_code in {200, 400}, (answer.status_code, document)
        for path in (POOL, POOLS, f"{POOL}/nodes", f"/v1/{PROJECT}/orders", f"/v1/{PROJECT}/pools/{ident()}/tags"):
            if answer.status_code == 200:
                assert speaker.get(path).status_code == 200, (path, document)


@pytest.mark.shows("PatchNetwork.odd")
def test_an_odd_change_of_a_network_is_taken_or_refused(speaker: Speaker) -> None:
    peers = [{"peerVpcId": "v", "peerSubnetId": "s", "defaultGateWay": False}]
    document = {
        "metadata": {"labels": {"os.modelarts/workspace.id": "0"}, "annotations": {"os.modelarts/description": "x"}},
        "spec": {"ipv6enable": True, "connection": {"peerConnectionList": peers, "sfsTurboConnectionList": [{}]}},
    }
    for odd in changed(document):
        answer = patch(speaker, NETWORK, odd)
        assert answer.status_code in {200, 400}, (answer.status_code, odd)
        assert speaker.get(NETWORK).status_code == 200, odd
        assert speaker.get(f"/v1/{PROJECT}/networks").status_code == 200, odd


@pytest.mark.parametrize("odd", ["garbage", "{}", '["a"]', "[{}]", "1"])
def test_tags_that_a_client_wrote_into_the_annotation_hurt_nobody(speaker: Speaker, odd: str) -> None:
    speaker.post(POOLS, creation(annotations={"os.modelarts/tms.tags": odd}))
    assert speaker.get(f"/v1/{PROJECT}/pools/{ident()}/tags").json() == {"tags": []}
    assert speaker.get(f"/v1/{PROJECT}/pools/tags").json() == {"tags": []}
