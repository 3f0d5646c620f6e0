"""What a first start makes, made once: a product that is not about first starts begins with a copy of it.

A data directory with keys, first accounts and static files, and the database that belongs to them, on either engine.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from console import up
from tests.engines import Postgres

ROOT = Path(__file__).resolve().parent.parent
PORT = 8000


def lay_out(data_dir: Path, *, postgres: Postgres | None = None) -> str:
    """Fill `data_dir`, which must not exist yet; returns the URL of the database, empty for SQLite's in it."""
    made, template = _made(postgres)
    shutil.copytree(made, data_dir)
    return postgres.create_database(template=template) if postgres else ""


@cache
def _made(postgres: Postgres | None) -> tuple[Path, str]:
    """The directory to copy, and the database to copy on a server."""
    folder = Path(tempfile.mkdtemp(prefix="poolhouse-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = postgres.create_database() if postgres else ""
    told = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DATA_DIR": str(folder / "data"),
        **({"DATABASE_URL": url} if url else {}),
    }
    data = folder / "data"
    data.mkdir(mode=0o700)
    settings = up.with_keys({**up.defaults(PORT), **told}, data_dir=data)
    command = [sys.executable, "manage.py", "prepare", "--collect-static", "--url", f"http://127.0.0.1:{PORT}"]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL, umask=0o077)
    return data, url.rpartition("/")[2]
