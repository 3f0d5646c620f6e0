"""Furnish the embedded endpoint: an account, its project, a key, an IAM user, and the sample catalog."""

import json
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from typing_extensions import override

from pools.endpoint import admitting, sampling, stocking
from pools.endpoint.models import AccessKey, EndpointProject, IamUser

ACCOUNT = "poolhouse"
PROJECT_ID = "6f5da086876d4cd084d36f8bd3346036"
REGION = "cn-north-4"
USER = "poolhouse"


class Command(BaseCommand):
    """Again and again is the same as once: keys and passwords that exist stay, the catalog follows the version."""

    help = "Make the embedded endpoint's first account, project, keys and catalog; prints them as JSON."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--secrets-file", help="JSON whose `endpoint` holds the key and password to use.")
        parser.add_argument("--samples", choices=["every-phase"], help="Also host one pool for every phase there is.")

    @override
    def handle(self, *_: Any, secrets_file: str | None = None, samples: str | None = None, **__: Any) -> None:
        known: dict[str, Any] = {}
        if secrets_file:
            told = json.loads(Path(secrets_file).read_text())
            known = told.get("endpoint") or told
        with transaction.atomic():
            made = furnish(known)
            if samples:
                sampling.host(EndpointProject.objects.get(project_id=PROJECT_ID))
        self.stdout.write(json.dumps(made))


def furnish(known: dict[str, Any]) -> dict[str, Any]:
    """Make what is missing and return what a client needs; a password is told only when it was made or given."""
    account = admitting.open_account(ACCOUNT, domain_id=known.get("domain_id", ""))
    project = admitting.open_project(account, name=REGION, project_id=PROJECT_ID)
    stocking.load(project)
    key = _key(project, known)
    password = known.get("iam", {}).get("password", "")
    if not password and not IamUser.objects.filter(account=account, name=USER).exists():
        password = secrets.token_urlsafe(16)
    if password:
        admitting.enrol_user(account, name=USER, password=password)
    return {
        "project_id": project.project_id,
        "domain_id": account.domain_id,
        "access_key": key.access_key,
        "secret_key": key.secret_key,
        "iam": {"domain": account.name, "username": USER, "password": password},
    }


def _key(project: EndpointProject, known: dict[str, Any]) -> AccessKey:
    if known.get("access_key"):
        return admitting.issue_key(project, access_key=known["access_key"], secret_key=known["secret_key"])
    return AccessKey.objects.filter(project=project).order_by("pk").first() or admitting.issue_key(project)
