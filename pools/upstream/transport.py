"""One request, one answer, always bounded: in time (connect, silence, whole), in size, and never led elsewhere."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from ipaddress import ip_address
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.utils import select_proxy
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

from pools.addresses import Forbidden, Policy
from pools.upstream.connection import Connection
from pools.upstream.errors import Garbled, NotSent, Unreachable
from pools.upstream.silence import insist_on_speech
from pools.wire.words import words

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

    @property
    def retry_after(self) -> float | None:
        """`Retry-After` in seconds, a number or a date. Bounded by an hour, because we are told by a stranger."""
        said = self.headers.get("Retry-After", "").strip()
        if said.isascii() and said.isdigit():
            return float(min(int(said[:9]), 3600))
        try:
            at = parsedate_to_datetime(said)
        except (ValueError, TypeError):
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), 3600.0)


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


class Deadline:
    """Until when a whole call must be over, whatever it consists of: `left` seconds.

    `until` is when whoever asks loses the right to: a call that need not be over by then is not begun.
    """

    def __init__(self, seconds: float, *, until: datetime | None = None) -> None:
        self._end = time.monotonic() + seconds
        self._until = until

    @property
    def left(self) -> float:
        return max(self._end - time.monotonic(), 0.0)

    @property
    def is_too_late(self) -> bool:
        """Whether nothing may be said any more; this process may have slept since it was last asked."""
        return not self.left or (
            self._until is not None and datetime.now(UTC) + timedelta(seconds=self.left) > self._until
        )


def speak(
    connection: Connection,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    auth: AuthBase | None = None,
    deadline: Deadline | None = None,
) -> Answer:
    """Send one request on a connection of its own and read the whole answer, whatever its status.

    A fresh connection each time: a kept-alive one that the other side has just closed would make a POST ambiguous.
    Raises `NotSent` (also for an address that may not be used, no time left, or a process that stops), `Unreachable`,
    `Garbled` (too large).
    """
    insist_on_speech()
    deadline = deadline or Deadline(2 * connection.read_timeout)
    if deadline.is_too_late:
        raise NotSent(words("There was no time left to ask."))
    _permit(connection.policy, url)
    watch = _Watch(deadline)
    with _Session() as session:
        session.trust_env = not _is_loopback(url)
        session.mount("http://", _Adapter(watch, connection.policy))
        session.mount("https://", _Adapter(watch, connection.policy))
        with _translated(watch), watch.over_within(deadline.left):
            response = session.request(
                method,
                url,
                headers={"Connection": "close", "Accept-Encoding": "identity", **headers},
                data=body,
                auth=auth or _as_it_is,
                timeout=(min(CONNECT_TIMEOUT, connection.read_timeout), connection.read_timeout),
                allow_redirects=False,
                stream=True,
            )
            with response:
                answer = _read(response)
            if watch.expired:
                raise TimeoutError  # what was read is what had come when we cut the line
            return answer


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No authentication; without one of ours, `requests` would look for a .netrc."""
    return request


def _permit(policy: Policy, url: str) -> None:
    """Judge where a request is to go, before its name is resolved. Raises `NotSent`."""
    parts = urlsplit(url)
    try:
        policy.judge(f"{parts.scheme}://{parts.netloc}")
    except Forbidden as forbidden:
        raise NotSent(str(forbidden)) from None


def _read(response: requests.Response) -> Answer:
    skew = _skew(response.headers.get("Date"))
    body = bytearray()
    for chunk in response.raw.stream(CHUNK, decode_content=True):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise Garbled(words("The answer is too large to be one."), status=response.status_code)
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

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self.connected = False
        self.expired = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def reached(self, sock: socket.socket) -> None:
        """Note that the connection stands; raises `NotSent` if by now it is too late to say anything over it."""
        insist_on_speech()
        if self._deadline.is_too_late:
            raise NotSent(words("There was no time left to ask."))
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

    def __init__(self, watch: _Watch, policy: Policy) -> None:
        super().__init__(max_retries=0)
        self._watch = watch
        self._policy = policy

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        made_by_library = super().get_connection_with_tls_context(request, verify, proxies, cert)
        pool = cast("HTTPConnectionPool", made_by_library)
        make = pool.ConnectionCls
        # A proxy of the operator's resolves names itself and decides for itself.
        is_direct = not select_proxy(str(request.url), proxies)
        encrypted = str(request.url).startswith("https:")

        def make_watched(*a: Any, **k: Any) -> Any:
            made: Any = make(*a, **k)
            if is_direct and not self._policy.open:
                made._new_conn = partial(_connect_where_allowed, made, made._new_conn, self._policy, encrypted)  # noqa: SLF001 - the library's one place between resolving and connecting
            connect = made.connect

            def connect_and_tell() -> None:
                connect()
                self._watch.reached(made.sock)

            made.connect = connect_and_tell
            return made

        pool.ConnectionCls = make_watched  # type: ignore[assignment]
        return pool


def _connect_where_allowed(made: Any, connect: Callable[[], Any], policy: Policy, encrypted: bool) -> Any:  # noqa: FBT001 - bound by partial
    """Resolve the name ourselves, judge every address it leads to, and connect to one of those that were judged.

    So a name that leads elsewhere the second time it is asked for (DNS rebinding) does not get past. One forbidden
    address among several is enough to refuse. Certificates are still checked against the name.
    """
    name = made._dns_host  # noqa: SLF001 - see above
    found = socket.getaddrinfo(name, made.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        policy.judge_ip(address, encrypted=encrypted)
    trouble: Exception = OSError("no address")
    for address in addresses:
        made._dns_host = address  # noqa: SLF001
        try:
            return connect()
        except (HTTPError, OSError) as failed:
            trouble = failed
        finally:
            made._dns_host = name  # noqa: SLF001
    raise trouble


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
        if isinstance(trouble, Forbidden):
            raise NotSent(str(trouble)) from None
        if not watch.connected:
            raise NotSent(_why_not_sent(trouble)) from None
        took = time.monotonic() - begun
        timed_out = watch.expired or isinstance(trouble, (requests.ReadTimeout, ReadTimeoutError, TimeoutError))
        silence, cut = words("No answer within %(n)s s."), words("The connection broke before the answer was whole.")
        broken = Unreachable(silence % {"n": f"{took:.0f}"} if timed_out else cut)
        broken.timed_out = timed_out
        raise broken from None


def _why_not_sent(trouble: BaseException) -> str:
    reasons = list(_reasons(trouble))
    if any(isinstance(reason, (ConnectTimeoutError, requests.ConnectTimeout)) for reason in reasons):
        # urllib3 derives "refused" from "timed out"; the narrower class is asked first below.
        narrower = any(isinstance(reason, NewConnectionError) for reason in reasons)
        if not narrower:
            return words("The connection was not answered in time.")
    if any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons):
        return words("The certificate of the other side could not be verified.")
    if any(isinstance(reason, ssl.SSLError) for reason in reasons):
        return words("No secure connection could be agreed on.")
    if any(isinstance(reason, socket.gaierror) for reason in reasons):
        return words("The address could not be resolved.")
    if any(isinstance(reason, ConnectionRefusedError) for reason in reasons):
        return words("The connection was refused.")
    return words("No connection could be made.")


def _reasons(trouble: BaseException) -> Iterator[BaseException]:
    waiting: list[Any] = [trouble]
    seen: set[int] = set()
    while waiting:
        reason = waiting.pop()
        if isinstance(reason, BaseException) and id(reason) not in seen:
            seen.add(id(reason))
            yield reason
            waiting += [reason.__cause__, reason.__context__, getattr(reason, "reason", None), *reason.args]
