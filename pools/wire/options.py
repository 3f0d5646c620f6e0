"""Options lists of nodes, tags, events and measurements; those of the API's tables stand in `enums`."""

from __future__ import annotations

from pools.wire.enums import Option
from pools.wire.words import words


class NodePhase(Option):
    """`status.phase` of a node."""

    CREATING = "Creating", words("On its way")
    AVAILABLE = "Available", words("Works")
    ABNORMAL = "Abnormal", words("Has trouble")
    DELETING = "Deleting", words("Being removed")
    CHECKING = "Checking", words("Being looked at")


class NodeDriverPhase(Option):
    """`status.driver.phase` of a node; other words than the pool's."""

    PENDING = "Pending", words("Waiting to be installed")
    RUNNING = "Running", words("Works")
    UPDATING = "Updating", words("Being upgraded")
    ABNORMAL = "Abnormal", words("Has trouble")


class LockAction(Option):
    """What a node can be locked against."""

    DELETE = "delete", words("Deletion")


class BatchAction(Option):
    """What `batch-update` does to nodes."""

    OPEN_HA_REDUNDANT = "openHaRedundant", words("Keep them free, to stand in for others")
    CLOSE_HA_REDUNDANT = "closeHaRedundant", words("Give them to jobs again")
    CREATE_TAGS = "createTags", words("Give them tags")
    DELETE_TAGS = "deleteTags", words("Take tags from them")


class Rolling(Option):
    """How `batch-reset` goes through its nodes."""

    BY_NUMBER = "RollingByNumber", words("So many at once")
    BY_PERCENT = "RollingByPercent", words("Such a share at once")


class TaintEffect(Option):
    """How a taint keeps jobs off a node."""

    NO_SCHEDULE = "NoSchedule", words("No new jobs")
    PREFER_NO_SCHEDULE = "PreferNoSchedule", words("New jobs only if there is nowhere else")
    NO_EXECUTE = "NoExecute", words("No jobs, also those that run")


class NodeJobType(Option):
    """Jobs on nodes that take their time."""

    REBOOT = "reboot-node", words("Reboot")
    RESET = "reset-nodes", words("Reset")
    REPLACE = "replace-node", words("Replace")


class JobPhase(Option):
    RUNNING = "Running", words("Being carried out")
    SUCCESS = "Success", words("Done")
    FAILED = "Failed", words("Failed")


class TagAction(Option):
    """What is done with the tags that a body lists."""

    CREATE = "create", words("Add them, or overwrite what their keys have")
    DELETE = "delete", words("Take away those that are equal")
    RESET = "reset", words("Have these and no others")


class EventType(Option):
    NORMAL = "Normal", words("As it should be")
    WARNING = "Warning", words("To be looked at")


class Statistic(Option):
    """What the monitor makes of the measurements of one period."""

    MAXIMUM = "maximum", words("The highest")
    MINIMUM = "minimum", words("The lowest")
    SUM = "sum", words("Of all nodes together")
    AVERAGE = "average", words("The mean")
    SAMPLE_COUNT = "sampleCount", words("How many there were")


class PoolBucket(Option):
    """The three lists of pools."""

    CREATED = "created", words("There, whether well or not")
    CREATING = "creating", words("On their way, or waiting to be paid")
    FAILED = "failed", words("Never made, of the last three days")


class WorkspaceAccess(Option):
    """Who may enter a workspace. Clients may write it in capitals; it is answered in lower case."""

    PUBLIC = "public", words("Everybody of the account")
    PRIVATE = "private", words("Its owner and the account itself")
    INTERNAL = "internal", words("Its owner, the account itself, and who was let in")


class WorkspaceStatus(Option):
    NORMAL = "NORMAL", words("Can be used")
    CREATE_FAILED = "CREATE_FAILED", words("Could not be made")
    DELETING = "DELETING", words("Being removed")
    DELETE_FAILED = "DELETE_FAILED", words("Could not be removed")


class UserType(Option):
    """Who is let into a workspace."""

    IAM = "IAM", words("A user of the account")
    FEDERATE = "FEDERATE", words("A user of another identity provider")
    AGENCY = "AGENCY", words("An agency")


class PeerPhase(Option):
    """How a network is connected to another VPC."""

    CONNECTING = "Connecting", words("Being connected")
    ACTIVE = "Active", words("Connected")
    ABNORMAL = "Abnormal", words("Has trouble")


class SfsStatus(Option):
    """How a network is connected to a file system."""

    CREATING = "Creating", words("Being connected")
    ACTIVE = "Active", words("Connected")
    ABNORMAL = "Abnormal", words("Has trouble")
    DELETING = "Deleting", words("Being let go")


class SfsConnectionType(Option):
    VPC_PORT = "VpcPort", words("By an interface in the network")
    PEERING = "Peering", words("By a peering of networks")


class PluginType(Option):
    """How a plug-in gets into a pool."""

    HELM = "helm", words("A Helm chart")
    CCE = "ccePlugin", words("A plug-in of the cluster")


class WorkloadType(Option):
    """Kinds of jobs, as the list of jobs writes them."""

    TRAIN = "train", words("Training jobs")
    INFER = "infer", words("Inference services of the older kind")
    NOTEBOOK = "notebook", words("Notebooks")
    X_INFER = "x-infer", words("Inference services")


class WorkloadStatus(Option):
    QUEUE = "Queue", words("Waits for its turn")
    PENDING = "Pending", words("Waits to begin")
    ABNORMAL = "Abnormal", words("Has trouble")
    TERMINATING = "Terminating", words("Is being ended")
    CREATING = "Creating", words("Begins")
    RUNNING = "Running", words("Runs")
    COMPLETED = "Completed", words("Done")
    TERMINATED = "Terminated", words("Was ended")
    FAILED = "Failed", words("Failed")
