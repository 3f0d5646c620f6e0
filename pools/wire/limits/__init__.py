"""The prose rules of the API as named checks (`docs/facts.md`, Rules)."""

from __future__ import annotations

from pools.wire.limits.breaches import Breach, Compatibility, Verdict, say
from pools.wire.limits.catalog import Catalog, FlavorFacts, NetworkFacts
from pools.wire.limits.judging import judge

__all__ = ["Breach", "Catalog", "Compatibility", "FlavorFacts", "NetworkFacts", "Verdict", "judge", "say"]
