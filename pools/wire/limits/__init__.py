"""The prose rules of the API as named checks (`docs/facts.md`, Rules)."""

from __future__ import annotations

from pools.wire.breaches import Breach
from pools.wire.limits.catalog import Catalog, FlavorFacts, NetworkFacts
from pools.wire.limits.judging import judge
from pools.wire.limits.verdicts import Compatibility, Verdict, say

__all__ = ["Breach", "Catalog", "Compatibility", "FlavorFacts", "NetworkFacts", "Verdict", "judge", "say"]
