"""Run pytest with a temporary PostgreSQL as the product's database: `python -m tests.on_postgresql tests/pools`."""

import os
import subprocess
import sys

from tests import migrated
from tests.engines import Postgres


def main() -> int:
    server = Postgres()
    try:
        server.start()
        template = server.create_database()
        migrated.make(template)
        name = template.rpartition("/")[2]
        environment = {**os.environ, "DATABASE_URL": server.create_database(), migrated.TEMPLATE: name}
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment, check=False).returncode
    finally:
        server.remove()


if __name__ == "__main__":
    sys.exit(main())
