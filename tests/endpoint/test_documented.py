"""What docs/endpoint.md tells people to type works as printed, against the product as people run it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pools.endpoint.scenario import FATE_PREFIX, Fate
from tests.running import ROOT, Product

PAGE = (ROOT / "docs" / "endpoint.md").read_text()


def block(language: str) -> str:
    """The page's one block in this language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def run(product: Product, *command: str) -> str:
    environment = {**product.environment, "FIRST_RUN": str(Path(product.environment["DATA_DIR"]) / "first-run.json")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.shows("CreatePool.as-printed")
@pytest.mark.process
def test_the_example_with_curl_works_as_printed(product: Product) -> None:
    said = run(product, "bash", "-euo", "pipefail", "-c", block("sh"))
    assert '"os.modelarts/name":"pool-ae01"' in said
    assert '"phase":"Running"' in said


@pytest.mark.process
def test_the_example_with_the_official_sdk_works_as_printed(product: Product) -> None:
    assert run(product, sys.executable, "-c", block("python")).split() == ["Waiting", "Running"]


def test_every_fate_is_documented() -> None:
    documented = set(re.findall(rf"\| `{FATE_PREFIX}(\w+)`", PAGE))
    assert documented == {fate.value for fate in Fate} - {Fate.FINE.value}
