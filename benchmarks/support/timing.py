"""A stopwatch for functions: several of them take turns, and each tells the median of its rounds.

It counts this process's processor time, so that what else the machine does is not counted.
"""

import time
from collections.abc import Callable
from statistics import median


def alternating(
    subjects: dict[str, Callable[[], object]], *, rounds: int = 61, seconds: float = 0.003
) -> dict[str, float]:
    """Microseconds of one call of each: the median of many short rounds, so that whatever else the machine does meets
    all of them alike."""
    times = {name: _times(call, seconds) for name, call in subjects.items()}
    seen: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, call in subjects.items():
            seen[name].append(_once(call, times[name]))
    return {name: median(rows) for name, rows in seen.items()}


def _times(call: Callable[[], object], seconds: float) -> int:
    call()
    return max(1, int(seconds * 1e6 / _once(call, 3)))


def _once(call: Callable[[], object], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        call()
    return 1e6 * (time.process_time() - began) / times
