"""Let somebody try to sign in again at once, after too many wrong passwords."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from console import guarding


class Command(BaseCommand):
    help = "Forget the wrong passwords that were typed for user names, or from addresses; the next try is judged again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", help="User names.")
        parser.add_argument("--address", action="append", default=[], help="An address that is shut as a whole.")

    def handle(self, *_args: Any, names: list[str], address: list[str], **_options: Any) -> None:
        ended = sum(map(guarding.unlock, names)) + sum(map(guarding.unlock_address, address))
        self.stdout.write(f"{ended} counts of wrong passwords were ended.")
