"""What is kept in mind of each call abroad: how it ended, counted and logged. Never a word of what was said."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from pools import counting, tracing
from pools.upstream.errors import UpstreamError

logger = logging.getLogger(__name__)


@dataclass
class Note:
    """What the cloud called its answer, once there is one."""

    request_id: str = ""
    status: int | None = None


@contextmanager
def noted(method: str, url: str) -> Iterator[Note]:
    """Count a call by its method and its end: `ok`, or the name of the error in lower case."""
    note, began, result = Note(), time.monotonic(), "ok"
    try:
        yield note
    except UpstreamError as trouble:
        result, note.status, note.request_id = type(trouble).__name__.lower(), trouble.status, trouble.request_id
        raise
    except Exception:
        result = "defect"
        raise
    finally:
        took = time.monotonic() - began
        if method != "GET":
            tracing.answered(note.request_id)
        counting.count("upstream_calls", method=method, result=result)
        counting.count("upstream_seconds", took, method=method)
        # Reading is done all the time; what changes things abroad, and what goes wrong, is worth a line.
        level = logging.DEBUG if method == "GET" and result in {"ok", "notfound", "stopping"} else logging.INFO
        words = "%s %s: %s, status %s, in %.2f s, their request %s"
        logger.log(level, words, method, urlsplit(url).path, result, note.status, took, note.request_id or "unnamed")
