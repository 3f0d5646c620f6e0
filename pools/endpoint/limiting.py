"""How often one caller may ask: a token bucket for each in this process, in memory, so that asking costs no query.

Generous on purpose: official clients back off for minutes after a 429, and it is meant to stop a loop that ran away.
"""

from __future__ import annotations

import math
import threading
import time
from typing import Final

from django.conf import settings

from pools.endpoint.errors import Throttled

# What may be saved up, in seconds of the rate.
SAVED: Final = 2.0
# More callers than this are not kept apart from each other for long: those that are idle are forgotten.
MOST_KEPT: Final = 10_000

_free_at: dict[str, float] = {}
_lock = threading.Lock()


def admit(caller: str) -> None:
    """Count one call of `caller`. Raises `Throttled` if there were too many."""
    rate = settings.ENDPOINT_REQUESTS_PER_SECOND
    if not rate or not caller:
        return
    now = time.monotonic()
    with _lock:
        due = max(_free_at.get(caller, 0.0), now - SAVED)
        if due > now:
            # Nobody is let in before the time, so the clock was set back, as those of tests are.
            due = now - SAVED
        wait = due + 1 / rate - now
        if wait <= 0:
            _free_at[caller] = due + 1 / rate
            if len(_free_at) > MOST_KEPT:
                _forget_idle(now)
    if wait > 0:
        raise Throttled(max(1, math.ceil(wait)))


def _forget_idle(now: float) -> None:
    """Whoever has saved up all there is to save is as good as new."""
    for caller in [caller for caller, free_at in _free_at.items() if free_at <= now - SAVED]:
        del _free_at[caller]
    if len(_free_at) > MOST_KEPT:
        _free_at.clear()  # a flood from everywhere: nobody is told no for what others did
