"""What two documents of a pool may differ in, and one such difference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any


class Aspect(StrEnum):
    """What a difference is about, in the order in which people read it."""

    NODES = auto()
    PLACEMENT = auto()
    MOST_NODES = auto()
    STEP = auto()
    STEP_TYPE = auto()
    SYSTEM_DISK_SIZE = auto()
    SYSTEM_DISK_TYPE = auto()
    CONTAINER_SPACE = auto()
    DATA_DISKS = auto()
    CONTAINER_SHARE = auto()
    WRITING = auto()
    MOUNT_PATH = auto()
    STORAGE = auto()
    SCRIPT = auto()
    TAG = auto()
    JOB_TYPE = auto()
    GPU_DRIVER = auto()
    NPU_DRIVER = auto()
    UPGRADES = auto()
    NETWORK = auto()
    CONTAINER_RANGE = auto()
    SERVICE_RANGE = auto()
    IPV6 = auto()
    CLUSTER_SIZE = auto()
    MASTERS = auto()
    PARENT = auto()
    POOL_TYPE = auto()
    NAME = auto()
    WORKSPACE = auto()
    SHARING = auto()
    PRIORITY = auto()
    NODE_PREFIX = auto()
    DESCRIPTION = auto()
    BILLING_MODE = auto()
    PERIOD_TYPE = auto()
    PERIOD_NUMBER = auto()
    AUTO_PAY = auto()
    AUTO_RENEW = auto()
    BILLING_ORDER = auto()
    OTHER = auto()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that differs. None in `was` or `became`: it is not there.

    `flavor` and `batch` (the node pool, where a flavor has several) say whose nodes it is about; both are empty for the
    pool itself. `place` is the one among several: a zone ("" where the cloud chooses), a disk group, a tag's key, a job
    type, or for OTHER the key as it is written. `path` is the JSON path, in the later document if it is there.

    Values, where the document has the shape of the tables: a number for NODES, MOST_NODES, STEP, CONTAINER_SHARE and
    MASTERS; zones with their nodes for PLACEMENT, none where the cloud chooses; GiB, or the text if it is no size, for
    SYSTEM_DISK_SIZE; (number, size, type) of each kind of disk for DATA_DISKS; words for STORAGE; True for what a list
    holds; true or false for switches; any JSON for OTHER; else text as it was sent.
    """

    aspect: Aspect
    path: str
    flavor: str = ""
    batch: str = ""
    place: str = ""
    was: Any = None
    became: Any = None
