"""One request, one answer, always bounded: in time (connect, silence, whole), in size, and never led elsewhere."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from ipaddress import ip_address
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

from pools.upstream.auth import Signature
from pools.upstream.connection import Connection
from pools.upstream.errors import Garbled, NotSent, Unauthorised, Unreachable

T = TypeVar("T")

CONNECT_TIMEOUT = 5.0
# A list of 10,000 pools is some 30 MB; anything beyond this is a mistake or an attack.
LARGEST_ANSWER = 64 * 1024 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer read whole. `clock_skew` is in seconds, positive where their clock is ahead of ours."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    clock_skew: float | None
    request_id: str


@dataclass(frozen=True, kw_only=True)
class Heard(Generic[T]):
    """What the cloud said: `document` is the JSON object as it came, `typed` its tolerant reading (made when asked).

    `clock_skew` is in seconds, positive where their clock is ahead of ours, None where they sent no date.
    """

    document: dict[str, Any]
    hear: Callable[[dict[str, Any]], T] = field(repr=False)
    clock_skew: float | None = None
    request_id: str = ""

    @cached_property
    def typed(self) -> T:
        return self.hear(self.document)


def speak(
    connection: Connection, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None
) -> Answer:
    """Send one signed request on a connection of its own and read the whole answer, whatever its status.

    A fresh connection each time: a kept-alive one that the other side has just closed would make a POST ambiguous.
    Raises `NotSent`, `Unreachable`, `Garbled` (answer too large) or `Unauthorised` (no credentials).
    """
    if not (connection.access_key and connection.secret_key):
        raise Unauthorised("No credentials are stored for this project.")
    watch = _Watch()
    with _Session() as session:
        session.trust_env = not _is_loopback(url)
        session.mount("http://", _Adapter(watch))
        session.mount("https://", _Adapter(watch))
        with _translated(watch), watch.over_within(2 * connection.read_timeout):
            response = session.request(
                method,
                url,
                headers={"Connection": "close", "Accept-Encoding": "identity", **headers},
                data=body,
                auth=Signature(access_key=connection.access_key, secret_key=connection.secret_key),
                timeout=(min(CONNECT_TIMEOUT, connection.read_timeout), connection.read_timeout),
                allow_redirects=False,
                stream=True,
            )
            with response:
                answer = _read(response)
            if watch.expired:
                raise TimeoutError  # what was read is what had come when we cut the line
            return answer


def _read(response: requests.Response) -> Answer:
    skew = _skew(response.headers.get("Date"))
    body = bytearray()
    for chunk in response.raw.stream(CHUNK, decode_content=True):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise Garbled("The answer is too large to be one.", status=response.status_code)
    return Answer(
        status=response.status_code,
        headers=response.headers,
        body=bytes(body),
        clock_skew=skew,
        request_id=response.headers.get("X-Request-Id", "")[:128],
    )


def _skew(date: str | None) -> float | None:
    try:
        theirs = parsedate_to_datetime(date or "")
    except (ValueError, TypeError):
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    return (theirs - datetime.now(UTC)).total_seconds()


def _is_loopback(url: str) -> bool:
    """A proxy from the environment is for abroad; the embedded endpoint is at home."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Watch:
    """Ends a call that takes too long as a whole: each read may be quick and the answer still never come."""

    def __init__(self) -> None:
        self.connected = False
        self.expired = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def reached(self, sock: socket.socket) -> None:
        with self._lock:
            self.connected, self._socket = True, sock
        if self.expired:
            self._end()

    def _end(self) -> None:
        with self._lock:
            self.expired = True
            if self._socket is None:
                return
            with suppress(OSError):
                # The plain socket's: closing a TLS one under a reader's feet would raise anything at all there.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    @contextmanager
    def over_within(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class _Session(requests.Session):
    """Follows no redirect; the library would even read the whole body of one before not following it."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the library's signature
        return None


class _Adapter(HTTPAdapter):
    """Tells the watch when a connection stands (TLS included): until then not a byte of the request was sent."""

    def __init__(self, watch: _Watch) -> None:
        super().__init__(max_retries=0)
        self._watch = watch

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = cast("HTTPConnectionPool", super().get_connection_with_tls_context(*args, **kwargs))
        make = pool.ConnectionCls

        def make_watched(*a: Any, **k: Any) -> Any:
            made: Any = make(*a, **k)
            connect = made.connect

            def connect_and_tell() -> None:
                connect()
                self._watch.reached(made.sock)

            made.connect = connect_and_tell
            return made

        pool.ConnectionCls = make_watched  # type: ignore[assignment]
        return pool


@contextmanager
def _translated(watch: _Watch) -> Iterator[None]:
    """Turn what `requests`, `urllib3` and the socket raise into `NotSent` or `Unreachable`, with none of their text.

    `requests` tells a connection that was refused and one that was reset after sending by the same class; the watch
    knows which it was.
    """
    begun = time.monotonic()
    try:
        yield
    except (requests.RequestException, HTTPError, OSError, ValueError) as trouble:
        if not watch.connected:
            raise NotSent(_why_not_sent(trouble)) from None
        took = time.monotonic() - begun
        timed_out = watch.expired or isinstance(trouble, (requests.ReadTimeout, ReadTimeoutError, TimeoutError))
        words = f"No answer within {took:.0f} s." if timed_out else "The connection broke before the answer was whole."
        broken = Unreachable(words)
        broken.timed_out = timed_out
        raise broken from None


def _why_not_sent(trouble: BaseException) -> str:
    reasons = list(_reasons(trouble))
    if any(isinstance(reason, (ConnectTimeoutError, requests.ConnectTimeout)) for reason in reasons):
        # urllib3 derives "refused" from "timed out"; the narrower class is asked first below.
        narrower = any(isinstance(reason, NewConnectionError) for reason in reasons)
        if not narrower:
            return "The connection was not answered in time."
    if any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons):
        return "The certificate of the other side could not be verified."
    if any(isinstance(reason, ssl.SSLError) for reason in reasons):
        return "No secure connection could be agreed on."
    if any(isinstance(reason, socket.gaierror) for reason in reasons):
        return "The address could not be resolved."
    if any(isinstance(reason, ConnectionRefusedError) for reason in reasons):
        return "The connection was refused."
    return "No connection could be made."


def _reasons(trouble: BaseException) -> Iterator[BaseException]:
    waiting: list[Any] = [trouble]
    seen: set[int] = set()
    while waiting:
        reason = waiting.pop()
        if isinstance(reason, BaseException) and id(reason) not in seen:
            seen.add(id(reason))
            yield reason
            waiting += [reason.__cause__, reason.__context__, getattr(reason, "reason", None), *reason.args]
