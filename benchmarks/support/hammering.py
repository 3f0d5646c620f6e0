"""A load client: eight connections kept alive, requests made beforehand, each answer waited for."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence

CONNECTIONS = 8


class Refused(Exception):
    """An answer that was not 200: whatever was measured, it was not this call."""


class _Line:
    """One connection: sends a request, collects its answer, sends the next."""

    def __init__(self, port: int, waiting: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting = waiting
        self._heard = b""

    def send_next(self) -> bool:
        """Whether there was something left to send."""
        request = next(self._waiting, None)
        if request is not None:
            self.socket.sendall(request)
        return request is not None

    def hear(self) -> bool:
        """Whether an answer is complete now."""
        self._heard += self.socket.recv(262144)
        head, found, body = self._heard.partition(b"\r\n\r\n")
        if not found:
            return False
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise Refused(self._heard[:2000].decode(errors="replace"))
        self._heard = b""
        return True


def hammer(port: int, requests: Sequence[bytes], *, connections: int = CONNECTIONS) -> float:
    """Send them all; return the seconds until the last answer was heard. Raises `Refused`."""
    waiting = iter(requests)
    lines = [_Line(port, waiting) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send_next()
        left = len(requests)
        while left:
            for key, _ in selector.select(timeout=30):
                if key.data.hear():
                    left -= 1
                    key.data.send_next()
        took = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return took
