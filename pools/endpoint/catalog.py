"""The sample catalog: what a first project may order. Invented, but with every case a wizard must handle.

Sold out in one zone and everywhere, both billing modes or one, both CPU architectures, racks and supernodes, bare
metal, local disks, narrow disk limits.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pools.endpoint.scenario import PLUGINS
from pools.wire.enums import CpuArch, JobType, PoolType, StepType, StockState, VolumeType

Document = dict[str, Any]

ZONES = ("cn-north-4a", "cn-north-4b", "cn-north-4c")
EVERY_JOB = (JobType.TRAIN, JobType.INFER, JobType.NOTEBOOK)
EVERY_DISK = (VolumeType.SSD, VolumeType.GPSSD, VolumeType.SAS)
STEP_NAMES = {StepType.RACK: "rack of {step} nodes", StepType.HYPERINSTANCE: "supernode of {step} nodes"}


@dataclass(frozen=True, kw_only=True)
class Disks:
    """What disks a flavor takes, sizes in GiB; answered in the annotation `volume.configs`."""

    types: Sequence[VolumeType] = EVERY_DISK
    root: tuple[int, int] = (100, 1024)
    data: tuple[int, int] = (100, 32768)
    most: int = 16
    docker_most: int = 500


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One flavor of the sample catalog; memory in GiB, the price in yuan a month for one node."""

    name: str
    arch: CpuArch = CpuArch.X86
    cpu: int
    memory: int
    gpu: tuple[str, int, int] | None = None
    npu: tuple[str, int, int] | None = None
    jobs: Sequence[JobType] = EVERY_JOB
    billing: Sequence[int] = (0, 1)
    sold_out: Iterable[str] = ()
    steps: Sequence[tuple[int, StepType]] = ()
    bare_metal: bool = False
    local_disk: str = ""
    disks: Disks = field(default_factory=Disks)
    monthly: int

    def document(self) -> Document:
        """The ResourceFlavor as answered."""
        return {
            "kind": "ResourceFlavor",
            "apiVersion": "v1",
            "metadata": {"name": self.name, "labels": self._labels(), "annotations": self._annotations()},
            "spec": self._spec(),
            "status": {"phase": {zone: self._stock(zone) for zone in ZONES}},
        }

    def _stock(self, zone: str) -> str:
        return (StockState.SOLD_OUT if zone in self.sold_out else StockState.NORMAL).value

    def _labels(self) -> Document:
        labels = {"os.modelarts/scope": ".".join(job.value for job in self.jobs)}
        if self.bare_metal:
            labels["os.modelarts.flavor/baremetal"] = "true"
        if self.local_disk:
            labels["os.modelarts.flavor/localdisk"] = "true"
        return labels

    def _annotations(self) -> Document:
        disks = self.disks
        types = [one.value for one in disks.types]
        limits = {
            "rootVolume": {"volumeTypes": types, "minSize": disks.root[0], "maxSize": disks.root[1]},
            "dataVolumes": {
                "volumeTypes": types,
                "minSize": disks.data[0],
                "maxSize": disks.data[1],
                "maxCount": disks.most,
            },
            "dockerBaseSize": {"min": 50, "max": disks.docker_most},
        }
        return {"os.modelarts.resourceflavor/volume.configs": json.dumps(limits, separators=(",", ":"))}

    def _spec(self) -> Document:
        spec: Document = {
            "type": PoolType.DEDICATE.value,
            "cpuArch": self.arch.value,
            "cpu": str(self.cpu),
            "memory": f"{self.memory}Gi",
        }
        for kind, card in (("gpu", self.gpu), ("npu", self.npu)):
            if card:
                spec[kind] = {"type": card[0], "size": str(card[1]), "memory": f"{card[2]}Gi"}
        spec |= {
            "dataVolumes": [{"volumeType": self.disks.types[0].value, "size": "500Gi"}],
            "rootVolume": {"volumeType": self.disks.types[0].value, "size": f"{max(150, self.disks.root[0])}Gi"},
            "billingModes": list(self.billing),
            "billingCode": self.name,
            "jobFlavors": [f"{self.name}.job"],
        }
        if self.steps:
            spec["creatingSteps"] = [
                {"step": step, "type": kind.value, "displayInfo": {"en_US": STEP_NAMES[kind].format(step=step)}}
                for step, kind in self.steps
            ]
        if self.local_disk:
            spec |= {"flavorBootType": "LocalDisk", "localDiskDetail": self.local_disk}
        elif self.bare_metal:
            spec["flavorBootType"] = "Volume"
        return spec


FLAVORS: tuple[Sample, ...] = (
    # The seed page's own example orders this one: on sale everywhere.
    Sample(name="modelarts.vm.cpu.8ud", cpu=8, memory=32, monthly=180),
    Sample(name="modelarts.vm.cpu.16u64g.d", cpu=16, memory=64, monthly=350, sold_out={ZONES[2]}),
    Sample(name="modelarts.vm.cpu.32u128g.d", cpu=32, memory=128, monthly=690, billing=(0,)),
    Sample(
        name="modelarts.vm.cpu.16u128g.nvme",
        cpu=16,
        memory=128,
        monthly=520,
        local_disk="2*1.8TB NVMe",
        disks=Disks(data=(100, 4096), most=4),
    ),
    Sample(name="modelarts.vm.cpu.16u64g.arm", arch=CpuArch.ARM64, cpu=16, memory=64, monthly=270),
    Sample(
        name="modelarts.vm.cpu.64u256g.arm",
        arch=CpuArch.ARM64,
        cpu=64,
        memory=256,
        monthly=1080,
        sold_out={ZONES[1]},
        billing=(0,),
    ),
    Sample(name="modelarts.vm.gpu.t4.x1", cpu=8, memory=32, gpu=("T4", 1, 16), monthly=640, billing=(0,)),
    Sample(name="modelarts.vm.gpu.v100.x1", cpu=8, memory=64, gpu=("V100", 1, 32), monthly=1450, sold_out={ZONES[1]}),
    Sample(
        name="modelarts.vm.gpu.v100.x8",
        cpu=64,
        memory=512,
        gpu=("V100", 8, 32),
        jobs=(JobType.TRAIN, JobType.INFER),
        monthly=11200,
        disks=Disks(types=(VolumeType.SSD, VolumeType.GPSSD), root=(150, 1024)),
    ),
    Sample(
        name="modelarts.bm.gpu.a800.x8",
        cpu=96,
        memory=1024,
        gpu=("A800", 8, 80),
        jobs=(JobType.TRAIN,),
        monthly=28400,
        billing=(1,),
        sold_out=set(ZONES),
        bare_metal=True,
        local_disk="4*3.84TB NVMe",
        disks=Disks(types=(VolumeType.SSD,), root=(150, 1024), data=(500, 2048), most=4, docker_most=200),
    ),
    Sample(
        name="modelarts.vm.npu.x86.snt3.x1",
        cpu=8,
        memory=32,
        npu=("snt3", 1, 8),
        jobs=(JobType.INFER,),
        monthly=410,
        sold_out={ZONES[0]},
    ),
    Sample(
        name="modelarts.vm.npu.arm.snt9b.x1",
        arch=CpuArch.ARM64,
        cpu=24,
        memory=192,
        npu=("snt9b", 1, 64),
        monthly=2300,
    ),
    Sample(
        name="modelarts.bm.npu.arm.8snt9b",
        arch=CpuArch.ARM64,
        cpu=192,
        memory=1536,
        npu=("snt9b", 8, 64),
        jobs=(JobType.TRAIN, JobType.INFER),
        monthly=18900,
        bare_metal=True,
        steps=((4, StepType.RACK), (8, StepType.RACK)),
        local_disk="3*3.2TB NVMe",
        disks=Disks(types=(VolumeType.SSD, VolumeType.GPSSD), root=(150, 1024), data=(500, 4096), most=8),
    ),
    Sample(
        name="modelarts.bm.npu.arm.8snt9c.supernode",
        arch=CpuArch.ARM64,
        cpu=192,
        memory=2048,
        npu=("snt9c", 8, 128),
        jobs=(JobType.TRAIN,),
        monthly=31500,
        billing=(1,),
        bare_metal=True,
        steps=((8, StepType.HYPERINSTANCE), (16, StepType.HYPERINSTANCE), (48, StepType.HYPERINSTANCE)),
        disks=Disks(types=(VolumeType.SSD,), root=(150, 1024), data=(500, 4096), most=4),
    ),
)


@dataclass(frozen=True, kw_only=True)
class SampleNetwork:
    """One network; `workspace` empty means the default one."""

    name: str
    cidr: str
    description: str = ""
    in_second_workspace: bool = False
    still_creating: bool = False


NETWORKS: tuple[SampleNetwork, ...] = (
    # The seed page's own example stands in this one.
    SampleNetwork(name="network-21e1", cidr="192.168.20.0/24"),
    SampleNetwork(name="network-training", cidr="192.168.128.0/20", description="shared by all training pools"),
    SampleNetwork(name="network-research", cidr="192.168.144.0/20", in_second_workspace=True),
    SampleNetwork(name="network-forming", cidr="192.168.160.0/20", still_creating=True),
)

SECOND_WORKSPACE = "research"

USER_CONFIG: Document = {
    "networkCidrs": ["192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8"],
    "networkSubnetTypes": ["auto"],
    "poolHighAvailable": True,
    # As a table of the reference spells it.
    "pooHighAvailable": True,
    "maxPoolFlavors": 10,
    "clusterFlavorSpecs": ["cce.s1.small", "cce.s2.small", "cce.s2.medium", "cce.s2.large"],
    "licenseScopeType": "multi",
    "nodeOSVersionSupport": [
        {"name": "EulerOS 2.10", "endOfService": False},
        {"name": "EulerOS 2.8", "endOfService": True},
    ],
    "volumeTypes": [one.value for one in EVERY_DISK],
    "poolScopePlugins": [
        {
            "scope": job.value,
            "plugins": [{"name": name} for name in PLUGINS[job]],
            "externalDependency": job is not JobType.TRAIN,
            "reservedNetworkCidr": ["192.168.0.0/20", "172.16.0.0/16"] if job is JobType.INFER else [],
            "supportRetry": job is not JobType.TRAIN,
        }
        for job in EVERY_JOB
    ],
}
