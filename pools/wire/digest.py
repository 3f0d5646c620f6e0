"""One form for documents that mean the same: for comparing and for short names people can read out."""

from __future__ import annotations

import hashlib
import json


def canonical(document: object) -> str:
    """The document as compact JSON with sorted keys; equal documents give equal text whatever their key order."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(document: object) -> str:
    """The first 12 hex digits of the SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()[:12]
