"""What of a pool is not as it was ordered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pools.wire import reading
from pools.wire.differing.aspects import Difference
from pools.wire.differing.comparing import differences
from pools.wire.digest import digest


def drift(ordered: str, heard: Any) -> list[Difference]:
    """What differs of what was asked for, as the text was sent; nothing where the cloud has told nothing of it yet."""
    if not isinstance(heard, dict) or not heard.get("spec"):
        return []
    try:
        return differences(reading.parse_json(ordered), heard, asked_only=True)
    except reading.NotJson:
        return []


def print_of(found: list[Difference]) -> str:
    """The short name of what differs, another when anything of it is; empty where nothing does."""
    return digest([asdict(one) for one in found]) if found else ""
