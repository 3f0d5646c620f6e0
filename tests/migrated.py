"""The empty database with all its tables, made once for a run of the tests: every process begins with a copy of it.

On SQLite it is a file; on PostgreSQL `tests.on_postgresql` makes a template, and the server copies it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.sharing import made_once

ROOT = Path(__file__).resolve().parent.parent
# Names the template on the server that DATABASE_URL is on.
TEMPLATE = "TEST_DATABASE_TEMPLATE"


def make(url: str) -> None:
    """Have the tables made in the database at `url`."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def lay_out(file: Path) -> None:
    """Have a migrated SQLite database at `file`."""
    shutil.copy(made_once("migrated.sqlite3", lambda place: make(f"sqlite:///{place}")), file)
