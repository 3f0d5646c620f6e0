"""The embedded endpoint alone, as other people's tests start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import requests

from pools.upstream.auth import Signature
from tests.running import ROOT

COMMAND = [sys.executable, "manage.py", "sandbox"]


@dataclass
class Alone:
    """One that runs: what it said on its one line, and its process."""

    told: dict[str, Any]
    process: subprocess.Popen[bytes]

    @property
    def project(self) -> str:
        return str(self.told["project_id"])

    def call(self, method: str, path: str, *, json: Any = None, headers: dict[str, str] | None = None) -> Any:
        """A signed call; `{project}` in the path is its project."""
        return requests.request(
            method,
            self.told["address"] + path.replace("{project}", self.project),
            json=json,
            headers={"Content-Type": "application/json", **(headers or {})},
            auth=Signature(access_key=self.told["access_key"], secret_key=self.told["secret_key"]),
            timeout=60,
        )

    def steer(self, what: str, **body: Any) -> dict[str, Any]:
        answer = self.call("POST", f"/_sandbox/v1/{{project}}/{what}", json=body)
        assert answer.status_code in {200, 201}, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def family(self) -> list[psutil.Process]:
        """Its process and all below it."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]


def start(*options: str, environment: dict[str, str] | None = None, **how: Any) -> subprocess.Popen[bytes]:
    """Start one in an environment that holds nothing but PATH and what is given."""
    return subprocess.Popen(
        [*COMMAND, *options],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **(environment or {})},
        stdout=subprocess.PIPE,
        **{"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, **how},
    )


def hear(process: subprocess.Popen[bytes]) -> Alone:
    """Wait for its line."""
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        process.wait(timeout=20)
        raise AssertionError(process.stderr.read().decode() if process.stderr else "it said nothing")
    return Alone(json.loads(line), process)


@contextmanager
def alone(*options: str, **environment: str) -> Iterator[Alone]:
    """One that runs, and is gone afterwards."""
    with start(*options, environment=environment, stderr=None) as process:
        yield hear(process)
        process.terminate()
