"""Options lists of the API's tables, one enumeration each.

Every member has a `meaning`: one line for people, marked for translation. Answers may carry words that stand in no
list; they are kept verbatim, never mapped to a member.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum
from typing import Self

from pools.wire.words import words


class Option(StrEnum):
    """A word of the wire with its meaning for people."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


class Phase(Option):
    """Table 39, `status.phase`. A pool just accepted has none."""

    CREATING = "Creating", words("The cloud is building the pool.")
    RUNNING = "Running", words("The pool works.")
    ABNORMAL = "Abnormal", words("The pool has trouble.")
    DELETING = "Deleting", words("The pool is being removed.")
    ERROR = "Error", words("The pool broke.")
    CREATION_FAILED = "CreationFailed", words("The pool could not be built.")
    SCALING_FAILED = "ScalingFailed", words("The pool could not grow.")
    WAITING = "Waiting", words("Its order is unpaid or not yet approved.")


class JobType(Option):
    """Tables 7, 26 and 44: the kinds of jobs a pool can run."""

    TRAIN = "Train", words("Training jobs")
    INFER = "Infer", words("Inference services")
    NOTEBOOK = "Notebook", words("Notebooks")


class PoolType(Option):
    """Tables 7 and 26, `spec.type`. There is no trailing d."""

    DEDICATE = "Dedicate", words("Physical pool with a network, drivers and job types of its own")


class Sharing(Option):
    """Tables 5 and 24."""

    UNSHARED = "unshared", words("Only its owner uses it")
    SHARED = "shared", words("Other users may send jobs to it")


class VolumeType(Option):
    """Tables 13, 14, 30 and 31."""

    SSD = "SSD", words("Ultra-high I/O")
    GPSSD = "GPSSD", words("General-purpose SSD")
    SAS = "SAS", words("High I/O")


class StorageType(Option):
    """Tables 16 and 33, `volumeGroupConfigs[].types`."""

    VOLUME = "volume", words("Cloud disk")
    LOCAL = "local", words("Local disk of the node")


class LvType(Option):
    """Tables 17 and 34."""

    LINEAR = "linear", words("One disk after the other")
    STRIPED = "striped", words("Spread over several disks for speed")


class UpdateStrategy(Option):
    """Tables 21 and 38."""

    FORCE = "force", words("Upgrade at once, even under running jobs")
    IDLE = "idle", words("Upgrade each node when no job runs on it")


class StepType(Option):
    """Tables 12 and 43: what one creation step delivers."""

    RACK = "rack", words("A whole rack")
    HYPERINSTANCE = "hyperinstance", words("A supernode")


class ContainerNetworkMode(Option):
    """Table 36."""

    OVERLAY_L2 = "overlay_l2", words("Tunnel network")
    VPC_ROUTER = "vpc-router", words("Routes in the VPC")
    ENI = "eni", words("Interfaces of the VPC itself")


class ScopeState(Option):
    """Table 44, `status.scope[].state`."""

    ENABLING = "Enabling", words("Being switched on")
    ENABLED = "Enabled", words("Ready")
    ENABLE_FAILED = "EnableFailed", words("Could not be switched on")
    DISABLING = "Disabling", words("Being switched off")
    DISABLED = "Disabled", words("Off")


class PluginPhase(Option):
    """Table 45."""

    PENDING = "Pending", words("Waiting to start")
    RUNNING = "Running", words("Works")
    UPDATING = "Updating", words("Being updated")
    ABNORMAL = "Abnormal", words("Has trouble")
    DELETING = "Deleting", words("Being removed")


class DriverState(Option):
    """Table 47."""

    CREATING = "Creating", words("Being installed")
    UPGRADING = "Upgrading", words("Being upgraded")
    RUNNING = "Running", words("Works")
    ABNORMAL = "Abnormal", words("Has trouble")


class BillingMode(Option):
    """Values of the annotation `os.modelarts/billing.mode`; absent means pay-per-use."""

    PAY_PER_USE = "0", words("Pay-per-use")
    PREPAID = "1", words("Monthly or yearly, paid in advance")


class PeriodType(Option):
    """Values of the annotation `os.modelarts/period.type`."""

    MONTH = "2", words("Months")
    YEAR = "3", words("Years")


class NetworkPhase(Option):
    """Phases of a network; a new one may have the empty word."""

    CREATING = "Creating", words("Being made")
    ACTIVE = "Active", words("Ready to use")
    ABNORMAL = "Abnormal", words("Has trouble")


class StockState(Option):
    """A flavor's state in one zone."""

    NORMAL = "normal", words("On sale")
    SOLD_OUT = "soldout", words("Sold out")


class CpuArch(Option):
    X86 = "x86", "x86"
    ARM64 = "arm64", "arm64"


class WorkOrderPhase(Option):
    """Phases of a work order. The spelling `successed` is the contract."""

    PENDING = "pending", words("Waiting to be paid or approved")
    RUNNING = "running", words("Being carried out")
    SUCCESSED = "successed", words("Done")
    PARTIAL_SUCCESSED = "partialSuccessed", words("Done in part")
    FAILED = "failed", words("Failed")


class WorkOrderOperation(Option):
    APPLY = "apply", words("Create")
    MODIFY = "modify", words("Change")
    DELETE = "delete", words("Delete")


class WorkItemAction(Option):
    CREATE_POOL = "createPool", words("Create the pool")
    DELETE_POOL = "deletePool", words("Delete the pool")
    CREATE_NODE = "createNode", words("Create a node")
    DELETE_NODE = "deleteNode", words("Delete a node")
    RENEW = "renew", words("Renew")
    TO_PERIODIC = "toPeriodic", words("Change to prepaid")


class WorkItemStatus(Option):
    """States of one line of a work order; another spelling than the order's own."""

    PROCESSING = "processing", words("Being carried out")
    SUCCEED = "succeed", words("Done")
    FAILED = "failed", words("Failed")


class BillingStatus(IntEnum):
    """Status of a billing order. Other numbers occur and are kept as they are."""

    UNDER_REVIEW = 1
    REFUND_PENDING = 2
    PROCESSING = 3
    CANCELLED = 4
    COMPLETED = 5
    PENDING_PAYMENT = 6
    TO_BE_CONFIRMED = 9


class OrderType(IntEnum):
    """`order_type` of a billing order. Other numbers occur and are kept as they are."""

    PURCHASE = 1
    RENEWAL = 2
    CHANGE = 3
    UNSUBSCRIPTION = 4
    TO_PAY_PER_USE = 10
    TO_PERIODIC = 11
    TRIAL = 13
    COMMERCIAL_USE = 14
    FEE_ADJUSTMENT = 15


class ResourceStatus(IntEnum):
    """Status of a resource that is paid for by the month or year."""

    IN_USE = 2
    CLOSED = 3
    FROZEN = 4
    EXPIRED = 5


class ExpirePolicy(IntEnum):
    """What becomes of such a resource when its period ends."""

    GRACE = 0
    PAY_PER_USE = 1
    DELETED = 2
    RENEWED = 3
    FROZEN = 4
    RELEASED = 5


class ControlMode(IntFlag):
    """Bits of `spec.controlMode`: what the cloud has restricted. 0 is free."""

    NO_TO_PERIODIC = 1
    NO_FLAVOR_CHANGE = 2
    RESTRICTED = 4
    FROZEN = 8
    FROZEN_BY_AUTHORITIES = 16
