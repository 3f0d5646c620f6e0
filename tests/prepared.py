"""What a first start makes, made once: a product that is not about first starts begins with a copy of it.

A data directory with keys, first accounts and static files, and the database that belongs to them, on either engine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from console import up
from tests import migrated
from tests.engines import Postgres, serving
from tests.sharing import made_once

ROOT = Path(__file__).resolve().parent.parent
PORT = 8000
# The databases that a server begins with: all tables and no rows, and the one that belongs to the data directory.
MIGRATED, PREPARED = "migrated", "prepared"


def lay_out(data_dir: Path, *, postgres: Postgres | None = None) -> str:
    """Fill `data_dir`, which must not exist yet; returns the URL of the database, empty for SQLite's in it.

    `postgres` is a `server` of ours.
    """
    if not postgres:
        shutil.copytree(made_once("prepared", _on_sqlite), data_dir)
        return ""
    shutil.copytree(_cluster() / "directory", data_dir)
    return postgres.create_database(template=PREPARED)


def begin(data_dir: Path) -> None:
    """Fill `data_dir`, which must not exist yet, as a first start has it once it has migrated: nobody is there."""
    _settings(data_dir)
    migrated.lay_out(data_dir / "poolhouse.sqlite3")


def server() -> Postgres:
    """A PostgreSQL server, not started yet, on which both databases stand for others to be copies of."""
    return Postgres(like=_cluster() / "databases")


def _cluster() -> Path:
    return made_once("cluster", _on_postgres)


def _on_sqlite(place: Path) -> None:
    settings = _settings(place)
    migrated.lay_out(place / "poolhouse.sqlite3")
    _prepare(settings)


def _on_postgres(place: Path) -> None:
    place.mkdir(mode=0o711)
    with serving(Postgres()) as first:
        migrated.make(first.create_database(name=MIGRATED))
        url = first.create_database(name=PREPARED, template=MIGRATED)
        _prepare(_settings(place / "directory", DATABASE_URL=url))
        first.keep(place / "databases")


def _settings(place: Path, **environment: str) -> dict[str, str]:
    """For a start with its data in `place`. Makes the keys: they are older than the database, or it is not trusted."""
    place.mkdir(mode=0o700)
    told = {"PATH": os.environ["PATH"], "HOME": str(place), "DATA_DIR": str(place), **environment}
    return up.with_keys({**up.defaults(PORT), **told}, data_dir=place)


def _prepare(settings: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "prepare", "--collect-static", "--url", f"http://127.0.0.1:{PORT}"]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL, umask=0o077)
