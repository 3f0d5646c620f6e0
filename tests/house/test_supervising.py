"""The supervisor, with children made for the occasion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.engines import wait_for
from tests.running import ROOT

pytestmark = pytest.mark.process

_SUPERVISE = """
import json, os, sys
from pathlib import Path
from console import supervising
supervising.FIRST_PAUSE, supervising.PATIENCE = 0.01, 1.0
children = [supervising.Child(name, [sys.executable, "-c", code]) for name, code in json.loads(sys.argv[1]).items()]
sys.exit(supervising.Supervisor(children, environment=dict(os.environ), folder=Path.cwd()).run())
"""
Supervise = list[subprocess.Popen[str]]


@pytest.fixture
def started() -> Iterator[Supervise]:
    """Supervisors that a test started; none outlives it."""
    processes: Supervise = []
    yield processes
    for process in processes:
        process.terminate()
        process.wait(timeout=20)


def _supervise(started: Supervise, **children: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-c", _SUPERVISE, json.dumps(children)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    started.append(process)
    return process


def test_a_child_that_never_lives_stops_everything_with_its_name(started: Supervise) -> None:
    supervisor = _supervise(started, broken="raise SystemExit(3)", fine="import time; time.sleep(60)")
    told, _ = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert "broken ended 6 times in a row, last with 3; stopping." in told


def test_every_line_carries_the_name_of_its_child_and_stays_whole(started: Supervise) -> None:
    halves = "import sys, time; p = lambda s: (sys.stdout.write(s), sys.stdout.flush(), time.sleep(0.3))"
    supervisor = _supervise(started, a=f"{halves}; p('one '); p('line\\n'); time.sleep(60)", long_name="")
    assert supervisor.stdout
    lines = iter(supervisor.stdout.readline, "")
    assert next(line for line in lines if "line" in line) == "a         | one line\n"


def test_a_child_that_will_not_stop_is_killed(started: Supervise) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(99)"
    )
    supervisor = _supervise(started, child=deaf)
    assert supervisor.stdout
    assert "deaf" in supervisor.stdout.readline()
    family = psutil.Process(supervisor.pid).children(recursive=True)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=10) == 0
    assert not psutil.wait_procs(family, timeout=5)[1]


def test_a_job_in_the_background_hears_an_interrupt_although_shells_start_it_deaf(started: Supervise) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # what a shell does to `command &`
    try:
        supervisor = _supervise(started, child="import time; print('up', flush=True); time.sleep(99)")
    finally:
        signal.signal(signal.SIGINT, before)
    assert supervisor.stdout
    assert "up" in supervisor.stdout.readline()
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(timeout=10) == 0


def test_grandchildren_of_a_killed_child_do_not_stay(started: Supervise) -> None:
    parent = "import subprocess, time; subprocess.Popen(['sleep', '77']); print('up', flush=True); time.sleep(99)"
    supervisor = _supervise(started, child=parent)
    assert supervisor.stdout
    assert "up" in supervisor.stdout.readline()
    child, grandchild = psutil.Process(supervisor.pid).children(recursive=True)
    child.kill()
    wait_for(lambda: not grandchild.is_running(), what="the grandchild's end")


def test_nobody_reading_its_lines_is_no_reason_to_stop(started: Supervise) -> None:
    supervisor = _supervise(started, child="import time\nwhile True: print('hello', flush=True); time.sleep(0.05)")
    assert supervisor.stdout
    supervisor.stdout.readline()
    supervisor.stdout.close()
    with pytest.raises(subprocess.TimeoutExpired):
        supervisor.wait(timeout=1.5)


def test_all_tests_of_a_module_that_starts_something_run_on_one_worker(request: pytest.FixtureRequest) -> None:
    """Or each worker would start all of it again: a version of pytest or of xdist may forget about groups."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@tests/house/test_supervising.py")
