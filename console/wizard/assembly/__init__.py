"""What was typed, step by step, and the document that is sent: from one to the other and back, losing nothing.

`gather` builds the document of Tables 3 to 21 from the steps; `scatter` lays a document out over the steps. What the
wizard has no field for is kept beside the steps, under the id of the row it was found in, and sent again unchanged.
Nobody here judges: what cannot be read stays as it was typed, and `pools.wire.limits` says so.
"""

from console.wizard.assembly.gathering import Assembly, gather, sized
from console.wizard.assembly.layout import (
    BASE64,
    MONTHLY,
    NO,
    PER_ZONE,
    PLAIN,
    Kept,
    Path,
    Place,
    Steps,
    Typed,
    decode,
    one,
)
from console.wizard.assembly.scattering import Unplaceable, scatter

__all__ = [
    "BASE64",
    "MONTHLY",
    "NO",
    "PER_ZONE",
    "PLAIN",
    "Assembly",
    "Kept",
    "Path",
    "Place",
    "Steps",
    "Typed",
    "Unplaceable",
    "decode",
    "gather",
    "one",
    "scatter",
    "sized",
]
