"""Write docs/parity.md anew: `python -m tests.parity`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.parity.page import PAGE, written  # noqa: E402 - needs the settings

PAGE.write_text(written())
