"""`make run`: one command, two processes, nothing lost and nothing left behind."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests import prepared
from tests.engines import free_port, wait_for
from tests.running import ROOT, Product, running

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """At its first start."""
    with running(fresh=True) as started:
        yield started


def test_first_run_json_has_the_shape_that_tools_rely_on(product: Product) -> None:
    told = product.first_run
    assert told["console"] == product.url
    assert [sorted(account) for account in told["accounts"]] == [["password", "role", "team", "username"]] * 5
    assert set(told["endpoint"]) == {"url", "project_id", "domain_id", "access_key", "secret_key", "iam"}
    assert set(told["endpoint"]["iam"]) == {"domain", "username", "password"}


def test_one_team_has_two_of_each_and_another_team_has_a_member(product: Product) -> None:
    accounts = product.first_run["accounts"]
    home = next(account["team"] for account in accounts if account["role"] == "admin")
    roles = [(account["team"] == home, account["role"]) for account in accounts]
    assert sorted(roles) == [(False, "member"), (True, "admin"), (True, "admin"), (True, "member"), (True, "member")]


def test_what_the_data_directory_holds_is_the_owners_alone(product: Product) -> None:
    data = product.data_dir / "data"
    others = {path.name for path in [data, *data.iterdir()] if path.stat().st_mode & 0o077}
    assert others == set()


def test_passwords_are_kept_as_the_documentation_says(product: Product) -> None:
    with sqlite3.connect(product.data_dir / "data" / "poolhouse.sqlite3") as database:
        kept = database.execute("SELECT DISTINCT substr(password, 1, 15) FROM pools_user").fetchall()
    assert kept == [("argon2$argon2id",)]


def test_every_first_account_can_sign_in(product: Product) -> None:
    for account in product.first_run["accounts"]:
        assert product.session(account).get(f"{product.url}/", timeout=10).status_code == 200


def test_no_password_or_key_is_written_to_a_log(product: Product) -> None:
    endpoint = product.first_run["endpoint"]
    secrets = [account["password"] for account in product.first_run["accounts"]]
    secrets += [endpoint["secret_key"], endpoint["iam"]["password"]]
    assert not [secret for secret in secrets if secret in product.log()]


def test_healthz_answers_without_a_word_about_the_inside(product: Product) -> None:
    answer = requests.get(f"{product.url}/healthz", timeout=5)
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_killed_worker_is_started_again(product: Product) -> None:
    first = wait_for(product.worker, what="the worker")
    first.kill()
    second = wait_for(lambda: _another(product, first), what="another worker")
    assert second.pid != first.pid
    assert "worker ended unexpectedly" in product.log()


def _another(product: Product, first: psutil.Process) -> psutil.Process | None:
    found = product.worker()
    return found if found and found.pid != first.pid else None


def test_a_killed_web_server_comes_back_on_its_port(product: Product) -> None:
    next(process for process in product.processes() if "granian" in process.cmdline()).kill()
    wait_for(lambda: "web ended unexpectedly" in product.log(), what="the supervisor to notice")
    wait_for(lambda: _answers(product.port), what="the web server")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_stop_leaves_no_process_and_a_second_start_loses_nothing_and_follows_its_port(product: Product) -> None:
    before = product.first_run
    assert product.stop(signal.SIGINT) == 0
    product.move_to_another_port()
    product.start()
    assert product.first_run["accounts"] == before["accounts"]
    assert product.first_run["console"] == product.first_run["endpoint"]["url"] == product.url
    assert product.first_run["endpoint"]["secret_key"] == before["endpoint"]["secret_key"]
    with sqlite3.connect(product.data_dir / "data" / "poolhouse.sqlite3") as database:
        urls = database.execute("SELECT modelarts_url, iam_url, bss_url FROM pools_project WHERE embedded").fetchall()
    assert urls == [(product.url,) * 3]
    product.session(product.account("admin"))
    assert product.log().count("its data is kept") == 1


def test_one_data_directory_serves_one_product(product: Product) -> None:
    answer = _up(DATA_DIR=str(product.data_dir / "data"), PORT="1")
    assert (answer.returncode, "already runs" in answer.stderr) == (1, True)


def test_a_killed_supervisor_takes_everything_with_it(product: Product) -> None:
    wait_for(product.worker, what="the worker")
    family = product.processes()
    family[0].kill()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive


# What cannot start says why


def _up(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console.up"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_busy_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = _up(DATA_DIR=str(tmp_path), PORT=str(port))
    assert answer.returncode == 1
    assert f"port {port} of 127.0.0.1 is in use" in answer.stderr
    assert "PORT=" in answer.stderr


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "²", "9" * 5000])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    answer = _up(DATA_DIR=str(tmp_path), PORT=port)
    assert (answer.returncode, "from 1 to 65535" in answer.stderr) == (1, True)


def test_a_number_of_web_processes_that_is_none_is_refused(tmp_path: Path) -> None:
    answer = _up(DATA_DIR=str(tmp_path), WEB_PROCESSES="none")
    assert (answer.returncode, "WEB_PROCESSES is 'none'" in answer.stderr) == (1, True)


def test_a_setting_that_cannot_be_is_named_at_the_start(tmp_path: Path) -> None:
    answer = _up(DATA_DIR=str(tmp_path), PORT=str(free_port()), MONITORING_TOKEN="short")
    assert (answer.returncode, "MONITORING_TOKEN is shorter than 16" in answer.stderr) == (1, True)


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    gone = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"
    answer = _up(DATA_DIR=str(tmp_path), PORT=str(free_port()), DATABASE_URL=gone)
    assert answer.returncode == 1
    assert "the database does not answer" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_lost_credentials_keys_are_never_made_anew_beside_a_database(tmp_path: Path) -> None:
    (tmp_path / "poolhouse.sqlite3").touch()
    answer = _up(DATA_DIR=str(tmp_path), PORT="8000")
    assert (answer.returncode, "cannot be read without it" in answer.stderr) == (1, True)


def test_passwords_are_shown_once_on_a_terminal(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    prepared.begin(data_dir)
    first, second = _on_a_terminal(data_dir), _on_a_terminal(data_dir)
    passwords = [row["password"] for row in json.loads((data_dir / "first-run.json").read_text())["accounts"]]
    assert all(password in first for password in passwords)
    assert not any(password in second for password in passwords)
    assert str(data_dir / "first-run.json") in second


def _on_a_terminal(data_dir: Path) -> str:
    """What somebody sees who starts the product on a terminal and presses Ctrl-C when told where to go."""
    reader, terminal = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "PORT": str(free_port())}
    up = subprocess.Popen(
        [sys.executable, "-m", "console.up"],
        cwd=ROOT,
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    try:
        while True:
            seen += os.read(reader, 4096)
            if b"Ctrl-C stops it" in seen:
                up.send_signal(signal.SIGINT)
    except OSError:  # the terminal is closed when its last user ends
        pass
    finally:
        os.close(reader)
        up.wait(timeout=30)
    return seen.decode()
