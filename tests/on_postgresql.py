"""Run pytest with a temporary PostgreSQL as the product's database: `python -m tests.on_postgresql tests/pools`."""

import os
import subprocess
import sys

from tests import migrated, prepared
from tests.engines import serving


def main() -> int:
    with serving(prepared.server()) as server:
        told = {"DATABASE_URL": server.create_database(), migrated.TEMPLATE: prepared.MIGRATED}
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, **told}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
