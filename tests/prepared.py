"""What a first start makes, made once: a product that is not about first starts begins with a copy of it.

A data directory with keys, first accounts and static files, and the database that belongs to them, on either engine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from console import up
from tests.engines import Postgres
from tests.sharing import folder, made_once

ROOT = Path(__file__).resolve().parent.parent
PORT = 8000


def lay_out(data_dir: Path, *, postgres: Postgres | None = None) -> str:
    """Fill `data_dir`, which must not exist yet; returns the URL of the database, empty for SQLite's in it."""
    if not postgres:
        shutil.copytree(made_once("prepared", _prepare), data_dir)
        return ""
    made, template = _made_on(postgres)
    shutil.copytree(made, data_dir)
    return postgres.create_database(template=template)


@cache
def _made_on(postgres: Postgres) -> tuple[Path, str]:
    """The directory to copy, and the database to copy on the server, which is this process's own."""
    url = postgres.create_database()
    place = folder() / f"prepared-{url.rpartition('/')[2]}"
    _prepare(place, DATABASE_URL=url)
    return place, url.rpartition("/")[2]


def _prepare(place: Path, **environment: str) -> None:
    place.mkdir(mode=0o700)
    told = {"PATH": os.environ["PATH"], "HOME": str(place), "DATA_DIR": str(place), **environment}
    settings = up.with_keys({**up.defaults(PORT), **told}, data_dir=place)
    command = [sys.executable, "manage.py", "prepare", "--collect-static", "--url", f"http://127.0.0.1:{PORT}"]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL, umask=0o077)
