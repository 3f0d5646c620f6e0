"""The prose rules of the API as named checks (`docs/facts.md`, Rules)."""

from __future__ import annotations

from pools.wire.breaches import Breach, Malformed
from pools.wire.limits.advising import MOST_NODES_AT_ONCE
from pools.wire.limits.catalog import Catalog, DiskLimits, Drivers, FlavorFacts, NetworkFacts
from pools.wire.limits.judging import judge
from pools.wire.limits.nodes import unfit_tag
from pools.wire.limits.saying import say
from pools.wire.limits.verdicts import Compatibility, Verdict

__all__ = [
    "MOST_NODES_AT_ONCE",
    "Breach",
    "Catalog",
    "Compatibility",
    "DiskLimits",
    "Drivers",
    "FlavorFacts",
    "Malformed",
    "NetworkFacts",
    "Verdict",
    "judge",
    "say",
    "unfit_tag",
]
