"""The product as its users run it: real processes, a temporary data directory, a free port."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psutil
import requests

from console import up
from tests.engines import Postgres, dying_with_us, free_port, wait_for
from tests.prepared import lay_out

ROOT = Path(__file__).resolve().parent.parent
Role = Literal["member", "admin"]


class Product:
    """Web and worker under their supervisor, started by the command that `make run` ends in.

    It begins with what a first start left, unless it is to be `fresh`. `postgres` is the server that its database is
    on, instead of SQLite; `database_url` is for a database that stands already. `first_run` is the parsed
    first-run.json. `log()` is everything that was printed.
    """

    def __init__(
        self,
        *,
        pace: str,
        fresh: bool = False,
        postgres: Postgres | None = None,
        database_url: str = "",
        broker_url: str = "",
        **environment: str,
    ) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="poolhouse-product-"))
        self.first_run: dict[str, Any] = {}
        self._supervisor: subprocess.Popen[bytes] | None = None
        if not fresh and not database_url:
            database_url = lay_out(self.data_dir / "data", postgres=postgres)
        elif postgres:
            database_url = postgres.create_database()
        # From nothing: whatever the test process was told (its settings, its keys) is not the product's business.
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data_dir),
            "DATA_DIR": str(self.data_dir / "data"),
            "ENDPOINT_PACE": pace,
            # One is enough for most, and the quickest to start.
            "WEB_PROCESSES": "1",
            # Nobody here waits for a decision to be undone.
            "DECISION_UNDO_SECONDS": "0",
            **({"DATABASE_URL": database_url} if database_url else {}),
            **({"CELERY_BROKER_URL": broker_url} if broker_url else {}),
            **environment,
        }
        self.move_to_another_port()

    def move_to_another_port(self) -> None:
        """Take another free port from the next start on."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment["PORT"] = str(self.port)

    def start(self) -> None:
        """Start, or start again on the same data, and wait until the web server answers."""
        with (self.data_dir / "log").open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "console.up"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dying_with_us(signal.SIGTERM),
            )
        try:
            wait_for(self._answers, what="the product", seconds=90, pause=0.1)
        except AssertionError as problem:
            raise AssertionError(f"{problem}; its log ends:\n{self.log()[-4000:]}") from None
        self.first_run = json.loads((self.data_dir / "data" / "first-run.json").read_text())

    def _answers(self) -> bool:
        assert self._supervisor
        assert self._supervisor.poll() is None, f"it stopped with {self._supervisor.returncode}:\n{self.log()[-4000:]}"
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except (requests.ConnectionError, requests.Timeout):
            return False

    def log(self) -> str:
        return (self.data_dir / "log").read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """The supervisor and everything below it that is alive."""
        if not self._supervisor or self._supervisor.poll() is not None:
            return []
        top = psutil.Process(self._supervisor.pid)
        return [process for process in [top, *top.children(recursive=True)] if process.is_running()]

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """Stop as an operator would; returns the exit code. Fails if any process outlives the supervisor."""
        assert self._supervisor
        family = self.processes()
        self._supervisor.send_signal(signal.SIGCONT)
        self._supervisor.send_signal(signal_number)
        code = self._supervisor.wait(timeout=40)
        _, alive = psutil.wait_procs(family, timeout=15)
        for process in alive:
            process.kill()
        assert not alive, f"left behind: {alive}"
        self._supervisor = None
        return code

    def remove(self) -> None:
        if self._supervisor:
            self.stop()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def manage(self, *arguments: str, module: str = "", **environment: str) -> str:
        """Run a `manage.py` command, or a module, with the settings that web and worker have; returns what it said."""
        ours = {**up.defaults(self.port), **self.environment, **environment}
        settings = up.with_keys(ours, data_dir=Path(self.environment["DATA_DIR"]))
        command = [sys.executable, *(["-m", module] if module else ["manage.py"]), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    # The worker

    def worker(self) -> psutil.Process | None:
        """The worker's process, if it is alive."""
        return next((process for process in self.processes() if "worker" in _arguments(process)), None)

    def kill_worker(self) -> None:
        """Kill the worker as in a crash. It stays dead until `restart_worker`: its supervisor is put to sleep."""
        assert self._supervisor
        worker = wait_for(self.worker, what="a worker to kill")
        self._supervisor.send_signal(signal.SIGSTOP)
        family = [worker, *worker.children(recursive=True)]
        for process in family:
            process.kill()
        psutil.wait_procs(family[1:], timeout=10)

    def restart_worker(self) -> None:
        """Wake the supervisor, which notices that the worker is gone and starts another."""
        assert self._supervisor
        self._supervisor.send_signal(signal.SIGCONT)
        wait_for(lambda: (found := self.worker()) and found.status() != psutil.STATUS_ZOMBIE, what="a new worker")

    # People

    def account(self, role: Role = "member", *, nth: int = 0, stranger: bool = False) -> dict[str, str]:
        """One of the first accounts: the `nth` with that role in the first team, or of the other team."""
        accounts: list[dict[str, str]] = self.first_run["accounts"]
        home = next(row["team"] for row in accounts if row["role"] == "admin")
        return [row for row in accounts if (row["team"] != home) == stranger and row["role"] == role][nth]

    def session(self, account: dict[str, str]) -> requests.Session:
        """A signed-in HTTP session."""
        return sign_in(requests.Session(), account, url=self.url)


def sign_in(session: requests.Session, account: dict[str, str], *, url: str) -> requests.Session:
    """The session, signed in by the form at `url`."""
    page = session.get(f"{url}/sign-in/", timeout=10)
    page.raise_for_status()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token, "the sign-in page carries no form"
    answer = session.post(
        page.url,
        data={
            "username": account["username"],
            "password": account["password"],
            "csrfmiddlewaretoken": token[1],
        },
        headers={"Referer": page.url},
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302, f"not signed in: {answer.status_code}"
    return session


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


@contextmanager
def running(*, pace: str = "instant", **options: Any) -> Iterator[Product]:
    """A started product that is stopped and removed at the end, whatever happens in between."""
    product = Product(pace=pace, **options)
    try:
        product.start()
        yield product
    finally:
        product.remove()
