"""What is random about an act: names, numbers, where nodes arrive.

A project may have a seed instead. Then the same acts in the same order draw the same, in whichever web process: how
often was drawn is counted in the database, and only a reset of the project begins anew.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pools.endpoint.models import EndpointProject

# What is drawn is no secret. Processes that share a beginning must not share what follows.
_CHANCE = Random()  # noqa: S311
os.register_at_fork(after_in_child=_CHANCE.seed)
_FIRST_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Draw:
    """What one act gets. `moment` is for numbers that tell a time: real time, or with a seed a minute of its own."""

    luck: Random
    moment: datetime


def draw(project: EndpointProject) -> Draw:
    """Draw for one act in `project`."""
    if not project.ids_seed:
        return Draw(_CHANCE, timezone.now())
    number = _next_number(project)
    # The project stands in it too, for order numbers are one account's, and job IDs everybody's.
    luck = Random(f"{project.ids_seed}/{project.project_id}/{number}")  # noqa: S311 - names, not secrets
    return Draw(luck, _FIRST_MOMENT + timedelta(minutes=number))


def _next_number(project: EndpointProject) -> int:
    with transaction.atomic():
        row = EndpointProject.objects.filter(pk=project.pk)
        row.update(ids_drawn=F("ids_drawn") + 1)
        return row.values_list("ids_drawn", flat=True).get()
