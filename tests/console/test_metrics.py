"""Figures for Prometheus: true, complete, cheap, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from console import metrics
from pools import counting, reporting
from pools.models import Presence
from pools.states import OrderState
from pools.wire.enums import Phase
from tests import builders
from tests.builders import person, team
from tests.console.scenes import Scene

pytestmark = pytest.mark.django_db

TOKEN = "monitoring-token-of-the-tests"
Told = dict[tuple[str, str], float]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.MONITORING_TOKEN = TOKEN
    monkeypatch.setattr(metrics, "_told", (-metrics.GOOD_FOR, b""))


def scrape(client: Client) -> Told:
    """Each sample by its name and its label values."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_nobody_else_is_let_in(client: Client, scene: Scene) -> None:
    answers = [client.get("/metrics")]
    for user in (scene.member, scene.admin):
        client.force_login(user)
        answers.append(client.get("/metrics"))
    assert [(answer.status_code, answer.content) for answer in answers] == [(401, b"unauthorised\n")] * 3
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


def test_signed_in_staff_may_look(client: Client) -> None:
    client.force_login(person(staff=True))
    assert client.get("/metrics").status_code == 200


def test_orders_and_pools_are_counted_by_where_they_stand(client: Client, scene: Scene) -> None:
    scene.order(state=OrderState.IN_DOUBT, needs_person=True)
    scene.pool(Phase.RUNNING)
    scene.pool("Unheard-of")
    scene.pool(Phase.RUNNING, gone_at=timezone.now())
    scene.waiting()

    told = scrape(client)

    assert told["poolhouse_orders", "in_doubt"] == 1
    assert told["poolhouse_orders", "accepted"] == 4
    assert told["poolhouse_pools", "Running"] == 1
    assert told["poolhouse_pools", "Unheard-of"] == 1
    assert told["poolhouse_orders_need_somebody", "waiting"] == 1
    assert told["poolhouse_orders_need_somebody", "doubt"] == 1


def test_a_project_tells_how_old_its_reading_is_and_since_when_it_fails(client: Client) -> None:
    now = timezone.now()
    builders.project(name="well", heard_at=now - timedelta(seconds=30))
    builders.project(name="ill", heard_at=None, failing_since=now - timedelta(seconds=90), credentials_refused_at=now)

    told = scrape(client)

    assert told["poolhouse_reading_age_seconds", "well"] == pytest.approx(30, abs=5)
    assert told["poolhouse_reading_age_seconds", "ill"] != told["poolhouse_reading_age_seconds", "ill"]  # never: NaN
    assert told["poolhouse_failing_seconds", "well"] == 0
    assert told["poolhouse_failing_seconds", "ill"] == pytest.approx(90, abs=5)
    assert told["poolhouse_credentials_refused", "ill"] == 1


def test_the_queue_is_the_rows_that_are_due(client: Client, scene: Scene) -> None:
    scene.order(due_at=timezone.now() - timedelta(seconds=40))
    scene.order(due_at=timezone.now() + timedelta(hours=1))

    told = scrape(client)

    assert told["poolhouse_due_rows", "order"] == 1
    assert told["poolhouse_due_oldest_seconds", "order"] == pytest.approx(40, abs=5)
    assert told["poolhouse_due_rows", "deletion"] == told["poolhouse_due_oldest_seconds", "deletion"] == 0


def test_what_many_processes_counted_is_one_figure(client: Client) -> None:
    counting.take()
    for process in ("one:1", "two:2"):
        counting.count("upstream_calls", method="POST", result="ok")
        counting.count("sweep_seconds_sum", 0.25)
        counting.count("sweep_seconds_count")
        reporting.report(process, {Presence.Role.WORKER: timezone.now()})

    told = scrape(client)

    assert told["poolhouse_upstream_calls_total", "POST,ok"] == 2
    assert (told["poolhouse_sweep_seconds_count", ""], told["poolhouse_sweep_seconds_sum", ""]) == (2, 0.5)
    assert told["poolhouse_processes", "worker"] == 2
    assert told["poolhouse_processes", "beat"] == 0


def test_no_name_of_a_pool_or_person_is_told(client: Client, scene: Scene) -> None:
    scene.pool(name="secret-project-x")
    client.force_login(scene.member)
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    assert "poolhouse_pools" in text
    assert not [name for name in ("secret-project-x", scene.member.username, scene.team.name) if name in text]


def test_a_label_cannot_break_out_of_its_line(client: Client) -> None:
    name = 'a"} 1\nfaked_metric{x="'
    builders.project(name=name)
    told = scrape(client)
    assert ("poolhouse_failing_seconds", name) in told
    assert not [sample for sample, _ in told if sample == "faked_metric"]


def test_it_costs_as_many_queries_for_many_rows_as_for_none(
    client: Client, scene: Scene, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        scene.pool()
        scene.waiting()
        builders.project(teams=(team(),))
    with django_assert_num_queries(20):
        scrape(client)


def test_asked_again_at_once_it_asks_the_database_nothing(client: Client, django_assert_num_queries: Any) -> None:
    scrape(client)
    with django_assert_num_queries(0):
        scrape(client)
