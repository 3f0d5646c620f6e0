"""Make the database of an endpoint that runs alone ready, with what its tests want to find in it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from typing_extensions import override

from pools.endpoint.management.commands.seed_endpoint import furnish
from pools.endpoint.models import EndpointProject
from pools.endpoint.steering import crowding, identifying, logbook, seeding
from pools.endpoint.steering.seeding import Seed


class Command(BaseCommand):
    """What is there already stays: keys are told again, and pools are hosted only where there are none."""

    help = "Prepare the database of `manage.py sandbox`; prints the project and its credentials as JSON."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="The database is new and will not be kept.")
        parser.add_argument("--fill", choices=[*Seed])
        parser.add_argument("--pools", type=int, default=crowding.USUAL)
        parser.add_argument("--identifiers")
        parser.add_argument("--log", action="store_true")

    @override
    def handle(self, *_: Any, fresh: bool, **asked: Any) -> None:
        if fresh:
            # The models as they are, in one go: whoever waits for a stand-in waits for each of its migrations.
            settings.MIGRATION_MODULES = {"endpoint": None}
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=fresh)
        with transaction.atomic():
            told = furnish({})
            self._set_up(EndpointProject.objects.get(project_id=told["project_id"]), **asked)
        self.stdout.write(json.dumps(told))

    def _set_up(
        self,
        project: EndpointProject,
        *,
        fill: str | None,
        pools: int,
        identifiers: str | None,
        log: bool,
        **_: Any,
    ) -> None:
        if identifiers is not None:
            identifying.set_seed(project, identifiers)
        if log:
            logbook.switch(project, on=True)
        if fill is not None and not seeding.occupants(project):
            project.refresh_from_db()
            seeding.sow(project, Seed(fill), pools=pools)
