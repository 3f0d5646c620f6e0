"""Resource flavors: what nodes can be made of, and in which zones they are on sale."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from pools.wire.enums import CpuArch, PoolType, StepType, StockState
from pools.wire.networks import NetworkListMetadata
from pools.wire.shape import Heard, Shape, Whole
from pools.wire.words import words


class ResourceFlavorLabels(Shape):
    """`scope` joins the job types by full stops: "Train.Infer"."""

    scope: str | None = Field(
        default=None, alias="os.modelarts/scope", description=words("Job types it is for, joined by full stops.")
    )
    baremetal: str | None = Field(
        default=None, alias="os.modelarts.flavor/baremetal", description=words("true: a machine of its own.")
    )
    local_disk: str | None = Field(
        default=None, alias="os.modelarts.flavor/localdisk", description=words("true: it has disks of its own.")
    )


class ResourceFlavorAnnotations(Shape):
    """`volume_configs` is a JSON text: the limits of disks, read by `limits.FlavorFacts`."""

    volume_configs: str | None = Field(
        default=None,
        alias="os.modelarts.resourceflavor/volume.configs",
        description=words("JSON text: what disks it takes."),
    )


class ResourceFlavorMetadata(Shape):
    name: str | None = Field(default=None, description=words("Name of the flavor."))
    creation_timestamp: str | None = Field(
        default=None, alias="creationTimestamp", description=words("Since when there is it, in UTC.")
    )
    labels: ResourceFlavorLabels | None = Field(default=None, description=words("What it is for."))
    annotations: ResourceFlavorAnnotations | None = Field(default=None, description=words("What disks it takes."))


class Accelerator(Shape):
    """The GPUs or NPUs of one node; numbers are strings here."""

    type: str | None = Field(default=None, description=words("Model."))
    size: str | None = Field(default=None, description=words("How many."))
    memory: str | None = Field(default=None, description=words("Memory of each."))


class FlavorVolume(Shape):
    """A disk the flavor brings. Besides the three types of a request, SATA is heard."""

    volume_type: str | None = Field(default=None, alias="volumeType", description=words("Type of the disk."))
    size: str | None = Field(default=None, description=words("Size with its unit."))


class FlavorStep(Shape):
    step: Whole | None = Field(default=None, description=words("Nodes delivered in one step."))
    type: Annotated[StepType | str, Heard] | None = Field(default=None, description=words("What one step delivers."))
    display_info: dict[str, str] | None = Field(
        default=None, alias="displayInfo", description=words("What to call it, by language.")
    )


class ResourceFlavorSpec(Shape):
    type: Annotated[PoolType | str, Heard] | None = Field(default=None, description=words("Kind of pool it is for."))
    cpu_arch: Annotated[CpuArch | str, Heard] | None = Field(
        default=None, alias="cpuArch", description=words("Architecture of its processors.")
    )
    cpu: str | None = Field(default=None, description=words("Processors of a node."))
    memory: str | None = Field(default=None, description=words("Memory of a node."))
    gpu: Accelerator | None = Field(default=None, description=words("Its GPUs."))
    npu: Accelerator | None = Field(default=None, description=words("Its NPUs."))
    data_volumes: list[FlavorVolume] | None = Field(
        default=None,
        alias="dataVolumes",
        validation_alias=AliasChoices("dataVolumes", "dataVolume"),
        description=words("Disks it brings."),
    )
    root_volume: FlavorVolume | None = Field(default=None, alias="rootVolume", description=words("Its system disk."))
    billing_modes: list[Whole] | None = Field(
        default=None, alias="billingModes", description=words("0 is pay-per-use, 1 paid in advance.")
    )
    billing_code: str | None = Field(
        default=None, alias="billingCode", description=words("The flavor as billing knows it.")
    )
    job_flavors: list[str] | None = Field(
        default=None, alias="jobFlavors", description=words("Job flavors its nodes offer.")
    )
    creating_steps: list[FlavorStep] | None = Field(
        default=None, alias="creatingSteps", description=words("Nodes that are created together.")
    )
    boot_type: str | None = Field(
        default=None, alias="flavorBootType", description=words("LocalDisk or Volume, for machines of their own.")
    )
    local_disk_detail: str | None = Field(default=None, alias="localDiskDetail", description=words("Its local disks."))


class ResourceFlavorStatus(Shape):
    """`phase` is a map from zone to stock, not a word."""

    phase: dict[str, Annotated[StockState | str, Heard]] | None = Field(
        default=None, description=words("By zone: whether it is on sale there.")
    )


class ResourceFlavor(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: ResourceFlavorMetadata | None = Field(default=None, description=words("Name, labels and annotations."))
    spec: ResourceFlavorSpec | None = Field(default=None, description=words("What a node is made of."))
    status: ResourceFlavorStatus | None = Field(default=None, description=words("Where it is on sale."))


class ResourceFlavorList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: NetworkListMetadata | None = Field(default=None, description=words("Whether there are more."))
    items: list[ResourceFlavor] | None = Field(default=None, description=words("The flavors of this page."))
