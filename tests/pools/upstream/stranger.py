"""A stranger on a real socket: answers, or misbehaves, exactly as told, and remembers what it was sent."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Behaviour = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Stranger:
    """Serves one behaviour per connection, in the order given; the last one again and again.

    Or, told to `choose`, whatever that function makes of the request.
    """

    def __init__(self, choose: Callable[[Request], Behaviour] | None = None) -> None:
        self.choose = choose
        self.heard: list[Request] = []
        self.behaviours: list[Behaviour] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = True
        self._threads: list[threading.Thread] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def will(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)

    def close(self) -> None:
        self._open = False
        self._listener.close()

    def _accept(self) -> None:
        while self._open:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                request = _read(connection)
                self.heard.append(request)
                number = len(self.heard) - 1
                scripted = self.behaviours[min(number, len(self.behaviours) - 1)] if self.behaviours else hanging_up
                (self.choose(request) if self.choose else scripted)(connection)
            except OSError:
                return


def _read(connection: socket.socket) -> Request:
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(65536)
        if not more:
            raise ConnectionResetError
        head += more
    top, _, body = head.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, target, _ = first.split(" ")
    return Request(method, target, headers, body)


def answering(document: Any = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    """A well-formed answer. `document` may be bytes, sent as they are."""
    body = document if isinstance(document, bytes) else b"" if document is None else json.dumps(document).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda connection: connection.sendall(whole)


def raw(whole: bytes) -> Behaviour:
    return lambda connection: connection.sendall(whole)


def hanging_up(connection: socket.socket) -> None:
    """Close politely without a word."""


def resetting(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(connection: socket.socket) -> None:
    time.sleep(5)


def dripping(connection: socket.socket) -> None:
    """A byte now and then, for ever: no single read takes long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(500):
        connection.sendall(b"x")
        time.sleep(0.02)


def flooding(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.sendall(b" " * 1_000_000)
