"""How the endpoint writes JSON, to clients and into its columns."""

from __future__ import annotations

import json

import orjson


class Written(bytes):
    """JSON that is written already."""


def written(data: object) -> bytes:
    """Return `data` as JSON in UTF-8. Half a character and huge numbers are written slowly."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return json.dumps(data, separators=(",", ":")).encode()
