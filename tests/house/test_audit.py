"""`make audit` never calls it good when nothing could be found out. The auditor here is told what to say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT

FINE = {"name": "fine", "version": "1", "vulns": []}
HOLED = {"name": "holed", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}
PIN = "2.10.1"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "audit", tmp_path / "tools" / "audit")
    (tmp_path / ".venv-audit" / "bin").mkdir(parents=True)
    return tmp_path


def audit(place: Path, packages: list[dict[str, Any]] | None) -> tuple[int, str]:
    """What it ends with and says, where the auditor finds these packages; None: it never gets an answer."""
    auditor = place / ".venv-audit" / "bin" / "pip-audit"
    finds = f"printf '%s' '{json.dumps({'dependencies': packages})}' > \"$out\"" if packages else "echo 'no route' >&2"
    auditor.write_text(
        f"#!/bin/bash\n[ \"$1\" != --version ] || {{ echo 'pip-audit {PIN}'; exit; }}\n"
        f'while [ $# -gt 0 ]; do [ "$1" != --output ] || out=$2; shift; done\n{finds}\nexit 1\n'
    )
    auditor.chmod(0o755)
    done = subprocess.run(["bash", "tools/audit"], cwd=place, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_pin_is_the_one_that_is_tried_here() -> None:
    assert f"pip-audit=={PIN}" in (ROOT / "tools" / "audit").read_text()


@pytest.mark.parametrize(("packages", "code", "words"), [
    ([FINE, FINE], 0, "2 packages, and nothing is known"),
    ([FINE, HOLED], 1, "holed 2: PYSEC-1, mended in 2.1"),
    ([HOLED, UNKNOWN], 1, "Nothing could be found out about unknown"),
    ([FINE, UNKNOWN], 2, "Nothing could be found out about unknown"),
    ([UNKNOWN, UNKNOWN], 2, "cannot be reached"),
    (None, 2, "no route"),
])  # fmt: skip
def test_it_ends_well_only_where_all_was_asked_about_and_nothing_is_known(
    place: Path, packages: list[dict[str, Any]] | None, code: int, words: str
) -> None:
    ended, told = audit(place, packages)
    assert (ended, words in told) == (code, True), told
