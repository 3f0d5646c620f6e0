"""One document of one pool, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import adopting, ordering, tracking
from pools.models import Deletion, Order, PhaseChange, Pool, Trouble
from pools.states import ErrandState, OrderState
from pools.upstream import Heard
from pools.wire import pool as wire
from pools.wire.reading import hear_pool
from tests import builders

pytestmark = pytest.mark.django_db


def heard(document: dict[str, Any]) -> Heard[wire.Pool]:
    return Heard(document=document, hear=hear_pool)


def of(pool: Pool, phase: str, **status: Any) -> Heard[wire.Pool]:
    """A document of this very pool."""
    return heard(
        builders.heard(name=pool.name, pool_id=pool.pool_id, phase=phase, created=pool.created_abroad, **status)
    )


def ordered(**fields: Any) -> tuple[Order, Pool]:
    team = builders.team()
    order = builders.order(team=team, placed_by=builders.person(member_of=team), state=OrderState.ACCEPTED)
    return order, builders.pool(order=order, **fields)


def later(seconds: float = 10) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def test_a_new_phase_is_recorded_once_with_what_it_followed() -> None:
    pool = builders.pool(phase="Creating")

    change = tracking.observe(pool, of(pool, "Running", message="ready"), at=later())

    assert change
    assert (change.was, change.became, change.message) == ("Creating", "Running", "ready")
    assert list(pool.phase_changes.all()) == [change]


def test_what_was_heard_can_be_searched_and_added_up() -> None:
    pool = builders.pool(phase="Creating")
    document = of(pool, "Running").document
    document["spec"] |= {"scope": ["Infer"], "resources": [{"flavor": "npu.8u", "count": 3}]}

    tracking.observe(pool, heard(document), at=later())

    assert list(Pool.objects.with_trait("job", "Infer").with_trait("flavor", "npu.8u")) == [pool]
    assert not Pool.objects.with_trait("job", "Train").exists()
    assert Pool.objects.values_list("nodes_wanted", "nodes_available", "nodes_creating").get() == (3, 1, 0)


def test_the_same_phase_again_is_no_change() -> None:
    pool = builders.pool(phase="Running")

    assert tracking.observe(pool, of(pool, "Running", message="still"), at=later()) is None

    pool.refresh_from_db()
    assert pool.message == "still"


def test_an_answer_asked_for_earlier_never_overwrites() -> None:
    pool = builders.pool(phase="Running", observed_at=later(60))

    assert tracking.observe(pool, of(pool, "Creating"), at=later(30)) is None

    pool.refresh_from_db()
    assert pool.phase == "Running"


def test_a_worker_that_read_the_row_earlier_does_not_overwrite_a_newer_answer() -> None:
    pool = builders.pool(phase="Creating")
    slow, quick = Pool.objects.get(), Pool.objects.get()
    tracking.observe(quick, of(pool, "Creating", message="two of two nodes"), at=later(20))

    assert tracking.observe(slow, of(pool, "Waiting", message="no nodes"), at=later(10)) is None

    pool.refresh_from_db()
    assert (pool.phase, pool.message) == ("Creating", "two of two nodes")
    assert not PhaseChange.objects.exists()


def test_a_worker_that_read_the_row_earlier_does_not_bring_back_what_is_gone() -> None:
    pool = builders.pool(phase="Deleting")
    slow = Pool.objects.get()
    tracking.retire(pool, at=later(5))

    assert tracking.observe(slow, of(pool, "Running"), at=later(10)) is None

    pool.refresh_from_db()
    assert pool.gone_at
    assert pool.phase == "Deleting"


@pytest.mark.shows("ClientWatching.absent-phase")
def test_a_document_without_a_phase_makes_no_change() -> None:
    pool = builders.pool(phase="")

    assert tracking.observe(pool, of(pool, ""), at=later()) is None

    pool.refresh_from_db()
    assert pool.phase == ""
    assert not PhaseChange.objects.exists()


def test_a_document_that_lost_its_phase_leaves_the_old_one() -> None:
    pool = builders.pool(phase="Running")

    tracking.observe(pool, of(pool, ""), at=later())

    pool.refresh_from_db()
    assert pool.phase == "Running"


@pytest.mark.shows("ClientWatching.unknown-phase")
def test_a_word_nobody_knows_is_kept_verbatim() -> None:
    pool = builders.pool(phase="Running")

    change = tracking.observe(pool, of(pool, "Levitating"), at=later())

    assert change
    assert change.became == "Levitating"


def test_of_two_workers_that_hear_the_same_phase_one_makes_the_change() -> None:
    pool = builders.pool(phase="Creating")
    first, second = Pool.objects.get(), Pool.objects.get()

    changes = [tracking.observe(worker, of(pool, "Running"), at=later()) for worker in (first, second)]

    assert [bool(change) for change in changes] == [True, False]
    assert PhaseChange.objects.count() == 1


def test_a_later_creation_under_the_same_id_is_another_pool() -> None:
    order, pool = ordered(phase="Running")
    other = builders.heard(name=pool.name, pool_id=pool.pool_id, phase="Creating", created=later())

    assert tracking.observe(pool, heard(other), at=later(20)) is None

    pool.refresh_from_db()
    order.refresh_from_db()
    assert pool.gone_at
    assert pool.phase == "Running"
    assert not order.on_the_way_or_living


def test_the_failure_record_of_an_earlier_pool_is_no_news() -> None:
    _, pool = ordered(phase="Creating")
    earlier = builders.heard(
        name=pool.name, pool_id=pool.pool_id, phase="CreationFailed", created=pool.created_abroad - timedelta(minutes=1)
    )

    assert tracking.observe(pool, heard(earlier), at=later()) is None

    pool.refresh_from_db()
    assert (pool.phase, pool.gone_at) == ("Creating", None)


def test_an_unchanged_document_does_not_move_the_change_feed() -> None:
    pool = builders.pool(phase="Running")
    tracking.observe(pool, of(pool, "Running"), at=later(1))
    before = pool.changed_at

    tracking.observe(pool, of(pool, "Running"), at=later(2))

    pool.refresh_from_db()
    assert pool.changed_at == before


@pytest.mark.shows("ClientWatching.running-is-not-ready")
def test_parts_on_their_way_are_told_although_the_phase_is_running() -> None:
    pool = builders.pool(phase="Creating")

    tracking.observe(pool, of(pool, "Running", scope=[{"scopeType": "Train", "state": "Enabling"}]), at=later(1))
    assert pool.moving

    tracking.observe(pool, of(pool, "Running"), at=later(2))
    assert not pool.moving


def test_the_names_of_the_clouds_orders_are_copied_to_ours() -> None:
    order, pool = ordered(phase="Waiting")
    document = of(pool, "Waiting").document
    document["metadata"]["labels"]["os.modelarts/order.name"] = "order.pool-w4l2n"
    document["metadata"]["annotations"]["os.modelarts/order.id"] = "CS2603010800ABCDE"

    tracking.observe(pool, heard(document), at=later())

    order.refresh_from_db()
    assert (order.work_order, order.billing_order) == ("order.pool-w4l2n", "CS2603010800ABCDE")


def test_the_billing_order_of_an_order_stays_when_its_pool_has_another() -> None:
    order, pool = ordered(phase="Waiting")
    for at, name in enumerate(("CS2603010800FIRST", "CS2603010900GREWS"), start=1):
        document = of(pool, "Running").document
        document["metadata"]["annotations"]["os.modelarts/order.id"] = name
        tracking.observe(pool, heard(document), at=later(at))
    order.refresh_from_db()
    assert order.billing_order == "CS2603010800FIRST"


@pytest.mark.shows("ClientWatching.failures-kept")
def test_a_failed_creation_gives_its_name_free_and_stays_to_be_seen() -> None:
    order, pool = ordered(phase="Creating")

    tracking.observe(pool, of(pool, "CreationFailed"), at=later())

    order.refresh_from_db()
    pool.refresh_from_db()
    assert not order.on_the_way_or_living
    assert pool.gone_at is None


@pytest.mark.parametrize(
    "document",
    [
        {"metadata": {"name": "x", "labels": [1], "annotations": "no"}, "status": "Running"},
        {"metadata": {"name": "x", "creationTimestamp": 7}, "status": {"phase": 3, "message": {}, "scope": "all"}},
        {"metadata": {"name": "x"}, "status": {"resources": {"creating": {"count": 1}}, "driver": [None]}},
        {"metadata": {"name": "x", "creationTimestamp": "9999-99-99"}, "status": None, "spec": 0},
        {"metadata": {"name": "x" * 500, "labels": {"os.modelarts/name": "y" * 500}}, "status": {"phase": "z" * 500}},
    ],
)
def test_a_document_of_an_odd_shape_is_kept_and_breaks_nothing(document: dict[str, Any]) -> None:
    pool = builders.pool(phase="Running")

    tracking.observe(pool, heard(document), at=later())

    pool.refresh_from_db()
    assert pool.document == document


def test_adopting_for_an_order_makes_its_pool() -> None:
    team = builders.team()
    order = builders.order(team=team, placed_by=builders.person(member_of=team), state=OrderState.ACCEPTED)
    at = timezone.now()

    pool = tracking.adopt(order.project, heard(builders.heard(name="pool-x", phase="")), at=at, order=order)

    assert (pool.order, pool.team, pool.phase) == (order, team, "")
    assert not PhaseChange.objects.exists()


def test_adopting_twice_is_adopting_once() -> None:
    project = builders.project()
    document = heard(builders.heard(name="pool-x"))

    first = tracking.adopt(project, document, at=later(1))
    second = tracking.adopt(project, document, at=later(2))

    assert first == second
    assert PhaseChange.objects.count() == 1


def test_an_unclaimed_pool_is_claimed_by_its_order() -> None:
    team = builders.team()
    order = builders.order(team=team, placed_by=builders.person(member_of=team), state=OrderState.ACCEPTED)
    unclaimed = builders.pool(project=order.project, name=order.pool_name, pool_id="x")
    document = builders.heard(name=order.pool_name, pool_id="x", created=unclaimed.created_abroad)

    pool = tracking.adopt(order.project, heard(document), at=later(), order=order)

    assert pool == unclaimed
    assert (pool.order, pool.team) == (order, team)


def adopted_and_to_be_deleted() -> tuple[Order, Pool, Deletion]:
    """An order, and a pool of its name that another team took in and wants deleted."""
    team, other = builders.team(), builders.team()
    project = builders.project(teams=(team, other))
    admin = builders.person(admin_of=other)
    pool = builders.pool(project=project, name="pool-x")
    adopting.adopt(pool, team=other, by=admin)
    deletion = ordering.delete(pool, by=admin, typed_name=pool.name)
    order = builders.order(
        team=team,
        placed_by=builders.person(member_of=team),
        project=project,
        name=pool.name,
        state=OrderState.ACCEPTED,
    )
    return order, pool, deletion


def test_proof_takes_a_pool_from_the_team_that_adopted_it_with_the_deletion_it_asked_for() -> None:
    order, pool, deletion = adopted_and_to_be_deleted()

    taken = tracking.adopt(order.project, of(pool, "Running"), at=later(), order=order)

    deletion.refresh_from_db()
    assert (taken.order, taken.team) == (order, order.team)
    assert (deletion.state, deletion.failure_code) == (ErrandState.FAILED, Trouble.CHANGED_HANDS)
    assert Pool.objects.get().changed_at >= deletion.changed_at


def test_what_is_not_proved_takes_no_pool_from_the_team_that_adopted_it() -> None:
    order, pool, deletion = adopted_and_to_be_deleted()
    team = Pool.objects.get().team

    found = tracking.adopt(order.project, of(pool, "Running"), at=later(), order=order, proved=False)

    deletion.refresh_from_db()
    assert (found.order, found.team) == (None, team)
    assert deletion.state == ErrandState.RECORDED


def test_a_pool_of_another_order_is_not_taken_over() -> None:
    theirs, pool = ordered()
    mine = builders.order(team=theirs.team, placed_by=theirs.placed_by, project=theirs.project)

    found = tracking.adopt(theirs.project, of(pool, "Running"), at=later(), order=mine)

    assert found.order == theirs


def test_adopting_a_new_pool_retires_the_old_one_of_the_same_id() -> None:
    _, old = ordered()
    new = builders.heard(name=old.name, pool_id=old.pool_id, created=later())

    pool = tracking.adopt(old.project, heard(new), at=later(20))

    old.refresh_from_db()
    assert old.gone_at
    assert pool != old
