"""A process that was told to stop says nothing new abroad. What it has said already may still be answered."""

from __future__ import annotations

import threading

from pools.upstream.errors import Stopping
from pools.wire.words import words

_silent = threading.Event()


def fall_silent() -> None:
    """From now on nothing new is said. Safe in a signal handler."""
    _silent.set()


def end_silence() -> None:
    _silent.clear()


def is_silent() -> bool:
    return _silent.is_set()


def insist_on_speech() -> None:
    """Raise `Stopping` once we are to be silent."""
    if _silent.is_set():
        raise Stopping(words("The worker was told to stop; nothing was sent."))


def sleep(seconds: float) -> None:
    """Sleep so long, or until we are to be silent."""
    _silent.wait(seconds)
