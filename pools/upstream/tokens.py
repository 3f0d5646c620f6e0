"""IAM tokens: a password is exchanged for one, which is kept in this process and renewed before its end.

A token of a project is good for ModelArts, one of the whole account (the wire says domain) for billing. Nothing is
written down: another process fetches its own, which makes the first no less good.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from pools.upstream.connection import Connection
from pools.upstream.errors import Garbled, InDoubt, NotSent, Throttled, Unauthorised
from pools.upstream.transport import Answer, Deadline, speak
from pools.wire.reading import NotJson, parse_json
from pools.wire.words import words

Scope = Literal["project", "domain"]

# Renewed this long before its end, or in the last quarter of a shorter life.
MARGIN: Final = timedelta(minutes=45)
# Where the answer does not say until when. The cloud's own are good for a day.
UNTOLD: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Token:
    text: str = field(repr=False)
    renew_at: datetime


class _Slot:
    """One token's place. Whoever needs it while it is being fetched waits for the one that fetches."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.token: Token | None = None


_slots: dict[tuple[str, ...], _Slot] = {}
_slots_lock = threading.Lock()


def token_for(connection: Connection, scope: Scope, *, deadline: Deadline) -> str:
    """A token that is good now, fetched if need be.

    Raises `Unauthorised` if IAM refuses, `Throttled`, and `NotSent` for everything else: whatever became of the
    request for a token, what it was wanted for has not been sent.
    """
    slot = _slot(connection, scope)
    if not slot.lock.acquire(timeout=deadline.left):
        raise NotSent(words("There was no time left to sign in."))
    try:
        if slot.token is None or slot.token.renew_at <= datetime.now(UTC):
            slot.token = None
            slot.token = _fetch(connection, scope, deadline)
        return slot.token.text
    finally:
        slot.lock.release()


def forget(connection: Connection, scope: Scope, *, token: str) -> None:
    """The service refused this token; the next call fetches another, unless somebody has done so already."""
    slot = _slot(connection, scope)
    with slot.lock:
        if slot.token and slot.token.text == token:
            slot.token = None


def _slot(connection: Connection, scope: Scope) -> _Slot:
    # A digest, so that the password is in memory no longer than the row it was read from.
    digest = sha256(connection.iam_password.encode()).hexdigest()
    whose = (connection.iam_url, connection.iam_domain, connection.iam_user, digest, connection.project_id, scope)
    with _slots_lock:
        return _slots.setdefault(whose, _Slot())


def _fetch(connection: Connection, scope: Scope, deadline: Deadline) -> Token:
    if not (connection.iam_url and connection.iam_domain):
        raise Unauthorised(words("To sign in by password, the IAM address and the account's name are needed."))
    try:
        answer = speak(
            connection,
            "POST",
            connection.iam_url.rstrip("/") + "/v3/auth/tokens?nocatalog=true",
            headers={"Content-Type": "application/json;charset=utf8", "User-Agent": "poolhouse"},
            body=json.dumps(_question(connection, scope)).encode(),
            deadline=deadline,
        )
        return _token(answer)
    except InDoubt as trouble:
        raise NotSent(f"IAM gave no token: {trouble.message}") from None


def _question(connection: Connection, scope: Scope) -> Mapping[str, Any]:
    domain = {"name": connection.iam_domain}
    wanted = {"project": {"id": connection.project_id}} if scope == "project" else {"domain": domain}
    user = {"name": connection.iam_user, "password": connection.iam_password, "domain": domain}
    return {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": wanted}}


def _token(answer: Answer) -> Token:
    said: dict[str, Any] = {"status": answer.status, "request_id": answer.request_id}
    match answer.status:
        case 429:
            raise Throttled(words("IAM takes no more requests for now."), retry_after=answer.retry_after, **said)
        case status if 400 <= status < 500:  # noqa: PLR2004
            # Its words are not repeated: they may quote what was sent.
            raise Unauthorised(
                f"IAM refused the user, the password or the project (HTTP {status}).", **(said | {"status": 401})
            )
        case status if not 200 <= status < 300:  # noqa: PLR2004
            raise Garbled(f"HTTP {status}", **said)
    text = answer.headers.get("X-Subject-Token", "")
    if not text or not text.isascii() or not text.isprintable():
        raise Garbled(words("The answer holds no token."), **said)
    return Token(text, renew_at=datetime.now(UTC) + _useful_life(answer.body))


def _useful_life(body: bytes) -> timedelta:
    """How long to use a token, by its own two times: their clock may differ from ours."""
    try:
        told: Any = parse_json(body)
        issued, expires = (datetime.fromisoformat(str(told["token"][key])) for key in ("issued_at", "expires_at"))
        life = expires - issued
    except (NotJson, KeyError, TypeError, ValueError):
        return UNTOLD
    return max(life - min(MARGIN, life / 4), timedelta())
