"""The only door abroad. Every call has time-outs and bounds; what went wrong is told by the class of the error."""

from pools.upstream.client import Client
from pools.upstream.connection import Connection
from pools.upstream.errors import (
    AlreadyExists,
    Garbled,
    InDoubt,
    NotFound,
    NotSent,
    Refused,
    Spent,
    Stopping,
    Throttled,
    Unauthorised,
    Unreachable,
    UpstreamError,
)
from pools.upstream.skimming import Skimmed
from pools.upstream.transport import Heard

__all__ = [
    "AlreadyExists",
    "Client",
    "Connection",
    "Garbled",
    "Heard",
    "InDoubt",
    "NotFound",
    "NotSent",
    "Refused",
    "Skimmed",
    "Spent",
    "Stopping",
    "Throttled",
    "Unauthorised",
    "Unreachable",
    "UpstreamError",
]
