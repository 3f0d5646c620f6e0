"""How much a node has, in the quantities that jobs ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

Document = dict[str, Any]

ACCELERATORS = ("gpu", "npu")
# The system keeps a little of a node's processors and memory.
KEPT_MILLIS, KEPT_MI = 90, 2048
_MEMORY = re.compile(r"(\d{1,9})(Mi|Gi|Ti)?")
_MI = {"Mi": 1, "Gi": 1024, "Ti": 1024 * 1024, None: 1}


def accelerator(flavor: Document) -> str:
    """gpu, npu, or empty."""
    return next((kind for kind in ACCELERATORS if flavor.get(kind)), "")


@dataclass(frozen=True, slots=True)
class Capacity:
    """Processors in thousandths, memory in Mi, and accelerator cards, with what Kubernetes calls them."""

    millis: int = 0
    mi: int = 0
    cards: int = 0
    card_name: str = ""
    card_type: str = ""

    @classmethod
    def of(cls, flavor: Document) -> Self:
        """What jobs find on a node of this flavor (its spec); of an unknown flavor nothing."""
        if not flavor:
            return cls()
        cpu, memory = str(flavor.get("cpu") or ""), _MEMORY.fullmatch(str(flavor.get("memory") or ""))
        kind = accelerator(flavor)
        card = flavor[kind] if kind else {}
        size, card_type = str(card.get("size") or "1"), str(card.get("type") or "")
        return cls(
            max((int(cpu) if cpu.isdecimal() else 0) * 1000 - KEPT_MILLIS, 0),
            max((int(memory[1]) * _MI[memory[2]] if memory else 0) - KEPT_MI, 0),
            (int(size) if size.isdecimal() else 1) if kind else 0,
            _kubernetes_name(kind, card_type),
            card_type.lower(),
        )

    @property
    def is_npu(self) -> bool:
        return self.card_name.startswith("huawei.com/")

    def part(self, share: float, *, cards: bool) -> Self:
        """A share of processors and memory, with all the cards or none."""
        return type(self)(
            int(self.millis * share), int(self.mi * share), self.cards if cards else 0, self.card_name, self.card_type
        )

    def without(self, other: Self) -> Self:
        """What is left."""
        return type(self)(
            max(self.millis - other.millis, 0),
            max(self.mi - other.mi, 0),
            max(self.cards - other.cards, 0),
            self.card_name,
            self.card_type,
        )

    def document(self) -> Document:
        """As Kubernetes writes it; without cards of which there are none to have."""
        cards = {self.card_name: str(self.cards)} if self.card_name else {}
        return {"cpu": f"{self.millis}m", "memory": f"{self.mi}Mi", **cards}


def _kubernetes_name(kind: str, card_type: str) -> str:
    if kind == "npu":
        return "huawei.com/ascend-snt3" if card_type.startswith("snt3") else "huawei.com/ascend-snt9"
    return "nvidia.com/gpu" if kind else ""
