"""Planted credentials go in by the form, are used by the worker, and appear nowhere in the clear."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from pools import tracking
from pools.models import Probe, Project, Reading
from tests import builders
from tests.pools.upstream.stranger import Behaviour, Request, Stranger, answering

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = {"access_key": "AKPLANTED/0001", "secret_key": "SKplanted+0002", "security_token": "STplanted=0003"}
PERSON = {"iam_user": "USplanted-0004", "iam_password": "PWplanted 0005"}
TOKEN = "MIIplanted0006"
PLANTED = [*KEYS.values(), *PERSON.values(), TOKEN]


@pytest.fixture
def echo() -> Iterator[Stranger]:
    """A cloud that quotes all it was sent and knows of the credentials."""

    def choose(request: Request) -> Behaviour:
        if request.target.startswith("/v3/auth/tokens"):
            return answering({"token": {}}, status=201, headers={"X-Subject-Token": TOKEN})
        # A user's name is no secret: the cloud's own "user … is not authorised" stays readable.
        known = {"iam_password": PERSON["iam_password"]} if "x-auth-token" in request.headers else KEYS
        sent = f"{dict(request.headers)} {request.body!r} {' '.join(known.values())}"
        status = {"pools": 400, "orders": 500}.get(request.target.partition("?")[0].rpartition("/")[2], 401)
        return answering({"error_code": " ".join(known.values()), "error_msg": sent}, status=status)

    made = Stranger(choose)
    yield made
    made.close()


def everything_in(pages: list[bytes], logged: str) -> bytes:
    """Pages, log lines, a whole export of the data, and the database as it lies on disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        stored = b"".join(file.read_bytes() for file in Path(name).parent.glob(f"{Path(name).name}*"))
        assert b"Planted project" in stored
    return b"\n".join([*pages, logged.encode(), stored])


@pytest.mark.shows("ClientCredentials.secrets")
@pytest.mark.parametrize("kind", ["keys", "password"])
def test_credentials_are_nowhere_in_the_clear(
    kind: str, client: Client, echo: Stranger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    team = builders.team()
    staff = builders.person(staff=True, superuser=True, admin_of=team)
    client.force_login(staff)
    client.raise_request_exception = False
    said = {"where": "addresses", "modelarts_url": echo.url, "iam_url": echo.url, "bss_url": echo.url}
    said |= {"name": "Planted project", "project_id": "p" * 32, "signs_with": kind, "iam_domain": "acme"}
    pages = [client.post(reverse("project-new"), {**said, **KEYS, **PERSON, "name": ""}).content]
    pages.append(client.post(reverse("project-new"), {**said, **KEYS, **PERSON, "teams": [team.pk]}).content)
    project = Project.objects.get()

    tracking.probe(Probe.objects.get())
    tracking.sweep(project)
    tracking.mirror(project)
    tracking.answer(Reading.objects.create(project=project, asked_by=staff))
    assert len(echo.heard) > 4

    for url in (
        *(reverse("projects"), reverse("project", args=[project.pk]), reverse("project-edit", args=[project.pk])),
        *(reverse("dashboard"), reverse("changes"), reverse("order-new"), reverse("team", args=[team.slug])),
        *(reverse("admin:pools_project_changelist"), reverse("admin:pools_project_change", args=[project.pk])),
        reverse("admin:pools_probe_changelist"),
    ):
        answer = client.get(url)
        pages.append(answer.content)
    with override_settings(DEBUG=True, SECRET_KEY="x" * 60):  # even the pages for developers
        broken = {**said, **KEYS, **PERSON, "teams": ["\x00"], "where": "nowhere\x00"}
        pages.append(client.post(reverse("project-edit", args=[project.pk]), broken).content)

    found = everything_in(pages, caplog.text + repr(project.connection()) + repr(project))
    spellings = {secret for planted in PLANTED for secret in (planted, quote(planted), quote(planted, safe=""))}
    assert [secret for secret in spellings if secret.encode() in found] == []


def test_an_export_of_the_data_holds_them_sealed(tmp_path: Path) -> None:
    planted = builders.project(name="Planted project")
    Project.objects.filter(pk=planted.pk).update(**KEYS, **PERSON)

    call_command("dumpdata", "pools", output=str(tmp_path / "export.json"))

    exported = (tmp_path / "export.json").read_text()
    assert "Planted project" in exported
    assert [planted for planted in PLANTED if planted in exported] == []

    Project.objects.all().delete()
    call_command("loaddata", str(tmp_path / "export.json"))
    assert Project.objects.get().secret_key == KEYS["secret_key"]
