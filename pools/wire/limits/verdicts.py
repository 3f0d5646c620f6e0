"""What a judgement consists of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pools.wire.breaches import Breach
from pools.wire.creation import PoolCreation


class Compatibility(StrEnum):
    """How much room beyond the tables is given: none, or what other official clients need."""

    SEED = "seed"
    WIDE = "wide"


@dataclass(frozen=True)
class Verdict:
    """`creation` is None when the document has not the shape of one. Only `breaches` block; `advice` never does."""

    creation: PoolCreation | None
    breaches: tuple[Breach, ...] = ()
    advice: tuple[Breach, ...] = ()

    @property
    def ok(self) -> bool:
        return self.creation is not None and not self.breaches


def say(breach: Breach) -> str:
    """The breach in the endpoint's words: Bad request. $.spec.network: spec.network is required (R3)."""
    return f"Bad request. {breach.path}: {breach.rule}"
