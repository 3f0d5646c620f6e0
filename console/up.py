"""The whole product with one command, `python -m console.up`, which is where `make run` ends.

It prepares the data directory, has the database made ready, and keeps the web server and the worker alive until
Ctrl-C. Django is not loaded here: its settings come from the environment, which this prepares.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from console import wording
from console.private_files import write_private
from console.supervising import Child, Supervisor, bind_to_parent

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PORT, LAST_PORT = 8000, 65535
LONGEST_NUMBER = 6
WEB_PROCESSES, MOST_WEB_PROCESSES = 2, 64


class CannotStart(Exception):
    """Something the person who started us can mend; the message says what."""


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor takes over
    try:
        sys.exit(up(dict(os.environ)))
    except CannotStart as problem:
        sys.exit(f"Poolhouse cannot start: {problem}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def up(environment: Mapping[str, str]) -> int:
    """Prepare and run until told to stop. Returns an exit code, or raises `CannotStart`."""
    os.umask(0o077)  # the database, the keys and the first passwords are the owner's alone
    data_dir = _data_dir(environment)
    port = _number(environment, "PORT", least=1, most=LAST_PORT, usual=PORT)
    _number(environment, "WEB_PROCESSES", least=1, most=MOST_WEB_PROCESSES, usual=WEB_PROCESSES)
    with _only_one(data_dir):
        settings = with_keys({**defaults(port), **environment, "DATA_DIR": str(data_dir)}, data_dir=data_dir)
        _see_that_port_is_free(port)
        wording.make()
        _prepare(settings, port=port)
        supervisor = Supervisor(children(settings, port=port), environment=settings, folder=ROOT)
        supervisor.is_ready = lambda: _tell_when_ready(supervisor, port=port)
        code = supervisor.run()
    supervisor.say("Poolhouse has stopped; its data is kept." if code == 0 else "Poolhouse has stopped.")
    return code


def defaults(port: int) -> dict[str, str]:
    """What a start on one's own machine assumes; anything in the environment wins."""
    return {
        "DJANGO_SETTINGS_MODULE": "console.settings",
        "ENDPOINT_ENABLED": "true",
        "HTTPS": "false",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def children(settings: Mapping[str, str], *, port: int) -> list[Child]:
    """Web and worker; with a broker of its own, the worker is Celery's ordinary one and beat stands beside it."""
    python = sys.executable
    processes = settings.get("WEB_PROCESSES") or str(WEB_PROCESSES)
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    # One database thread per process: more of them only wait for each other on SQLite.
    web += ["--workers", processes, "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers"]
    web += ["--workers-kill-timeout", "3", "--log-level", "warning", "console.wsgi:application"]
    broker = settings.get("CELERY_BROKER_URL") or settings.get("CELERY_BROKER_URL_FILE") or "memory://"
    if broker.startswith("memory:"):
        # The worker's first call would find the embedded endpoint not yet there, and the page would say so.
        return [Child("web", web), Child("worker", [python, "manage.py", "worker"], waits=True)]
    celery = [python, "-m", "celery", "--app", "console.celery"]
    return [
        Child("web", web),
        Child("worker", [*celery, "worker", "--loglevel", "info", "--without-gossip", "--without-mingle"], waits=True),
        Child("beat", [*celery, "beat", "--loglevel", "info", "--pidfile", ""]),
    ]


def _data_dir(environment: Mapping[str, str]) -> Path:
    data_dir = Path(environment.get("DATA_DIR") or ROOT / ".data").resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o700)
    except OSError as problem:
        raise CannotStart(f"the data directory {data_dir} cannot be used: {problem.strerror}.") from None
    return data_dir


def _number(environment: Mapping[str, str], name: str, *, least: int, most: int, usual: int) -> int:
    asked = environment.get(name) or str(usual)
    if not asked.isascii() or not asked.isdigit() or len(asked) > LONGEST_NUMBER or not least <= int(asked) <= most:
        raise CannotStart(f"{name} is {asked!r}; a number from {least} to {most} is needed.")
    return int(asked)


def _see_that_port_is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CannotStart(f"port {port} is for the system's own services; choose one above 1023.") from None
        except OSError:
            other = port + 1 if port < LAST_PORT else port - 1
            raise CannotStart(
                f"port {port} of {HOST} is in use. Stop what listens there or choose another: PORT={other} make run"
            ) from None


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for ourselves while we run."""
    with (data_dir / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"it already runs on {data_dir}. A second one needs a DATA_DIR of its own.") from None
        yield


def with_keys(settings: dict[str, str], *, data_dir: Path) -> dict[str, str]:
    """Name the key files in the environment, making them on the first start; keys given by hand are left alone."""
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CREDENTIALS_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    for name, key in fresh.items():
        if settings.get(name) or settings.get(f"{name}_FILE"):
            continue
        file = data_dir / name.lower().replace("_", "-")
        if not file.exists():
            _see_that_nothing_is_sealed(file, data_dir=data_dir)
            write_private(file, key)
        settings[f"{name}_FILE"] = str(file)
    return settings


def _see_that_nothing_is_sealed(key_file: Path, *, data_dir: Path) -> None:
    if (data_dir / "poolhouse.sqlite3").exists() and key_file.name == "credentials-keys":
        raise CannotStart(
            f"{key_file} is gone, and the credentials in the database beside it cannot be read without it. "
            "Bring it back from a backup."
        )


def _prepare(settings: Mapping[str, str], *, port: int) -> None:
    """Have the database migrated and the first rows made, by a process that is gone afterwards."""
    command = [sys.executable, "manage.py", "prepare", "--collect-static", "--url", f"http://{HOST}:{port}"]
    code = subprocess.run(  # noqa: S603 - our own command
        command,
        env=dict(settings),
        cwd=ROOT,
        check=False,
        preexec_fn=bind_to_parent(),
    ).returncode
    if code < 0:
        raise KeyboardInterrupt
    if code:
        raise CannotStart("preparing the database did not succeed; the lines above say why.")


def _tell_when_ready(supervisor: Supervisor, *, port: int) -> bool:
    """Say where to go as soon as somebody listens there. Returns whether it was said."""
    try:
        socket.create_connection((HOST, port), timeout=0.2).close()
    except OSError:
        return False
    supervisor.say(f"\nPoolhouse is at http://{HOST}:{port} - Ctrl-C stops it.\n")
    return True


if __name__ == "__main__":
    main()
