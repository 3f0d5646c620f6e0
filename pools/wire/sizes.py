"""Disk sizes as clients write them: whole GiB, some with a unit."""

from __future__ import annotations

import re
from typing import Final

BARE: Final = re.compile(r"[1-9][0-9]{0,8}")
WITH_UNIT: Final = re.compile(r"([1-9][0-9]{0,8})(?:GiB|Gi|G)?")


def gib(size: object) -> int | None:
    """The size in GiB of "500", "500Gi", "500GiB", "500G" or 500; None for anything else."""
    if isinstance(size, int) and not isinstance(size, bool):
        return size if size > 0 else None
    found = WITH_UNIT.fullmatch(size) if isinstance(size, str) else None
    return int(found[1]) if found else None
