"""A real proxy on a real socket that passes calls on and, when told to, loses, delays, halves or invents answers.

    proxy.next("POST", "/pools", faulty.drop_answer)

Faults are used up in the order they were told, each by the first call that fits; every other call passes.
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Fault = Callable[["Call"], None]


@dataclass
class Call:
    """One call that came in, and the way on to the endpoint."""

    client: socket.socket
    raw: bytes
    target: tuple[str, int]
    answered: bytes = b""

    @property
    def method(self) -> str:
        return self.raw.split(b" ", 1)[0].decode()

    @property
    def path(self) -> str:
        return self.raw.split(b" ", 2)[1].decode()

    def pass_on(self) -> bytes:
        """Have the endpoint answer; returns its whole answer."""
        with socket.create_connection(self.target, timeout=30) as onward:
            onward.sendall(self.raw)
            answer = bytearray()
            while chunk := onward.recv(65536):
                answer += chunk
        self.answered = bytes(answer)
        return self.answered


def pass_through(call: Call) -> None:
    call.client.sendall(call.pass_on())


def drop_answer(call: Call) -> None:
    """The endpoint does it, and nobody hears that it did."""
    call.pass_on()


def drop_request(call: Call) -> None:
    """The connection stood, and the endpoint never heard."""


def half_answer(call: Call) -> None:
    answer = call.pass_on()
    call.client.sendall(answer[: len(answer) // 2 + 40])


def broken_json(call: Call) -> None:
    call.pass_on()
    _say(call, 200, b'{"kind": "Pool", "metadata": {"na')


def delay_answer(seconds: float) -> Fault:
    """The endpoint does it at once, and its answer comes after the caller gave up."""

    def fault(call: Call) -> None:
        answer = call.pass_on()
        time.sleep(seconds)
        call.client.sendall(answer)

    return fault


def delay_request(seconds: float) -> Fault:
    """The request reaches the endpoint only after the caller gave up."""

    def fault(call: Call) -> None:
        time.sleep(seconds)
        call.pass_on()

    return fault


def answer(status: int, code: str = "", message: str = "", **headers: str) -> Fault:
    """Answer without the endpoint ever hearing."""

    def fault(call: Call) -> None:
        _say(call, status, json.dumps({"error_code": code, "error_msg": message}).encode(), **headers)

    return fault


def done_but(status: int) -> Fault:
    """The endpoint does it, and the answer says that something broke."""

    def fault(call: Call) -> None:
        call.pass_on()
        _say(call, status, b'{"error_code": "ModelArts.50005000", "error_msg": "internal error"}')

    return fault


def say(document: Any) -> Fault:
    """Answer 200 with a document of ours."""
    return lambda call: _say(call, 200, json.dumps(document).encode())


@dataclass
class Hold:
    """The call is held until the test lets go, then lost: after the endpoint did it or, if `before`, without that."""

    before: bool = False
    held: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, call: Call) -> None:
        if not self.before:
            call.pass_on()
        self.held.set()
        self.let_go.wait(60)


def _say(call: Call, status: int, body: bytes, **headers: str) -> None:
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    call.client.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)


class Proxy:
    """Stands before the endpoint at `target`, an http:// address. `seen` lists method and path of every call, `taken`
    path and body of every PATCH that the endpoint said yes to, whoever heard that."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname or "", parts.port or 80)
        self.seen: list[tuple[str, str]] = []
        self.taken: list[tuple[str, str]] = []
        self._faults: list[tuple[str, str, Fault]] = []
        self._lock = threading.Lock()
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                proxy._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            # A fault may still be sleeping when the test is over.
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def next(self, method: str, part: str, *faults: Fault) -> None:
        """For the next calls of `method` whose path holds `part`."""
        with self._lock:
            self._faults += [(method, part, fault) for fault in faults]

    def heal(self) -> None:
        """Whatever was told to go wrong and has not yet, no longer does."""
        with self._lock:
            self._faults = []

    def calls(self, method: str, part: str) -> int:
        with self._lock:
            return sum(m == method and part in path for m, path in self.seen)

    def close(self) -> None:
        """From now on connections are refused."""
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, client: socket.socket) -> None:
        raw = _read(client)
        if not raw:
            return
        call = Call(client, raw, self.target)
        with self._lock:
            self.seen.append((call.method, call.path))
            index = next((i for i, (m, p, _) in enumerate(self._faults) if m == call.method and p in call.path), None)
            fault = pass_through if index is None else self._faults.pop(index)[2]
        # The caller may give up first; some faults mean it to.
        with contextlib.suppress(OSError):
            fault(call)
        if call.method == "PATCH" and call.answered.split(b" ", 2)[1:2] == [b"200"]:
            self.taken.append((call.path, raw.partition(b"\r\n\r\n")[2].decode()))


def _read(client: socket.socket) -> bytes:
    """One request, head and body."""
    raw = bytearray()
    while b"\r\n\r\n" not in raw:
        chunk = client.recv(65536)
        if not chunk:
            return b""
        raw += chunk
    head, _, body = bytes(raw).partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    length = next((int(v) for k, _, v in (line.partition(":") for line in lines) if k.lower() == "content-length"), 0)
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body
