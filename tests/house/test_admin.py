"""The Django admin: a superuser may look at everything, and changes nothing that was ordered."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from pools.models import Order, Project
from tests import builders

pytestmark = pytest.mark.django_db
RECORD = ["order", "decision", "deletion", "pool", "phasechange", "catalogpart", "reading", "project", "probe"]


def _signed_in(*, staff: bool, superuser: bool) -> Client:
    client = Client()
    client.force_login(builders.person(staff=staff, superuser=superuser))
    return client


@pytest.fixture
def order() -> Order:
    team = builders.team()
    return builders.waiting_order(team=team, placed_by=builders.person(member_of=team))


@pytest.mark.parametrize("model", sorted(model._meta.model_name or "" for model in admin.site._registry))
def test_every_list_opens_for_a_superuser(order: Order, model: str) -> None:
    label = "auth" if model == "group" else "pools"
    answer = _signed_in(staff=True, superuser=True).get(reverse(f"admin:{label}_{model}_changelist"))
    assert answer.status_code == 200


@pytest.mark.parametrize("model", RECORD)
def test_a_superuser_adds_nothing_to_the_record(model: str) -> None:
    assert _signed_in(staff=True, superuser=True).get(reverse(f"admin:pools_{model}_add")).status_code == 403


def test_a_superuser_reads_an_order_and_cannot_change_it(order: Order) -> None:
    client, page = _signed_in(staff=True, superuser=True), reverse("admin:pools_order_change", args=[order.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"state": "withdrawn"}).status_code == 403
    order.refresh_from_db()
    assert order.state == "accepted"


def test_a_superuser_deletes_no_order(order: Order) -> None:
    page = reverse("admin:pools_order_delete", args=[order.pk])
    assert _signed_in(staff=True, superuser=True).post(page, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["order", "pool", "project", "user", "team"])
def test_staff_without_more_see_nothing(model: str) -> None:
    assert _signed_in(staff=True, superuser=False).get(reverse(f"admin:pools_{model}_changelist")).status_code == 403


def test_a_stranger_is_sent_to_sign_in(order: Order) -> None:
    page = reverse("admin:pools_order_change", args=[order.pk])
    answer = _signed_in(staff=False, superuser=False).get(page)
    assert answer.status_code == 302


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
