"""The checkup behind `/readyz`: is all there that the console needs to do its work?

Every part is asked in a thread of its own with a time of its own, so that one that hangs is told as such and holds
nobody up; while it hangs it is not asked again. An answer is good for a second, however many ask.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from pools.models import Presence
from pools.queries import vitals

# Seconds that a part has to answer in, and for which an answer is good.
PATIENCE: Final = 2.0
GOOD_FOR: Final = 1.0
# Thirty ticks of the beat, of which a process tells every tenth: see `pools.reporting`.
AT_WORK_WITHIN: Final = timedelta(seconds=15)

PARTS: Final = ("database", "migrations", "broker", "beat", "worker")
# What a page needs; the rest is only needed for things to go on behind it.
PARTS_OF_PAGES: Final = ("database", "migrations")


@dataclass(frozen=True)
class Finding:
    is_well: bool
    words: str


Findings = dict[str, Finding]
UNTOLD: Final = Finding(is_well=False, words="It cannot be told while the database does not answer.")


class Examination:
    """One question, asked by one thread at a time. `answer` waits for it no longer than `PATIENCE`."""

    def __init__(self, name: str, ask: Callable[[], Findings]) -> None:
        self.name = name
        self._ask = ask
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._found: Findings = {}
        self._asked_at = -GOOD_FOR

    def begin(self) -> None:
        """Ask, unless the last answer is young enough or still awaited."""
        with self._lock:
            is_awaited = self._thread is not None and self._thread.is_alive()
            if is_awaited or time.monotonic() - self._asked_at < GOOD_FOR:
                return
            self._asked_at = time.monotonic()
            self._thread = threading.Thread(target=self._run, name=f"checkup-{self.name}", daemon=True)
            self._thread.start()

    def answer(self, *, until: float) -> Findings:
        thread = self._thread
        if thread is not None:
            thread.join(max(until - time.monotonic(), 0.0))
            if thread.is_alive():
                return {self.name: Finding(is_well=False, words=f"It did not answer within {PATIENCE:g} s.")}
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._ask()
        except Exception as trouble:  # noqa: BLE001 - whatever it is, it is the answer
            # The class alone: a driver's message may name hosts and users.
            self._found = {self.name: Finding(is_well=False, words=f"It does not answer ({type(trouble).__name__}).")}
        finally:
            connection.close()


def _ask_database() -> Findings:
    missing = _unapplied()
    found = {"database": Finding(is_well=True, words="It answers."), "migrations": _of_migrations(missing)}
    if missing:
        return found
    now = timezone.now()
    here = vitals.attendance(since=now - AT_WORK_WITHIN)
    return found | {
        "beat": _of_process(here[Presence.Role.BEAT], now=now, did="ticked"),
        "worker": _of_process(here[Presence.Role.WORKER], now=now, did="worked"),
    }


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Those of this code, read from disk once per process."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _unapplied() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in _known_migrations() - applied.keys())


def _of_migrations(missing: list[str]) -> Finding:
    if missing:
        return Finding(is_well=False, words=f"{len(missing)} are not applied, the first is {missing[0]}.")
    return Finding(is_well=True, words="All are applied.")


def _of_process(here: vitals.Attendance, *, now: datetime, did: str) -> Finding:
    if here.worked_at is None:
        return Finding(is_well=False, words=f"{here.present} at work, none ever {did}.")
    age = now - here.worked_at
    words = f"{here.present} at work, last {did} {age.total_seconds():.0f} s ago."
    return Finding(is_well=age <= AT_WORK_WITHIN, words=words)


def _ask_broker() -> Findings:
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        return {"broker": Finding(is_well=True, words="Inside the worker.")}
    from console.celery import knock  # noqa: PLC0415 - without a broker a web process need not load Celery

    knock(seconds=PATIENCE)
    return {"broker": Finding(is_well=True, words="It answers.")}


_examinations: Final = (Examination("database", _ask_database), Examination("broker", _ask_broker))


def examine(parts: tuple[str, ...] = PARTS) -> Findings:
    """How each of `parts` is, within little more than `PATIENCE` seconds whatever hangs."""
    until = time.monotonic() + PATIENCE
    wanted = [each for each in _examinations if each.name in parts]
    for each in wanted:
        each.begin()
    found: Findings = {}
    for each in wanted:
        found |= each.answer(until=until)
    return {part: found.get(part, UNTOLD) for part in parts}
