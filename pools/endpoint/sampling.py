"""Sample pools: one for every phase there is, and between them every field an answer can have."""

from datetime import datetime
from typing import Any

from pools.endpoint import clock, hosting, judging
from pools.endpoint.models import EndpointProject, HostedPool
from pools.endpoint.scenario import FATE_PREFIX, Fate, Pace
from pools.wire.enums import Phase
from pools.wire.naming import pool_id

Document = dict[str, Any]

NETWORK = "network-21e1"


def host(project: EndpointProject) -> list[HostedPool]:
    """Host the sample pools in a stocked project; those that are there already stay as they are."""
    return [made for phase, document in SAMPLES.items() if (made := _host(project, phase, creation(project, document)))]


def _host(project: EndpointProject, phase: Phase, document: Document) -> HostedPool | None:
    # A failed creation does not hold its name, but one sample of it is enough.
    ident, now = pool_id(document["metadata"]["labels"]["os.modelarts/name"], project.project_id), clock.now(project)
    if HostedPool.objects.filter(project=project, ident=ident).standing(now).exists():
        return None
    pool = hosting.create(project, judging.admit(project, document), console=phase is Phase.WAITING)
    # At instant pace whatever happens has happened: each sample stands still at its fate.
    moved: dict[str, datetime | str] = {"pace": Pace.INSTANT}
    if phase is Phase.DELETING:
        moved["deleted_at"] = now
    HostedPool.objects.filter(pk=pool.pk).update(**moved)
    pool.refresh_from_db()
    return pool


def creation(project: EndpointProject, sample: Document) -> Document:
    """The creation that a sample asks for: its `name` and `spec`, and, where it has them, `fate` and `annotations`."""
    labels = {"os.modelarts/name": sample["name"], "os.modelarts/workspace.id": "0", "os.modelarts/sharing": "unshared"}
    if "fate" in sample:
        labels["os.modelarts/node.prefix"] = f"{FATE_PREFIX}{sample['fate']}"
    network = {"name": pool_id(NETWORK, project.project_id)}
    return {
        "kind": "Pool",
        "apiVersion": "v2",
        "metadata": {"labels": labels, "annotations": sample.get("annotations", {})},
        "spec": {"type": "Dedicate", "scope": ["Train"], "network": network, **sample["spec"]},
    }


def _cpu(count: int) -> Document:
    return {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": count}]}


def _racks(count: int) -> Document:
    step = {"step": 4, "type": "rack"}
    return {"resources": [{"flavor": "modelarts.bm.npu.arm.8snt9b", "count": count, "creatingStep": step}]}


_DISKS: Document = {
    "azs": [{"az": "cn-north-4a", "count": 1}, {"az": "cn-north-4c", "count": 1}],
    "tags": [{"key": "team", "value": "vision"}],
    "extendParams": {"dockerBaseSize": "100", "postInstall": "ZWNobyByZWFkeQo="},
    "rootVolume": {"volumeType": "SSD", "size": "200"},
    "dataVolumes": [
        {"volumeType": "SSD", "size": "500", "count": 1, "extendParams": {"volumeGroup": "vgpaas"}},
        {"volumeType": "SSD", "size": "1000", "count": 2, "extendParams": {"volumeGroup": "vguser1"}},
    ],
    "volumeGroupConfigs": [
        {"volumeGroup": "vgpaas", "dockerThinPool": 60, "types": ["volume"]},
        {"volumeGroup": "vguser1", "lvmConfig": {"lvType": "striped", "path": "/data/sets"}, "types": ["volume"]},
    ],
}

SAMPLES: dict[Phase, Document] = {
    Phase.RUNNING: {
        "name": "sample-running",
        "annotations": {
            "os.modelarts/description": "Vision team, shared training pool",
            "os.modelarts/scheduler.extension": "high",
        },
        "spec": {
            "scope": ["Train", "Infer", "Notebook"],
            "resources": [{"flavor": "modelarts.vm.gpu.v100.x1", "count": 2, **_DISKS}],
            "containerNetwork": {"cidr": "10.16.0.0/16"},
            "kubernetesSvcIpRange": "10.96.0.0/16",
            "masters": [{"az": "cn-north-4a"}],
            "clusterFlavor": "cce.s1.small",
            "driver": {"gpuVersion": "470.57.02", "updateStrategy": "idle"},
        },
    },
    Phase.CREATING: {"name": "sample-creating", "fate": Fate.STUCK, "spec": _racks(16)},
    Phase.WAITING: {"name": "sample-waiting", "spec": _cpu(2)},
    Phase.ABNORMAL: {
        "name": "sample-abnormal",
        "fate": Fate.ABNORMAL,
        "spec": {
            "scope": ["Train", "Infer"],
            **_racks(8),
            "driver": {"npuVersion": "24.1.0", "updateStrategy": "force"},
        },
    },
    Phase.ERROR: {"name": "sample-error", "fate": Fate.ERROR, "spec": _cpu(3)},
    Phase.CREATION_FAILED: {"name": "sample-creation-failed", "fate": Fate.CREATION_FAILED, "spec": _cpu(4)},
    Phase.SCALING_FAILED: {
        "name": "sample-scaling-failed",
        "fate": Fate.SCALING_FAILED,
        "annotations": {
            "os.modelarts/billing.mode": "1",
            "os.modelarts/period.type": "2",
            "os.modelarts/period.num": "1",
            "os.modelarts/auto.pay": "1",
        },
        "spec": {
            "resources": [
                {
                    "flavor": "modelarts.bm.npu.arm.8snt9c.supernode",
                    "count": 16,
                    "creatingStep": {"step": 8, "type": "hyperinstance"},
                }
            ],
        },
    },
    Phase.DELETING: {"name": "sample-deleting", "fate": Fate.UNDELETABLE, "spec": _racks(8)},
}
