"""A load client: eight connections, kept if the server keeps them, requests made beforehand, each answer waited for."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence

CONNECTIONS = 8


class Refused(Exception):
    """An answer that was not 200: whatever was measured, it was not this call."""


class _Line:
    """One connection after another: sends a request, collects its answer, sends the next."""

    def __init__(self, port: int, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> None:
        self._port, self._waiting, self._selector = port, waiting, selector
        self._heard = b""
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, selectors.EVENT_READ, self)

    def close(self) -> None:
        self._selector.unregister(self._socket)
        self._socket.close()

    def send_next(self) -> None:
        """Send what waits, if anything is left."""
        request = next(self._waiting, None)
        if request is not None:
            self._socket.sendall(request)

    def hear(self) -> bool:
        """Whether an answer is complete now. Raises `Refused`."""
        came = self._socket.recv(262144)
        self._heard += came
        head, found, body = self._heard.partition(b"\r\n\r\n")
        fields = head.lower()
        length = int(fields.partition(b"content-length:")[2].partition(b"\r\n")[0]) if found else 0
        if not found or len(body) < length:
            if not came:
                raise Refused("the connection was closed before its answer was complete")
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise Refused(self._heard[:2000].decode(errors="replace"))
        self._heard = b""
        if b"connection: close" in fields:
            self.close()
            self._connect()
        return True


def hammer(port: int, requests: Sequence[bytes], *, connections: int = CONNECTIONS) -> float:
    """Send them all; return the seconds until the last answer was heard. Raises `Refused`."""
    waiting = iter(requests)
    with selectors.DefaultSelector() as selector:
        lines = [_Line(port, waiting, selector) for _ in range(connections)]
        began = time.perf_counter()
        for line in lines:
            line.send_next()
        left = len(requests)
        while left:
            for key, _ in selector.select(timeout=30):
                if key.data.hear():
                    left -= 1
                    key.data.send_next()
        took = time.perf_counter() - began
        for line in lines:
            line.close()
    return took
