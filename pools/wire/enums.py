"""Options lists of the API's tables, one enumeration each."""

from enum import StrEnum


class Phase(StrEnum):
    """Table 39, `status.phase`. The cloud may say other words; they are kept verbatim."""

    CREATING = "Creating"
    RUNNING = "Running"
    ABNORMAL = "Abnormal"
    DELETING = "Deleting"
    ERROR = "Error"
    CREATION_FAILED = "CreationFailed"
    SCALING_FAILED = "ScalingFailed"
    WAITING = "Waiting"
