"""The Celery app: its settings, the beat, the nudge, and the worker that needs no broker.

`CELERY_BROKER_URL` decides. On `memory://`, the default, `manage.py worker` is one process with threads and a beat of
its own. With Redis, `celery --app console.celery worker` and `… beat` run the same tasks, as many as one likes.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from celery import Celery, signals
from celery.beat import EmbeddedService, Scheduler
from celery.worker import state
from django.conf import settings

from pools import tracing, turns

if TYPE_CHECKING:
    from console.presence import Register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

logger = logging.getLogger(__name__)

# Threads mostly wait for a cloud, each of them for up to a minute; three more are never taken for that, so that while
# one prunes there is always one to wake, and to say of the next message that its turn is later.
THREADS: Final = sum(turns.THREADS.values()) + 3
# Giving back what is held must not keep a process from ending either: whatever is left to its lease is found by that.
GIVING_BACK: Final = 3.0

_stopping = threading.Event()

app = Celery("poolhouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    # A message lost with a worker costs nothing: the next waking finds the row. So nothing is kept to be redelivered.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_pool="threads",
    worker_concurrency=THREADS,
    worker_redirect_stdouts=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # It has nothing to remember from one start to the next: a tick only says "look now".
    beat_scheduler="console.celery:Beat",
    beat_schedule={
        "wake": {"task": "pools.wake", "schedule": 0.5, "options": {"expires": 5}},
        "rewind": {"task": "pools.rewind", "schedule": 10.0, "options": {"expires": 10}},
        "remind": {"task": "pools.remind", "schedule": 60.0, "options": {"expires": 60}},
        "prune": {"task": "pools.prune", "schedule": 600.0, "options": {"expires": 600}},
    },
)
app.autodiscover_tasks(["pools"])


class Ticking(Scheduler):
    """Ticks on when the clock is set back, instead of waiting until it has caught up."""

    _ticked = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        now = time.time()
        if now < self._ticked - 1:
            for entry in self.schedule.values():
                entry.last_run_at = entry.default_now()
            self._heap = None
        self._ticked = now
        return super().tick(*args, **kwargs)


class Beat(Ticking):
    """Says, too, that it did. Two of them tick twice as often, which does no harm: each row is claimed once."""

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        sent = super().apply_async(*args, **kwargs)
        _presence().worked("beat")
        return sent


def _presence() -> Register:
    """The register of this process; it needs the models, which are not there yet when this module is loaded."""
    from console.presence import register  # noqa: PLC0415

    return register


@signals.beat_init.connect
def _beat_begins(**_: Any) -> None:
    _presence().begin("beat")


@signals.worker_ready.connect
def _worker_begins(**_: Any) -> None:
    _presence().begin("worker")


@signals.task_prerun.connect
def _task_begins(**_: Any) -> None:
    tracing.begin(tracing.new())


@signals.task_postrun.connect
def _task_is_done(**_: Any) -> None:
    _presence().worked("worker")


def _is_in_memory() -> bool:
    return str(app.conf.broker_url or "memory:").startswith("memory:")


def nudge(name: str = "pools.wake", *args: Any) -> None:
    """Tell the worker that there is something to do, so that it need not find out by itself.

    A courtesy: it never raises and never waits, and with a dead broker nothing is lost but half a second. Without a
    broker there is nobody to tell across processes, and nothing is done.
    """
    if _is_in_memory():
        return
    threading.Thread(target=_send, args=(name, args), daemon=True, name="nudge").start()


def knock(*, seconds: float = 1) -> None:
    """See that the broker answers within this time; raises whatever it does instead."""
    with _connection(seconds) as connection:
        connection.default_channel.close()


def _connection(seconds: float) -> Any:
    short = {"socket_timeout": seconds, "socket_connect_timeout": seconds, "max_retries": 0}
    return app.connection_for_write(connect_timeout=seconds, transport_options=short)


def _send(name: str, args: tuple[Any, ...]) -> None:
    try:
        with _connection(1) as connection:
            app.send_task(name, args=args, connection=connection, retry=False, expires=30)
    except Exception as trouble:  # noqa: BLE001 - whatever a broker does, an order that is placed stays placed
        logger.warning("The worker could not be nudged: %s", trouble)


def run_embedded_worker() -> None:
    """Work until SIGTERM or SIGINT: one process, threads for tasks, one more for the beat."""
    worker = app.WorkController(without_gossip=True, without_mingle=True, without_heartbeat=True)
    beat: Any = EmbeddedService(app, thread=True, scheduler_cls="console.celery:Beat")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    beat.start()
    logger.info("The worker is at work.")
    worker.start()
    beat.stop()
    logger.info("The worker has stopped.")


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Ask the worker to finish; asked twice, just go."""
    if _stopping.is_set():
        os._exit(1)
    _begin_to_stop()
    setattr(state, "should_stop", os.EX_OK)  # noqa: B010 - Celery's own way to be told; its stubs say it is None


@signals.worker_shutting_down.connect
def _begin_to_stop(**_: Any) -> None:
    """Take no more work, and be gone when the grace is over; in a signal handler, and so without a word."""
    from pools import returning  # noqa: PLC0415 - as above

    if _stopping.is_set():
        return
    _stopping.set()
    returning.begin_to_stop()
    timer = threading.Timer(settings.WORKER_GRACE, _go)
    timer.daemon = True
    timer.start()


def _go() -> None:
    """Calls are still under way: give back what they hold, and leave them."""
    giver = threading.Thread(target=_give_back, daemon=True)
    giver.start()
    giver.join(GIVING_BACK)
    os._exit(0)


def _give_back() -> None:
    from pools import returning  # noqa: PLC0415 - as above

    freed = returning.give_all_back()
    logger.info("The worker has stopped; %s rows were given back unfinished.", freed)
    _presence().end()


@signals.worker_shutdown.connect
def _worker_ends(**_: Any) -> None:
    _presence().end()
