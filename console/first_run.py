"""The first rows of an empty database: people, teams, and the project of the embedded endpoint.

`first-run.json` is written for people and for tools; its shape is `FirstRun`.
"""

from __future__ import annotations

import json
import secrets
from io import StringIO
from pathlib import Path
from typing import TypedDict

from django.conf import settings
from django.core.management import call_command

from console.private_files import write_private
from pools.models import Membership, Project, Team, User


class FirstAccount(TypedDict):
    username: str
    password: str
    role: str
    team: str


class IamUser(TypedDict):
    domain: str
    username: str
    password: str


class FirstEndpoint(TypedDict):
    url: str
    project_id: str
    domain_id: str
    access_key: str
    secret_key: str
    iam: IamUser


class FirstRun(TypedDict):
    console: str
    accounts: list[FirstAccount]
    endpoint: FirstEndpoint | None


MEMBER, ADMIN = Membership.Role.MEMBER, Membership.Role.ADMIN
# A team with two of each, so that four eyes can be tried; and one person who must not see any of it.
PEOPLE = [
    ("mia", MEMBER, "Vision"),
    ("noah", MEMBER, "Vision"),
    ("ada", ADMIN, "Vision"),
    ("omar", ADMIN, "Vision"),
    ("zoe", MEMBER, "Speech"),
]


def make_first_rows(*, path: Path, url: str, endpoint_url: str) -> FirstRun | None:
    """In a database without people, make the first ones and write `path`; else do nothing and return None.

    Call it in a transaction: the file is written last, so that it never promises what was not made.
    """
    if User.objects.exists():
        return None
    before = _read(path)
    made: FirstRun = {
        "console": url,
        "accounts": _make_people(before),
        "endpoint": _make_endpoint(path, before, url=url) if settings.ENDPOINT_ENABLED else None,
    }
    if made["endpoint"]:
        _connect(made["endpoint"], url=endpoint_url)
    write_private(path, _text(made))
    return made


def move_embedded_project(*, path: Path, url: str, endpoint_url: str) -> None:
    """On a later start: let the sample catalog follow the version, and the addresses follow the port."""
    if settings.ENDPOINT_ENABLED:
        call_command("seed_endpoint", stdout=StringIO())
    Project.objects.filter(embedded=True).exclude(modelarts_url=endpoint_url).update(
        modelarts_url=endpoint_url, iam_url=endpoint_url, bss_url=endpoint_url
    )
    known = _read(path)
    if known and known["console"] != url:
        known["console"] = url
        if known["endpoint"]:
            known["endpoint"]["url"] = url
        write_private(path, _text(known))


def _make_people(before: FirstRun | None) -> list[FirstAccount]:
    # A file without its rows is left by a start that was killed, or by another database: its passwords stay true.
    passwords = {account["username"]: account["password"] for account in before["accounts"]} if before else {}
    accounts: list[FirstAccount] = []
    for username, role, team_name in PEOPLE:
        team, _ = Team.objects.get_or_create(name=team_name, defaults={"slug": team_name.lower()})
        password = passwords.get(username) or secrets.token_urlsafe(12)
        user = User.objects.create_user(username, password=password)
        Membership.objects.create(team=team, user=user, role=role)
        accounts.append({"username": username, "password": password, "role": str(role), "team": team_name})
    return accounts


def _make_endpoint(path: Path, before: FirstRun | None, *, url: str) -> FirstEndpoint:
    said = StringIO()
    given = {"secrets_file": str(path)} if before and before["endpoint"] else {}
    call_command("seed_endpoint", stdout=said, **given)
    made = json.loads(said.getvalue())
    return {
        "url": url,
        "project_id": made["project_id"],
        "domain_id": made["domain_id"],
        "access_key": made["access_key"],
        "secret_key": made["secret_key"],
        "iam": made["iam"],
    }


def _connect(endpoint: FirstEndpoint, *, url: str) -> None:
    project, _ = Project.objects.update_or_create(
        embedded=True,
        defaults={
            "name": "Embedded endpoint",
            "project_id": endpoint["project_id"],
            "domain_id": endpoint["domain_id"],
            "modelarts_url": url,
            "iam_url": url,
            "bss_url": url,
            "access_key": endpoint["access_key"],
            "secret_key": endpoint["secret_key"],
        },
    )
    project.teams.set(Team.objects.all())


def _text(known: FirstRun) -> str:
    return json.dumps(known, indent=2) + "\n"


def _read(path: Path) -> FirstRun | None:
    try:
        known: FirstRun = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return known
