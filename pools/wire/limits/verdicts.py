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
    """What the judge found.

    `creation` is None when the document has not the shape of one. `breaches` are refused by the endpoint and by the
    console, the weightiest first; `house_rules` are what the console alone is strict about; `advice` never blocks.
    """

    creation: PoolCreation | None
    breaches: tuple[Breach, ...] = ()
    house_rules: tuple[Breach, ...] = ()
    advice: tuple[Breach, ...] = ()

    @property
    def blocking(self) -> tuple[Breach, ...]:
        """Everything the console does not send an order with."""
        return self.breaches + self.house_rules

    @property
    def is_acceptable(self) -> bool:
        """Whether the endpoint would take the document."""
        return self.creation is not None and not self.breaches
