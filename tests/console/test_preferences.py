"""How a person likes their pages: kept on the person, followed on every page, and nobody else's business."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from console.preferences import zones
from pools.models import Membership, User
from tests.builders import person, team

pytestmark = pytest.mark.django_db

CHOSEN = {"language": "", "time_zone": "Asia/Shanghai", "density": "compact", "theme": "dark"}


@pytest.fixture
def mia(client: Client) -> User:
    user = person(username="mia", member_of=team())
    client.force_login(user)
    return user


def test_what_was_chosen_is_kept_on_the_person(client: Client, mia: User) -> None:
    assert client.post(reverse("preferences"), CHOSEN).status_code == 302
    mia.refresh_from_db()
    assert (mia.time_zone, mia.density, mia.single_keys) == ("Asia/Shanghai", "compact", False)


def test_the_next_page_follows_it_from_its_first_byte(client: Client, mia: User) -> None:
    client.post(reverse("preferences"), CHOSEN)
    page = client.get(reverse("preferences")).content.decode()
    assert '<html lang="en" data-theme="dark" data-density="compact">' in page


def test_times_are_of_the_zone_that_was_chosen(client: Client, mia: User) -> None:
    User.objects.filter(pk=mia.pk).update(time_zone="Asia/Shanghai")
    Membership.objects.filter(user=mia).update(since=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    page = client.get(reverse("team", args=[mia.teams.get().slug])).content.decode()
    assert "2 Mar 2026" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "tlh"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"density": "\x00"},
        {"theme": "<b>"},
        {"time_zone": "e" * 5000},
    ],
)
def test_what_nobody_offered_is_told_beside_its_field(client: Client, mia: User, wrong: dict[str, str]) -> None:
    answer = client.post(reverse("preferences"), {**CHOSEN, **wrong})
    mia.refresh_from_db()
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert mia.time_zone == ""


@pytest.mark.parametrize("kept", [{"language": "tlh"}, {"time_zone": "Gone/Zone"}])
def test_a_choice_that_is_no_longer_offered_hurts_no_page(client: Client, mia: User, kept: dict[str, str]) -> None:
    User.objects.filter(pk=mia.pk).update(**kept)
    assert client.get(reverse("dashboard")).status_code == 200


def test_one_persons_zone_is_not_the_next_ones(client: Client, mia: User) -> None:
    User.objects.filter(pk=mia.pk).update(time_zone="Asia/Shanghai")
    client.get(reverse("dashboard"))
    assert timezone.get_current_timezone_name() == "UTC"


def test_preferences_cost_a_page_no_query(client: Client, mia: User) -> None:
    client.get(reverse("preferences"))
    plain = _queries(client)
    User.objects.filter(pk=mia.pk).update(time_zone="Asia/Shanghai")
    assert _queries(client) == plain


def _queries(client: Client) -> int:

    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("preferences"))
    return len(captured)


def test_zones_are_those_of_places() -> None:
    assert "Europe/Berlin" in zones()
    assert not [zone for zone in zones() if zone.startswith("Etc/")]
