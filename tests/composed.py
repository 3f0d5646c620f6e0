"""The services of docker-compose.yml as processes of this machine, without a container engine.

Commands and variables are the file's own; of what stands in them only addresses and paths are replaced: a container has
a network and a disk of its own, a process here shares them with its neighbours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import requests
import yaml

from tests.engines import Redis, dying_with_us, free_port, wait_for
from tests.running import ROOT, Role, sign_in

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


def default_command() -> list[str]:
    """What a service without a command of its own runs: the image's."""
    found = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found
    command: list[str] = yaml.safe_load(found[1])
    return command


def command_of(service: str) -> list[str]:
    return list(COMPOSE["services"][service].get("command") or default_command())


def environment_of(service: str, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a service, as the file `.env` would fill them in."""
    given = variables or {}
    told = COMPOSE["services"][service]["environment"]
    return {
        name: _VARIABLE.sub(lambda found: given.get(found[1]) or found[2], str(value)) for name, value in told.items()
    }


def _replaced(text: str, changes: Mapping[str, str]) -> str:
    """In one pass: what was put in is not replaced again."""
    return re.sub("|".join(map(re.escape, changes)), lambda found: changes[found[0]], text)


class Container:
    """One process of a service, with folders of its own; `place` is where it can be reached, if it listens."""

    def __init__(self, service: str, number: int, *, folder: Path) -> None:
        self.service, self.folder = service, folder / f"{service}-{number}"
        self.folder.mkdir()
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def start(self, command: list[str], environment: Mapping[str, str]) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_us(signal.SIGTERM),
            )

    def family(self) -> list[psutil.Process]:
        if not self.process or self.process.poll() is not None:
            return []
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def kill(self) -> None:
        """As a machine that loses power: the whole tree at once."""
        family = self.family()
        for process in family:
            process.kill()
        psutil.wait_procs(family, timeout=10)
        if self.process:
            self.process.wait(timeout=10)

    def stop(self) -> int:
        """As an engine does: SIGTERM to the first process. Returns its exit code."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


class Composed:
    """A whole composition on one PostgreSQL and one Redis. A service may be started several times, as on many machines.

    `url` is the proxy's, behind TLS; `first_run` is what the demonstration's first run made.
    """

    def __init__(self, database_url: str, broker: Redis, variables: Mapping[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="poolhouse-composed-"))
        self.folder.chmod(0o755)
        self.database_url, self.broker, self.variables = database_url, broker, variables
        self.containers: list[Container] = []
        self.first_run: dict[str, Any] = {}
        self.secrets = self._make_secrets()
        self.demo_port = free_port()
        self.https, self.http = free_port(), free_port()
        self.url = f"https://localhost:{self.https}"

    def _make_secrets(self) -> Path:
        """What `tools/secrets` makes; only where the database is, is told otherwise."""
        (self.folder / "tools").mkdir()
        script = shutil.copy(ROOT / "tools" / "secrets", self.folder / "tools" / "secrets")
        subprocess.run(["bash", str(script)], check=True, capture_output=True)
        secrets = self.folder / "secrets"
        (secrets / "database-url").write_text(self.database_url)
        return secrets

    def start(self, service: str) -> Container:
        """Start one more of a service."""
        number = sum(each.service == service for each in self.containers)
        container = Container(service, number, folder=self.folder)
        self.containers.append(container)
        container.start(self._command(container), self._environment(container))
        return container

    def finish(self, service: str) -> None:
        """Run one that ends by itself, and see that it ended well."""
        container = self.start(service)
        assert container.process
        assert container.process.wait(timeout=120) == 0, container.log()[-3000:]

    def start_proxy(self, *webs: Container) -> Container:
        """nginx with our configuration; the addresses that its resolver would give for `web` stand in it."""
        container = Container("proxy", 0, folder=self.folder)
        self.containers.append(container)
        text = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text()
        servers = " ".join(f"server 127.0.0.1:{web.port};" for web in webs)
        changes = {
            "listen 8080": f"listen 127.0.0.1:{self.http}",
            "listen 8443": f"listen 127.0.0.1:{self.https}",
            "http://web:8000": "http://webs",
            "        resolver 127.0.0.11 valid=5s;\n": "",
            "/run/secrets/": f"{self.secrets}/",
            " /tmp/": f" {container.folder}/",
            "http {\n": f"http {{\n    upstream webs {{ {servers} }}\n",
        }
        assert all(was in text for was in changes)
        text = _replaced(text, changes)
        configuration = container.folder / "nginx.conf"
        configuration.write_text(text)
        entrypoint = COMPOSE["services"]["proxy"]["entrypoint"]
        nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert nginx, "nginx is not installed; packages.txt lists what the tests need"
        command = [nginx, *[str(configuration) if word.endswith(".conf") else word for word in entrypoint[1:]]]
        container.start(command, {"PATH": os.environ["PATH"]})
        return container

    def _command(self, container: Container) -> list[str]:
        program, *arguments = command_of(container.service)
        port = str(self.demo_port if container.service == "demo" else container.port)
        arguments = [self._replaced(word, container) if word != "8000" else port for word in arguments]
        return [sys.executable, *arguments] if program == "python" else [sys.executable, "-m", program, *arguments]

    def _environment(self, container: Container) -> dict[str, str]:
        told = environment_of(container.service, self.variables)
        named = {name: self._replaced(value, container) for name, value in told.items()}
        data = self.folder / "demo" if container.service in {"demo", "first-run"} else container.folder
        data.mkdir(exist_ok=True)
        # What the image sets besides.
        image = {"DATA_DIR": str(data), "STATIC_ROOT": str(self.folder / "collected"), "PYTHONUNBUFFERED": "1"}
        return {"PATH": os.environ["PATH"], "HOME": str(container.folder), **image, **named}

    def _replaced(self, text: str, container: Container) -> str:
        changes = {
            "redis://broker:6379/0": self.broker.url,
            "http://localhost:8000": f"http://localhost:{self.demo_port}",
            "http://demo:8000": f"http://127.0.0.1:{self.demo_port}",
            "/run/secrets/": f"{self.secrets}/",
            "/tmp/": f"{container.folder}/",
        }
        return _replaced(text, changes)

    def collect_static(self) -> None:
        """What the image does when it is built."""
        built = {"SECRET_KEY": "build", "CREDENTIALS_KEYS": "build", "STATIC_ROOT": str(self.folder / "collected")}
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"], **built}, check=True)

    def read_first_run(self) -> None:
        self.first_run = json.loads((self.folder / "demo" / "first-run.json").read_text())

    # As tests/running.py has them

    def account(self, role: Role = "member", *, nth: int = 0, stranger: bool = False) -> dict[str, str]:
        accounts: list[dict[str, str]] = self.first_run["accounts"]
        home = next(row["team"] for row in accounts if row["role"] == "admin")
        return [row for row in accounts if (row["team"] != home) == stranger and row["role"] == role][nth]

    def session(self, account: dict[str, str]) -> requests.Session:
        """A signed-in session through the proxy."""
        return sign_in(self.client(), account, url=self.url)

    def client(self) -> requests.Session:
        """One that trusts the certificate, whatever the environment says of others."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.secrets / "tls-certificate")
        return session

    def ask(self, address: str, **options: Any) -> requests.Response:
        return self.client().get(f"{self.url}{address}", timeout=10, **options)

    def monitored(self, address: str) -> requests.Response:
        """Asked with the monitoring token."""
        token = (self.secrets / "monitoring-token").read_text().strip()
        return self.ask(address, headers={"Authorization": f"Bearer {token}"})

    def wait_until_ready(self) -> None:
        try:
            wait_for(self._is_ready, what="the composition", seconds=90, pause=0.2)
        except AssertionError as problem:
            logs = "\n".join(f"== {each.folder.name}\n{each.log()[-1500:]}" for each in self.containers)
            raise AssertionError(f"{problem}\n{logs}") from None

    def _is_ready(self) -> bool:
        try:
            return self.ask("/readyz").status_code == 200
        except requests.ConnectionError:
            return False

    def remove(self) -> None:
        for container in self.containers:
            container.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
