"""The worker for one machine: no broker, no second process."""

from typing import Any

from django.core.management.base import BaseCommand

from console.celery import run_embedded_worker


class Command(BaseCommand):
    # `prepare` has made them a moment ago; a worker that died should be back at once.
    requires_system_checks = []
    help = "Do what is due, in one process with a beat of its own, until Ctrl-C or SIGTERM."

    def handle(self, *_args: Any, **_options: Any) -> None:
        run_embedded_worker()
