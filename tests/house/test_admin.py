"""The Django admin changes nothing that was ordered and shows no credential. Its doors: test_admin_doors.py."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pools.models import Order, Project
from tests import builders

pytestmark = pytest.mark.django_db


def _signed_in(*, staff: bool, superuser: bool) -> Client:
    client = Client()
    client.force_login(builders.person(staff=staff, superuser=superuser))
    return client


@pytest.fixture
def order() -> Order:
    team = builders.team()
    return builders.waiting_order(team=team, placed_by=builders.person(member_of=team))


def test_a_superuser_reads_an_order_and_cannot_change_it(order: Order) -> None:
    client, page = _signed_in(staff=True, superuser=True), reverse("admin:pools_order_change", args=[order.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"state": "withdrawn"}).status_code == 403
    order.refresh_from_db()
    assert order.state == "accepted"


def test_a_project_is_read_without_its_credentials_and_changed_in_the_console_only() -> None:
    planted = {"access_key": "AKplanted1", "secret_key": "SKplanted2", "security_token": "STplanted3"}
    planted |= {"iam_user": "USplanted4", "iam_password": "PWplanted5"}
    project = builders.project(teams=(builders.team(),), **planted)
    client, page = _signed_in(staff=True, superuser=True), reverse("admin:pools_project_change", args=[project.pk])

    shown = client.get(page).content.decode()

    assert project.project_id in shown
    assert not any(secret in shown for secret in planted.values())
    assert client.post(page, {"secret_key": "another"}).status_code == 403
    assert Project.objects.get(pk=project.pk).secret_key == "SKplanted2"
