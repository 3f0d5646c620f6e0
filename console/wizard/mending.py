"""The one press that mends a mistake, where what was meant can be told: a button beside the words about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from console.wizard.assembly import Place
from pools.wire.enums import LvType
from pools.wire.limits import Breach


@dataclass(frozen=True)
class Mend:
    """Put `value` into a field, of this step or of another; empty takes out what stands there."""

    place: Place
    value: str
    label: str

    @property
    def act(self) -> str:
        """The value of the button; `rows.act` carries it out."""
        return f"mend:{self.place.step}/{self.place.field}={self.value}"


def mends_of(breach: Breach, place: Place) -> tuple[Mend, ...]:
    """What can be offered for a breach at its place; most mistakes need a person's thought, and get nothing."""
    values = breach.values
    match breach.rule, breach.problem:
        case "R16", "host_bits":
            return (_use(place, values["meant"]),)
        case "R10", "multiple":
            step, count = values["step"], values["count"]
            below = count - count % step
            return tuple(_use(place, nodes) for nodes in (below, below + step) if nodes)
        case "R9", "sum" if values["placed"] > 0:
            return (_nodes(place, values["placed"]),)
        case "R14", "disks":
            return (Mend(place, str(LvType.LINEAR), _("Join them one after the other")),)
        case ("R12", "group") | ("R17", _) | ("R8", "max_count"):
            return (Mend(place, "", _("Leave it empty")),)
    return ()


def _use(place: Place, value: object) -> Mend:
    return Mend(place, str(value), _("Use %(value)s") % {"value": value})


def _nodes(place: Place, nodes: int) -> Mend:
    """Zones hold as many nodes as are placed: let the flavor have that many."""
    row = place.field.partition("-")[0]
    return Mend(Place("flavors", f"{row}-count"), str(nodes), _("Set the nodes to %(nodes)s") % {"nodes": nodes})
