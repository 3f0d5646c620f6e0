"""Verifying SDK-HMAC-SHA256 signatures (`docs/facts.md`, "Signatures"): pure functions over what arrived.

Written from the rules, not taken from the SDK, so that one can be held against the other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote_from_bytes, unquote_to_bytes

ALGORITHM = "SDK-HMAC-SHA256"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"
SKEW = timedelta(minutes=15)
UNSIGNED = "UNSIGNED-PAYLOAD"

_AUTHORIZATION = re.compile(
    r"SDK-HMAC-SHA256 +Access=(?P<access>[!-+\--~]{1,64}), *SignedHeaders=(?P<headers>[A-Za-z0-9;-]+), *"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_DATE_FORM = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_CONTENT_HASH = "x-sdk-content-sha256"
_DATE = "x-sdk-date"


class Unverified(Exception):
    """The signature does not hold. The words say why and hold nothing secret."""


class Stale(Unverified):
    """The date is missing, unreadable, or too far from now: a clock's fault, which tells nothing about the key."""


@dataclass(frozen=True)
class Arrived:
    """A request as it came in: decoded path, raw query, header values by lower-case name, all as bytes on the wire."""

    method: str
    path: bytes
    query: bytes
    headers: Mapping[str, bytes]
    body: bytes


@dataclass(frozen=True)
class Claim:
    """What an Authorization header claims."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


def read_claim(authorization: str) -> Claim:
    """Return what the header claims. Raises `Unverified` for any other algorithm or form."""
    found = _AUTHORIZATION.fullmatch(authorization.strip())
    if found is None:
        raise Unverified(f"the Authorization header is not of the form {ALGORITHM} Access=..., SignedHeaders=...")
    return Claim(found["access"], tuple(found["headers"].lower().split(";")), found["signature"])


def needed_headers(claim: Claim) -> Iterator[str]:
    """Yield the lower-case names of the headers that verifying the claim reads."""
    yield from claim.signed_headers
    yield _CONTENT_HASH


def check_date(arrived: Arrived, claim: Claim, *, now: datetime) -> None:
    """Raise `Stale` unless the signed X-Sdk-Date is within a quarter of an hour of `now`."""
    if _DATE not in claim.signed_headers:
        raise Stale("x-sdk-date is not among the signed headers")
    try:
        date = _read_date(arrived.headers.get(_DATE, b"").decode("ascii"))
    except ValueError:
        raise Stale("x-sdk-date is missing or not of the form YYYYMMDDTHHMMSSZ") from None
    if abs(now - date) > SKEW:
        raise Stale(f"x-sdk-date is more than {SKEW.seconds // 60} minutes from the time here, {now:{DATE_FORMAT}}")


def _read_date(text: str) -> datetime:
    """Return the moment. Raises `ValueError` for any other form than `DATE_FORMAT`."""
    if _DATE_FORM.fullmatch(text) is None:
        raise ValueError
    # Several times faster than strptime, which every call would pay for.
    return datetime.fromisoformat(text)


def verify(arrived: Arrived, claim: Claim, secret_key: str) -> bool:
    """Raise `Unverified` unless the claimed signature is that of `secret_key` over what arrived.

    Returns whether the signature covers the body; it does not where the client signed UNSIGNED-PAYLOAD.
    The words of the error hold the canonical request, newlines as bars, which is what one needs to find the mistake.
    """
    missing = [name for name in claim.signed_headers if name not in arrived.headers]
    if missing:
        raise Unverified(f"signed header {missing[0]} is not in the request")
    canonical = b""
    for payload in _payloads(arrived):
        canonical = canonical_request(arrived, claim.signed_headers, payload)
        if hmac.compare_digest(sign(canonical, arrived.headers[_DATE], secret_key), claim.signature):
            return payload != UNSIGNED
    raise Unverified("canonical request: " + canonical.decode("utf-8", "replace").replace("\n", "|"))


def sign(canonical: bytes, date: bytes, secret_key: str) -> str:
    """Return the signature, 64 hexadecimal digits. The secret is the HMAC key as it is; no key is derived."""
    told = b"\n".join([ALGORITHM.encode(), date, hashlib.sha256(canonical).hexdigest().encode()])
    return hmac.new(secret_key.encode(), told, hashlib.sha256).hexdigest()


def canonical_request(arrived: Arrived, signed_headers: Sequence[str], payload: str) -> bytes:
    """Return the six parts that are signed, as bytes."""
    lines = [b"%s:%s\n" % (name.encode(), arrived.headers[name].strip()) for name in signed_headers]
    return b"\n".join(
        [
            arrived.method.upper().encode(),
            _canonical_path(arrived.path),
            _canonical_query(arrived.query),
            b"".join(lines),
            ";".join(signed_headers).encode(),
            payload.encode(),
        ]
    )


def _payloads(arrived: Arrived) -> Iterator[str]:
    """Yield what the client may have signed in the body's place, in the order to try it."""
    real = hashlib.sha256(arrived.body).hexdigest()
    told = arrived.headers.get(_CONTENT_HASH)
    if told == UNSIGNED.encode():
        # The SDK signs the empty hash for an empty body even where it sends UNSIGNED-PAYLOAD. That one covers the
        # body, so it is tried first.
        if not arrived.body:
            yield real
        yield UNSIGNED
    elif told is None or hmac.compare_digest(told.strip().lower(), real.encode()):
        yield real
    else:
        raise Unverified("x-sdk-content-sha256 is not the hash of the body")


def _canonical_path(path: bytes) -> bytes:
    encoded = quote_from_bytes(path, safe="/~")
    return (encoded if encoded.endswith("/") else encoded + "/").encode()


def _canonical_query(query: bytes) -> bytes:
    pairs = sorted(_decoded(pair) for pair in query.split(b"&") if pair)
    return "&".join(
        f"{quote_from_bytes(key, safe='~')}={quote_from_bytes(value, safe='~')}" for key, value in pairs
    ).encode()


def _decoded(pair: bytes) -> tuple[bytes, bytes]:
    key, _, value = pair.replace(b"+", b" ").partition(b"=")
    return unquote_to_bytes(key), unquote_to_bytes(value)
