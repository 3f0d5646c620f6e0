"""What one run of the tests makes once: the processes of the run share it."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """Where it lies: in the data directory that the first process of the run hands to those it starts."""
    if told := os.environ.get("DATA_DIR"):
        return Path(told)
    own = Path(tempfile.mkdtemp(prefix="poolhouse-shared-"))
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The file or directory of that name: made by whoever comes first, while everybody else waits."""
    place = folder() / name
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            half = folder() / f"{name}.half"
            make(half)
            half.rename(place)
    return place
