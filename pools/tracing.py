"""The one name that follows an order from a click to the cloud and back: its trace.

A request of a page, or a task, has a trace for as long as it runs; rows that are made meanwhile keep it, the worker
takes it up again when it attends to them, and every log line in between bears it. Beside it stands what the cloud
called its answer, which is what its support asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_trace: ContextVar[str] = ContextVar("trace", default="")
_answer: ContextVar[str] = ContextVar("answer", default="")


def new() -> str:
    return uuid4().hex


def known() -> str:
    """The trace of what is being done now; empty where nothing in particular is."""
    return _trace.get()


def current() -> str:
    """As `known`, but a new one where there is none: for a row that is made outside of any request."""
    return _trace.get() or new()


def begin(trace: str) -> None:
    """From now on, in this thread, everything belongs to `trace`."""
    _trace.set(trace)
    _answer.set("")


@contextmanager
def following(trace: str) -> Iterator[None]:
    """While this runs, everything in this thread belongs to `trace`."""
    before, answer_before = _trace.set(trace), _answer.set("")
    try:
        yield
    finally:
        _trace.reset(before)
        _answer.reset(answer_before)


def answered(request_id: str) -> None:
    """The cloud answered something that was to change things there, and called its answer this."""
    _answer.set(request_id)


def last_answer() -> str:
    """What the cloud called its last such answer within this trace; empty if it gave none."""
    return _answer.get()
