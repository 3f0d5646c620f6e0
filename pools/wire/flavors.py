"""Resource flavors: what nodes can be made of, and in which zones they are on sale."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, Field

from pools.wire.enums import CpuArch, PoolType, StepType, StockState
from pools.wire.networks import NetworkListMetadata
from pools.wire.shape import Heard, Shape, Whole


class ResourceFlavorLabels(Shape):
    """`scope` joins the job types by full stops: "Train.Infer"."""

    scope: str | None = Field(default=None, alias="os.modelarts/scope")
    baremetal: str | None = Field(default=None, alias="os.modelarts.flavor/baremetal")
    local_disk: str | None = Field(default=None, alias="os.modelarts.flavor/localdisk")


class ResourceFlavorAnnotations(Shape):
    """`volume_configs` is a JSON text: the limits of disks, read by `limits.FlavorFacts`."""

    volume_configs: str | None = Field(default=None, alias="os.modelarts.resourceflavor/volume.configs")


class ResourceFlavorMetadata(Shape):
    name: str | None = None
    creation_timestamp: str | None = Field(default=None, alias="creationTimestamp")
    labels: ResourceFlavorLabels | None = None
    annotations: ResourceFlavorAnnotations | None = None


class Accelerator(Shape):
    """The GPUs or NPUs of one node; numbers are strings here."""

    type: str | None = None
    size: str | None = None
    memory: str | None = None


class FlavorVolume(Shape):
    """A disk the flavor brings. Besides the three types of a request, SATA is heard."""

    volume_type: str | None = Field(default=None, alias="volumeType")
    size: str | None = None


class FlavorStep(Shape):
    step: Whole | None = None
    type: Annotated[StepType | str, Heard] | None = None


class ResourceFlavorSpec(Shape):
    type: Annotated[PoolType | str, Heard] | None = None
    cpu_arch: Annotated[CpuArch | str, Heard] | None = Field(default=None, alias="cpuArch")
    cpu: str | None = None
    memory: str | None = None
    gpu: Accelerator | None = None
    npu: Accelerator | None = None
    data_volumes: list[FlavorVolume] | None = Field(
        default=None, alias="dataVolumes", validation_alias=AliasChoices("dataVolumes", "dataVolume")
    )
    root_volume: FlavorVolume | None = Field(default=None, alias="rootVolume")
    billing_modes: list[Whole] | None = Field(default=None, alias="billingModes")
    billing_code: str | None = Field(default=None, alias="billingCode")
    job_flavors: list[str] | None = Field(default=None, alias="jobFlavors")
    creating_steps: list[FlavorStep] | None = Field(default=None, alias="creatingSteps")


class ResourceFlavorStatus(Shape):
    """`phase` is a map from zone to stock, not a word."""

    phase: dict[str, Annotated[StockState | str, Heard]] | None = None


class ResourceFlavor(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion")
    kind: str | None = None
    metadata: ResourceFlavorMetadata | None = None
    spec: ResourceFlavorSpec | None = None
    status: ResourceFlavorStatus | None = None


class ResourceFlavorList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion")
    kind: str | None = None
    metadata: NetworkListMetadata | None = None
    items: list[ResourceFlavor] | None = None
