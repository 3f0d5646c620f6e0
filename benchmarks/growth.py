"""How much room rows take, with their indexes, and what a pool comes to: once, and in each year that it lives.

python -m benchmarks.growth [SQLite] [PostgreSQL]
"""

import sys
from typing import Final

from benchmarks.watching import measured

# A pool is ordered, approved and deleted once, and waits, is made, settles and goes; of its draft nothing stays.
ONCE: Final = {"pool with its order": 1, "decision": 1, "deletion": 1, "stage": 4}
# A lively one breaks down and recovers twice a month, is changed once, and somebody has it read once a week.
A_YEAR: Final = {"phase change": 48, "reading": 52, "stage": 12}
# What there is at most of that, if it lives long enough: see `docs/operations.md`.
AT_MOST: Final = {"phase change": 100, "reading": 5, "stage": 13}


def main(engines: list[str]) -> None:
    kinds = [*dict.fromkeys([*ONCE, *A_YEAR]), "draft"]
    sums = ["a pool once", "a year, unpruned", "a pool of many years, pruned"]
    print(f"| bytes | {' | '.join([*kinds, *sums])} |\n{'| --- ' * (len(kinds) + len(sums) + 1)}|")
    for engine in engines:
        sizes = measured(engine, "grown")

        def summed(numbers: dict[str, int], sizes: dict[str, float] = sizes) -> float:
            return sum(sizes[kind] * number for kind, number in numbers.items()) / 1000

        once, a_year = summed(ONCE), summed(A_YEAR)
        told = [f"{sizes[kind]:.0f}" for kind in kinds]
        told += [f"{once:.1f} KB", f"{a_year:.1f} KB", f"{once + summed(AT_MOST):.0f} KB"]
        print(f"| {engine} | {' | '.join(told)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["SQLite", "PostgreSQL"])
