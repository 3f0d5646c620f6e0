"""A hundred thousand pools at rest in 40 projects, watched by the worker of `make run`: does it keep its cadence, and
if not, how late is it?

    python -m benchmarks.resting [SQLite] [PostgreSQL]
"""

import sys

from benchmarks.watching import AGES, freshness

# More than a round: of every pool at least one list is looked at.
SECONDS = 75


def main(engines: list[str]) -> None:
    print(AGES)
    for engine in engines:
        freshness(engine, pools=100_000, moving=0, seconds=SECONDS)


if __name__ == "__main__":
    main(sys.argv[1:] or ["SQLite", "PostgreSQL"])
