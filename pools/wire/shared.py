"""The shapes that are sent and heard alike. `docs/facts.md` has the rules that bind their values."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from pools.wire.enums import LvType, StepType, StorageType, UpdateStrategy, VolumeType
from pools.wire.shape import Shape, Whole
from pools.wire.words import words


class PoolNodeAz(Shape):
    """Tables 9 and 42."""

    az: str = Field(description=words("Availability zone."))
    count: Whole = Field(description=words("Nodes wanted in this zone."), json_schema_extra={"minimum": 1})


class UserTag(Shape):
    """Tables 10 and 28."""

    key: str = Field(
        description=words("Tag key; not beginning with CCE- or __type_baremetal."),
        json_schema_extra={"pattern": r"^(?!CCE-|__type_baremetal)"},
    )
    value: str = Field(description=words("Tag value."))


class PoolResourceExtendParams(Shape):
    """Tables 11 and 29."""

    docker_base_size: str | None = Field(
        default=None,
        alias="dockerBaseSize",
        description=words("Container engine space of a node in GiB, at least 50; 0 means unlimited."),
        json_schema_extra={"pattern": r"^(0|[1-9][0-9]*)$"},
    )
    post_install: str | None = Field(
        default=None,
        alias="postInstall",
        validation_alias=AliasChoices("postInstall", "post_install"),
        description=words("Script run after a node is installed, in Base64."),
        json_schema_extra={"contentEncoding": "base64"},
    )


class CreatingStep(Shape):
    """Tables 12 and 43."""

    step: Whole | None = Field(
        default=None, description=words("Nodes delivered in one step."), json_schema_extra={"minimum": 1}
    )
    type: StepType | None = Field(default=None, description=words("What one step delivers."))


class RootVolume(Shape):
    """Tables 13 and 30."""

    volume_type: VolumeType = Field(alias="volumeType", description=words("Type of the system disk."))
    size: str = Field(description=words("Size in GiB."), json_schema_extra={"pattern": r"^[1-9][0-9]*$"})


class VolumeExtendParams(Shape):
    """Tables 15 and 32."""

    volume_group: str = Field(
        alias="volumeGroup",
        description=words("What the disk is for: containers (vgpaas), data, or local volumes."),
        json_schema_extra={
            "pattern": r"^(vgpaas|default|vguser[0-9]+|vg-everest-localvolume-(persistent|ephemeral))$",
        },
    )


class DataVolumeItem(Shape):
    """Tables 14 and 31."""

    volume_type: VolumeType = Field(alias="volumeType", description=words("Type of the data disk."))
    size: str = Field(description=words("Size in GiB."), json_schema_extra={"pattern": r"^[1-9][0-9]*$"})
    count: Whole | None = Field(
        default=None, description=words("How many such disks; one if left out."), json_schema_extra={"minimum": 1}
    )
    extend_params: VolumeExtendParams = Field(alias="extendParams", description=words("What the disk is for."))


class LvmConfig(Shape):
    """Tables 17 and 34."""

    lv_type: LvType = Field(alias="lvType", description=words("How data is written to the disks of the group."))
    path: str | None = Field(
        default=None,
        description=words("Absolute path the group is mounted at; only for groups of your own (vguser1, vguser2 …)."),
        json_schema_extra={"pattern": r"^(/[A-Za-z0-9._-]+)+/?$"},
    )


class VolumeGroupConfig(Shape):
    """Tables 16 and 33."""

    volume_group: str = Field(alias="volumeGroup", description=words("The disk group this is about."))
    docker_thin_pool: Whole | None = Field(
        default=None,
        alias="dockerThinPool",
        description=words("Percent of the container disk given to containers."),
        json_schema_extra={"minimum": 1, "maximum": 100},
    )
    lvm_config: LvmConfig | None = Field(
        default=None, alias="lvmConfig", description=words("How the group's disks are joined and mounted.")
    )
    types: list[StorageType] | None = Field(default=None, description=words("Cloud disks, local disks, or both."))


class PoolResource(Shape):
    """Tables 8 and 27."""

    flavor: str = Field(description=words("What one node is made of."))
    count: Whole = Field(description=words("Number of nodes."), json_schema_extra={"minimum": 1})
    max_count: Whole | None = Field(
        default=None, alias="maxCount", description=words("Elastic number of nodes; the same as the number of nodes.")
    )
    azs: list[PoolNodeAz] | None = Field(
        default=None, description=words("Nodes per availability zone; left out, the cloud chooses.")
    )
    tags: list[UserTag] | None = Field(default=None, description=words("Tags of the resources."))
    extend_params: PoolResourceExtendParams | None = Field(
        default=None, alias="extendParams", description=words("Container space and start-up script.")
    )
    creating_step: CreatingStep | None = Field(
        default=None, alias="creatingStep", description=words("Nodes that are created together.")
    )
    root_volume: RootVolume | None = Field(default=None, alias="rootVolume", description=words("System disk."))
    data_volumes: list[DataVolumeItem] | None = Field(
        default=None, alias="dataVolumes", description=words("Additional disks of every node.")
    )
    volume_group_configs: list[VolumeGroupConfig] | None = Field(
        default=None,
        alias="volumeGroupConfigs",
        description=words("Settings of each disk group; needed once there are data disks."),
    )


class PoolNetwork(Shape):
    """Tables 18 and 35."""

    name: str | None = Field(
        default=None, description=words("Identifier of the network (its metadata.name), not its display name.")
    )


class PoolClusterMaster(Shape):
    """Tables 20 and 37."""

    az: str | None = Field(default=None, description=words("Zone of a control-plane node."))


class PoolDriver(Shape):
    """Tables 21 and 38."""

    gpu_version: str | None = Field(
        default=None, alias="gpuVersion", description=words("GPU driver version; only with a GPU flavor.")
    )
    npu_version: str | None = Field(
        default=None, alias="npuVersion", description=words("NPU driver version; only with an NPU flavor.")
    )
    update_strategy: UpdateStrategy | None = Field(
        default=None, alias="updateStrategy", description=words("When later driver upgrades may happen.")
    )
