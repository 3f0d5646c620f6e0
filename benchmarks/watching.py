"""What watching a pool costs, beside a floor written by hand and beside asking for each pool by itself.

One cloud, in another process, lists 500 pools over HTTP, one in twenty changed from one list to the next. Sweep and
floor take turns.

    python -m benchmarks.watching [SQLite] [PostgreSQL]
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.support.serving import ROOT, database, environment

POOLS = 500
CHANGED = 25  # of a thousand at each list; two lists are asked for between two sweeps


@contextmanager
def cloud(projects: int, pools: int, *, moving: int = 0, changed: int = 0) -> Iterator[int]:
    """A `benchmarks.support.cloud` of its own; gives its port."""
    command = [sys.executable, "-m", "benchmarks.support.cloud", *map(str, (projects, pools, moving, changed))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def cost(engine: str) -> dict[str, Any]:
    """What `benchmarks.support.watched` prints."""
    with cloud(1, POOLS, changed=CHANGED) as port, database(engine) as url, environment(url) as settings:
        reachable = {"UPSTREAM_ALLOWED_NETWORKS": "127.0.0.0/8", "UPSTREAM_REQUESTS_PER_SECOND": "0"}
        command = [sys.executable, "-m", "benchmarks.support.watched", str(port)]
        told = {**settings, **reachable}
        done = subprocess.run(command, cwd=ROOT, env=told, check=True, stdout=subprocess.PIPE)
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen


def main(engines: list[str]) -> None:
    print(
        "| a watched pool, microseconds (of processor time) | sweep | floor | sweep / floor | one GET | GET / sweep |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for engine in engines:
        seen = cost(engine)
        (ours, our_cpu), (floor, floor_cpu), (show, show_cpu) = seen["ours"], seen["floor"], seen["show"]
        print(
            f"| {engine}, {seen['changed']} of {seen['pools']} changed | {ours:.0f} ({our_cpu:.0f}) "
            f"| {floor:.0f} ({floor_cpu:.0f}) | {ours / floor:.1f} ({our_cpu / floor_cpu:.1f}) "
            f"| {show:.0f} ({show_cpu:.0f}) | {show / ours:.0f} ({show_cpu / our_cpu:.0f}) |"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["SQLite", "PostgreSQL"])
