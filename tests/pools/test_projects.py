"""A project: how it is reached, and whether anybody watches it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools.models import Project

HOME = "http://127.0.0.1:8000"


def project(**fields: Any) -> Project:
    return Project(modelarts_url=HOME, access_key="AK-plain", secret_key="SK-plain", **fields)


def test_the_embedded_endpoint_serves_everything_at_one_address() -> None:
    connection = project(embedded=True).connection()

    assert (connection.bss_url, connection.iam_url) == (HOME, HOME)


def test_the_address_of_a_real_billing_centre_is_never_guessed() -> None:
    assert project().connection().bss_url == ""


def test_a_connection_shows_no_key() -> None:
    assert "plain" not in repr(project().connection())


def test_the_embedded_endpoint_is_soon_out_of_reach(settings: Any) -> None:
    settings.UPSTREAM_READ_TIMEOUT = 30.0

    assert project(embedded=True).connection().read_timeout < project().connection().read_timeout


def test_only_the_embedded_endpoint_has_a_pace(settings: Any) -> None:
    settings.ENDPOINT_PACE = "demo"

    assert (project(embedded=True).pace, project().pace) == ("demo", None)


@pytest.mark.parametrize(
    ("late", "taken", "unattended"), [(120, False, True), (120, True, False), (5, False, False), (-60, False, False)]
)
def test_a_project_whose_turn_passes_untaken_is_unattended(late: int, taken: bool, unattended: bool) -> None:
    now = timezone.now()
    row = project(look_after=now - timedelta(seconds=late), lease_until=now if taken else None)

    assert row.is_unattended is unattended
