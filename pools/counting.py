"""What this process did, counted in memory until `pools.reporting` adds it to the rows that all processes share.

Pure and quick: counting costs a lock and an addition, so that calls and sweeps can be counted where they happen.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

# Name and labels; the labels are JSON with sorted keys, so that equal ones are equal text.
Key = tuple[str, str]

_counts: defaultdict[Key, float] = defaultdict(float)
_lock = threading.Lock()


def count(name: str, amount: float = 1.0, /, **labels: str) -> None:
    """Add `amount` to what `name` has come to with these labels. Few names, few labels: each pair is a row for ever."""
    with _lock:
        _counts[key_of(name, **labels)] += amount


@contextmanager
def timed(name: str, /, **labels: str) -> Iterator[None]:
    """Count how often a block ran, as `<name>_count`, and for how many seconds in all, as `<name>_sum`."""
    began = time.monotonic()
    try:
        yield
    finally:
        count(f"{name}_sum", time.monotonic() - began, **labels)
        count(f"{name}_count", 1.0, **labels)


def take() -> dict[Key, float]:
    """All that was counted since it was last taken; whoever takes it has it."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    return taken


def put_back(taken: Mapping[Key, float]) -> None:
    """What was taken could not be kept anywhere: it counts again."""
    with _lock:
        for key, amount in taken.items():
            _counts[key] += amount


def key_of(name: str, /, **labels: str) -> Key:
    return name, json.dumps(labels, sort_keys=True, separators=(",", ":"))
