"""Pages of a team with 1, 10, 100, 10,000 and 100,000 pools in 40 projects: time, then memory, then statements.

Beside the team's pools stand a tenth as many that are gone, that nobody claimed, and that are another team's.

    python -m benchmarks.pages [SQLite] [PostgreSQL]
"""

import json
import subprocess
import sys
from typing import Any

from benchmarks.support.aims import at_most
from benchmarks.support.serving import ROOT, database, environment

SIZES = (1, 10, 100, 10_000, 100_000)
BASE = 10


def looked_at(engine: str) -> list[dict[str, Any]]:
    """What `benchmarks.support.looked_at` prints; what hangs does not hang for ever."""
    with database(engine) as url, environment(url) as settings:
        command = [sys.executable, "-m", "benchmarks.support.looked_at", *map(str, SIZES)]
        done = subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.PIPE, timeout=1800)
        seen: list[dict[str, Any]] = json.loads(done.stdout)
        return seen


def table(engine: str, rows: list[dict[str, Any]], kind: str, words: str) -> None:
    names = list(rows[0]["pages"])
    print(f"| {engine}, {words} | {' | '.join(names)} |\n|{' --- |' * (len(names) + 1)}")
    digits = 1 if kind == "MB" else 0
    for row in rows:
        values = [f"{row['pages'][name][kind]:.{digits}f}" for name in names]
        print(f"| {row['pools']:,} pools | {' | '.join(values)} |")
    print()


def beside(rows: list[dict[str, Any]], kind: str, words: str) -> None:
    by_size = {row["pools"]: row["pages"]["dashboard"][kind] for row in rows}
    times = {size: by_size[size] / by_size[BASE] for size in SIZES}
    told = [f"{size:,}: {at_most(ratio, 3.0, digits=1)}" for size, ratio in times.items()]
    print(f"The dashboard beside that with {BASE} pools, {words} [3]: {', '.join(told)}.")


def main(engines: list[str]) -> None:
    for engine in engines:
        rows = looked_at(engine)
        table(engine, rows, "ms", "milliseconds")
        table(engine, rows, "cpu", "milliseconds of processor time")
        table(engine, rows, "MB", "megabytes at the most")
        table(engine, rows, "queries", "statements")
        beside(rows, "ms", "by the clock")
        beside(rows, "cpu", "by processor time")
        print("Set-up in seconds:", ", ".join(f"{row['set-up']:.1f}" for row in rows), end=".\n\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["SQLite", "PostgreSQL"])
