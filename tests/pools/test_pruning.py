"""What no page shows any more is let go by policy, little by little, by one worker, and nothing else ever."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from pools import pruning, queries
from pools.models import Chore, Deletion, Detail, PhaseChange, Pool, Probe, Reading, Stretch, User
from pools.stages import Stage
from pools.states import ErrandState, OrderState
from pools.tracking import sweep
from tests import builders
from tests.pools.tracking.cloud import Cloud

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PhaseChange, "SHOWN", 3)


def days_ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def pool_with_phases(number: int, *, days: float) -> Pool:
    """A pool that changed its phase so often, a minute apart, the last time so many days ago."""
    pool = builders.pool()
    PhaseChange.objects.bulk_create(
        PhaseChange(pool=pool, became=f"Phase-{nth}", heard_at=days_ago(days) - timedelta(minutes=nth))
        for nth in range(number)
    )
    return pool


def phases_of(pool: Pool) -> list[str]:
    return list(pool.phase_changes.order_by("-heard_at").values_list("became", flat=True))


def test_the_phases_that_a_page_tells_stay_however_old_they_are() -> None:
    pool = pool_with_phases(5, days=900)

    assert pruning.prune()["phases"] == 2

    assert phases_of(pool) == [f"Phase-{nth}" for nth in range(3)]


def test_young_phases_stay_however_many_there_are() -> None:
    pool = pool_with_phases(8, days=1)

    assert pruning.prune()["phases"] == 0
    assert len(phases_of(pool)) == 8


def test_a_pool_that_changes_all_the_time_keeps_no_more_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST", 5)
    pool = pool_with_phases(8, days=1)

    pruning.prune()

    assert phases_of(pool) == [f"Phase-{nth}" for nth in range(5)]


def pool_with_stages(stage: Stage, number: int, *, days: float) -> Pool:
    """A pool that was at one stage so often, a minute each, the last time so many days ago."""
    pool = builders.pool()
    Stretch.objects.bulk_create(
        Stretch(
            project=pool.project,
            pool=pool,
            stage=stage,
            began_at=days_ago(days) - timedelta(minutes=nth + 1),
            ended_at=days_ago(days) - timedelta(minutes=nth),
        )
        for nth in range(number)
    )
    return pool


def test_of_each_stage_the_last_ones_stay_however_old_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stretch, "KEPT", 3)
    pool = pool_with_stages(Stage.CREATING, 5, days=900)
    latest = list(pool.stretches.order_by("-began_at")[:3])
    waited = Stretch.objects.create(
        project=pool.project, pool=pool, stage=Stage.WAITING, began_at=days_ago(999), ended_at=days_ago(998)
    )

    assert pruning.prune()["stages"] == 2

    assert list(pool.stretches.order_by("-began_at")) == [*latest, waited]


def test_a_pool_that_goes_to_and_fro_keeps_no_more_stages_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST", 5)
    pool = pool_with_stages(Stage.CHANGING, 8, days=1)
    Stretch.objects.create(project=pool.project, pool=pool, stage=Stage.CHANGING, began_at=days_ago(0))

    pruning.prune()

    assert pool.stretches.count() == 6
    assert pool.stretches.under_way().exists()


def test_a_round_goes_through_all_pools_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    pools = [pool_with_phases(6, days=900) for _ in range(3)]

    assert pruning.prune()["phases"] == 9
    assert [len(phases_of(pool)) for pool in pools] == [3, 3, 3]


def test_a_round_that_is_cut_off_goes_on_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 1)
    monkeypatch.setattr(pruning, "EACH", 0.0)
    for _ in range(3):
        pool_with_phases(4, days=900)

    went = [pruning.prune()["phases"] for _ in range(7)]

    assert sum(went) == 3
    assert max(went) == 1


def gone_pool(*, days: float, **fields: Any) -> Pool:
    order = builders.order(team=builders.team(), placed_by=builders.person(), state=OrderState.ACCEPTED)
    return builders.pool(**{"order": order, "gone_at": days_ago(days), **fields})


def stranger(*, days: float, **fields: Any) -> Pool:
    return builders.pool(**{"gone_at": days_ago(days), **fields})


def test_of_gone_pools_those_go_in_the_end_that_nobody_ordered_or_claimed() -> None:
    builders.phase_change(pool=stranger(days=500), became="Running")
    stay = {stranger(days=5), stranger(days=500, team=builders.team()), gone_pool(days=500), builders.pool()}

    assert pruning.prune()["strangers"] == 1

    assert set(Pool.objects.all()) == stay
    assert not PhaseChange.objects.exists()


def test_one_that_somebody_deleted_stays_with_its_deletion() -> None:
    pool = stranger(days=500)
    builders.deletion(pool=pool, by=builders.person(), state=ErrandState.DONE)

    pruning.prune()

    assert Deletion.objects.get().pool == pool


def test_strangers_of_every_project_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    projects = [builders.project(), builders.project()]
    for nth in range(5):
        stranger(days=500 + nth, project=projects[nth % 2])

    assert pruning.prune()["strangers"] == 5
    assert not Pool.objects.exists()


def reading(**fields: Any) -> Reading:
    return Reading.objects.create(**{"asked_by": builders.person(), "state": Reading.State.DONE, **fields})


def test_of_answered_readings_the_last_of_each_pool_and_catalog_stays() -> None:
    project = builders.project()
    pools = [builders.pool(project=project) for _ in range(2)]
    of: list[dict[str, Any]] = [{"pool": pools[0]}, {"pool": pools[1]}, {"pool": None}]
    for days in (60, 50):
        for about in of:
            reading(project=project, asked_at=days_ago(days), **about)
    last = set(Reading.objects.filter(asked_at__gte=days_ago(55)))

    assert pruning.prune()["readings"] == 3
    assert set(Reading.objects.all()) == last


def test_young_readings_and_those_that_wait_stay() -> None:
    project = builders.project()
    reading(project=project, asked_at=days_ago(2))
    reading(project=project, asked_at=days_ago(3))
    reading(project=project, asked_at=days_ago(40), state=Reading.State.ASKED)

    assert pruning.prune()["readings"] == 0


def test_the_last_connection_tests_of_each_project_stay() -> None:
    person, projects = builders.person(), [builders.project(), builders.project()]
    for project in projects:
        for nth in range(7):
            Probe.objects.create(project=project, asked_by=person, asked_at=days_ago(100 + nth), state=Probe.State.DONE)

    assert pruning.prune()["probes"] == 4
    assert [project.probes.count() for project in projects] == [5, 5]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("HISTORY", {"phases", "stages", "strangers", "details", "changes"}), ("REQUESTS", {"readings", "probes"})],
)
def test_nothing_goes_of_what_is_to_be_kept_for_ever(settings: Any, name: str, kinds: set[str]) -> None:
    setattr(settings, f"RETAIN_{name}_DAYS", 0)
    pool = pool_with_phases(8, days=9000)
    stranger(days=9000)
    for days in (9000, 8000):
        reading(project=pool.project, asked_at=days_ago(days))

    outcome = pruning.prune()

    assert {kind for kind, number in outcome.items() if number == 0} >= kinds
    assert any(outcome.values())


def test_while_one_worker_prunes_no_other_does() -> None:
    pool_with_phases(5, days=900)
    chore = Chore.take("prune", lasting=timedelta(minutes=5))
    assert chore

    assert pruning.prune() == {}

    chore.give_back()
    assert pruning.prune()["phases"] == 2


def test_a_worker_that_died_at_it_keeps_nobody_from_it_for_long() -> None:
    Chore.take("prune", lasting=timedelta(seconds=-1))

    assert pruning.prune()


def test_a_worker_whose_time_is_over_does_not_end_the_round_of_the_next() -> None:
    slow = Chore.take("prune", lasting=timedelta(seconds=-1))
    Chore.take("prune", lasting=timedelta(minutes=5))
    assert slow

    assert not slow.give_back(state={"phases": 7})

    assert pruning.prune() == {}
    assert Chore.objects.get().state == {}


def test_whoever_is_told_to_stop_begins_nothing() -> None:
    pool_with_phases(5, days=900)

    assert not any(pruning.prune(go_on=lambda: False).values())


def test_what_cannot_be_let_go_keeps_nothing_after_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_state: dict[str, Any]) -> Any:
        raise ProtectedError("somebody needs it", set())

    monkeypatch.setattr(pruning, "STEPS", {"treasures": fails, **pruning.STEPS})
    pool_with_phases(5, days=900)

    assert pruning.prune()["phases"] == 2
    assert "Treasures could not be pruned: " in caplog.text


def look_of(pool: Pool, user: User) -> list[object]:
    """What pages are given of it."""
    page = queries.pool_page(user, pool.pk)
    listed = queries.dashboard(user, page.team, queries.Filters(phase="Gone")).rows if page.team else []
    reading = next(iter(page.readings.all()), None)
    return [page.document, page.phase, page.gone_at, page.order, [*page.phase_changes.all()], reading, listed]


def test_pages_look_the_same_after_it() -> None:
    pool = gone_pool(days=900)
    for nth in range(6):
        builders.phase_change(pool=pool, became=f"Phase-{nth}", at=days_ago(920 - nth))
        reading(project=pool.project, pool=pool, asked_at=days_ago(920 - nth))
    admin = builders.person(admin_of=pool.team)
    before = look_of(pool, admin)

    went = pruning.prune()

    assert (went["phases"], went["readings"]) == (3, 5)
    assert look_of(pool, admin) == before


def test_a_page_of_a_restless_pool_shows_its_last_phases() -> None:
    pool = pool_with_phases(5, days=1)
    team = builders.team()
    Pool.objects.update(team=team)

    page = queries.pool_page(builders.person(member_of=team), pool.pk)

    assert [change.became for change in page.phase_changes.all()] == ["Phase-2", "Phase-1", "Phase-0"]


def test_a_pool_that_was_let_go_and_is_listed_again_is_met_anew() -> None:
    cloud = Cloud()
    project = cloud.project()
    pool = stranger(days=500, project=project)
    pruning.prune()
    cloud.listed[pool.pool_id] = pool.document

    with contextlib.closing(cloud.stranger):
        sweep(project)

    met = Pool.objects.get()
    assert (met.pool_id, met.gone_at, met.phase) == (pool.pool_id, None, "Running")


def test_of_a_pool_that_is_gone_for_long_the_nodes_go_and_what_happened_stays() -> None:
    team = builders.team()
    pools = [builders.pool(team=team, gone_at=gone) for gone in (None, days_ago(5), days_ago(900))]
    for pool in pools:
        for kind in Detail.Kind:
            Detail.objects.create(pool=pool, kind=kind)
        for stage in (Stage.CREATING, Stage.CHANGING):
            Stretch.objects.create(pool=pool, project=pool.project, stage=stage, began_at=days_ago(901),
                                   ended_at=days_ago(900))  # fmt: skip

    outcome = pruning.prune()

    assert (outcome["details"], outcome["changes"]) == (3, 3)
    assert set(pools[2].details.values_list("kind", flat=True)) == {Detail.Kind.EVENTS, Detail.Kind.ORDERS}
    assert pools[1].details.count() == len(Detail.Kind)
    assert Stretch.objects.filter(stage=Stage.CREATING).count() == 3
