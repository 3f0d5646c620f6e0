"""Explore the endpoint by its description for some time, at random: `python -m tests.endpoint.explore --minutes 10`."""

import argparse
import os
import subprocess
import sys
import time
from random import SystemRandom


def main() -> int:
    """Explore until the time is over or something is found; tells the seed of each round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long to go on beginning rounds")
    parser.add_argument("--examples", type=int, default=100, help="made-up cases for each operation of a round")
    parser.add_argument("--seed", type=int, help="play the round of this seed again, and no other")
    asked, rest = parser.parse_known_args()
    ends = time.monotonic() + asked.minutes * 60
    while True:
        seed = asked.seed if asked.seed is not None else SystemRandom().randrange(2**32)
        print(f"seed {seed}", flush=True)  # noqa: T201 - said to whoever waits
        command = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses=2", "--timeout=0"]
        command += [f"--hypothesis-seed={seed}", "tests/endpoint/test_explored.py", *rest]
        done = subprocess.run(command, env={**os.environ, "EXPLORE_EXAMPLES": str(asked.examples)}, check=False)
        if done.returncode or asked.seed is not None or time.monotonic() > ends:
            return done.returncode


if __name__ == "__main__":
    sys.exit(main())
