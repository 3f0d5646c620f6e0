"""Watching the cloud: what is heard of pools and of the catalog is recorded, and what cannot be heard is told as such.

A failed reading never changes a phase. No function here may be called with a transaction open, but for `observe`,
`adopt` and `retire`, which only record.
"""

from pools.tracking.detailing import detail, have_read, keep
from pools.tracking.looking import look, look_around, look_soon
from pools.tracking.mirroring import answer, mirror, mirror_when_due, read_networks
from pools.tracking.observing import adopt, observe, retire
from pools.tracking.probing import probe
from pools.tracking.sight import Sight
from pools.tracking.sweeping import sweep

__all__ = [
    "Sight",
    "adopt",
    "answer",
    "detail",
    "have_read",
    "keep",
    "look",
    "look_around",
    "look_soon",
    "mirror",
    "mirror_when_due",
    "observe",
    "probe",
    "read_networks",
    "retire",
    "sweep",
]
