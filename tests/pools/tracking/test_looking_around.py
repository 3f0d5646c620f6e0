"""Pools that are due by themselves: one worker, one after another, and no longer than the cloud answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import tracking
from pools.models import Pool, Project
from tests import builders
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import answering

pytestmark = pytest.mark.django_db


def due(project: Project, name: str, phase: str = "Running", **fields: Any) -> Pool:
    return builders.pool(
        project=project, name=name, pool_id=f"{name}-id", phase=phase, look_after=timezone.now(), **fields
    )


def again(project: Project) -> int:
    return tracking.look_around(Project.objects.get(pk=project.pk))


def test_whoever_is_due_is_looked_at_and_nobody_else(cloud: Cloud) -> None:
    project = cloud.project()
    for name in ("one", "two"):
        cloud.has(name, created=due(project, name).created_abroad)
    builders.pool(project=project, look_after=timezone.now() + timedelta(minutes=1))
    due(builders.project(), "elsewhere")

    assert again(project) == 2

    assert sorted(cloud.asked()) == ["pools/one-id", "pools/two-id"]


def test_two_workers_do_not_look_around_at_once(cloud: Cloud) -> None:
    project = cloud.project(looking_until=timezone.now() + timedelta(minutes=1))
    due(project, "one")

    assert again(project) == 0
    assert cloud.asked() == []


def test_the_right_to_look_is_given_back_and_runs_out(cloud: Cloud) -> None:
    project = cloud.project(looking_until=timezone.now() - timedelta(seconds=1))
    cloud.has("one", created=due(project, "one").created_abroad)

    again(project)

    assert Project.objects.get().looking_until is None


def test_once_the_cloud_is_away_the_others_are_not_asked_for_and_the_list_is(cloud: Cloud) -> None:
    project = cloud.project(look_after=timezone.now() + timedelta(hours=1))
    for name in ("one", "two"):
        due(project, name)
    cloud.fails_at("pools/", answering(None, status=429))

    again(project)

    assert len(cloud.asked()) == 1
    project.refresh_from_db()
    assert project.looking_until
    assert project.looking_until > timezone.now()
    assert project.look_after <= timezone.now()


def test_the_rest_is_over_with_the_first_list_that_is_heard(cloud: Cloud) -> None:
    until = timezone.now() + timedelta(minutes=5)
    project = cloud.project(failing_since=timezone.now(), failures=3, looking_until=until)

    tracking.sweep(project)

    assert Project.objects.get().looking_until is None


def test_one_answer_that_makes_no_sense_keeps_nobody_from_the_next(cloud: Cloud) -> None:
    project = cloud.project()
    due(project, "one")
    cloud.has("two", created=due(project, "two").created_abroad)
    cloud.fails_at("one-id", answering(b"<html>"))

    again(project)

    assert cloud.asked() == ["pools/one-id", "pools/two-id"]


def test_many_failed_creations_are_looked_up_in_one_list(cloud: Cloud) -> None:
    project, names = cloud.project(), ("one", "two", "three", "four")
    for name in names:
        pool = due(project, name, "CreationFailed")
        cloud.failed[f"{name}-id"] = cloud.has(name, "CreationFailed", created=pool.created_abroad, message="sold out")
        cloud.loses(name)

    again(project)

    assert cloud.asked() == ["pools?status=failed"]
    assert {pool.message for pool in Pool.objects.all()} == {"sold out"}
    assert not Pool.objects.due().exists()


def test_one_that_is_not_among_the_failed_is_asked_for_by_itself(cloud: Cloud) -> None:
    project = cloud.project()
    for name in ("one", "two", "three", "four"):
        pool = due(project, name, "CreationFailed")
        cloud.failed[f"{name}-id"] = cloud.has(name, "CreationFailed", created=pool.created_abroad)
        cloud.loses(name)
    del cloud.failed["two-id"]

    again(project)

    assert cloud.asked() == ["pools?status=failed", "pools/two-id"]
    assert Pool.objects.get(name="two").misses == 1
