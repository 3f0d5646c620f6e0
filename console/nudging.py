"""Telling the worker that a row was made for it, as soon as it is committed. Only a courtesy: see `console.celery`."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_save

from pools.models import Decision, Deletion, Founding, Intervention, Order, Probe, Reading, Refit, Resize

logger = logging.getLogger(__name__)


def listen() -> None:
    """Once per process. One place for all rows, so that no view can forget it."""
    for noun in (Order, Decision, Deletion, Resize, Refit, Intervention, Founding, Reading, Probe):
        post_save.connect(_made, sender=noun, dispatch_uid=f"nudge-{noun.__name__}")


def _made(*, instance: Model, created: bool, **_: Any) -> None:
    if created:
        logger.info("%s %s was made", type(instance).__name__, instance.pk)
    # Without a broker there is nobody to tell, and a web process need not even load Celery.
    if created and not settings.CELERY_BROKER_URL.startswith("memory:"):
        from console.celery import nudge  # noqa: PLC0415

        # Robust: a broker that fails after the commit must not fail the page.
        transaction.on_commit(nudge, robust=True)
