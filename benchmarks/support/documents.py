"""The two bodies that are measured: the API page's own example, and a large order with every table's fields."""

import json
from copy import deepcopy
from typing import Any

PROJECT = "6f5da086876d4cd084d36f8bd3346036"
ZONES = ("cn-north-4a", "cn-north-4b", "cn-north-4c")
# On sale in every zone, of one architecture, pay-per-use.
FLAVORS = (
    "modelarts.vm.cpu.8ud",
    "modelarts.vm.cpu.32u128g.d",
    "modelarts.vm.cpu.16u128g.nvme",
    "modelarts.vm.gpu.t4.x1",
)

SMALL: dict[str, Any] = {
    "kind": "Pool",
    "apiVersion": "v2",
    "metadata": {
        "annotations": {"os.modelarts/description": ""},
        "labels": {"os.modelarts/name": "pool-ae01", "os.modelarts/workspace.id": "0"},
    },
    "spec": {
        "type": "Dedicate",
        "scope": ["Train"],
        "network": {"name": f"network-21e1-{PROJECT}"},
        "resources": [{"count": 1, "flavor": "modelarts.vm.cpu.8ud"}],
    },
}


def _resource(nth: int) -> dict[str, Any]:
    groups = ("vgpaas", "vguser1", "vguser2")
    return {
        "flavor": FLAVORS[nth % len(FLAVORS)],
        "count": 12,
        "maxCount": 12,
        "nodePool": f"nodes-{nth}",
        "azs": [{"az": zone, "count": 4} for zone in ZONES],
        "tags": [{"key": f"key-{tag}", "value": f"value-{nth}-{tag}"} for tag in range(5)],
        "extendParams": {"dockerBaseSize": "100", "postInstall": "ZWNobyByZWFk" * 10},
        "rootVolume": {"volumeType": "SSD", "size": "200"},
        "dataVolumes": [
            {"volumeType": "SSD", "size": "500", "count": 2, "extendParams": {"volumeGroup": group}} for group in groups
        ],
        "volumeGroupConfigs": [
            {"volumeGroup": "vgpaas", "dockerThinPool": 60, "types": ["volume"]},
            *(
                {
                    "volumeGroup": group,
                    "lvmConfig": {"lvType": "striped", "path": f"/data/{group}"},
                    "types": ["volume"],
                }
                for group in groups[1:]
            ),
        ],
    }


def _large() -> dict[str, Any]:
    document = deepcopy(SMALL)
    document["metadata"]["annotations"] = {
        "os.modelarts/description": "Vision team, shared training pool",
        "os.modelarts/billing.mode": "0",
    }
    document["spec"] |= {
        "scope": ["Train", "Infer", "Notebook"],
        "resources": [_resource(nth) for nth in range(10)],
        "containerNetwork": {"cidr": "10.16.0.0/16"},
        "kubernetesSvcIpRange": "10.96.0.0/16",
        "masters": [{"az": zone} for zone in ZONES],
        "clusterFlavor": "cce.s1.small",
        "driver": {"gpuVersion": "470.57.02", "updateStrategy": "idle"},
    }
    return document


LARGE = _large()
BODIES = {"small": SMALL, "large": LARGE}


def named(document: dict[str, Any], name: str, *, project_id: str = PROJECT) -> bytes:
    """The document as a body, under this name and with this project's network."""
    labels = {**document["metadata"]["labels"], "os.modelarts/name": name}
    spec = {**document["spec"], "network": {"name": f"network-21e1-{project_id}"}}
    told = {**document, "metadata": {**document["metadata"], "labels": labels}, "spec": spec}
    return json.dumps(told, separators=(",", ":")).encode()
