"""`python manage.py sandbox`: the embedded endpoint alone, on a free port, gone without a trace when it is over.

It prints one line of JSON on standard output as soon as it answers, and nothing else there. It ends at SIGTERM, SIGINT,
with the process that started it, or when the pipe it was given as standard input is closed. Django is not loaded here:
a web server loads it, while another process makes the database ready.
"""

from __future__ import annotations

import http.client
import json
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from console.supervising import bind_to_parent
from console.up import CannotStart, with_keys

ROOT = Path(__file__).resolve().parent.parent.parent
PACES = ("instant", "quick", "demo", "real")
FILLS = ("empty", "demo", "every-phase", "large")
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
THREADS = 4
PATIENCE = 60.0  # seconds until it must answer
GRACE = 10.0  # seconds for the server to end
LOOK_EVERY = 0.25  # seconds between two looks at whether it should end

Child = subprocess.Popen[bytes]


def main(arguments: Sequence[str]) -> int:
    """Run until told to stop. Returns an exit code."""
    # Looked at before anything is said: whoever hears may be done at once.
    asked, pipe, parent = _asked(arguments), _open_pipe(), os.getppid()
    os.umask(0o077)  # the database and the keys are the owner's alone
    for number in SIGNALS:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, _stop)
    try:
        with _home(os.environ) as data_dir, _port(asked.host, asked.port) as port:
            _run(asked, _environment(asked, data_dir), port, ends_with=(parent, pipe))
    except _Stopped:
        return 0
    except CannotStart as problem:
        sys.stderr.write(f"The sandbox cannot start: {problem}\n")
    return 1


class _Stopped(BaseException):
    """It was told to stop, and that is no failure."""


def _stop(_number: int, _frame: object) -> None:
    # Told twice is told once: what was begun in stopping is finished.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise _Stopped


def _asked(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="manage.py sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="Where it listens; 0, the default: wherever is free.")
    parser.add_argument("--host", default="127.0.0.1", help="The address it listens at, 127.0.0.1 unless said.")
    parser.add_argument("--pace", choices=PACES, default="instant", help="How fast things move; instant unless said.")
    parser.add_argument("--compatibility", choices=("seed", "wide"), default="seed", help="ENDPOINT_COMPATIBILITY.")
    parser.add_argument("--fill", choices=FILLS, help="What it hosts from the start, if it hosts nothing yet.")
    parser.add_argument("--pools", type=int, default=1000, help="How many, for --fill large.")
    parser.add_argument("--identifiers", metavar="SEED", help="Draw identifiers from this seed.")
    parser.add_argument("--log", action="store_true", help="Keep the last calls.")
    return parser.parse_args(arguments)


@contextmanager
def _home(environment: Mapping[str, str]) -> Iterator[Path]:
    """DATA_DIR, which is kept, or a directory that is gone afterwards."""
    if given := environment.get("DATA_DIR"):
        kept = Path(given).resolve()
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    made = Path(tempfile.mkdtemp(prefix="poolhouse-sandbox-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _port(host: str, asked: int) -> Iterator[int]:
    """The port, held so that nobody else is given it before the server has it: two sockets of ours may share it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            held.bind((host, asked))
        except (OSError, OverflowError) as problem:
            raise CannotStart(f"port {asked} of {host} cannot be had: {problem}.") from None
        yield held.getsockname()[1]


def _environment(asked: Namespace, data_dir: Path) -> dict[str, str]:
    """What the server is told: the caller's environment, but for whatever is another product's or project's."""
    ours = {
        "DJANGO_SETTINGS_MODULE": "console.alone.settings",
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": f"sqlite:///{data_dir / 'sandbox.sqlite3'}",
        "ENDPOINT_ENABLED": "true",
        "ENDPOINT_PACE": asked.pace,
        "ENDPOINT_COMPATIBILITY": asked.compatibility,
        "ENDPOINT_REQUESTS_PER_SECOND": "0",
        "ENDPOINT_DELAYS_AT_ONCE": str(THREADS - 1),
        "ALLOWED_HOSTS": "*",
        "HTTPS": "false",
        "PYTHONUNBUFFERED": "1",
    }
    quiet = {"LOG_LEVEL": "ERROR"}  # every refusal is a warning, and tests are full of them
    theirs = {key: value for key, value in os.environ.items() if key.removesuffix("_FILE") not in ours}
    return with_keys({**quiet, **theirs, **ours}, data_dir=data_dir)


@contextmanager
def _serving(host: str, port: int, environment: Mapping[str, str]) -> Iterator[Child]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", str(THREADS), "--no-ws", "--workers-kill-timeout", "3"]
    command += ["--log-level", "warning", "console.wsgi:application"]
    server = _start(command, environment, stdout=sys.stderr)
    try:
        yield server
    finally:
        _end(server)


def _start(command: Sequence[str], environment: Mapping[str, str], *, stdout: Any) -> Child:
    # In a group of its own: a Ctrl-C on the terminal is ours to pass on.
    return subprocess.Popen(  # noqa: S603 - our own commands
        command,
        env=dict(environment),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        start_new_session=True,
        preexec_fn=bind_to_parent(),  # noqa: PLW1509 - one thread
    )


def _end(child: Child) -> None:
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _furnished(asked: Namespace, environment: Mapping[str, str], *, fresh: bool) -> dict[str, Any]:
    """Make the database ready; returns what a client needs."""
    command = [sys.executable, "manage.py", "furnish_sandbox", *(["--fresh"] if fresh else [])]
    command += ["--pools", str(asked.pools), *(["--fill", asked.fill] if asked.fill else [])]
    command += [*(["--identifiers", asked.identifiers] if asked.identifiers else []), *(["--log"] if asked.log else [])]
    child = _start(command, environment, stdout=subprocess.PIPE)
    try:
        said = child.communicate()[0]
    finally:
        _end(child)
    if child.returncode:
        raise CannotStart("its database could not be made ready; the lines above say why.")
    told: dict[str, Any] = json.loads(said)
    return told


def _run(asked: Namespace, environment: Mapping[str, str], port: int, *, ends_with: tuple[int, int | None]) -> None:
    """`ends_with` are the process that started us and the pipe it holds open."""
    with _serving(asked.host, port, environment) as server:
        told = _furnished(asked, environment, fresh="DATA_DIR" not in os.environ)
        _announce(server, asked.host, port, told)
        _stay(server, *ends_with)


def _announce(server: Child, asked: str, port: int, told: dict[str, Any]) -> None:
    host = asked if asked not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104 - as it was asked for
    _wait_until_it_answers(server, host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    sys.stdout.write(json.dumps({"address": address, **told}) + "\n")
    sys.stdout.flush()


def _wait_until_it_answers(server: Child, host: str, port: int) -> None:
    """Ask it for something: the first call of a server takes longest, and should be nobody's."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and server.poll() is None:
        asking = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        try:
            asking.request("GET", "/v2/sandbox/pools")
            asking.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
        else:
            return
        finally:
            asking.close()
    raise CannotStart("its server does not answer; the lines above may say why.")


def _stay(server: Child, parent: int, pipe: int | None) -> None:
    """Until the server ends, which is a failure, or whoever started us is gone, which is not."""
    while server.poll() is None:
        readable, _, _ = select.select([pipe] if pipe is not None else [], [], [], LOOK_EVERY)
        if os.getppid() != parent or (readable and not os.read(readable[0], 65536)):
            raise _Stopped
    raise CannotStart(f"its server ended with {server.returncode}.")


def _open_pipe() -> int | None:
    """Standard input, if it is a pipe that somebody holds open; one that is closed from the start says nothing."""
    try:
        kind = os.fstat(0).st_mode
    except OSError:
        return None
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        return None
    readable, _, _ = select.select([0], [], [], 0)
    return None if readable and not os.read(0, 65536) else 0
