"""The embedded endpoint on a real port, a faulty proxy before it, and a project that speaks through the proxy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import requests
from django.db.models import F
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from pools import submitting
from pools.endpoint import admitting, stocking
from pools.endpoint.models import BillingOrder, HostedPool
from pools.models import Decision, Deletion, Founding, Intervention, Order, Pool, Project, Refit, Resize, Team, User
from tests import builders
from tests.faulty import Proxy

PROJECT_ID = "6f5da086876d4cd084d36f8bd3346036"
READ_TIMEOUT = 1.0

Errand = Order | Decision | Deletion | Resize | Refit | Intervention | Founding
E = TypeVar("E", bound=Order | Decision | Deletion | Resize | Refit | Intervention | Founding)


@dataclass
class Abroad:
    """Both sides of the door: what we ordered, and what the endpoint hosts."""

    proxy: Proxy
    project: Project
    team: Team
    member: User
    admin: User

    def order(self, *, name: str = "pool-one", scope: tuple[str, ...] = ("Train",), **fields: Any) -> Order:
        body = builders.payload(
            name=name,
            network={"name": f"network-21e1-{PROJECT_ID}"},
            resources=[{"flavor": "modelarts.vm.cpu.8ud", "count": 1}],
            scope=list(scope),
        )
        return builders.order(
            **{
                "team": self.team,
                "placed_by": self.member,
                "project": self.project,
                "name": name,
                "body": body,
                **fields,
            }
        )

    def accepted(self, *, name: str = "pool-one", **spec: Any) -> Order:
        """An order that the endpoint accepted, its pool Waiting."""
        order = self.order(name=name, **spec)
        # Nothing is tried here yet: a slow machine is given time.
        with override_settings(UPSTREAM_READ_TIMEOUT=30):
            submitting.submit(order)
        Pool.objects.filter(order=order).update(phase="Waiting")
        return Order.objects.get(pk=order.pk)

    def hosted(self, name: str = "pool-one") -> list[HostedPool]:
        """Every pool the endpoint ever made under this name."""
        return list(HostedPool.objects.filter(name=name))

    def bill(self, order: Order) -> BillingOrder:
        return BillingOrder.objects.get(order_id=Order.objects.get(pk=order.pk).billing_order)


@pytest.fixture
def abroad(live_server: LiveServer, settings: Any) -> Iterator[Abroad]:
    # The first call of a process finds half of the endpoint not loaded yet, and may take longer than is waited here.
    requests.get(f"{live_server.url}/v2/{PROJECT_ID}/pools", timeout=60)
    settings.UPSTREAM_READ_TIMEOUT = READ_TIMEOUT
    account = admitting.open_account("poolhouse")
    endpoint = admitting.open_project(account, name="cn-north-4", project_id=PROJECT_ID)
    stocking.load(endpoint)
    key = admitting.issue_key(endpoint)
    proxy = Proxy(live_server.url)
    team = builders.team()
    project = builders.project(
        teams=(team,),
        url=proxy.url,
        project_id=PROJECT_ID,
        domain_id=account.domain_id,
        access_key=key.access_key,
        secret_key=key.secret_key,
        embedded=True,
    )
    yield Abroad(
        proxy=proxy,
        project=project,
        team=team,
        member=builders.person(member_of=team),
        admin=builders.person(admin_of=team),
    )
    proxy.close()


def fresh(errand: E) -> E:
    """The row as it is now."""
    row: E = type(errand)._default_manager.get(pk=errand.pk)  # type: ignore[assignment]
    return row


def pass_time(errand: Errand, **much: float) -> None:
    """Make everything about the row so much older, as if the worker had slept."""
    ago = timedelta(**much)
    type(errand)._default_manager.filter(pk=errand.pk).update(
        **{
            name: F(name) - ago
            for name in ("due_at", "lease_until", "first_sent_at", "last_sent_at")
            if getattr(fresh(errand), name) is not None
        }
    )


def attend_until_settled(errand: Errand, *, looks: int = 12) -> None:
    """Do what the worker does, with a minute between its looks, until the row asks for nothing more or for a person."""
    for _ in range(looks):
        row = fresh(errand)
        if row.due_at is None or row.needs_person:
            return
        submitting.attend(row)
        if fresh(errand).due_at is not None:
            pass_time(errand, minutes=1)
    raise AssertionError(f"not settled: {fresh(errand).state} {fresh(errand).failure_code}")
