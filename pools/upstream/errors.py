"""What can go wrong abroad, told apart by what it says about the thing that was asked for.

- `NotSent`: it certainly did not happen. Try again later.
- `Unreachable`, `Garbled` (both `InDoubt`): it may have happened. Ask before asking again.
- everything else: the cloud answered, and the answer was no.
"""

from __future__ import annotations


class UpstreamError(Exception):
    """Base of all. `code` and `message` are the cloud's own words, empty where it said none.

    `status` is the HTTP status or None; `request_id` is what the cloud's support asks for. No attribute and no text
    of these errors ever holds a secret.
    """

    def __init__(self, message: str, *, code: str = "", status: int | None = None, request_id: str = "") -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.message = message
        self.code = code
        self.status = status
        self.request_id = request_id


class NotSent(UpstreamError):
    """No connection came about, so not a byte of the request left us."""


class Stopping(NotSent):
    """This process was told to stop and says nothing new. No word about the cloud."""


class InDoubt(UpstreamError):
    """Whatever was asked for may or may not have happened."""


class Unreachable(InDoubt):
    """5xx, a time-out after the connection stood, a reset, half an answer.

    `timed_out` tells a silence from a break: after a silence the request may still be at work.
    """

    def __init__(self, message: str, *, code: str = "", status: int | None = None, request_id: str = "") -> None:
        super().__init__(message, code=code, status=status, request_id=request_id)
        self.timed_out = False


class Garbled(InDoubt):
    """An answer of success, or a redirect, that is not what the API describes: not JSON, too large, another shape."""


class Refused(UpstreamError):
    """The cloud understood and declined: 400 and every other 4xx without a class of its own."""


class NotFound(UpstreamError):
    """404."""


class AlreadyExists(UpstreamError):
    """409 to a creation. It may be our own earlier success."""


class Unauthorised(UpstreamError):
    """401 or 403, or no credentials to sign with.

    `clock_skew` is in seconds, positive where their clock is ahead of ours, None where they sent no date: a signature
    that is dated wrongly is refused like a wrong one.
    """

    def __init__(self, message: str, *, code: str = "", status: int | None = None, request_id: str = "") -> None:
        super().__init__(message, code=code, status=status, request_id=request_id)
        self.clock_skew: float | None = None


class Throttled(UpstreamError):
    """429. `retry_after` is in seconds, None where the cloud did not say."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        status: int | None = None,
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, code=code, status=status, request_id=request_id)
        self.retry_after = retry_after


class Spent(Throttled):
    """Our own budget for the account is spent: the cloud was not asked, so this tells nothing about it."""
