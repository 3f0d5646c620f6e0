"""Whose turn it is to speak abroad in this process, so that one slow cloud keeps nobody else waiting.

There are two lanes, each with threads of its own: what people wait for is never behind what the worker watches by
itself. Within a lane a project has a few threads at most, a host has half of them, and all hosts that are slow just now
have half of them together; the rest of their work waits in line, without a thread. Whoever ends takes up what waits, in
the fairest order: one piece of each project, then the next of each.

Pure: it knows threads and a clock. Lines are only a courtesy, as messages are. Lost with their process, the rows that
they were about are found due again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from heapq import heappop, heappush
from itertools import count
from typing import Final

logger = logging.getLogger(__name__)

# A host that lets us wait longer than that, in seconds, is slow until it does better.
SLOW: Final = 5.0


class Lane(StrEnum):
    PEOPLE = auto()
    WATCHING = auto()


THREADS: Final[Mapping[Lane, int]] = {Lane.PEOPLE: 8, Lane.WATCHING: 12}
EACH: Final[Mapping[Lane, int]] = {Lane.PEOPLE: 3, Lane.WATCHING: 2}


@dataclass(order=True)
class Piece:
    """Something to do for a project at a host. Of one project's, that with the lowest `rank` goes first."""

    rank: int
    number: int
    name: Hashable = field(compare=False)
    lane: Lane = field(compare=False)
    project: Hashable = field(compare=False)
    host: str = field(compare=False)
    work: Callable[[], object] = field(compare=False)
    began: float = field(default=0.0, compare=False)


class Turns:
    """Safe for many threads. `threads` and `each` are the most of a lane, and of one project in it."""

    def __init__(
        self,
        *,
        threads: Mapping[Lane, int] = THREADS,
        each: Mapping[Lane, int] = EACH,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threads, self._each, self._clock = threads, each, clock
        self._lock = threading.Lock()
        self._numbers = count()
        self._lines: dict[Lane, OrderedDict[Hashable, list[Piece]]] = {lane: OrderedDict() for lane in Lane}
        self._under_way: dict[int, Piece] = {}
        self._waiting: set[Hashable] = set()
        self._slow: set[str] = set()

    def take(
        self, lane: Lane, work: Callable[[], object], *, name: Hashable, project: Hashable, host: str, rank: int = 0
    ) -> None:
        """Do `work` when it is its turn: now, or in whichever thread ends next; and meanwhile what else has its turn.

        What stands in line already by the same `name` is not put there twice. What `work` raises is logged.
        """
        piece = Piece(rank, next(self._numbers), name, lane, project, host, work)
        next_one = self._enter(piece)
        while next_one:
            try:
                next_one.work()
            except Exception:
                logger.exception("A piece of work failed: %s", next_one.name)
            next_one = self._end(next_one)

    def _enter(self, piece: Piece) -> Piece | None:
        with self._lock:
            if piece.name not in self._waiting:
                self._waiting.add(piece.name)
                heappush(self._lines[piece.lane].setdefault(piece.project, []), piece)
            return self._next(piece.lane)

    def _end(self, piece: Piece) -> Piece | None:
        with self._lock:
            del self._under_way[piece.number]
            change = self._slow.add if self._clock() - piece.began > SLOW else self._slow.discard
            change(piece.host)
            return self._next(piece.lane)

    def _next(self, lane: Lane) -> Piece | None:
        """Take the next piece out of the lane's lines; its project goes to the end."""
        lines = self._lines[lane]
        project = next(self._admitted(lane), None)
        if project is None:
            return None
        line = lines.pop(project)
        piece = heappop(line)
        if line:
            lines[project] = line
        self._waiting.discard(piece.name)
        piece.began = self._clock()
        self._under_way[piece.number] = piece
        return piece

    def _admitted(self, lane: Lane) -> Iterator[Hashable]:
        """The projects in line that may have one more thread now."""
        busy = [piece for piece in self._under_way.values() if piece.lane is lane]
        if len(busy) >= self._threads[lane]:
            return
        half, slow = max(self._threads[lane] // 2, 1), self._slow_hosts()
        has_room_for_slow = sum(piece.host in slow for piece in busy) < half
        for project, line in self._lines[lane].items():
            host = line[0].host
            has_room = sum(piece.project == project for piece in busy) < self._each[lane]
            host_has_room = sum(piece.host == host for piece in busy) < half
            if has_room and host_has_room and (has_room_for_slow or host not in slow):
                yield project

    def _slow_hosts(self) -> set[str]:
        now = self._clock()
        return self._slow | {piece.host for piece in self._under_way.values() if now - piece.began > SLOW}


# Of this process; a worker has one.
turns: Final = Turns()
