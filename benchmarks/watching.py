"""Watching: what a watched pool costs, and how old what pages show is.

Cost: 500 pools, one in twenty changed from one list to the next; sweep and floor take turns. Freshness: 10,000 pools in
40 projects of an account each, a tenth of them moving, watched by the worker of `make run`. The cloud is
`benchmarks.support.cloud`, in another process: it only lists and shows, for the embedded endpoint could not keep up.

    python -m benchmarks.watching [SQLite] [PostgreSQL]
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGTERM
from typing import Any

from benchmarks.support.aims import at_least, at_most
from benchmarks.support.serving import ROOT, database, environment
from tests.engines import dying_with_us

POOLS = 500
CHANGED = 25  # of a thousand at each list; two lists are asked for between two sweeps
PROJECTS = 40
SECONDS = 75
# Requests a second, of one account: the product's default.
BUDGET = 10
# What hangs must not hang for ever.
PATIENCE = 900


@contextmanager
def cloud(projects: int, pools: int, *, moving: int = 0, changed: int = 0) -> Iterator[int]:
    """A `benchmarks.support.cloud` of its own; gives its port."""
    command = [sys.executable, "-m", "benchmarks.support.cloud", *map(str, (projects, pools, moving, changed))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, preexec_fn=dying_with_us(SIGTERM)) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def measured(engine: str, module: str, *arguments: int, **environ: str) -> dict[str, Any]:
    """What a module of `benchmarks.support` prints as JSON, run on an empty database."""
    with database(engine) as url, environment(url) as settings:
        told = {**settings, "UPSTREAM_ALLOWED_NETWORKS": "127.0.0.0/8", **environ}
        command = [sys.executable, "-m", f"benchmarks.support.{module}", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=told, check=True, stdout=subprocess.PIPE, timeout=PATIENCE)
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen


def cost(engine: str) -> None:
    """Print one row: what a pool costs in a sweep, on the floor, and asked for by itself."""
    with cloud(1, POOLS, changed=CHANGED) as port:
        seen = measured(engine, "watched", port, UPSTREAM_REQUESTS_PER_SECOND="0")
    (ours, our_cpu), (floor, floor_cpu), (show, show_cpu) = seen["ours"], seen["floor"], seen["show"]
    print(
        f"| {engine}, {seen['changed']} of {seen['pools']} changed | {ours:.0f} ({our_cpu:.0f}) "
        f"| {floor:.0f} ({floor_cpu:.0f}) "
        f"| {at_most(ours / floor, 2.5, digits=1)} ({at_most(our_cpu / floor_cpu, 2.5, digits=1)}) "
        f"| {show:.0f} ({show_cpu:.0f}) | {at_least(show / ours, 20)} ({at_least(show_cpu / our_cpu, 20)}) |",
        flush=True,
    )


COST = (
    "| microseconds (processor time) a pool | sweep | floor | sweep / floor [2.5] | one GET | GET / sweep [20] |\n"
    + "| --- " * 6
    + "|"
)
AGES = (
    "| how old what pages show is | cadence | p50 | p95 | p95 / cadence [1.5] | oldest | latest sweep "
    f"| asked a minute; in its busiest second [{BUDGET}] | worker | set-up |\n" + "| --- " * 10 + "|"
)


def freshness(engine: str, *, pools: int, moving: int, seconds: int = SECONDS) -> None:
    """Print how old what pages show is, one row for each phase."""
    with cloud(PROJECTS, pools // PROJECTS, moving=moving) as port:
        seen = measured(engine, "fresh", port, PROJECTS, seconds)
    worker, asked = seen["worker"], seen["asked"]
    said = (
        f"{seen['late']:.1f} s late | {asked['a minute']:.1f}; {at_most(asked['within a second'], BUDGET, digits=0)} "
        f"| {100 * worker['cpu']:.0f} % of a core, {worker['MB']:.0f} MB | {seen['set-up']:.0f} s"
    )
    for phase, ages in seen["ages"].items():
        cadence = ages["cadence"]
        print(
            f"| {engine}, {ages['pools']:,} {phase} | {cadence:.0f} s | {ages['p50']:.0f} s | {ages['p95']:.1f} s "
            f"| {at_most(ages['p95'] / cadence, 1.5)} | {ages['most']:.0f} s | {said} |",
            flush=True,
        )
    if seen["failing"] or seen["heard"] < PROJECTS:
        print(f"\n**{seen['failing']} projects failed, {seen['heard']} of {PROJECTS} were heard.**\n")


def main(engines: list[str]) -> None:
    print(COST)
    for engine in engines:
        cost(engine)
    print(f"\n{AGES}")
    for engine in engines:
        freshness(engine, pools=10_000, moving=10)


if __name__ == "__main__":
    main(sys.argv[1:] or ["SQLite", "PostgreSQL"])
