"""From stage to stage: what is kept of how long each took, and what the next one is told by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pools import tracking
from pools.models import Pool, Project, Stretch
from pools.stages import Stage
from pools.states import OrderState
from pools.tracking import Sight
from pools.tracking.observing import see
from pools.tracking.staging import follow
from pools.wire.enums import Phase
from tests import builders
from tests.pools.tracking.cloud import Cloud

pytestmark = pytest.mark.django_db

FAMILY = "modelarts.vm.cpu"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
READY: dict[str, Any] = {}
SETTLING: dict[str, Any] = {"scope": [{"scopeType": "Train", "state": "Enabling"}]}


def ordered(project: Project, *, at: datetime, phase: str = Phase.CREATING) -> Pool:
    """A pool of that project that a team ordered, heard for the first time a moment after it was made."""
    team = builders.team()
    project.teams.add(team)
    order = builders.order(team=team, placed_by=builders.person(member_of=team), project=project,
                           state=OrderState.ACCEPTED)  # fmt: skip
    row = builders.pool(order=order, phase="", created_abroad=at, observed_at=at - SECOND, document={})
    hear(row, phase, at=at)
    return row


def hear(pool: Pool, phase: str, *, at: datetime, **status: Any) -> None:
    """One answer about the pool by itself, asked for at `at`; its document is another each time."""
    document = builders.heard(name=pool.name, pool_id=pool.pool_id, phase=phase, created=pool.created_abroad, **status)
    document["status"]["message"] = at.isoformat()
    see(pool, Sight.of(document), at=at)


def told(project: Project, *lengths: int, stage: Stage = Stage.CREATING, **fields: Any) -> None:
    """Stages of one-node pools of that project that took so many seconds, and were heard to."""
    now = timezone.now()
    kind = {"family": FAMILY, "size": "1", **fields}
    Stretch.objects.bulk_create(
        Stretch(project=project, pool=builders.pool(project=project), stage=stage, teaches=True, **kind,
                began_at=now - timedelta(seconds=length), ended_at=now)
        for length in lengths
    )  # fmt: skip


def stages(pool: Pool) -> list[tuple[str, float | None]]:
    """Each stage of the pool, with its length in seconds, None where it is under way."""
    rows = Stretch.objects.filter(pool=pool)
    return [(row.stage, (row.ended_at - row.began_at).total_seconds() if row.ended_at else None) for row in rows]


def test_a_creation_is_followed_from_stage_to_stage() -> None:
    start = timezone.now() - timedelta(hours=1)
    pool = ordered(builders.project(), at=start, phase=Phase.WAITING)
    hear(pool, Phase.WAITING, at=start + 30 * SECOND)
    hear(pool, Phase.CREATING, at=start + 60 * SECOND)
    hear(pool, Phase.RUNNING, at=start + 90 * SECOND, **SETTLING)
    hear(pool, Phase.RUNNING, at=start + 120 * SECOND, **READY)

    assert stages(pool) == [(Stage.WAITING, 60.0), (Stage.CREATING, 30.0), (Stage.SETTLING, 30.0)]
    assert list(Stretch.objects.values_list("family", "size")) == [("", ""), (FAMILY, "1"), (FAMILY, "1")]


def test_what_moves_in_a_pool_that_was_ready_is_a_change() -> None:
    now = timezone.now()
    pool = builders.pool(phase=Phase.RUNNING, observed_at=now - MINUTE)
    hear(pool, Phase.RUNNING, at=now, **SETTLING)

    assert stages(pool) == [(Stage.CHANGING, None)]


def test_a_creation_is_told_by_those_before_it_in_its_project() -> None:
    project = builders.project()
    told(project, 100, 110, 120, 130, 140)
    told(project, 9000, 9000, 9000, 9000, 9000, size="31+")
    told(builders.project(), 5, 5, 5, 5, 5)

    pool = ordered(project, at=timezone.now())

    row = Stretch.objects.get(pool=pool, ended_at=None)
    assert row.band
    assert (round(row.band.usually), round(row.band.at_most), row.band.typical) == (120, 136, False)
    assert row.late_after
    assert round((row.late_after - row.began_at).total_seconds()) == 136 + 20


def test_before_there_is_a_history_it_is_told_by_typical_values() -> None:
    pool = ordered(builders.project(), at=timezone.now())

    row = Stretch.objects.get(pool=pool, ended_at=None)
    assert (row.usually, row.at_most, row.typical) == (1100.0, 1670.0, True)


def test_a_creation_that_was_watched_to_its_end_teaches() -> None:
    start = timezone.now() - timedelta(hours=1)
    pool = ordered(builders.project(), at=start)
    hear(pool, Phase.CREATING, at=start + 19 * MINUTE)
    hear(pool, Phase.RUNNING, at=start + 20 * MINUTE)

    assert Stretch.objects.get(pool=pool, stage=Stage.CREATING).teaches


def test_one_whose_end_came_while_nobody_looked_teaches_nothing() -> None:
    start = timezone.now() - timedelta(hours=9)
    pool = ordered(builders.project(), at=start)
    hear(pool, Phase.RUNNING, at=start + timedelta(hours=8))

    assert not Stretch.objects.get(pool=pool, stage=Stage.CREATING).teaches


def test_one_that_failed_teaches_nothing() -> None:
    start = timezone.now() - timedelta(hours=1)
    pool = ordered(builders.project(), at=start)
    hear(pool, Phase.CREATION_FAILED, at=start + 40 * SECOND)

    row = Stretch.objects.get(pool=pool)
    assert (row.teaches, row.ended_at) == (False, start + 40 * SECOND)


def test_one_that_was_met_on_its_way_teaches_nothing(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("found", Phase.CREATING)
    tracking.sweep(Project.objects.get(pk=project.pk))
    cloud.has("found", Phase.RUNNING)
    tracking.sweep(Project.objects.get(pk=project.pk))

    row = Stretch.objects.get(stage=Stage.CREATING)
    assert row.ended_at
    assert not row.teaches


def test_a_clock_that_is_set_back_makes_no_negative_time() -> None:
    start = timezone.now()
    pool = ordered(builders.project(), at=start)
    Pool.objects.filter(pk=pool.pk).update(observed_at=start - timedelta(hours=2))
    pool.refresh_from_db()
    hear(pool, Phase.RUNNING, at=start - timedelta(hours=1))

    assert stages(pool)[0] == (Stage.CREATING, 0.0)
    assert not Stretch.objects.get(pool=pool, stage=Stage.CREATING).teaches


def test_a_deletion_is_over_when_the_pool_is_gone() -> None:
    now = timezone.now()
    pool = builders.pool(phase=Phase.RUNNING, observed_at=now - 2 * MINUTE)
    hear(pool, Phase.DELETING, at=now - MINUTE)
    tracking.retire(pool, at=now - 10 * SECOND)

    assert stages(pool) == [(Stage.DELETING, 50.0)]
    assert Stretch.objects.get(pool=pool).teaches


def test_a_creation_of_which_nothing_is_heard_any_more_is_over_and_teaches_nothing() -> None:
    pool = ordered(builders.project(), at=timezone.now() - MINUTE)
    tracking.retire(pool, at=timezone.now())

    row = Stretch.objects.get(pool=pool)
    assert row.ended_at
    assert not row.teaches


def test_who_is_overdue_is_found_in_one_read() -> None:
    long_ago = timezone.now() - timedelta(hours=2)
    late, young = ordered(builders.project(), at=long_ago), ordered(builders.project(), at=timezone.now())

    with CaptureQueriesContext(connection) as asked:
        assert list(Stretch.objects.overdue().values_list("pool_id", flat=True)) == [late.pk]
    assert len(asked) == 1
    assert not Stretch.objects.get(pool=young).is_overdue


@pytest.mark.parametrize("number", [1, 7])
def test_many_that_begin_the_same_cost_as_much_as_one(number: int) -> None:
    project, now = builders.project(), timezone.now()
    pools = [builders.pool(project=project, phase=Phase.CREATING) for _ in range(number)]

    with CaptureQueriesContext(connection) as asked:
        follow(pools, project, at=now, heard_before=now - MINUTE)

    # Who is at something; how long such took; the new ones; and to have their details read.
    assert len(asked) == 4
    assert Stretch.objects.under_way().count() == number
