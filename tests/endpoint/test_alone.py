"""`manage.py sandbox`: one line, a whole endpoint, and nothing left of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests.alone import COMMAND, Alone, alone, hear, start
from tests.endpoint.guests import creation
from tests.engines import wait_for
from tests.running import ROOT

pytestmark = pytest.mark.process

POOLS = "/v2/{project}/pools"


@pytest.fixture(scope="module")
def running() -> Iterator[Alone]:
    with alone("--log") as one:
        yield one


@pytest.fixture
def clean(running: Alone) -> Alone:
    """The running one as it was at its start."""
    running.steer("reset")
    return running


@pytest.fixture
def temporary(tmp_path: Path) -> dict[str, str]:
    """Where its own directory is made, so that one can see whether it is gone."""
    return {"TMPDIR": str(tmp_path)}


def pool(name: str, running: Alone) -> dict[str, Any]:
    return creation(name=name, network={"name": f"network-21e1-{running.project}"})


def test_its_one_line_says_what_a_client_needs(running: Alone) -> None:
    assert set(running.told) == {"address", "project_id", "domain_id", "access_key", "secret_key", "iam"}
    assert set(running.told["iam"]) == {"domain", "username", "password"}


def test_it_answers_like_any_endpoint(clean: Alone) -> None:
    assert clean.call("POST", POOLS, json=pool("pool-one", clean)).status_code == 200
    shown = clean.call("GET", f"{POOLS}/pool-one-{clean.project}").json()
    assert shown["status"]["phase"] == "Running"


def test_it_gives_tokens_for_its_password(running: Alone) -> None:
    iam = running.told["iam"]
    user = {"name": iam["username"], "password": iam["password"], "domain": {"name": iam["domain"]}}
    asked = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    assert requests.post(f"{running.told['address']}/v3/auth/tokens", json=asked, timeout=30).status_code == 201


def test_it_describes_itself_and_has_no_pages(running: Alone) -> None:
    assert requests.get(f"{running.told['address']}/_sandbox/openapi.json", timeout=30).status_code == 200
    for path in ("/", "/sign-in/", "/sandbox/", "/admin/"):
        assert requests.get(running.told["address"] + path, timeout=30).status_code == 404


@pytest.mark.parametrize(("moment", "made"), [("before", 404), ("after", 200)])
def test_a_dropped_connection_breaks_and_the_effect_is_as_the_rule_says(clean: Alone, moment: str, made: int) -> None:
    rule = clean.steer("faults", kind="drop", operation="CreatePool", moment=moment)["id"]
    clean.steer(f"faults/{rule}/apply")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        clean.call("POST", POOLS, json=pool("pool-lost", clean))
    assert clean.call("GET", f"{POOLS}/pool-lost-{clean.project}").status_code == made


def test_what_a_client_sees_of_a_dropped_connection_on_its_socket(clean: Alone) -> None:
    """The head of a 502 at most, never a body, and the end at once: not after a time-out."""
    rule = clean.steer("faults", kind="drop", operation="KeystoneCreateUserTokenByPassword")["id"]
    clean.steer(f"faults/{rule}/apply")
    iam, host = clean.told["iam"], clean.told["address"].removeprefix("http://")
    user = {"name": iam["username"], "password": iam["password"], "domain": {"name": iam["domain"]}}
    scope = {"project": {"id": clean.project}}
    body = json.dumps({"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}})
    head = f"POST /v3/auth/tokens HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host.split(":")[0], int(host.split(":")[1])), timeout=10) as line:
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        heard = b""
        while chunk := line.recv(65536):
            heard += chunk
    assert re.fullmatch(rb"|HTTP/1.1 502 .*content-length: 64\r\n.*\r\n\r\n", heard, re.DOTALL)


def test_while_a_call_is_held_up_others_are_answered(clean: Alone) -> None:
    rule = clean.steer("faults", kind="delay", seconds=100, operation="ListPools")["id"]
    clean.steer(f"faults/{rule}/apply")
    path = "/_sandbox/v1/{project}/faults"
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(clean.call, "GET", POOLS)
        wait_for(lambda: clean.call("GET", path).json()["faults"][0]["hits"] == 1, what="the call to be held up")
        assert clean.call("GET", "/v1/{project}/networks").status_code == 200
        assert not waiting.done()
        clean.call("DELETE", path)
        assert waiting.result(timeout=30).status_code == 200


def test_many_calls_at_once_are_answered(clean: Alone) -> None:
    documents = [pool(f"pool-{number}", clean) for number in range(24)]
    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(lambda document: clean.call("POST", POOLS, json=document).status_code, documents))
    assert told == [200] * 24


def test_told_to_stop_it_leaves_nothing_behind(temporary: dict[str, str], tmp_path: Path) -> None:
    process = start(environment=temporary)
    family = hear(process).family()
    assert len(list(tmp_path.iterdir())) == 1
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, b"")
    assert list(tmp_path.iterdir()) == []
    assert psutil.wait_procs(family, timeout=10)[1] == []


def test_it_ends_when_the_pipe_it_was_given_is_closed(temporary: dict[str, str], tmp_path: Path) -> None:
    process = start(environment=temporary)
    assert process.stdin
    process.stdin.write(b"whatever is typed is not listened to")
    process.stdin.flush()
    hear(process)
    process.stdin.close()  # at once: it may not even have said all it has to say
    assert process.wait(timeout=30) == 0
    assert list(tmp_path.iterdir()) == []


def test_in_another_projects_environment_and_without_a_pipe_it_runs_says_nothing_and_ends_at_ctrl_c(
    temporary: dict[str, str], tmp_path: Path
) -> None:
    """Nor are refusals any news to its log."""
    theirs = {
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "DATABASE_URL": "postgres://nowhere/shop",
        "ALLOWED_HOSTS": "x",
    }
    process = start(environment=theirs | temporary, stdin=subprocess.DEVNULL)
    running = hear(process)
    assert running.call("GET", POOLS).status_code == 200
    assert running.call("GET", f"{POOLS}/pool-none").status_code == 404
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30) == (b"", b"")
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_the_process_that_started_it(temporary: dict[str, str], tmp_path: Path) -> None:
    """Which is killed, and can tell it nothing."""
    starts = f"import subprocess; subprocess.run({COMMAND!r}, stdin=subprocess.DEVNULL)"
    with subprocess.Popen(
        [sys.executable, "-c", starts],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **temporary},
        stdout=subprocess.PIPE,
    ) as starter:
        assert starter.stdout
        starter.stdout.readline()
        family = psutil.Process(starter.pid).children(recursive=True)
        starter.kill()
        assert psutil.wait_procs(family, timeout=20)[1] == []
    assert list(tmp_path.iterdir()) == []


def test_its_server_dies_with_it_however_it_ends(temporary: dict[str, str]) -> None:
    process = start(environment=temporary)
    family = hear(process).family()
    process.kill()
    process.communicate()
    assert psutil.wait_procs(family, timeout=20)[1] == []


def test_a_directory_of_ones_own_is_kept_and_so_are_keys_pools_clock_and_rules(tmp_path: Path) -> None:
    where = {"DATA_DIR": str(tmp_path / "kept")}
    with alone("--fill", "demo", **where) as before:
        before.steer("clock/freeze")
        before.steer("faults", kind="drop", operation="CreatePool", lasts=3600)
        shown = before.call("GET", "/_sandbox/v1/{project}").json()
    with alone("--fill", "demo", **where) as after:
        assert {**after.told, "address": ""} == {**before.told, "address": "", "iam": after.told["iam"]}
        again = after.call("GET", "/_sandbox/v1/{project}").json()
    for part in ("pools", "faults", "identifiers"):
        assert again[part] == shown[part]
    assert again["clock"]["now"] == shown["clock"]["now"]


def test_it_can_be_told_how_it_shall_be(temporary: dict[str, str]) -> None:
    told = ["--pace", "real", "--compatibility", "wide", "--fill", "large", "--pools", "20", "--identifiers", "tuesday"]
    with alone(*told, **temporary) as running:
        shown = running.call("GET", "/_sandbox/v1/{project}").json()
        assert shown["pace"]["pace"] == "real"
        assert sum(shown["pools"].values()) == 20
        assert shown["identifiers"]["seed"] == "tuesday"
        long = pool("a-name-of-more-than-25-letters", running)
        assert running.call("POST", POOLS, json=long).status_code == 200


def test_a_port_that_is_taken_is_told(temporary: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("--port", str(taken.getsockname()[1]), environment=temporary)
        said, why = process.communicate(timeout=30)
    assert (process.returncode, said) == (1, b"")
    assert b"The sandbox cannot start: port" in why
    assert list(tmp_path.iterdir()) == []


def test_the_documented_fixture_works_as_printed(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "endpoint.md").read_text()
    (code,) = re.findall(r"```py\n(.*?)```", page, re.DOTALL)
    (tmp_path / "test_ours.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:django", "test_ours.py"],
        cwd=tmp_path,
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "POOLHOUSE": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
