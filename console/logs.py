"""How log lines look: for people, or as JSON for whatever collects them. Both bear the trace, and none can be forged.

Standard library only: settings name these classes before anything else is there.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from typing_extensions import override

from pools import tracing

# What every record has; whatever else stands on one was given with `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# A line break within a message would let whoever wrote the message write lines of the log.
_CONTROL = {number: f"\\x{number:02x}" for number in (*range(32), 127, *range(128, 160), 0x2028, 0x2029)}

# From this status on it is not the visitor who did something wrong.
OUR_FAULT: Final = 500


class Plain(logging.Filter):
    """Where the visitor is told no, or did what cannot be, a line says so; where in our code it was said is no news."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", OUR_FAULT) < OUR_FAULT:
            record.exc_info = record.exc_text = None
        return True


class Lines(logging.Formatter):
    """`2026-11-25 10:00:00,123 INFO pools.models.errands [3f2a…]: Order 12 is accepted, was sending.`"""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}{traced}: {message}", style="{")

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        trace = tracing.known()
        record.traced = f" [{trace}]" if trace else ""
        record.message = record.message.translate(_CONTROL)
        return super().formatMessage(record)


class Json(logging.Formatter):
    """One object a line: `time`, `level`, `logger`, `message`, `trace`, `exception`, and plain values from `extra`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := tracing.known():
            told["trace"] = trace
        extra = {name: value for name, value in vars(record).items() if name not in _OWN}
        told |= {name: value for name, value in extra.items() if isinstance(value, str | int | float | bool)}
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=True)
