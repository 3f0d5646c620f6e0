"""Taking out what is secret before a call is remembered: by the name it goes under, however deep it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json, to_json

REMOVED = "(removed)"
LONGEST = 16 * 1024
_SECRET = (
    "authorization",
    "cookie",
    "credential",
    "passwd",
    "password",
    "postinstall",
    "privatekey",
    "secret",
    "signature",
    "token",
    "userdata",
    "userlogin",
)


def is_secret(name: str) -> bool:
    """Whether what goes under this name of a header or key is not to be told: X-Auth-Token, post_install, userLogin."""
    plain = name.lower().replace("-", "").replace("_", "")
    return any(word in plain for word in _SECRET)


def headers(told: Mapping[str, str]) -> dict[str, str]:
    """The headers, secrets removed."""
    return {name: REMOVED if is_secret(name) else str(value) for name, value in told.items()}


def body(raw: bytes) -> str:
    """A JSON body as text, secrets removed and no longer than `LONGEST`. Of any other body only its length is told."""
    if not raw:
        return ""
    try:
        told = to_json(_hushed(from_json(raw, allow_inf_nan=False))).decode()
    except (ValueError, RecursionError):
        return f"(not JSON, {len(raw)} bytes)"
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}… ({len(raw)} bytes)"


def _hushed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: REMOVED if is_secret(key) and inner else _hushed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hushed(inner) for inner in value]
    return value
