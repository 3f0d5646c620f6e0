"""docker-compose.yml and the Dockerfile name only what exists: commands, variables, secrets, files."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from tests.running import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = sorted(name for name, service in COMPOSE["services"].items() if service["image"] == "poolhouse")
SETTINGS = (ROOT / "console" / "settings.py").read_text()


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_one_that_the_settings_read(service: str) -> None:
    named = {name.removesuffix("_FILE") for name in COMPOSE["services"][service]["environment"]}
    known = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))
    assert named <= known


@pytest.mark.parametrize("service", OURS)
def test_every_secret_that_is_read_is_mounted_and_made(service: str) -> None:
    definition = COMPOSE["services"][service]
    read = {Path(value).name for name, value in definition["environment"].items() if name.endswith("_FILE")}
    assert read == set(definition["secrets"]) <= set(COMPOSE["secrets"])
    maker = (ROOT / "tools" / "secrets").read_text()
    assert all(f"make_secret {secret} " in maker for secret in COMPOSE["secrets"])


@pytest.mark.parametrize("service", OURS)
def test_every_command_exists(service: str) -> None:
    program, *arguments = COMPOSE["services"][service].get("command") or _default_command()
    if program == "python":
        assert arguments[0] == "manage.py"
        assert arguments[1] in get_commands()
    else:
        assert find_spec(program)
        application = arguments[-1] if program == "granian" else arguments[arguments.index("--app") + 1]
        assert find_spec(application.partition(":")[0])


def _default_command() -> list[str]:
    found = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found
    command: list[str] = yaml.safe_load(found[1])
    return command


def test_every_service_is_watched_or_ends_by_itself() -> None:
    one_shot = {"migrate", "first-run"}
    assert {name for name, service in COMPOSE["services"].items() if "healthcheck" not in service} == one_shot


def test_nothing_is_published_beyond_this_machine() -> None:
    published = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_embedded_endpoint_is_on_in_the_demonstration_alone() -> None:
    services = COMPOSE["services"]
    on = {name for name in OURS if services[name]["environment"].get("ENDPOINT_ENABLED") == "true"}
    assert on == {name for name in OURS if services[name].get("profiles") == ["demo"]} == {"demo", "first-run"}


def test_no_secret_stands_in_the_file() -> None:
    words = re.findall(r"(?i)(?:password|secret|key)\w*: *([^\s{/<&*\[].*)", (ROOT / "docker-compose.yml").read_text())
    assert words == []


def test_the_image_is_built_from_files_that_exist_and_runs_as_nobody_special() -> None:
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY")]
    assert all((ROOT / source).exists() for sources in copied for source in sources)
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["poolhouse"]


def test_secrets_are_made_once_and_fit_their_purpose(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    script = tmp_path / "tools" / "secrets"
    script.write_bytes((ROOT / "tools" / "secrets").read_bytes())
    for _ in range(2):
        subprocess.run(["bash", str(script)], check=True, capture_output=True)
        made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
        assert set(made) == set(COMPOSE["secrets"])
    assert made["database-password"] in made["database-url"]
    assert len(made["credentials-keys"]) == 44  # what Fernet takes
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    again = subprocess.run(["bash", str(script)], check=True, capture_output=True, text=True).stdout
    assert "was made" not in again


def test_a_secret_from_a_file_loses_its_last_newline(tmp_path: Path) -> None:
    for name, text in {
        "secret": "s" * 60,
        "keys": "k" * 43 + "=",
        "database": "postgres://me:word@host:5432/mine",
    }.items():
        (tmp_path / name).write_text(text + "\n")
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from console import settings as s; print(s.SECRET_KEY, s.CREDENTIALS_KEYS, s.DATABASES)",
        ],
        env={
            "SECRET_KEY_FILE": str(tmp_path / "secret"),
            "CREDENTIALS_KEYS_FILE": str(tmp_path / "keys"),
            "DATABASE_URL_FILE": str(tmp_path / "database"),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "s" * 60 in told
    assert "'PASSWORD': 'word'" in told
    assert "'NAME': 'mine'" in told
    assert "\\n" not in told
