"""Every import contract of pyproject.toml fails when somebody breaks it: a contract that cannot fail says nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.running import ROOT

# Contract, the file that breaks it, and the line it breaks it with.
OFFENCES = [
    ("The face looks at the heart, never the reverse", "pools/queries/rows.py", "import console.health"),
    ("Inside pools every arrow points down", "pools/models/teams.py", "import pools.ordering"),
    ("Inside pools every arrow points down", "pools/ordering.py", "import pools.approving"),
    ("Inside pools every arrow points down", "pools/utils.py", "import json"),
    ("No page talks abroad", "console/health.py", "import pools.upstream"),
    ("No page talks abroad", "console/dashboard/views.py", "import pools.submitting"),
    ("The language and the laws know no framework", "pools/wire/enums.py", "import django"),
    ("The language and the laws know no framework", "pools/states.py", "import celery"),
    ("The guest house shares only the language", "pools/endpoint/urls.py", "import pools.models"),
    ("Nobody imports the guest house", "console/health.py", "import pools.endpoint.urls"),
    ("Nobody imports the guest house", "pools/tasks.py", "import pools.endpoint"),
    ("Rooms of the face do not know each other", "console/teams/views.py", "import console.dashboard.views"),
    ("One door to the network", "pools/tracking/sweeping.py", "import requests"),
    ("One door to the worker", "pools/tracking/sweeping.py", "from celery import shared_task"),
    ("One room for the web framework of the wire", "console/health.py", "import rest_framework"),
    ("One room for the description of the wire", "pools/endpoint/transport.py", "import drf_spectacular.openapi"),
    ("One room for the wizard library", "console/dashboard/views.py", "import formtools"),
]


def _contracts() -> list[str]:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in rules["tool"]["importlinter"]["contracts"]]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages that may be broken."""
    for package in ("console", "pools"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _broken(house: Path) -> set[str]:
    lint = Path(sys.executable).parent / "lint-imports"
    told = subprocess.run([lint, "--no-cache"], cwd=house, capture_output=True, text=True, check=False).stdout
    assert "Contracts: " in told, told
    return {name for name in _contracts() if f"{name} BROKEN" in told}


def test_the_house_as_it_stands_keeps_every_contract(house: Path) -> None:
    assert _broken(house) == set()


@pytest.mark.parametrize(("contract", "file", "offence"), OFFENCES)
def test_a_broken_contract_fails_the_build(house: Path, contract: str, file: str, offence: str) -> None:
    path = house / file
    assert path.exists() or path.name == "utils.py", "the offence has lost its place"
    path.write_text((path.read_text() if path.exists() else "") + f"\n{offence}\n")
    assert contract in _broken(house)


def test_every_contract_is_shown_to_fail() -> None:
    assert {contract for contract, _, _ in OFFENCES} == set(_contracts())
