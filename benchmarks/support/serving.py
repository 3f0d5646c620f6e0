"""The product's web server as `make run` starts it, but with one process, on a database of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from console import up
from tests.engines import Postgres, dying_with_us, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
SIGTERM = 15


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The URL of an empty database, "" for SQLite in the data directory."""
    if engine == "SQLite":
        yield ""
        return
    server = Postgres()
    try:
        server.start()
        yield server.create_database()
    finally:
        server.remove()


@contextmanager
def environment(database_url: str) -> Iterator[dict[str, str]]:
    """What `make run` gives its processes, in a temporary data directory."""
    folder = Path(tempfile.mkdtemp(prefix="poolhouse-bench-"))
    told = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "ENDPOINT_PACE": "demo",
        "LOG_LEVEL": "WARNING",
        # Counted as ever, and never reached.
        "ENDPOINT_REQUESTS_PER_SECOND": "1000000",
        **({"DATABASE_URL": database_url} if database_url else {}),
    }
    (folder / "static").mkdir()
    settings = up.with_keys({**up.defaults(0), **told}, data_dir=folder)
    try:
        yield {**settings, "DJANGO_SETTINGS_MODULE": "benchmarks.support.settings"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def furnished(settings: dict[str, str], *, projects: int) -> dict[str, Any]:
    """Tables, projects and keys: what `benchmarks.support.furnish` prints."""
    command = [sys.executable, "-m", "benchmarks.support.furnish", str(projects)]
    done = subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.PIPE)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


class Server:
    """A web server that answers on `port`."""

    def __init__(self, settings: dict[str, str], command: list[str], *, port: int, quiet: bool = False) -> None:
        self.port = port
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=settings,
            preexec_fn=dying_with_us(SIGTERM),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
        )
        wait_for(self._listens, what="the web server", seconds=60)
        time.sleep(0.5)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def cpu(self) -> float:
        """Seconds of processor time that the server has used."""
        top = psutil.Process(self._process.pid)
        times = [one.cpu_times() for one in (top, *top.children(recursive=True))]
        return sum(time.user + time.system for time in times)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


@contextmanager
def serving(settings: dict[str, str], *, middleware: bool = True) -> Iterator[Server]:
    """The server of `make run` with one worker process."""
    port = free_port()
    web = list(next(child for child in up.children(settings, port=port) if child.name == "web").command)
    web[web.index("--workers") + 1] = "1"
    server = Server({**settings, "BENCH_MIDDLEWARE": str(middleware).lower()}, web, port=port)
    try:
        yield server
    finally:
        server.stop()
