"""Documents to read and judge, and the facts to judge them with."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from itertools import pairwise
from typing import Any, Final

from pools.wire.breaches import parts_of
from pools.wire.limits import Catalog, DiskLimits, Drivers, FlavorFacts, NetworkFacts

PROJECT: Final = "6f5da086876d4cd084d36f8bd3346036"

# The example request of the API's document, its stray comma removed.
EXAMPLE: Final[dict[str, Any]] = {
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

# Everything the tables know, once, and a key they do not know at every level.
FULL: Final[dict[str, Any]] = {
    "apiVersion": "v2",
    "kind": "Pool",
    "metadata": {
        "labels": {
            "os.modelarts/name": "team-blue",
            "os.modelarts/workspace.id": "0",
            "os.modelarts/sharing": "unshared",
            "os.modelarts/node.prefix": "blue",
            "team": "blue",
        },
        "annotations": {
            "os.modelarts/description": "training",
            "os.modelarts/billing.mode": "1",
            "os.modelarts/order.id": "",
            "os.modelarts/scheduler.extension": "5",
            "os.modelarts/period.type": "2",
            "os.modelarts/period.num": "1",
            "os.modelarts/auto.pay": "0",
        },
    },
    "spec": {
        "type": "Dedicate",
        "scope": ["Train", "Infer"],
        "resources": [
            {
                "flavor": "gpu.a",
                "count": 8,
                "maxCount": 8,
                "azs": [{"az": "az1", "count": 6}, {"az": "az2", "count": 2}],
                "tags": [{"key": "env", "value": "dev"}],
                "extendParams": {"dockerBaseSize": "50", "postInstall": "ZWNobyBoaQ==", "runtime": "containerd"},
                "creatingStep": {"step": 4, "type": "rack"},
                "rootVolume": {"volumeType": "SSD", "size": "150"},
                "dataVolumes": [
                    {"volumeType": "SSD", "size": "500", "count": 1, "extendParams": {"volumeGroup": "vgpaas"}},
                    {"volumeType": "SAS", "size": "100", "count": 2, "extendParams": {"volumeGroup": "vguser1"}},
                ],
                "volumeGroupConfigs": [
                    {"volumeGroup": "vgpaas", "dockerThinPool": 60, "types": ["volume"]},
                    {"volumeGroup": "vguser1", "lvmConfig": {"lvType": "striped", "path": "/data/one"}},
                ],
                "nodePool": "first",
            }
        ],
        "parent": "",
        "network": {"name": "net-1"},
        "containerNetwork": {"cidr": "10.0.0.0/16"},
        "kubernetesSvcIpRange": "10.247.0.0/16",
        "masters": [{"az": "az1"}, {"az": "az2"}, {"az": "az3"}],
        "clusterFlavor": "cce.s1.small",
        "driver": {"gpuVersion": "470.57.02", "updateStrategy": "idle"},
        "ipv6enable": False,
        "jobFlavors": ["modelarts.job"],
    },
}

BASE: Final[dict[str, Any]] = {
    "apiVersion": "v2",
    "kind": "Pool",
    "metadata": {"labels": {"os.modelarts/name": "pool-one"}},
    "spec": {
        "type": "Dedicate",
        "scope": ["Train"],
        "network": {"name": "net-1"},
        "resources": [{"flavor": "cpu.a", "count": 2}],
    },
}

ABSENT: Final = object()


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The document with values set (or ABSENT) at JSON paths; what is missing on the way is made."""
    document: Any = deepcopy(dict(base))
    for path, value in changes.items():
        parts, holder = parts_of(path), document
        for part, following in pairwise(parts):
            fresh: Any = [] if isinstance(following, int) else {}
            if isinstance(holder, list) and isinstance(part, int) and part == len(holder):
                holder.append(fresh)
            holder = holder.setdefault(part, fresh) if isinstance(holder, dict) else holder[part]
        _put(holder, parts[-1], value)
    return dict(document)


def _put(holder: Any, part: str | int, value: Any) -> None:
    if value is ABSENT:
        del holder[part]
    elif isinstance(holder, list) and part == len(holder):
        holder.append(value)
    else:
        holder[part] = value


ALL_ZONES: Final = {"az1": "normal", "az2": "normal", "az3": "normal"}
ROOM: Final = DiskLimits(types=frozenset({"SSD", "SAS"}), gib=(100, 1000), most=4)

CATALOG: Final = Catalog(
    flavors={
        facts.name: facts
        for facts in (
            FlavorFacts(
                "cpu.a",
                "x86",
                frozenset({"Train", "Infer"}),
                {"az1": "normal", "az2": "normal", "az3": "soldout"},
                frozenset({"0"}),
                (),
                root=ROOM,
                data=ROOM,
                has_local_disk=False,
            ),
            FlavorFacts("cpu.b", "x86", None, ALL_ZONES, frozenset({"0", "1"}), has_local_disk=True),
            FlavorFacts(
                "gpu.a", "x86", None, ALL_ZONES, frozenset({"0", "1"}), ((4, "rack"), (8, "hyperinstance")), "gpu"
            ),
            FlavorFacts("gpu.b", "x86", None, ALL_ZONES, frozenset({"0", "1"}), (), "gpu", 200),
            FlavorFacts("npu.a", "arm64", None, ALL_ZONES, frozenset({"0", "1"}), (), "npu"),
            FlavorFacts("gone", "x86", None, dict.fromkeys(ALL_ZONES, "soldout"), frozenset({"0"})),
        )
    },
    networks={
        facts.name: facts
        for facts in (
            NetworkFacts("net-1", "Active", "0", "192.168.0.0/16"),
            NetworkFacts("net-new", "", "0", "192.168.0.0/16"),
            NetworkFacts("net-elsewhere", "Active", "ws-2", "192.168.0.0/16"),
            NetworkFacts("net-inside", "Active", "0", "172.16.0.0/17"),
        )
    },
    workspaces=frozenset({"0", "ws-2"}),
    abnormal_workspaces=frozenset({"ws-broken"}),
    drivers=Drivers(gpu=frozenset({"470.57.02"}), npu=frozenset({"7.1"})),
    pool_names=frozenset({"pool-taken"}),
    reserved_cidrs={"Infer": frozenset({"172.20.0.0/16"})},
)
