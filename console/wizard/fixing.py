"""Where to mend an order that came to nothing: the field that the cloud's words are about, as far as they tell."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from console.models import Draft
from console.wizard import steps
from console.wizard.assembly import PER_ZONE, Kept, Place, Steps, gather, one
from console.wizard.storage import said_to, steps_of
from pools import queries
from pools.models import Decision, Order
from pools.states import OrderState

# What the cloud's words are about, the surest first.
ABOUT: Final = tuple(
    (re.compile(words, re.IGNORECASE), about)
    for words, about in (
        (r"driver", "driver"),
        (r"\b(disk|volume|evs|storage)", "disks"),
        (r"sold ?out|capacity|no (more )?nodes?\b|insufficient (resource|stock)|quota|flavor", "nodes"),
        (r"\b(network|subnet|vpc|cidr|ip address)", "network"),
        (r"balance|order (expired|cancel)|payment|unpaid", "billing"),
        (r"\bname\b", "name"),
    )
)


class Said(NamedTuple):
    """What the cloud said of the order before, and where it is mended; an empty field means the step as a whole.

    Or, with `by`, what somebody wants otherwise before they approve it, and at which steps.
    """

    text: str
    place: Place
    by: str = ""
    asked: tuple[str, ...] = ()

    def url(self, draft: Draft) -> str:
        """The field concerned; from there the way leads back to Review."""
        where = f"?back={steps.REVIEW}" if self.place.step != steps.REVIEW else ""
        return f"{steps.step_url(draft, self.place.step)}{where}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"id_{self.place.field}" if self.place.field else "step"

    @property
    def as_data(self) -> dict[str, Any]:
        asked = {"by": self.by, "asked": list(self.asked)} if self.by else {}
        return {"text": self.text, "step": self.place.step, "field": self.place.field, **asked}

    def is_about(self, step: str) -> bool:
        """Whether it is told at this step as a whole."""
        return step in self.asked if self.by else self.place == Place(step, "")


def said_of(order: Order, typed: Steps, kept: Kept) -> Said | None:
    """What became of an order that was refused, or whose pool failed; None if nothing went wrong with it.

    A rejected order's pool fails too, but by a person's word: there the cloud has nothing to say.
    """
    if wanted := order.decisions.standing().exclude(asked=[]).select_related("by").first():
        asked = tuple(str(part) for part in wanted.asked_parts)
        return Said(wanted.reason, Place(asked[0], ""), str(wanted.by), asked)
    if order.state == OrderState.REFUSED:
        text, path = order.trouble, order.failure_field
    elif (pool := getattr(order, "pool", None)) and pool.phase in queries.FAILED and not _is_rejected(order):
        text, path = pool.message, ""
    else:
        return None
    named = gather(typed, kept).place(_path(path)) if path else None
    return Said(text, named or _about(text, typed))


def _is_rejected(order: Order) -> bool:
    return order.decisions.standing().filter(verdict=Decision.Verdict.REJECTED).exists()


def _path(path: str) -> str:
    return path if path.startswith("$") else f"$.{path}"


def _about(text: str, typed: Steps) -> Place:
    about = next((about for words, about in ABOUT if words.search(text)), "")
    row = (typed.get("flavors", {}).get("row") or ["r1"])[0]
    per_zone = one(typed.get("zones", {}), f"{row}-mode") == PER_ZONE
    places = {
        "driver": Place("drivers", next((kind for kind in ("npu", "gpu") if one(typed.get("drivers", {}), kind)), "")),
        "disks": Place("disks", ""),
        "nodes": Place("zones", f"{row}-mode") if per_zone else Place("flavors", f"{row}-count"),
        "network": Place("workload", "network"),
        "billing": Place("billing", "mode"),
        "name": Place("labels", "name"),
    }
    return places.get(about, Place(steps.REVIEW, ""))


def said_about(draft: Draft, last: Order | None) -> Said | None:
    """What the cloud said of the order that the draft mends: its own refused one, or that of a failed pool."""
    if kept := said_to(draft):
        return Said(kept["text"], Place(kept["step"], kept["field"]), kept.get("by", ""), tuple(kept.get("asked", ())))
    return said_of(last, steps_of(draft), {}) if last else None
