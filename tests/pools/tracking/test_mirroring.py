"""The catalog, mirrored part by part, and the readings that people ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import tracking
from pools.models import CatalogPart, Pool, Project, Reading
from tests import builders
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import Behaviour, answering, hanging_up

pytestmark = pytest.mark.django_db
Kind = CatalogPart.Kind

FLAVORS: dict[str, Any] = {"items": [{"metadata": {"name": "modelarts.vm.cpu.8ud"}}], "metadata": {}}


@pytest.fixture
def full(cloud: Cloud) -> Cloud:
    cloud.documents = {
        "resourceflavors": FLAVORS,
        "networks": {"items": []},
        "plugintemplates/gpu-driver": {"spec": {"versions": {"470.57.02": {}}}},
        "quotas": {"quotas": {"resources": []}},
        "os-user-config": {"maxPoolFlavors": 10},
        "workspaces": {"workspaces": []},
    }
    return cloud


def part(project: Project, kind: Kind) -> CatalogPart:
    return CatalogPart.objects.get(project=project, kind=kind)


def test_every_part_is_read(full: Cloud) -> None:
    project = full.project()

    assert tracking.mirror(project) == []

    assert {row.kind for row in CatalogPart.objects.all() if row.read_at} == set(Kind) - {Kind.PRICES}
    assert part(project, Kind.FLAVORS).document == FLAVORS


def test_a_kind_of_driver_that_does_not_exist_is_an_answer(full: Cloud) -> None:
    project = full.project()

    tracking.mirror(project)

    assert part(project, Kind.DRIVERS).document == {"gpu": {"spec": {"versions": {"470.57.02": {}}}}, "npu": {}}


def test_a_part_that_cannot_be_read_keeps_its_old_document_and_tells_since_when(full: Cloud) -> None:
    project = full.project()
    tracking.mirror(project)
    full.fails_at("resourceflavors", answering(None, status=500))

    assert tracking.mirror(project) == [Kind.FLAVORS]

    flavors = part(project, Kind.FLAVORS)
    assert flavors.document == FLAVORS
    assert flavors.read_at
    assert flavors.failed_at
    assert flavors.failed_at > flavors.read_at
    assert part(project, Kind.NETWORKS).failed_at is None


def test_the_next_success_clears_the_failure(full: Cloud) -> None:
    project = full.project()
    full.fails_at("resourceflavors", answering(None, status=500))
    tracking.mirror(project)
    full.recovers()

    tracking.mirror(project)

    assert part(project, Kind.FLAVORS).failed_at is None


@pytest.mark.parametrize("answer", [answering({"items": []}), answering(None, status=500)], ids=["heard", "failed"])
def test_an_answer_asked_for_earlier_never_overwrites(full: Cloud, answer: Behaviour) -> None:
    project = full.project()
    tracking.mirror(project)
    overtaken_by = timezone.now() + timedelta(seconds=20)
    CatalogPart.objects.filter(kind=Kind.FLAVORS).update(read_at=overtaken_by)
    full.fails_at("resourceflavors", answer)

    tracking.mirror(project)

    found = part(project, Kind.FLAVORS)
    assert (found.document, found.read_at, found.failed_at) == (FLAVORS, overtaken_by, None)


def test_where_the_cloud_is_away_the_rest_is_not_tried(full: Cloud) -> None:
    project = full.project()
    full.fails_at("resourceflavors", answering(None, status=401))

    assert tracking.mirror(project) == [kind for kind in Kind if kind != Kind.PRICES]

    assert len(full.asked()) == 1
    project.refresh_from_db()
    assert project.credentials_refused_at


def test_the_catalog_is_read_again_later_and_sooner_after_a_failure(full: Cloud) -> None:
    project = full.project()
    tracking.mirror(project)
    calm = Project.objects.get().mirror_after
    full.fails_at("quotas", hanging_up)

    tracking.mirror(project)

    assert timezone.now() < Project.objects.get().mirror_after < calm


def test_reading_the_catalog_answers_the_person_who_asked(full: Cloud) -> None:
    reading = Reading.objects.create(project=full.project(), asked_by=builders.person())

    assert tracking.answer(reading)

    reading.refresh_from_db()
    assert reading.state == Reading.State.DONE
    assert reading.answered_at


def test_reading_one_pool_answers_the_person_who_asked(cloud: Cloud) -> None:
    pool = builders.pool(project=cloud.project(), name="one", pool_id="one-id", phase="Creating")
    cloud.has("one", "Running", created=pool.created_abroad)
    reading = Reading.objects.create(project=pool.project, pool=pool, asked_by=builders.person())

    assert tracking.answer(reading)

    assert Pool.objects.get().phase == "Running"


def test_a_reading_that_failed_says_why(cloud: Cloud) -> None:
    pool = builders.pool(project=cloud.project(), name="one", pool_id="one-id")
    cloud.fails_at("pools", answering({"error_code": "X.1", "error_msg": "not today"}, status=500))
    reading = Reading.objects.create(project=pool.project, pool=pool, asked_by=builders.person())

    assert not tracking.answer(reading)

    reading.refresh_from_db()
    assert reading.state == Reading.State.FAILED
    assert "not today" in reading.result


def test_a_reading_that_another_worker_has_is_left_to_it(full: Cloud) -> None:
    until = timezone.now() + timedelta(minutes=1)
    reading = Reading.objects.create(project=full.project(), asked_by=builders.person(), lease_until=until)

    assert not tracking.answer(reading)

    assert full.asked() == []


def test_two_workers_that_find_the_catalog_due_read_it_once(full: Cloud) -> None:
    first = full.project()
    second = Project.objects.get()

    tracking.mirror_when_due(first)
    asked = len(full.asked())
    tracking.mirror_when_due(second)

    assert len(full.asked()) == asked


def test_the_catalog_of_a_cloud_that_is_away_is_tried_less_and_less(full: Cloud) -> None:
    project = full.project(failures=6)
    full.fails_at("", answering(None, status=429))

    tracking.mirror_when_due(project)

    assert Project.objects.get().mirror_after > timezone.now() + timedelta(minutes=2)


def test_a_catalog_that_can_be_read_brings_a_failing_project_back(full: Cloud) -> None:
    later = timezone.now() + timedelta(minutes=5)
    project = full.project(failing_since=timezone.now(), failures=9, look_after=later)

    tracking.mirror(project)

    assert Project.objects.get().look_after <= timezone.now()
