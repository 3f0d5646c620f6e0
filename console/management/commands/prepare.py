"""Make the database ready for a start on one's own machine or for a demonstration, and make its first people."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction

from console import ENVIRONMENT, static_files
from console.first_run import FirstRun, make_first_rows, move_embedded_project


class Command(BaseCommand):
    # What the code says was checked before it was shipped; what this machine says is checked now.
    requires_system_checks = [ENVIRONMENT]
    help = (
        "Migrate and, in an empty database, make the first accounts, teams and the project of "
        "the embedded endpoint. What was generated is written to first-run.json in the data directory. Run again, it "
        "changes nothing but what a new version or a new address asks for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", required=True, help="Where the console will be found.")
        parser.add_argument("--collect-static", action="store_true", help="Also collect the static files.")
        parser.add_argument("--endpoint-url", help="Where the worker finds the embedded endpoint; else as --url.")

    def handle(self, *_args: Any, url: str, endpoint_url: str | None, collect_static: bool, **_options: Any) -> None:
        self._see_that_database_answers()
        call_command("migrate", interactive=False, verbosity=0)
        if collect_static:
            static_files.collect()
        path = settings.DATA_DIR / "first-run.json"
        with transaction.atomic():
            made = make_first_rows(path=path, url=url, endpoint_url=endpoint_url or url)
            if not made:
                move_embedded_project(path=path, url=url, endpoint_url=endpoint_url or url)
        if made:
            self._tell(made, path)
        elif path.exists():
            self.stdout.write(f"The first accounts and keys are in {path}")

    def _see_that_database_answers(self) -> None:
        try:
            connection.ensure_connection()
        except DatabaseError as problem:
            raise CommandError(f"the database does not answer: {problem}".strip()) from None

    def _tell(self, made: FirstRun, path: Path) -> None:
        self.stdout.write(f"The first accounts and keys were written to {path}")
        if not self.stdout.isatty():
            return  # a log is no place for passwords
        self.stdout.write("Passwords, shown this once:\n")
        for account in made["accounts"]:
            self.stdout.write(
                f"  {account['username']:<8} {account['password']}   {account['role']} of {account['team']}"
            )
        self.stdout.write("")
