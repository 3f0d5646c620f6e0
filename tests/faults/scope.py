"""How much is tried: a fixed part in every run of the tests, all of it in `make soak`."""

import os
from typing import Final

SOAKING: Final = os.environ.get("POOLHOUSE_SOAK") == "yes"
