"""Changing the key that seals credentials."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from pools.models import Project
from tests import builders

pytestmark = pytest.mark.django_db


def _stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_key FROM pools_project")
        return str(cursor.fetchone()[0])


def test_after_resealing_the_old_key_is_not_needed_any_more(settings: Settings) -> None:
    builders.project(secret_key="sk-of-the-project")
    new, old = Fernet.generate_key().decode(), settings.CREDENTIALS_KEYS[0]
    settings.CREDENTIALS_KEYS = [new, old]
    call_command("reseal")
    settings.CREDENTIALS_KEYS = [new]
    assert Project.objects.get().secret_key == "sk-of-the-project"
    with pytest.raises(InvalidToken):
        Fernet(old).decrypt(_stored())


def test_a_credential_that_no_key_opens_stops_it_and_nothing_changes(settings: Settings) -> None:
    builders.project()
    before = _stored()
    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("reseal")
    assert _stored() == before
