"""What differs between two documents of a pool: for people who decide, copy or watch. The face finds the words.

A default spelled out, an empty value, a size with its unit and the order of what the API keys by something change
nothing.
"""

from pools.wire.differing.aspects import Aspect, Difference
from pools.wire.differing.comparing import differences
from pools.wire.differing.drifting import drift, print_of

__all__ = ["Aspect", "Difference", "differences", "drift", "print_of"]
