"""Keeping a few processes alive, and leaving none behind.

Standard library only: the supervisor holds no database connection and no framework, so nothing of its children's
troubles can reach it.
"""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

PATIENCE = 15.0  # seconds between asking a child to stop and killing it
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead child is started again, doubling
STEADY_AFTER = 30.0  # seconds of life after which earlier deaths are forgotten
TOO_OFTEN = 6  # deaths in a row after which everything stops

_PR_SET_PDEATHSIG = 1


def bind_to_parent() -> Callable[[], None] | None:
    """What a child does before exec so that the kernel stops it when its supervisor dies, even by SIGKILL."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return before_exec


@dataclass
class Child:
    """One process to keep alive. `name` stands before each of its log lines; one that `waits` starts after the rest."""

    name: str
    command: Sequence[str]
    waits: bool = False
    deaths: int = 0
    started_at: float = 0.0
    start_after: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    half_a_line: bytes = b""

    def start(self, environment: Mapping[str, str], folder: Path) -> IO[bytes]:
        """Start it in a process group of its own: a Ctrl-C on the terminal is the supervisor's to pass on."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - the commands are written in console.up
            self.command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bind_to_parent(),  # noqa: PLW1509 - the supervisor has one thread
        )
        assert self.process.stdout  # noqa: S101 - asked for with PIPE
        return self.process.stdout

    def send(self, signal_number: int) -> None:
        """Send a signal to the process and everything it started."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal_number)

    def bury(self, now: float) -> float:
        """Note a death; returns the pause, in seconds, before the next start."""
        # Helpers of a main process that was killed outright would keep its port.
        self.send(signal.SIGKILL)
        self.process = None
        self.deaths = 1 if now - self.started_at > STEADY_AFTER else self.deaths + 1
        pause: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self.deaths - 1))
        self.start_after = now + pause
        return pause


class Supervisor:
    """Starts children, prints their lines, starts again what dies, and stops all of it on SIGINT or SIGTERM."""

    def __init__(self, children: Sequence[Child], *, environment: Mapping[str, str], folder: Path) -> None:
        self.children = children
        self.environment = environment
        self.folder = folder
        self.is_ready: Callable[[], bool] = lambda: True  # asked until it says yes
        self._ready = False
        self._selector = selectors.DefaultSelector()
        self._stops_asked = 0
        self._width = max(len(child.name) for child in children)

    def run(self) -> int:
        """Stay until told to stop. Returns the exit code: 0 when asked to stop, 1 when a child would not live."""
        # A script's background job is born ignoring SIGINT, which is not to say that it shall never stop.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
            signal.signal(signal.SIGHUP, self._on_stop)
        code = 0
        try:
            while not self._stops_asked:
                if not self._tend():
                    code = 1
                    break
                self._print_lines(seconds=0.2)
                self._ready = self._ready or self.is_ready()
        finally:
            self._stop()
        return code

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stops_asked += 1

    def _tend(self) -> bool:
        """Start what is not running and is due. Returns whether it makes sense to go on."""
        now = time.monotonic()
        for child in self.children:
            if child.process and child.process.poll() is not None:
                code = child.process.returncode
                pause = child.bury(now)
                if child.deaths >= TOO_OFTEN:
                    self.say(f"{child.name} ended {child.deaths} times in a row, last with {code}; stopping.")
                    return False
                self.say(f"{child.name} ended unexpectedly with {code}; starting it again in {pause:g} s.")
            if not child.process and now >= child.start_after and (self._ready or not child.waits):
                self._selector.register(child.start(self.environment, self.folder), selectors.EVENT_READ, child)
        return True

    def _print_lines(self, *, seconds: float) -> None:
        for key, _events in self._selector.select(seconds):
            chunk = os.read(key.fd, 65536)
            if not chunk:
                self._selector.unregister(key.fileobj)
                continue
            *lines, key.data.half_a_line = (key.data.half_a_line + chunk).split(b"\n")
            for line in lines:
                self.say(line.decode(errors="replace").rstrip("\r"), name=key.data.name)

    def say(self, line: str, *, name: str = "") -> None:
        """Print one line behind the name of the child that said it; the supervisor's own have none."""
        with suppress(OSError):  # nobody reads us any more: no reason to stop
            sys.stdout.write(f"{name:<{self._width}} | {line}\n" if name else f"{line}\n")
            sys.stdout.flush()

    def _stop(self) -> None:
        """Stop what waited for the rest first, so that a call under way still hears its answer; then the rest."""
        stops = self._stops_asked
        for waits in (True, False):
            group = [child for child in self.children if child.waits == waits]
            for child in group:
                child.send(signal.SIGTERM)
            self._wait_for(group, impatient_after=stops + 1)
            for child in group:
                child.send(signal.SIGKILL)
                if child.process:
                    child.process.wait()
        self._selector.close()

    def _wait_for(self, group: Sequence[Child], *, impatient_after: int) -> None:
        """Wait until a group has stopped, or for `PATIENCE`; a second Ctrl-C shortens the wait."""
        asked = time.monotonic()
        while any(child.process and child.process.poll() is None for child in group):
            if time.monotonic() - asked > PATIENCE or self._stops_asked > impatient_after:
                return
            self._print_lines(seconds=0.1)
