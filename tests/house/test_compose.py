"""docker-compose.yml and the Dockerfile name only what exists: commands, variables, secrets, files."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.composed import COMPOSE, DOCKERFILE, command_of
from tests.running import ROOT

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


def test_every_secret_that_is_mounted_anywhere_is_made() -> None:
    mounted = {secret for service in COMPOSE["services"].values() for secret in service.get("secrets", [])}
    assert mounted == set(COMPOSE["secrets"])
    maker = (ROOT / "tools" / "secrets").read_text()
    by_hand = {"tls-certificate", "tls-key"}
    assert all(f"make_secret {secret} " in maker for secret in mounted - by_hand)
    assert all(f"secrets/{secret}.new" in maker for secret in by_hand)


@pytest.mark.parametrize("service", OURS)
def test_every_command_exists(service: str) -> None:
    program, *arguments = command_of(service)
    if program == "python":
        assert arguments[0] == "manage.py"
        assert arguments[1] in get_commands()
    else:
        assert find_spec(program)
        application = arguments[-1] if program == "granian" else arguments[arguments.index("--app") + 1]
        assert find_spec(application.partition(":")[0])


def test_every_service_is_watched_or_ends_by_itself() -> None:
    one_shot = {"migrate", "first-run"}
    assert {name for name, service in COMPOSE["services"].items() if "healthcheck" not in service} == one_shot


def test_nothing_but_the_proxy_is_published_beyond_this_machine() -> None:
    published = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    beyond = {name for name, ports in published.items() for port in ports if not port.startswith("127.0.0.1:")}
    assert beyond == {"proxy"}


@pytest.mark.parametrize("service", sorted(COMPOSE["services"]))
def test_every_service_runs_with_as_little_as_it_needs(service: str) -> None:
    definition = COMPOSE["services"][service]
    assert definition["read_only"] is True
    assert definition["cap_drop"] == ["ALL"]
    assert definition["security_opt"] == ["no-new-privileges:true"]
    assert definition["restart"] in {"unless-stopped", "on-failure"}
    assert definition["tmpfs"]
    # The image of ours and the proxy's have a user of their own; these two say which.
    assert definition.get("user") == {"database": "postgres", "broker": "redis"}.get(service)


def test_only_the_worker_reaches_the_world_and_only_ours_reach_the_database() -> None:
    networks = {name: set(service["networks"]) for name, service in COMPOSE["services"].items()}
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert {name for name, joined in networks.items() if "abroad" in joined} == {"worker", "demo"}
    assert networks["database"] == networks["broker"] == {"back"}
    assert networks["proxy"] == {"front"}


def test_whatever_is_stopped_has_longer_than_its_own_grace() -> None:
    seconds = {
        name: int(COMPOSE["services"][name]["stop_grace_period"].rstrip("s")) for name in ("web", "worker", "demo")
    }
    grace = re.search(r'"WORKER_GRACE", default=[\d.]+ if .* else ([\d.]+)\)', SETTINGS)
    assert grace
    assert seconds["worker"] >= float(grace[1]) + 5
    command = command_of("web")
    assert seconds["web"] == seconds["demo"] > int(command[command.index("--workers-kill-timeout") + 1])


def test_what_env_may_say_is_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    asked = set(re.findall(r"\$\{(\w+):-", (ROOT / "docker-compose.yml").read_text()))
    assert {name for name in asked if f"`{name}`" not in page} == set()


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


def test_a_process_that_stands_still_in_a_transaction_keeps_its_locks_for_half_a_minute() -> None:
    """As the server is asked at each connection; that it takes the wish, every test on PostgreSQL shows."""
    tell = "from console.settings import DATABASES; print(DATABASES['default']['OPTIONS']['options'])"
    told = {"SECRET_KEY": "s" * 60, "CREDENTIALS_KEYS": "k" * 43 + "=", "DATABASE_URL": "postgres://me:word@host/mine"}
    asked = subprocess.run(
        [sys.executable, "-c", tell], env=told, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert asked == "-c idle_in_transaction_session_timeout=30s\n"
