"""How often one account is asked: a token bucket per account in this process, and the pauses that the cloud asks for.

Each process has its own, so the sum is the number of worker processes times `UPSTREAM_REQUESTS_PER_SECOND`. An account
may save up two seconds' worth, of which the last is kept for what people wait for: whoever only watches is patient, and
books nothing ahead. After a 429 nothing is sent for it until the cloud's `Retry-After` is over.
"""

from __future__ import annotations

import threading
import time
from typing import Final
from urllib.parse import urlsplit

from pools.upstream import silence
from pools.upstream.connection import Connection
from pools.upstream.errors import Spent, Throttled
from pools.upstream.transport import Deadline
from pools.wire.words import words

# What may be saved up, in seconds of the rate.
SAVED: Final = 2.0
# What of it the patient leaves to others.
KEPT: Final = 1.0
# After a 429 that names no time; the cloud's own advice is 2 to 5 seconds.
PAUSE: Final = 2.0
# One errand may be told to come back in an hour; the whole account is not silenced that long by one answer.
LONGEST_PAUSE: Final = 60.0
WORDS: Final = words("The request budget of this account is spent for now.")


class Budget:
    """One account's. Safe for many threads; time is monotonic seconds."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._free_at = 0.0  # when the bucket is full again, less what is saved
        self._closed_until = 0.0

    def reserve(self, *, most: float) -> float:
        """Take one request out; return how many seconds to wait before it is sent, at most `most`.

        Takes nothing and raises `Spent` if that is not enough, and `Throttled` if the cloud asked for a pause.
        """
        now = time.monotonic()
        with self._lock:
            self._heed_pause(now)
            if not self.rate:
                return 0.0
            due = max(self._free_at, now - SAVED)
            wait = due + 1 / self.rate - now
            if wait > most:
                raise Spent(WORDS, retry_after=wait)
            self._free_at = due + 1 / self.rate
            return max(wait, 0.0)

    def seize(self, *, most: float) -> float:
        """Take one request out for somebody patient, if there is one to spare now; return 0 then, and else how many
        seconds later to ask again. Raises as `reserve` does.
        """
        now = time.monotonic()
        with self._lock:
            self._heed_pause(now)
            if not self.rate:
                return 0.0
            due = max(self._free_at, now - SAVED)
            wait = due + 1 / self.rate + KEPT - now
            if wait > most:
                raise Spent(WORDS, retry_after=wait)
            if wait <= 0:
                self._free_at = due + 1 / self.rate
            return max(wait, 0.0)

    def _heed_pause(self, now: float) -> None:
        if (pause := self._closed_until - now) > 0:
            raise Throttled(words("The cloud asked for a pause; it is not over."), retry_after=pause)

    def close(self, seconds: float | None) -> None:
        """The cloud answered 429."""
        pause = PAUSE if seconds is None else min(seconds, LONGEST_PAUSE)
        with self._lock:
            self._closed_until = max(self._closed_until, time.monotonic() + pause)


_budgets: dict[tuple[str, str], Budget] = {}
_lock = threading.Lock()


def budget_of(connection: Connection) -> Budget:
    """The one budget of the connection's account in this process."""
    account = connection.domain_id or connection.iam_domain or connection.access_key
    key = (urlsplit(connection.modelarts_url).netloc, account)
    with _lock:
        budget = _budgets.setdefault(key, Budget(connection.requests_per_second))
    budget.rate = connection.requests_per_second
    return budget


def wait_for_turn(connection: Connection, deadline: Deadline, *, patient: bool = False) -> None:
    """Wait until the account may be asked once more; never longer than half of what time is left.

    The patient let everybody else go first.
    """
    budget, most = budget_of(connection), deadline.left / 2
    if not patient:
        if wait := budget.reserve(most=most):
            silence.sleep(wait)
        return
    until = time.monotonic() + most
    while wait := budget.seize(most=max(until - time.monotonic(), 0.0)):
        silence.insist_on_speech()
        silence.sleep(wait)
