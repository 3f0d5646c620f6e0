"""Real servers for the tests: PostgreSQL and Redis, on free ports, with temporary data, never left behind.

The kernel tells each of them to die with the test process, however that one ends.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psycopg
import redis

T = TypeVar("T")
_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_PORTS = iter(random.sample(range(15_000, 32_000), 17_000))
_promises: list[socket.socket] = []


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, and that is nobody else's as long as this process lives.

    Below those that the kernel takes for connections: whoever was promised a port may first want it after a minute.
    """
    for port in _PORTS:
        promise = socket.socket(socket.AF_UNIX)
        try:
            promise.bind(f"\0poolhouse-tests-{port}")  # a name without a file, which goes with its process
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            promise.close()
            continue
        _promises.append(promise)
        return port
    raise AssertionError("no port is free")


def wait_for(ask: Callable[[], T | None], *, what: str, seconds: float = 20, pause: float = 0.05) -> T:
    """Return the first true answer of `ask`, asked again and again; fail after `seconds`, naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)


def dying_with_us(signal_number: int) -> Callable[[], None]:
    """For `Popen(preexec_fn=…)`: the child gets the signal when this process ends, even by SIGKILL."""

    def before_exec() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal_number)

    return before_exec


def _unprivileged() -> str | None:
    """The user for servers that refuse to run as root; None when the tests are not run as root."""
    if os.geteuid() != 0:
        return None
    return "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"


def postgres_program(program: str) -> str:
    """Debian keeps the server's programs out of PATH, one folder per version; the newest is taken."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: float(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(program)
    assert found, f"{program} is not installed; packages.txt lists what the tests need"
    return found


class Postgres:
    """One PostgreSQL server. `url` names its default database; `create_database` gives a fresh one.

    It begins with nothing, or with a copy of the databases that `keep` put aside.
    """

    def __init__(self, like: Path | None = None) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="poolhouse-postgres-"))
        self.user = _unprivileged()
        self.url = f"postgres://tests@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        if self.user:
            shutil.chown(self.folder, self.user)
        if like:
            _copy(like, self._data)
            return
        initdb = [postgres_program("initdb"), "-D", str(self._data), "-U", "tests", "--auth=trust"]
        subprocess.run(
            [*initdb, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"],
            user=self.user,
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        # A machine that loses power is not what these tests are about; a killed server still keeps what was committed.
        careless = ["-c", "fsync=off", "-c", "full_page_writes=off"]
        place = ["-D", str(self._data), "-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [postgres_program("postgres"), *place, *careless],
                user=self.user,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_us(signal.SIGQUIT),
            )
        wait_for(self._answers, what="PostgreSQL")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, *, name: str = "", template: str = "") -> str:
        """The URL of a fresh database on this server: empty, or a copy of the one named `template`."""
        name = name or f"poolhouse_{uuid4().hex[:12]}"
        like = f' TEMPLATE "{template}"' if template else ""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"{like}'.encode())
        return self.url.removesuffix("postgres") + name

    def kill(self) -> None:
        """Stop at once, as in a crash: open connections break, committed data stays."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
            self._process = None

    def keep(self, place: Path) -> None:
        """Stop in good order, and have its databases at `place`, for servers that begin with them."""
        assert self._process
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=20)
        self._process = None
        _copy(self._data, place)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _copy(what: Path, place: Path) -> None:
    """With owners and rights: PostgreSQL looks at them."""
    subprocess.run(["cp", "--archive", str(what), str(place)], check=True)


class Redis:
    """One Redis server, which forgets everything when it is killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="poolhouse-redis-"))
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            ["redis-server", *settings, "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dying_with_us(signal.SIGKILL),
        )
        wait_for(self._answers, what="Redis")

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


Server = TypeVar("Server", Postgres, Redis)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, started, and gone afterwards."""
    try:
        server.start()
        yield server
    finally:
        server.remove()
