"""Seal every stored credential with the first of `CREDENTIALS_KEYS`, so that an old key can be taken away."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from pools.sealing import SealedField, Unreadable


class Command(BaseCommand):
    help = "Read every sealed credential with any of CREDENTIALS_KEYS and seal it again with the first of them."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            with transaction.atomic():
                count = sum(self._reseal(model) for model in apps.get_models())
        except Unreadable as problem:
            raise CommandError(f"nothing was changed: {problem}") from None
        self.stdout.write(f"{count} rows are sealed with the first key.")

    def _reseal(self, model: type[models.Model]) -> int:
        sealed = [field.name for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if not sealed:
            return 0
        rows = list(model._default_manager.only("pk", *sealed).select_for_update())
        for row in rows:
            row.save(update_fields=sealed)
        return len(rows)
