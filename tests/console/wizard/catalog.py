"""A small catalog with one flavor for every case the wizard must tell apart, as the service would answer it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from pools.models import CatalogPart, Project

CPU, GPU, NPU, GONE, ARM = "flavor.cpu.x86", "flavor.gpu.8", "flavor.npu.rack", "flavor.gone", "flavor.cpu.arm"
NETWORK, YOUNG_NETWORK = "net-blue-p1", "net-young-p1"
LIMITS = {
    "rootVolume": {"volumeTypes": ["SSD", "SAS"], "minSize": 100, "maxSize": 500},
    "dataVolumes": {"volumeTypes": ["SSD"], "minSize": 100, "maxSize": 1024, "maxCount": 4},
    "dockerBaseSize": {"min": 50, "max": 300},
}


def flavor(name: str, *, arch: str = "x86", stock: str = "normal normal soldout", **spec: Any) -> dict[str, Any]:
    zones = dict(zip(("az1", "az2", "az3"), stock.split(), strict=True))
    scope, steps = spec.pop("jobs", "Train.Infer.Notebook"), spec.pop("creatingSteps", [])
    return {
        "kind": "ResourceFlavor",
        "metadata": {
            "name": name,
            "labels": {"os.modelarts/scope": scope},
            "annotations": {"os.modelarts.resourceflavor/volume.configs": json.dumps(LIMITS)},
        },
        "spec": {
            "type": "Dedicate",
            "cpuArch": arch,
            "cpu": "8",
            "memory": "32Gi",
            "billingModes": [0, 1],
            "creatingSteps": steps,
            **spec,
        },
        "status": {"phase": zones},
    }


def network(name: str, phase: str, cidr: str) -> dict[str, Any]:
    labels = {"os.modelarts/name": name.removesuffix("-p1"), "os.modelarts/workspace.id": "0"}
    return {"metadata": {"name": name, "labels": labels}, "spec": {"cidr": cidr}, "status": {"phase": phase}}


PLUGINS = [{"scope": "Train", "reservedNetworkCidr": ["10.200.0.0/16"]}]
DOCUMENTS: dict[str, Any] = {
    "flavors": {
        "items": [
            flavor(CPU),
            flavor(GPU, gpu={"type": "V100", "size": "8", "memory": "32Gi"}, billingModes=[0]),
            flavor(NPU, npu={"type": "Ascend", "size": "8"}, jobs="Train", creatingSteps=[{"step": 8, "type": "rack"}]),
            flavor(GONE, stock="soldout soldout soldout"),
            flavor(ARM, arch="arm64"),
        ]
    },
    "networks": {
        "items": [network(NETWORK, "Active", "192.168.0.0/17"), network(YOUNG_NETWORK, "Creating", "192.168.128.0/17")]
    },
    "drivers": {
        "gpu": {"spec": {"versions": {"470.57": {}, "535.129": {}}}},
        "npu": {"spec": {"versions": {"24.1": {}}}},
    },
    "quotas": {"quotas": {"resources": [{"type": "pool", "quota": "15", "used": "3"}]}},
    "config": {
        "maxPoolFlavors": 10,
        "clusterFlavorSpecs": ["cce.s1.small", {"name": "cce.s0", "maxNodes": 1}],
        "poolScopePlugins": PLUGINS,
    },
    "workspaces": {"workspaces": [{"id": "0", "name": "default", "status": "NORMAL"}]},
}


def mirror(project: Project, **instead: Any) -> None:
    """Let `project` have read its catalog five minutes ago; `instead` replaces parts of it."""
    read_at = timezone.now() - timedelta(minutes=5)
    CatalogPart.objects.bulk_create(
        [
            CatalogPart(project=project, kind=kind, document=document, read_at=read_at)
            for kind, document in {**DOCUMENTS, **instead}.items()
        ],
        update_conflicts=True,
        unique_fields=["project", "kind"],
        update_fields=["document", "read_at"],
    )


def order(*, name: str = "pool-blue", **spec: Any) -> dict[str, Any]:
    """An order that this catalog can fill; `spec` is laid over its spec."""
    return {
        "apiVersion": "v2",
        "kind": "Pool",
        "metadata": {"labels": {"os.modelarts/name": name}},
        "spec": {
            "type": "Dedicate",
            "scope": ["Train"],
            "network": {"name": NETWORK},
            "resources": [{"flavor": CPU, "count": 2}],
            **spec,
        },
    }
