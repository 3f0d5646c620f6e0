"""Waking: what is due is handed out, each row to a task of its own, and a message too many changes nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from console.celery import app, nudge
from pools import tasks
from pools.models import Attention, Pool, Project, Reading
from tests import builders
from tests.conftest import UseBroker
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import Stranger, answering

Handed = Callable[[], list[tuple[str, int]]]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()
    yield made
    made.stranger.close()


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Handed]:
    """What lies in the broker, which in these tests nobody reads: names of tasks and primary keys. Asking takes it."""
    monkeypatch.setattr(tasks, "_handed", {})

    def take() -> list[tuple[str, int]]:
        found = []
        with app.connection_for_read() as connection:
            queue = connection.SimpleQueue(app.conf.task_default_queue, no_ack=True)
            while queue.qsize():
                message = queue.get_nowait()
                found.append((message.headers["task"], *message.payload[0]))
            queue.close()
        return found

    take()
    yield take
    take()


def never() -> Any:
    return timezone.now() + timedelta(hours=1)


def idle_project(**fields: Any) -> Project:
    """A project of which nothing is due."""
    return builders.project(**{"look_after": never(), "mirror_after": never(), **fields})


@pytest.mark.django_db
@pytest.mark.parametrize("entry", app.conf.beat_schedule.values(), ids=app.conf.beat_schedule.keys())
def test_every_beat_entry_runs(entry: dict[str, Any], handed: Handed) -> None:
    app.loader.import_default_modules()

    app.tasks[entry["task"]].run(*entry.get("args", ()))


def test_a_beat_that_nobody_heard_for_a_while_does_not_pile_up() -> None:
    assert all(entry["options"]["expires"] for entry in app.conf.beat_schedule.values())


@pytest.mark.django_db
def test_each_due_row_is_handed_to_a_task_of_its_own(handed: Handed) -> None:
    now = timezone.now()
    listed, mirrored = idle_project(look_after=now), idle_project(mirror_after=now)
    pool = builders.pool(project=idle_project(), look_after=now)
    reading = Reading.objects.create(project=pool.project, asked_by=builders.person())
    order = builders.order(team=builders.team(), placed_by=builders.person(), project=idle_project())
    decision = builders.decision(order=order, by=order.placed_by)
    deletion = builders.deletion(pool=pool, by=order.placed_by)

    assert tasks.wake() == 7

    assert handed() == [
        ("pools.attend_order", order.pk),
        ("pools.attend_decision", decision.pk),
        ("pools.attend_deletion", deletion.pk),
        ("pools.answer", reading.pk),
        ("pools.look_around", pool.project_id),
        ("pools.sweep", listed.pk),
        ("pools.mirror", mirrored.pk),
    ]


@pytest.mark.django_db
def test_what_is_not_due_is_left_alone(handed: Handed) -> None:
    builders.pool(project=idle_project(), look_after=never())
    builders.pool(project=idle_project(), look_after=timezone.now(), gone_at=timezone.now())
    idle_project(look_after=timezone.now(), lease_until=never())

    assert tasks.wake() == 0


@pytest.mark.django_db
def test_a_row_is_handed_out_once_while_somebody_has_it(handed: Handed) -> None:
    idle_project(look_after=timezone.now())

    assert [tasks.wake(), tasks.wake()] == [1, 0]


@pytest.mark.django_db
def test_a_row_that_is_due_anew_is_handed_out_anew(handed: Handed) -> None:
    idle_project(look_after=timezone.now())
    tasks.wake()
    Project.objects.update(look_after=timezone.now())

    assert tasks.wake() == 1


@pytest.mark.django_db
def test_a_row_that_nobody_took_is_handed_out_again(handed: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    idle_project(look_after=timezone.now())
    tasks.wake()
    monkeypatch.setattr(tasks, "HANDED_FOR", -1.0)

    assert tasks.wake() == 1


@pytest.mark.django_db
def test_waking_costs_one_read_per_kind(handed: Handed, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        idle_project(look_after=timezone.now())

    with django_assert_num_queries(14):
        tasks.wake()


@pytest.mark.django_db
def test_a_heap_of_one_project_hides_nobody_elses_order(handed: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 3)
    monkeypatch.setattr(tasks, "OF_EACH", 2)
    team, person, long_ago = builders.team(), builders.person(), timezone.now() - timedelta(hours=1)
    heap, small = idle_project(), idle_project()
    for _ in range(5):
        builders.order(team=team, placed_by=person, project=heap, due_at=long_ago)
    alone = builders.order(team=team, placed_by=person, project=small)

    tasks.wake()

    assert ("pools.attend_order", alone.pk) in handed()


@pytest.mark.django_db
def test_looks_are_handed_out_by_project_and_not_while_somebody_looks(handed: Handed) -> None:
    busy, free = idle_project(looking_until=never()), idle_project(looking_until=timezone.now())
    for project in (busy, free, free):
        builders.pool(project=project, look_after=timezone.now())

    tasks.wake()

    assert handed() == [("pools.look_around", free.pk)]


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_no_crash(handed: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(Project.objects, "due", broken)

    assert tasks.wake() == 0


@pytest.mark.django_db
def test_a_task_whose_row_is_not_due_any_more_does_nothing(cloud: Cloud) -> None:
    project = cloud.project(look_after=never(), mirror_after=never())
    pool = builders.pool(project=project, look_after=never())

    tasks.sweep(project.pk)
    tasks.mirror(project.pk)
    tasks.look_around(pool.project_id)

    assert cloud.asked() == []


@pytest.mark.django_db
def test_each_task_wakes_its_act(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("one", "Running")

    tasks.sweep(project.pk)
    tasks.mirror(project.pk)
    pool = Pool.objects.get()
    Pool.objects.update(look_after=timezone.now())
    tasks.look_around(pool.project_id)
    reading = Reading.objects.create(project=project, asked_by=builders.person(), pool=pool)
    tasks.answer(reading.pk)
    tasks.detail(Attention.objects.create(pool=pool, due_at=timezone.now()).pk)

    reading.refresh_from_db()
    assert reading.state == Reading.State.DONE
    assert not Attention.objects.due().exists()
    assert cloud.asked()[0] == "pools"
    assert cloud.asked().count("pools/one-id") == 2


def test_without_a_broker_a_nudge_is_nothing() -> None:
    nudge()


def test_a_nudge_to_a_dead_broker_neither_waits_nor_raises(use_broker: UseBroker) -> None:
    deaf = Stranger()
    use_broker(deaf.url.replace("http", "redis"))
    begun = time.monotonic()

    nudge()

    assert time.monotonic() - begun < 0.1
    for thread in threading.enumerate():
        if thread.name == "nudge":
            thread.join()
    assert time.monotonic() - begun < 5
    deaf.close()


@pytest.mark.django_db(transaction=True)
def test_each_errand_is_attended_to() -> None:
    refusing = Stranger()
    refusing.will(answering({"error_code": "X.1", "error_msg": "no"}, status=400))
    team, person = builders.team(), builders.person()
    project = builders.project(url=refusing.url, teams=(team,))
    order = builders.order(team=team, placed_by=person)
    waiting = builders.waiting_order(team=team, placed_by=person, billing_order="CS1")
    decision = builders.decision(order=waiting, by=person)
    deletion = builders.deletion(pool=builders.pool(project=project), by=person)

    tasks.attend_order(order.pk)
    tasks.attend_decision(decision.pk)
    tasks.attend_deletion(deletion.pk)

    for row in (order, decision, deletion):
        row.refresh_from_db()
    refusing.close()
    assert (order.state, decision.state, deletion.state) == ("refused", "failed", "failed")
