"""Rules about disks, disk groups, container space and the start-up script."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from typing import Final

from pools.wire.breaches import Breach
from pools.wire.enums import LvType, StorageType
from pools.wire.limits.case import ROOT, At, Case, breach, house_rule
from pools.wire.limits.catalog import DiskLimits
from pools.wire.limits.nodes import RESOURCES
from pools.wire.shared import DataVolumeItem, RootVolume
from pools.wire.sizes import BARE, WITH_UNIT, gib

CONTAINER_GROUP: Final = "vgpaas"
LEAST_CONTAINER_SPACE: Final = 50
MOST_CONTAINER_SPACE: Final = 500
# Directories of the node itself: a disk mounted there, or for the first kind anywhere below, would hide what it needs.
SYSTEM_TREES: Final = frozenset(
    {"bin", "boot", "dev", "etc", "lib", "lib64", "proc", "run", "sbin", "sys", "usr", "var"}
)
SYSTEM_DIRECTORIES: Final = frozenset({"home", "opt", "root", "srv", "tmp"})

NAMED_GROUPS: Final = (
    CONTAINER_GROUP,
    "default",
    "vg-everest-localvolume-persistent",
    "vg-everest-localvolume-ephemeral",
)

_OWN_GROUP: Final = re.compile(r"vguser[0-9]+")
_GROUPS: Final = ", ".join((*NAMED_GROUPS, "vguser1 …"))
_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._-]+)+/?")
_CONTAINER_SPACE: Final = re.compile(r"0|[1-9][0-9]{0,8}")


def configured(case: Case) -> Iterator[Breach]:
    """R11. Disks of a group need the group's configuration; a configuration needs a group that has disks."""
    for index, (resource, used) in enumerate(zip(case.spec.resources, case.disks, strict=True)):
        configs = resource.volume_group_configs or ()
        named = {config.volume_group for config in configs}
        if not used or used.keys() == named:
            continue
        path = f"{RESOURCES}[{index}].volumeGroupConfigs"
        if not configs:
            yield breach("R11", path, "required")
            continue
        for group in used:
            if group not in named:
                yield breach("R11", path, "uncovered", group=group)
        for position, config in enumerate(configs):
            if config.volume_group not in used and StorageType.LOCAL not in (config.types or ()):
                yield breach("R11", f"{path}[{position}].volumeGroup", "unused", group=config.volume_group)


def container_share(case: Case) -> Iterator[Breach]:
    """R12."""
    for at, _, config in case.groups:
        share = config.docker_thin_pool
        if share is None:
            continue
        if config.volume_group != CONTAINER_GROUP:
            yield breach("R12", f"{_config_path(at)}.dockerThinPool", "group", group=config.volume_group)
        elif not 1 <= share <= 100:  # noqa: PLR2004 - percent
            yield breach("R12", f"{_config_path(at)}.dockerThinPool", "range", minimum=1, maximum=100)


def mount_paths(case: Case) -> Iterator[Breach]:
    """R13."""
    fine: set[str] = set()
    for at, _, config in case.groups:
        mounted = config.lvm_config.path if config.lvm_config else None
        if not mounted or mounted in fine:
            continue
        if _PATH.fullmatch(mounted):
            fine.add(mounted)
        else:
            yield breach("R13", f"{_config_path(at)}.lvmConfig.path", "pattern", mount=mounted)


def stripes(case: Case) -> Iterator[Breach]:
    """R14. Local disks are not counted in the order, so a group that has them is taken at its word."""
    for at, _, config in case.groups:
        if config.lvm_config is None or config.lvm_config.lv_type is not LvType.STRIPED:
            continue
        if config.types and StorageType.LOCAL in config.types:
            continue
        group = config.volume_group
        disks = case.disks[at[0]].get(group, 0)
        if disks < 2:  # noqa: PLR2004 - a stripe needs two
            yield breach("R14", f"{_config_path(at)}.lvmConfig.lvType", "disks", group=group, disks=disks)


def _config_path(at: At) -> str:
    return f"{RESOURCES}[{at[0]}].volumeGroupConfigs[{at[1]}]"


def _volume_path(at: At) -> str:
    return f"{RESOURCES}[{at[0]}].{'rootVolume' if at[1] == ROOT else f'dataVolumes[{at[1]}]'}"


def volumes(case: Case) -> Iterator[Breach]:
    """T1 and T2, Tables 13 to 15."""
    written = WITH_UNIT if case.is_wide else BARE
    # What was found fine once need not be looked at again: the disks of an order are much alike.
    sizes: set[str] = set()
    groups = set(NAMED_GROUPS)
    for at, _, volume in case.volumes:
        if volume.size not in sizes:
            if written.fullmatch(volume.size):
                sizes.add(volume.size)
            else:
                yield breach("T1", f"{_volume_path(at)}.size", "size", size=volume.size)
        if isinstance(volume, RootVolume):
            continue
        if volume.count is not None and volume.count < 1:
            yield breach("T1", f"{_volume_path(at)}.count", "count", minimum=1)
        group = volume.extend_params.volume_group
        if group in groups:
            continue
        if _OWN_GROUP.fullmatch(group):
            groups.add(group)
        else:
            path = f"{_volume_path(at)}.extendParams.volumeGroup"
            yield breach("T2", path, "group", group=group, options=_GROUPS)


def scripts(case: Case) -> Iterator[Breach]:
    """T3, Table 11."""
    for index, resource in enumerate(case.spec.resources):
        script = resource.extend_params.post_install if resource.extend_params else None
        if script and not is_base64(script):
            yield breach("T3", f"{RESOURCES}[{index}].extendParams.postInstall", "base64")


def is_base64(text: str) -> bool:
    """Whether the text is Base64, line breaks allowed."""
    try:
        b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def container_space(case: Case) -> Iterator[Breach]:
    """H7."""
    for index, resource in enumerate(case.spec.resources):
        size = resource.extend_params.docker_base_size if resource.extend_params else None
        if not size or size == "0":
            continue
        known = case.facts(resource)
        most = (known.docker_max_gib if known else None) or MOST_CONTAINER_SPACE
        if not _CONTAINER_SPACE.fullmatch(size) or not LEAST_CONTAINER_SPACE <= int(size) <= most:
            path = f"{RESOURCES}[{index}].extendParams.dockerBaseSize"
            yield house_rule("H7", path, "range", minimum=LEAST_CONTAINER_SPACE, maximum=most)


def one_container_disk(case: Case) -> Iterator[Breach]:
    """H8. The container disk is one: of one type and size, configured once."""
    for index, resource in enumerate(case.spec.resources):
        volumes = [v for v in resource.data_volumes or () if v.extend_params.volume_group == CONTAINER_GROUP]
        if len({(volume.volume_type, volume.size) for volume in volumes}) > 1:
            yield house_rule("H8", f"{RESOURCES}[{index}].dataVolumes", "different", group=CONTAINER_GROUP)
        for group, times in Counter(config.volume_group for config in resource.volume_group_configs or ()).items():
            if times > 1:
                yield house_rule("H8", f"{RESOURCES}[{index}].volumeGroupConfigs", "repeated", group=group)


def mounts(case: Case) -> Iterator[Breach]:
    """H9."""
    seen: set[tuple[int, str]] = set()
    for at, resource, config in case.groups:
        mounted = (config.lvm_config.path if config.lvm_config else None) or ""
        where, own = f"{_config_path(at)}.lvmConfig.path", config.volume_group.startswith("vguser")
        key = (id(resource), mounted.rstrip("/"))
        if own and not mounted:
            yield house_rule("H9", where, "required", group=config.volume_group)
        elif mounted and _is_of_the_system(mounted):
            yield house_rule("H9", where, "system", mount=mounted)
        elif mounted and key in seen:
            yield house_rule("H9", where, "repeated", mount=mounted)
        seen.add(key)


def _is_of_the_system(mounted: str) -> bool:
    parts = [part for part in mounted.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or parts[0] in SYSTEM_TREES:
        return True
    return len(parts) == 1 and parts[0] in SYSTEM_DIRECTORIES


def disk_limits(case: Case) -> Iterator[Breach]:
    """H10. What the flavor takes; a flavor that says nothing takes anything."""
    for at, resource, volume in case.volumes:
        known = case.facts(resource)
        if known is None:
            continue
        is_data = isinstance(volume, DataVolumeItem)
        limits: DiskLimits = known.data if is_data else known.root
        size = gib(volume.size)
        if limits.types and volume.volume_type not in limits.types:
            options = ", ".join(sorted(limits.types))
            yield house_rule("H10", f"{_volume_path(at)}.volumeType", "type", flavor=known.name, options=options)
        if size is not None and not limits.allow(size):
            least, most = limits.gib or (None, None)
            yield house_rule("H10", f"{_volume_path(at)}.size", "size", flavor=known.name, minimum=least, maximum=most)
    for index, resource in enumerate(case.spec.resources):
        known = case.facts(resource)
        most = known.data.most if known else None
        disks = sum(1 if volume.count is None else volume.count for volume in resource.data_volumes or ())
        if known and most is not None and disks > most:
            yield house_rule("H10", f"{RESOURCES}[{index}].dataVolumes", "number", flavor=known.name, maximum=most)


def local_disks(case: Case) -> Iterator[Breach]:
    """H11."""
    for at, resource, config in case.groups:
        known = case.facts(resource)
        if known and known.has_local_disk is False and StorageType.LOCAL in (config.types or ()):
            yield house_rule("H11", f"{_config_path(at)}.types", "local", flavor=known.name)
