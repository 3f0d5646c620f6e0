"""Keep what the endpoint answers as the examples of its description: `python -m tests.endpoint.keep_examples`."""

import os
import subprocess
import sys

KEEP = "KEEP_EXAMPLES"

if __name__ == "__main__":
    where = ["tests/endpoint/test_description.py", "-k", "examples"]
    command = [sys.executable, "-m", "pytest", "--quiet", *where]
    sys.exit(subprocess.run(command, env={**os.environ, KEEP: "1"}, check=False).returncode)
