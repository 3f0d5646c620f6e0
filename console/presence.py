"""The thread in every worker and beat that says, every few seconds, that its process is at work.

It writes a row (`pools.reporting`), which `/readyz` and `/metrics` read, and touches a file, which whoever keeps the
process alive may look at. A database that is away is no reason to stop: it says so once, and goes on trying.
"""

from __future__ import annotations

import atexit
import logging
import os
import socket
import threading
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from pools import reporting
from pools.models import Presence

logger = logging.getLogger(__name__)

Role = Literal["beat", "worker"]
# A last word must not keep a process from ending.
LAST_WORD: Final = 2.0


class Register:
    """What this process is and when it last did something. `begin` starts the thread, `end` says the last word."""

    def __init__(self) -> None:
        self._worked: dict[Role, datetime | None] = {}
        self._news = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_heard = True

    def begin(self, role: Role) -> None:
        """From now on this process is at work as `role`; one process may be several things."""
        self._worked.setdefault(role, None)
        if self._thread is None:
            atexit.register(self.end)
            self._thread = threading.Thread(target=self._say_so, name="presence", daemon=True)
            self._thread.start()

    def worked(self, role: Role) -> None:
        """A beat ticked, a worker finished a task. Costs next to nothing; the first time is told at once."""
        first = self._worked.get(role) is None
        self._worked[role] = timezone.now()
        if first:
            self._news.set()

    def end(self) -> None:
        """Tell what is left to tell, and take leave; returns within `LAST_WORD` seconds."""
        self._ending.set()
        self._news.set()
        if self._thread:
            self._thread.join(LAST_WORD)

    def _say_so(self) -> None:
        name = f"{socket.gethostname()}:{os.getpid()}"
        while True:
            self._report(name)
            if self._ending.is_set():
                return
            self._news.wait(reporting.EVERY.total_seconds())
            self._news.clear()

    def _report(self, name: str) -> None:
        try:
            reporting.report(name, {Presence.Role(role): at for role, at in self._worked.items()})
            reporting.forget_the_silent()
            if self._ending.is_set():
                reporting.take_leave(name)
        except (DatabaseError, InterfaceError) as trouble:
            if self._is_heard:
                logger.warning("The database does not take our sign of life: %s", trouble)
            self._is_heard = False
        else:
            self._is_heard = True
        finally:
            connection.close()
        if settings.PRESENCE_PATH:
            Path(settings.PRESENCE_PATH).touch()


register = Register()
