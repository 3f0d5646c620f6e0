"""Upgrade a database from its first state to the present one, with rows put into every table on the way.

`python -m tests.faults.upgrading`, in the environment of an empty database. A row is put into every table of ours as
each migration left it, so every later migration meets data of every earlier state; with a number, as every so manieth
left it, and the last. Prints, by table, how many rows were put in and how many are there in the end.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.apps import apps as present  # noqa: E402 - needs Django to be set up
from django.db import connection, models  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.utils import timezone  # noqa: E402

OURS = ("pools", "endpoint", "console")
# What migrations look into has to be what the product writes there.
DOCUMENT = {
    "metadata": {"labels": {"os.modelarts/name": "pool-ae01"}, "annotations": {"os.modelarts/billing.mode": "1"}},
    "spec": {"type": "Dedicate", "scope": ["Train"], "resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 1}]},
}
_numbers = count(1)


def main(every: int = 1) -> None:
    executor = MigrationExecutor(connection)
    plan = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    ours = [migration for migration in plan if migration.app_label in OURS]
    filled = {*ours[::every], ours[-1]}
    put: Counter[str] = Counter()
    reached: list[tuple[str, str]] = []
    migrated = 0
    for migration in plan:
        reached.append((migration.app_label, migration.name))
        if migration in filled:
            MigrationExecutor(connection).migrate(reached[migrated:])
            migrated = len(reached)
            # A state of its own: the one that migrated holds classes of before the last step.
            for model in executor.loader.project_state(reached).apps.get_models():
                if model._meta.app_label == migration.app_label:
                    put.update(_fill(model))
    MigrationExecutor(connection).migrate(executor.loader.graph.leaf_nodes())
    kept = {
        model._meta.label: model._default_manager.count()
        for model in present.get_models()
        if model._meta.app_label in OURS
    }
    sys.stdout.write(json.dumps({"put": put, "kept": kept}))


def _fill(model: type[models.Model]) -> Counter[str]:
    """Put one row into the model's table, and into those it needs; how many went where."""
    made: Counter[str] = Counter()
    _row(model, made)
    return made


def _row(model: type[models.Model], made: Counter[str]) -> models.Model:
    fields: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            if not field.null:
                other: Any = field.related_model
                fields[field.name] = _row(other, made)
        elif not (field.primary_key and isinstance(field, models.AutoField)):
            fields[field.attname] = _value(field)
    row = model._base_manager.create(**fields)
    made[model._meta.label] += 1
    return row


def _value(field: models.Field[Any, Any]) -> Any:
    """Something that the field takes, another one each time where it has to be unique."""
    if field.choices:
        return field.flatchoices[0][0]
    if field.has_default() and not field.unique and not isinstance(field, models.JSONField):
        return field.get_default()
    if field.null and not field.unique:
        return None
    number = next(_numbers)
    kinds: list[tuple[type[models.Field[Any, Any]], Any]] = [
        (models.UUIDField, uuid4()),
        (models.BooleanField, False),
        (models.JSONField, DOCUMENT),
        (models.DateTimeField, timezone.now() + timedelta(seconds=number)),
        (models.DurationField, timedelta()),
        (models.DecimalField, Decimal(0)),
        (models.FloatField, 0.0),
        (models.IntegerField, number),
    ]
    found = next((value for kind, value in kinds if isinstance(field, kind)), None)
    return f"text-{number}"[-(field.max_length or 64) :] if found is None else found


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
